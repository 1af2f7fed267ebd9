//! Who hears of what happens to a lot: the owners of the organization, but nobody of their own acts (section 12).

use daypack_domain::policy::ClientRole;
use daypack_store::{Conn, organizations::Organization};

use crate::{
    context::Context,
    error::Failure,
    flows::members,
    mail::{
        lots::{LotNews, lot_mail},
        outbox,
    },
};

/// Writes the mails.
pub(super) fn tell_owners(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    news: &LotNews,
    reason: Option<&str>,
    base_url: &str,
) -> Result<(), Failure> {
    for user in members::readers(conn, context, organization.id, ClientRole::Owner)? {
        if context.actor.user_id() != Some(user.id) {
            let mail = lot_mail(&user, &organization.name, news, reason, base_url)?;
            outbox::post(conn, context, Some(organization.id), &mail)?;
        }
    }
    Ok(())
}
