//! `/tickets/{id}/...`: moving a ticket along its workflow, and what that rests on.

use actix_web::{patch, post, web::Data};
use daypack_api_types::{
    estimate::OptionalReason,
    ticket::Ticket,
    work::{Evidence, RecordMitigation, Resolve, Transition},
};
use daypack_domain::closure::ClosureDraft;

use crate::{
    app::{App, Reply},
    edge::{Body, ExpectedVersion, FromPath, OptionalBody, RequiredVersion, SignedIn},
    flows::{
        tickets::TicketKey,
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
        .service(reopen_ticket);
}

/// Moves a ticket to another status. Which ones are open to the asking person is in the ticket's `transitions`.
#[utoipa::path(
    tag = "work", request_body = Transition,
    params(TicketKey, ExpectedVersion),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/transitions")]
pub async fn move_ticket(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
    body: Body<Transition>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        let input = moving::Transition {
            to: body.0.to,
            reason: body.0.reason.clone(),
            evidence: views::work::evidence_given(body.0.evidence()),
        };
        moving::transition(conn, context, &key.0, version.0, &input)
    })
    .await
}

/// Records what was found and proven, at any time before it is needed. What is left out stays.
#[utoipa::path(
    tag = "work", request_body = Evidence,
    params(TicketKey, RequiredVersion),
    responses((status = 200, body = Ticket))
)]
#[patch("/tickets/{id}/evidence")]
pub async fn record_evidence(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: RequiredVersion,
    body: Body<Evidence>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        let given = views::work::evidence_given(body.0.evidence());
        moving::record_evidence(conn, context, &key.0, Some(version.0), &given)
    })
    .await
}

/// Records what contained the effect, before the cause was removed; the mitigation clock is met.
#[utoipa::path(
    tag = "work", request_body = RecordMitigation,
    params(TicketKey, ExpectedVersion),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/mitigation")]
pub async fn record_mitigation(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
    body: Body<RecordMitigation>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        closing::mitigate(conn, context, &key.0, version.0, &body.0.what_was_done)
    })
    .await
}

/// Delivers a ticket with its closure record. Minutes that are held and were not used go back to their packs.
#[utoipa::path(
    tag = "work", request_body = Resolve,
    params(TicketKey, ExpectedVersion),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/resolve")]
pub async fn resolve_ticket(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
    body: Body<Resolve>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        let draft = ClosureDraft {
            what_was_done: body.0.what_was_done.clone(),
            why_it_happened: body.0.why_it_happened.clone(),
            how_to_prevent: body.0.how_to_prevent.clone(),
            cause_category: body.0.cause_category,
            deployed: body.0.deployed.unwrap_or(false),
        };
        let evidence = views::work::evidence_given(body.0.evidence());
        closing::resolve(conn, context, &key.0, version.0, &draft, &evidence)
    })
    .await
}

/// Confirms what was delivered: the record is complete.
#[utoipa::path(
    tag = "work", request_body = OptionalReason,
    params(TicketKey, ExpectedVersion),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/confirm")]
pub async fn confirm_ticket(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
    body: OptionalBody<OptionalReason>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        let reason = body.0.reason.as_deref();
        closing::confirm(conn, context, &key.0, version.0, reason)
    })
    .await
}

/// Says that what was delivered does not hold: another cycle begins, with fresh clocks.
#[utoipa::path(
    tag = "work", request_body = OptionalReason,
    params(TicketKey, ExpectedVersion),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/reopen")]
pub async fn reopen_ticket(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
    body: OptionalBody<OptionalReason>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        let reason = body.0.reason.as_deref();
        closing::reopen(conn, context, &key.0, version.0, reason)
    })
    .await
}
