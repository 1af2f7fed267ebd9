//! `/tickets/{id}/...`: moving a ticket along its workflow, what that rests on, and its clocks.

use actix_web::{get, patch, post, web::Data};
use daypack_api_types::{
    estimate::OptionalReason,
    sla::Sla,
    ticket::Ticket,
    work::{Evidence, RecordMitigation, Resolve, Transition},
};
use daypack_domain::{closure::ClosureDraft, policy::Action};

use super::tickets::answer;
use crate::{
    app::{App, Reply},
    edge::{Answer, Body, ExpectedVersion, FromPath, OptionalBody, RequiredVersion, SignedIn},
    flows::{
        tickets::{self, TicketKey},
        work::{closing, moving},
    },
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(move_ticket)
        .service(record_evidence)
        .service(record_mitigation)
        .service(resolve_ticket)
        .service(confirm_ticket)
        .service(reopen_ticket)
        .service(show_sla);
}

/// Moves a ticket to another status. Which ones are open to the asking person is in the ticket's `transitions`.
#[utoipa::path(
    tag = "work", request_body = Transition,
    params(
        ("id" = String, Path, description = "Id or reference of the ticket"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the decision is based on")
    ),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/transitions")]
pub async fn move_ticket(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    version: ExpectedVersion,
    body: Body<Transition>,
) -> Reply {
    let key: TicketKey = id.0.parse()?;
    app.write(&caller, move |conn, context| {
        let input = moving::Transition {
            to: body.0.to,
            reason: body.0.reason.clone(),
            evidence: views::work::evidence_given(body.0.evidence()),
        };
        let case = moving::transition(conn, context, &key, version.0, &input)?;
        answer(conn, context, &case)
    })
    .await
}

/// Records what was found and proven, at any time before it is needed. What is left out stays.
#[utoipa::path(
    tag = "work", request_body = Evidence,
    params(
        ("id" = String, Path, description = "Id or reference of the ticket"),
        ("If-Match" = String, Header, description = "The ETag that the change is based on")
    ),
    responses((status = 200, body = Ticket))
)]
#[patch("/tickets/{id}/evidence")]
pub async fn record_evidence(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    version: RequiredVersion,
    body: Body<Evidence>,
) -> Reply {
    let key: TicketKey = id.0.parse()?;
    app.write(&caller, move |conn, context| {
        let given = views::work::evidence_given(body.0.evidence());
        let case = moving::record_evidence(conn, context, &key, Some(version.0), &given)?;
        answer(conn, context, &case)
    })
    .await
}

/// Records what contained the effect, before the cause was removed; the mitigation clock is met.
#[utoipa::path(
    tag = "work", request_body = RecordMitigation,
    params(
        ("id" = String, Path, description = "Id or reference of the ticket"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the decision is based on")
    ),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/mitigation")]
pub async fn record_mitigation(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    version: ExpectedVersion,
    body: Body<RecordMitigation>,
) -> Reply {
    let key: TicketKey = id.0.parse()?;
    app.write(&caller, move |conn, context| {
        let case = closing::mitigate(conn, context, &key, version.0, &body.0.what_was_done)?;
        answer(conn, context, &case)
    })
    .await
}

/// Delivers a ticket with its closure record. Minutes that are held and were not used go back to their packs.
#[utoipa::path(
    tag = "work", request_body = Resolve,
    params(
        ("id" = String, Path, description = "Id or reference of the ticket"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the decision is based on")
    ),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/resolve")]
pub async fn resolve_ticket(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    version: ExpectedVersion,
    body: Body<Resolve>,
) -> Reply {
    let key: TicketKey = id.0.parse()?;
    app.write(&caller, move |conn, context| {
        let draft = ClosureDraft {
            what_was_done: body.0.what_was_done.clone(),
            why_it_happened: body.0.why_it_happened.clone(),
            how_to_prevent: body.0.how_to_prevent.clone(),
            cause_category: body.0.cause_category,
            deployed: body.0.deployed.unwrap_or(false),
        };
        let evidence = views::work::evidence_given(body.0.evidence());
        let case = closing::resolve(conn, context, &key, version.0, &draft, &evidence)?;
        answer(conn, context, &case)
    })
    .await
}

/// Confirms what was delivered: the record is complete.
#[utoipa::path(
    tag = "work", request_body = OptionalReason,
    params(
        ("id" = String, Path, description = "Id or reference of the ticket"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the decision is based on")
    ),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/confirm")]
pub async fn confirm_ticket(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    version: ExpectedVersion,
    body: OptionalBody<OptionalReason>,
) -> Reply {
    let key: TicketKey = id.0.parse()?;
    app.write(&caller, move |conn, context| {
        let reason = body.0.reason.as_deref();
        let case = closing::confirm(conn, context, &key, version.0, reason)?;
        answer(conn, context, &case)
    })
    .await
}

/// Says that what was delivered does not hold: another cycle begins, with fresh clocks.
#[utoipa::path(
    tag = "work", request_body = OptionalReason,
    params(
        ("id" = String, Path, description = "Id or reference of the ticket"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the decision is based on")
    ),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/reopen")]
pub async fn reopen_ticket(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    version: ExpectedVersion,
    body: OptionalBody<OptionalReason>,
) -> Reply {
    let key: TicketKey = id.0.parse()?;
    app.write(&caller, move |conn, context| {
        let reason = body.0.reason.as_deref();
        let case = closing::reopen(conn, context, &key, version.0, reason)?;
        answer(conn, context, &case)
    })
    .await
}

/// Every clock of a ticket with where its time went, and when the calendar is open in the weeks around.
#[utoipa::path(
    tag = "work",
    params(("id" = String, Path, description = "Id or reference of the ticket")),
    responses((status = 200, body = Sla))
)]
#[get("/tickets/{id}/sla")]
pub async fn show_sla(app: Data<App>, caller: SignedIn, id: FromPath<String>) -> Reply {
    let key: TicketKey = id.0.parse()?;
    app.read(&caller, move |conn, context| {
        let found = tickets::find_whole(conn, context, &key, Action::ReadTickets)?;
        Answer::ok(&views::sla::explained(conn, context, &found.ticket, &found.work)?)
    })
    .await
}
