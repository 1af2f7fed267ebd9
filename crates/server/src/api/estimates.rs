//! `/estimates`: offers of minutes, what a yes would take, and the yes.

use actix_web::{get, post, web::Data};
use daypack_api_types::{
    Page,
    estimate::{Approve, Estimate, OfferEstimate, OptionalReason, Preview, Reason},
};
use daypack_domain::{
    Instant, Refusal,
    estimate::{ApprovalChannel, Basis, EstimateKind, EstimateStatus, Line, Offer},
    ids::EstimateId,
    policy::Action,
};
use garde::Validate;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::{App, Reply},
    edge::{Answer, Body, ByStatus, ExpectedVersion, FromPath, FromQuery, OptionalBody, SignedIn},
    flows::{
        estimates::{self, answer, offer, preview},
        tickets::TicketKey,
    },
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(offer_estimate)
        .service(list_estimates)
        .service(show_estimate)
        .service(revise_estimate)
        .service(withdraw_estimate)
        .service(preview_estimate)
        .service(approve_estimate)
        .service(reject_estimate);
}

/// What is offered, for the flows.
fn offered(body: OfferEstimate) -> Offer {
    Offer {
        minutes: body.minutes,
        includes: body.includes,
        basis: body.basis.unwrap_or(Basis::Total),
        kind: body.kind.unwrap_or(EstimateKind::UpTo),
        lines: body
            .lines
            .into_iter()
            .map(|line| Line {
                text: line.text,
                minutes: line.minutes,
                optional: line.optional,
            })
            .collect(),
        blocking: body.blocking.unwrap_or(false),
        valid_until: body.valid_until,
    }
}

/// Offers minutes for a ticket, in the place of an offer that was not answered yet. The staff.
#[utoipa::path(
    tag = "estimates", request_body = OfferEstimate,
    params(TicketKey, ExpectedVersion),
    responses((status = 201, body = Estimate))
)]
#[post("/tickets/{id}/estimates")]
pub async fn offer_estimate(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
    body: Body<OfferEstimate>,
) -> Reply {
    let input = offered(body.0);
    app.create(&caller, move |conn, context| {
        let (_, row) = offer::offer(conn, context, &key.0, version.0, &input)?;
        Ok(row)
    })
    .await
}

/// Replaces an offer that was not answered yet by another one. The staff.
#[utoipa::path(
    tag = "estimates", request_body = OfferEstimate,
    params(("id" = EstimateId, Path, description = "The estimate that is replaced"), ExpectedVersion),
    responses((status = 201, body = Estimate, description = "The new one"))
)]
#[post("/estimates/{id}/revise")]
pub async fn revise_estimate(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<EstimateId>,
    version: ExpectedVersion,
    body: Body<OfferEstimate>,
) -> Reply {
    let input = offered(body.0);
    app.create(&caller, move |conn, context| {
        let (_, row) = offer::revise(conn, context, id.0, version.0, &input)?;
        Ok(row)
    })
    .await
}

/// Estimates, newest offer first: of all organizations for the staff, of their own for clients.
#[utoipa::path(tag = "estimates", params(ByStatus<EstimateStatus>), responses((status = 200, body = Page<Estimate>)))]
#[get("/estimates")]
pub async fn list_estimates(app: Data<App>, caller: SignedIn, query: FromQuery<ByStatus<EstimateStatus>>) -> Reply {
    let query = query.0;
    let request = query.page::<(Instant, EstimateId)>(&app.keys, "estimates")?;
    app.read(&caller, move |conn, context| {
        let (position, limit) = (request.position(), request.limit);
        let rows = estimates::page(conn, context, query.organization_id, query.status, position, limit)?;
        request.answer(
            rows,
            |row| (row.offered_at, row.id),
            |rows| views::estimates::estimates(conn, context.now, rows),
        )
    })
    .await
}

