//! `/organizations/{id}/standing-approvals`: approvals given once for every offer within limits.

use actix_web::{get, post, web::Data};
use daypack_api_types::{
    Items,
    approval::{GiveStandingApproval, StandingApproval},
};
use daypack_domain::{ids::StandingApprovalId, policy::Action};

use crate::{
    app::{App, Reply},
    edge::{Answer, Body, ExpectedVersion, FromPath, SignedIn},
    flows::{organizations, standing_approvals},
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(list_standing_approvals)
        .service(give_standing_approval)
        .service(end_standing_approval);
}

/// The standing approvals of an organization with what was used of this month, the oldest first; ended ones too.
#[utoipa::path(
    tag = "approvals",
    params(("id" = String, Path, description = "The organization's id, or its short name")),
    responses((status = 200, body = Items<StandingApproval>))
)]
#[get("/organizations/{id}/standing-approvals")]
pub async fn list_standing_approvals(app: Data<App>, caller: SignedIn, id: FromPath<String>) -> Reply {
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadOrganization)?;
        let (rows, month) = standing_approvals::list(conn, context, &organization)?;
        let items = views::approvals::standing_approvals(conn, rows, month)?;
        Answer::ok(&Items::<StandingApproval>::new(items))
    })
    .await
}

/// Approves every offer within these limits from now on: it is then approved at once, and this one named. Owners and
/// admins.
#[utoipa::path(
    tag = "approvals", request_body = GiveStandingApproval,
    params(("id" = String, Path, description = "The organization's id, or its short name")),
    responses((status = 201, body = StandingApproval))
)]
#[post("/organizations/{id}/standing-approvals")]
pub async fn give_standing_approval(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    body: Body<GiveStandingApproval>,
) -> Reply {
    app.create(&caller, move |conn, context| {
        let found = organizations::find(conn, context, &id.0, Action::ManageStandingApprovals)?;
        standing_approvals::give(conn, context, found.id, &body.0)
    })
    .await
}

/// Ends a standing approval: it covers nothing any more, and what it approved stays approved. Owners and admins.
#[utoipa::path(
    tag = "approvals",
    params(("id" = StandingApprovalId, Path, description = "The standing approval"), ExpectedVersion),
    responses((status = 200, body = StandingApproval))
)]
#[post("/standing-approvals/{id}/end")]
pub async fn end_standing_approval(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<StandingApprovalId>,
    version: ExpectedVersion,
) -> Reply {
    app.change(&caller, move |conn, context| {
        standing_approvals::end(conn, context, id.0, version.0)
    })
    .await
}
