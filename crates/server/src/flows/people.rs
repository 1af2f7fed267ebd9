//! People who get an account.

use daypack_domain::{Refusal, policy::StaffRole};
use daypack_store::{
    Conn,
    users::{self, User},
};

use crate::{context::Context, error::Failure};

/// An account that is to be made.
#[derive(Clone)]
pub struct NewPerson {
    /// The address they sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their language: `en`, `es` or `fr`.
    pub locale: String,
    /// Their role on the staff; nothing for clients.
    pub staff_role: Option<StaffRole>,
    /// The hash of their password; without one they set it by a link.
    pub password_hash: Option<String>,
}

/// Makes an account. Who may is the caller's question.
///
/// # Errors
/// An address that is none, or taken; a name that is empty.
pub fn create(conn: &mut Conn, context: &Context, person: &NewPerson) -> Result<User, Failure> {
    let email = person.email.trim().to_lowercase();
    let name = person.name.trim();
    let is_address = email.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    if !is_address || email.contains(char::is_whitespace) {
        return Err(Refusal::field("/email", "invalid_format", "This is not a mail address.").into());
    }
    if name.is_empty() {
        return Err(Refusal::field("/name", "too_short", "A name has at least one letter.").into());
    }
    if users::find_by_email(conn, &email)?.is_some() {
        return Err(Refusal::conflict("email_taken", "Somebody has this address already.").into());
    }
    let user = User {
        id: context.id(),
        email,
        name: name.to_owned(),
        locale: person.locale.clone(),
        staff_role: person.staff_role,
        password_hash: person.password_hash.clone(),
        disabled_at: None,
        failed_sign_ins: 0,
        last_failed_at: None,
        locked_until: None,
        created_at: context.now,
        version: 1,
    };
    users::insert(conn, &user)?;
    Ok(user)
}
