//! The mails about emergencies: owners are told at once, leads when one is disputed.

use daypack_domain::{
    Refusal,
    emergency::EmergencyStatus,
    ids::TicketId,
    policy::{ClientRole, StaffRole},
};
use daypack_store::{
    Conn,
    emergencies::{self, Emergency},
    organizations::Organization,
    tickets::{self, Ticket},
    users,
};

use crate::{
    context::Context,
    error::Failure,
    flows::{members, organizations},
    mail::{
        notice::{About, disputed_mail, started_mail},
        outbox,
    },
};

/// Writes the mails about the emergency of a ticket that were not written yet, with links that begin with `base_url`.
/// Twice has the effect of once.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such emergency.
pub fn tell(conn: &mut Conn, context: &Context, ticket_id: TicketId, base_url: &str) -> Result<(), Failure> {
    let seen = emergencies::find(conn, ticket_id)?.ok_or(Refusal::NotFound)?;
    let organization = organizations::lock(conn, seen.organization_id)?;
    let ticket = tickets::find(conn, ticket_id)?.ok_or(Refusal::NotFound)?;
    let mut emergency = emergencies::find(conn, ticket_id)?.ok_or(Refusal::NotFound)?;
    if emergency.owners_told_at.is_none() {
        tell_owners(conn, context, &organization, &ticket, &emergency, base_url)?;
        emergency.owners_told_at = Some(context.now);
    }
    if emergency.status == EmergencyStatus::Disputed && emergency.leads_told_at.is_none() {
        tell_leads(conn, context, &organization, &ticket, &emergency, base_url)?;
        emergency.leads_told_at = Some(context.now);
    }
    Ok(emergencies::save(conn, &emergency)?)
}

fn tell_owners(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    ticket: &Ticket,
    emergency: &Emergency,
    base_url: &str,
) -> Result<(), Failure> {
    let who = name_of(conn, emergency.started_by)?;
    let about = About {
        organization,
        ticket,
        who: &who,
        base_url,
    };
    for (place, user) in members::list(conn, context, organization.id)? {
        if place.role == ClientRole::Owner && user.disabled_at.is_none() {
            let mail = started_mail(&user, &about, emergency)?;
            outbox::post(conn, context, Some(organization.id), &mail)?;
        }
    }
    Ok(())
}

fn tell_leads(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    ticket: &Ticket,
    emergency: &Emergency,
    base_url: &str,
) -> Result<(), Failure> {
    let who = name_of(conn, emergency.answered_by)?;
    let about = About {
        organization,
        ticket,
        who: &who,
        base_url,
    };
    for user in users::staff(conn)? {
        if user.staff_role == Some(StaffRole::Lead) && user.disabled_at.is_none() {
            let mail = disputed_mail(&user, &about, emergency)?;
            outbox::post(conn, context, Some(organization.id), &mail)?;
        }
    }
    Ok(())
}

fn name_of(conn: &mut Conn, user: Option<daypack_domain::ids::UserId>) -> Result<String, Failure> {
    Ok(match user {
        Some(id) => users::find(conn, id)?.map_or_else(String::new, |user| user.name),
        None => String::new(),
    })
}
