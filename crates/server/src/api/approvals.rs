//! Approvals that come by phone, by mail, or by the link in a mail, and "that was not me".

use actix_web::{get, post, web::Data};
use daypack_api_types::{
    approval::{ApprovalLink, ApproveByLink, DisputeApproval, DisputeLink, RecordApproval},
    estimate::{Estimate, Reason},
};
use daypack_domain::ids::EstimateId;

use super::estimates::ChoiceQuery;
use crate::{
    app::{App, Reply},
    edge::{Answer, Body, ExpectedVersion, FromPath, FromQuery, OptionalBody, Public, SignedIn},
    flows::estimates::{
        links,
        preview::PreviewToken,
        recorded::{self, Recorded},
    },
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(record_approval)
        .service(dispute_approval)
        .service(show_approval_link)
        .service(approve_by_link)
        .service(reject_by_link)
        .service(show_dispute_link)
        .service(dispute_by_link);
}

/// Records a yes that an approver gave by phone or mail. The approver hears of it at once by mail, with a link to say
/// that it was not theirs. Leads.
#[utoipa::path(
    tag = "approvals", request_body = RecordApproval,
    params(("id" = EstimateId, Path, description = "The estimate"), ExpectedVersion),
    responses((status = 200, body = Estimate))
)]
#[post("/estimates/{id}/recorded-approval")]
pub async fn record_approval(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<EstimateId>,
    version: ExpectedVersion,
    body: Body<RecordApproval>,
) -> Reply {
    let keys = app.keys.clone();
    app.change(&caller, move |conn, context| {
        let body = &body.0;
        let said = Recorded {
            approver_id: body.approver_id,
            channel: body.channel,
            note: &body.note,
            left_out: &body.left_out,
            token: body
                .preview_token
                .as_deref()
                .map(|text| PreviewToken { keys: &keys, text }),
        };
        let (_, row) = recorded::record(conn, context, id.0, version.0, &said)?;
        Ok(row)
    })
    .await
}

/// Says that a recorded approval was not given: it is marked, what is still reserved goes back, and the leads hear of
/// it. The person in whose name it was recorded, and owners.
#[utoipa::path(
    tag = "approvals", request_body = DisputeApproval,
    params(("id" = EstimateId, Path, description = "The estimate"), ExpectedVersion),
    responses((status = 200, body = Estimate))
)]
#[post("/estimates/{id}/dispute")]
pub async fn dispute_approval(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<EstimateId>,
    version: ExpectedVersion,
    body: OptionalBody<DisputeApproval>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        let (_, row) = recorded::dispute(conn, context, id.0, version.0, body.0.note.as_deref())?;
        Ok(row)
    })
    .await
}

/// What the link in a mail asks: the offer, and exactly what a yes would take. Looking approves nothing. Public.
#[utoipa::path(
    tag = "approvals", security(()),
    params(("token" = String, Path, description = "From the link"), ChoiceQuery),
    responses((status = 200, body = ApprovalLink))
)]
#[get("/approval-links/{token}")]
pub async fn show_approval_link(
    app: Data<App>,
    caller: Public,
    token: FromPath<String>,
    query: FromQuery<ChoiceQuery>,
) -> Reply {
    let keys = app.keys.clone();
    app.read(&caller, move |conn, context| {
        let (opened, shown) = links::look(conn, context, &token.0, &query.0.positions()?)?;
        Answer::ok(&views::approvals::link(conn, &keys, &opened, shown)?)
    })
    .await
}

/// Says yes by the link, as the person whom it was sent to. The link works once. Public.
#[utoipa::path(
    tag = "approvals", security(()), request_body = ApproveByLink,
    params(("token" = String, Path, description = "From the link")),
    responses((status = 200, body = Estimate))
)]
#[post("/approval-links/{token}/approve")]
pub async fn approve_by_link(
    app: Data<App>,
    caller: Public,
    token: FromPath<String>,
    body: Body<ApproveByLink>,
) -> Reply {
    let keys = app.keys.clone();
    app.change(&caller, move |conn, context| {
        let seen = PreviewToken {
            keys: &keys,
            text: &body.0.preview_token,
        };
        links::approve(conn, context, &token.0, seen, &body.0.left_out)
    })
    .await
}

/// Says no by the link, with the reason. The link works once. Public.
#[utoipa::path(
    tag = "approvals", security(()), request_body = Reason,
    params(("token" = String, Path, description = "From the link")),
    responses((status = 200, body = Estimate))
)]
#[post("/approval-links/{token}/reject")]
pub async fn reject_by_link(app: Data<App>, caller: Public, token: FromPath<String>, body: Body<Reason>) -> Reply {
    app.change(&caller, move |conn, context| {
        links::reject(conn, context, &token.0, &body.0.reason)
    })
    .await
}

/// The approval that was recorded in somebody's name. Looking disputes nothing. Public.
#[utoipa::path(
    tag = "approvals", security(()),
    params(("token" = String, Path, description = "From the link")),
    responses((status = 200, body = DisputeLink))
)]
#[get("/approval-disputes/{token}")]
pub async fn show_dispute_link(app: Data<App>, caller: Public, token: FromPath<String>) -> Reply {
    app.read(&caller, move |conn, context| {
        let (opened, row) = links::look_at_recorded(conn, context, &token.0)?;
        Answer::ok(&views::approvals::dispute_link(conn, &opened, row)?)
    })
    .await
}

/// Says by the link that a recorded approval was not given. The link works once. Public.
#[utoipa::path(
    tag = "approvals", security(()), request_body = DisputeApproval,
    params(("token" = String, Path, description = "From the link")),
    responses((status = 200, body = Estimate))
)]
#[post("/approval-disputes/{token}")]
pub async fn dispute_by_link(
    app: Data<App>,
    caller: Public,
    token: FromPath<String>,
    body: OptionalBody<DisputeApproval>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        links::dispute(conn, context, &token.0, body.0.note.as_deref())
    })
    .await
}
