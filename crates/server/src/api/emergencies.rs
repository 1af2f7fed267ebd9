//! The emergency clause, what began under it, links and warranty (section 6).

use actix_web::{delete, get, patch, post, web::Data};
use daypack_api_types::{
    emergency::{ChangeEmergencyClause, DecideWarranty, EmergencyClause, LinkTicket},
    estimate::{OptionalReason, Reason},
    ticket::Ticket,
};
use daypack_domain::{policy::Action, ticket::LinkKind};

use crate::{
    app::{App, Reply},
    edge::{Answer, Body, ExpectedVersion, FromPath, OptionalBody, RequiredVersion, SignedIn},
    flows::{
        emergency::{self, answers},
        organizations,
        tickets::{TicketKey, links, warranty},
    },
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(show_emergency_clause)
        .service(change_emergency_clause)
        .service(start_emergency)
        .service(confirm_emergency)
        .service(dispute_emergency)
        .service(uphold_dispute)
        .service(reject_dispute)
        .service(link_ticket)
        .service(unlink_ticket)
        .service(decide_warranty);
}

/// When work for an organization may start before a yes.
#[utoipa::path(
    tag = "organizations",
    params(("id" = String, Path, description = "The organization's id, or its short name")),
    responses((status = 200, body = EmergencyClause))
)]
#[get("/organizations/{id}/emergency-clause")]
pub async fn show_emergency_clause(app: Data<App>, caller: SignedIn, id: FromPath<String>) -> Reply {
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadOrganization)?;
        Ok(Answer::ok(&views::emergency::clause(&organization))?.version(organization.version))
    })
    .await
}

/// Changes when work may start before a yes. What has begun goes on as it was agreed then. Owners and admins.
#[utoipa::path(
    tag = "organizations", request_body = ChangeEmergencyClause,
    params(("id" = String, Path, description = "The organization's id, or its short name"), RequiredVersion),
    responses((status = 200, body = EmergencyClause))
)]
#[patch("/organizations/{id}/emergency-clause")]
pub async fn change_emergency_clause(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    version: RequiredVersion,
    body: Body<ChangeEmergencyClause>,
) -> Reply {
    let body = body.0;
    let input = emergency::Changed {
        enabled: body.enabled,
        severities: body.severities,
        hold_minutes: body.hold_minutes,
        debt_limit_minutes: body.debt_limit_minutes,
    };
    app.write(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ManageEmergencyClause)?;
        let organization = emergency::change(conn, context, organization.id, version.0, &input)?;
        Ok(Answer::ok(&views::emergency::clause(&organization))?.version(organization.version))
    })
    .await
}

/// Starts the work on a triaged ticket before a yes, under the emergency clause. The staff. The owners are told at
/// once, and confirm or dispute it afterwards.
#[utoipa::path(
    tag = "tickets",
    params(TicketKey, ExpectedVersion),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/emergency/start")]
pub async fn start_emergency(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
) -> Reply {
    app.change(&caller, move |conn, context| {
        emergency::start(conn, context, &key.0, version.0)
    })
    .await
}

/// Says that an emergency was right. Owners.
#[utoipa::path(
    tag = "tickets",
    params(TicketKey, ExpectedVersion),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/emergency/confirm")]
pub async fn confirm_emergency(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
) -> Reply {
    app.change(&caller, move |conn, context| {
        answers::confirm(conn, context, &key.0, version.0)
    })
    .await
}

/// Says that it was no emergency; the lead decides. Owners.
#[utoipa::path(
    tag = "tickets", request_body = Reason,
    params(TicketKey, ExpectedVersion),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/emergency/dispute")]
pub async fn dispute_emergency(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
    body: Body<Reason>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        answers::dispute(conn, context, &key.0, version.0, &body.0.reason)
    })
    .await
}

/// Agrees with the owner who disputed an emergency: its minutes go back, and the work is not billable. Leads.
#[utoipa::path(
    tag = "tickets", request_body = OptionalReason,
    params(TicketKey, ExpectedVersion),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/emergency/uphold")]
pub async fn uphold_dispute(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
    body: OptionalBody<OptionalReason>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        answers::settle(conn, context, &key.0, version.0, true, body.0.reason.as_deref())
    })
    .await
}

/// Does not agree with the owner who disputed an emergency: the work stays billable. Leads.
#[utoipa::path(
    tag = "tickets", request_body = Reason,
    params(TicketKey, ExpectedVersion),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/emergency/reject")]
pub async fn reject_dispute(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
    body: Body<Reason>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        answers::settle(conn, context, &key.0, version.0, false, Some(&body.0.reason))
    })
    .await
}

/// Says how a ticket belongs to another one of the same organization. The staff.
#[utoipa::path(
    tag = "tickets", request_body = LinkTicket,
    params(TicketKey, ExpectedVersion),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/links")]
pub async fn link_ticket(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
    body: Body<LinkTicket>,
) -> Reply {
    let other: TicketKey = body.0.other_id.parse()?;
    app.change(&caller, move |conn, context| {
        links::add(conn, context, &key.0, version.0, &other, body.0.kind)
    })
    .await
}

/// Takes back that a ticket belongs to another one, from either of the two. The staff. A link that a decision about
/// warranty rests on stays.
#[utoipa::path(
    tag = "tickets",
    params(
        TicketKey,
        ("kind" = LinkKind, Path, description = "How they belong together"),
        ("other_id" = String, Path, description = "Id or reference of the other ticket"),
        ExpectedVersion
    ),
    responses((status = 200, body = Ticket))
)]
#[delete("/tickets/{id}/links/{kind}/{other_id}")]
pub async fn unlink_ticket(
    app: Data<App>,
    caller: SignedIn,
    path: FromPath<(TicketKey, LinkKind, TicketKey)>,
    version: ExpectedVersion,
) -> Reply {
    app.change(&caller, move |conn, context| {
        let (key, kind, other) = &path.0;
        links::remove(conn, context, key, version.0, *kind, other)
    })
    .await
}

/// Decides whether a recurrence is under warranty. A yes takes the work out of the bill. Leads.
#[utoipa::path(
    tag = "tickets", request_body = DecideWarranty,
    params(TicketKey, ExpectedVersion),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/warranty")]
pub async fn decide_warranty(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
    body: Body<DecideWarranty>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        let DecideWarranty { accepted, reason } = &body.0;
        warranty::decide(conn, context, &key.0, version.0, *accepted, reason.as_deref())
    })
    .await
}
