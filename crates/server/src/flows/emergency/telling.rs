//! The mails about emergencies: owners are told at once, leads when one is disputed.

use daypack_domain::{Refusal, emergency::EmergencyStatus, ids::TicketId, policy::ClientRole};
use daypack_store::{Conn, emergencies, tickets, users};

use crate::{
    context::Context,
    error::Failure,
    flows::{members, organizations, staff},
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
    let about = About {
        organization: &organization,
        ticket: &ticket,
        who: "",
        base_url,
    };
    let mut mails = Vec::new();
    if emergency.owners_told_at.is_none() {
        let who = name_of(conn, emergency.started_by)?;
        for owner in members::readers(conn, context, organization.id, ClientRole::Owner)? {
            mails.push(started_mail(&owner, &About { who: &who, ..about }, &emergency)?);
        }
        emergency.owners_told_at = Some(context.now);
    }
    if emergency.status == EmergencyStatus::Disputed && emergency.leads_told_at.is_none() {
        let who = name_of(conn, emergency.answered_by)?;
        for lead in staff::deciding(conn)? {
            mails.push(disputed_mail(&lead, &About { who: &who, ..about }, &emergency)?);
        }
        emergency.leads_told_at = Some(context.now);
    }
    for mail in mails {
        outbox::post(conn, context, Some(organization.id), &mail)?;
    }
    Ok(emergencies::save(conn, &emergency)?)
}

fn name_of(conn: &mut Conn, user: Option<daypack_domain::ids::UserId>) -> Result<String, Failure> {
    Ok(match user {
        Some(id) => users::find(conn, id)?.map_or_else(String::new, |user| user.name),
        None => String::new(),
    })
}