/// An estimate.
#[utoipa::path(
    tag = "estimates",
    params(("id" = EstimateId, Path, description = "The estimate")),
    responses((status = 200, body = Estimate))
)]
#[get("/estimates/{id}")]
pub async fn show_estimate(app: Data<App>, caller: SignedIn, id: FromPath<EstimateId>) -> Reply {
    app.show(&caller, move |conn, context| {
        estimates::find(conn, context, id.0, Action::ReadTickets)
    })
    .await
}

/// Takes back an offer that was not answered yet. The staff.
#[utoipa::path(
    tag = "estimates", request_body = OptionalReason,
    params(("id" = EstimateId, Path, description = "The estimate"), ExpectedVersion),
    responses((status = 200, body = Estimate))
)]
#[post("/estimates/{id}/withdraw")]
pub async fn withdraw_estimate(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<EstimateId>,
    version: ExpectedVersion,
    body: OptionalBody<OptionalReason>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        let (_, row) = offer::withdraw(conn, context, id.0, version.0, body.0.reason.as_deref())?;
        Ok(row)
    })
    .await
}

/// Which of the optional lines.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChoiceQuery {
    /// Positions of the optional lines to leave out, from 0, with commas between: `0,2`.
    #[garde(inner(length(bytes, max = 500)))]
    pub left_out: Option<String>,
}

impl ChoiceQuery {
    /// The positions.
    ///
    /// # Errors
    /// `invalid` for what is no list of positions.
    pub fn positions(&self) -> Result<Vec<usize>, Refusal> {
        let text = self.left_out.as_deref().unwrap_or_default();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let positions: Result<Vec<usize>, _> = text.split(',').map(|part| part.trim().parse()).collect();
        positions.map_err(|_| {
            let detail = "Give the positions of lines, from 0, with commas between.";
            Refusal::field("/left_out", "invalid_format", detail)
        })
    }
}

/// What a yes would take and leave now, without the lines that are left out, with the token that ties the yes to it.
/// Nothing is reserved by looking.
#[utoipa::path(
    tag = "estimates",
    params(("id" = EstimateId, Path, description = "The estimate"), ChoiceQuery),
    responses((status = 200, body = Preview))
)]
#[get("/estimates/{id}/preview")]
pub async fn preview_estimate(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<EstimateId>,
    query: FromQuery<ChoiceQuery>,
) -> Reply {
    let keys = app.keys.clone();
    app.read(&caller, move |conn, context| {
        let shown = preview::preview(conn, context, id.0, &query.0.positions()?)?;
        Answer::ok(&views::estimates::preview(&keys, &shown))
    })
    .await
}

/// Says yes: holds the minutes and lets the work begin. Approvers within their limit, and owners.
#[utoipa::path(
    tag = "estimates", request_body = Approve,
    params(("id" = EstimateId, Path, description = "The estimate"), ExpectedVersion),
    responses((status = 200, body = Estimate))
)]
#[post("/estimates/{id}/approve")]
pub async fn approve_estimate(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<EstimateId>,
    version: ExpectedVersion,
    body: OptionalBody<Approve>,
) -> Reply {
    let keys = app.keys.clone();
    app.change(&caller, move |conn, context| {
        let token = body
            .0
            .preview_token
            .as_deref()
            .map(|text| preview::PreviewToken { keys: &keys, text });
        let yes = answer::Yes {
            token,
            left_out: &body.0.left_out,
            channel: ApprovalChannel::Portal,
        };
        let (_, row) = answer::approve(conn, context, id.0, version.0, &yes)?;
        Ok(row)
    })
    .await
}

/// Says no, with the reason. Approvers and owners.
#[utoipa::path(
    tag = "estimates", request_body = Reason,
    params(("id" = EstimateId, Path, description = "The estimate"), ExpectedVersion),
    responses((status = 200, body = Estimate))
)]
#[post("/estimates/{id}/reject")]
pub async fn reject_estimate(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<EstimateId>,
    version: ExpectedVersion,
    body: Body<Reason>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        let (_, row) = answer::reject(conn, context, id.0, version.0, &body.0.reason)?;
        Ok(row)
    })
    .await
}
