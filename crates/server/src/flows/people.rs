//! People who get an account.

use daypack_api_types::texts::line_problem;
use daypack_domain::{Refusal, policy::StaffRole};
use daypack_store::{
    Conn, StoreError,
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
/// An address that is none, or taken; a name that is empty, or more than one line.
pub fn create(conn: &mut Conn, context: &Context, person: &NewPerson) -> Result<User, Failure> {
    let email = person.email.trim().to_lowercase();
    let name = person.name.trim();
    if !is_address(&email) {
        return Err(Refusal::field("/email", "invalid_format", "This is not a mail address.").into());
    }
    if name.is_empty() {
        return Err(Refusal::field("/name", "too_short", "A name has at least one letter.").into());
    }
    if let Some((code, detail)) = line_problem(name) {
        return Err(Refusal::field("/name", code, detail).into());
    }
    if users::find_by_email(conn, &email)?.is_some() {
        return Err(email_taken().into());
    }
    let user = User {
        id: context.id(),
        email,
        name: name.to_owned(),
        locale: person.locale.clone(),
        staff_role: person.staff_role,
        password_hash: person.password_hash.clone(),
        disabled_at: None,
        created_at: context.now,
        version: 1,
    };
    users::insert(conn, &user).map_err(|error| match error {
        // Somebody else was faster between the look and the insertion.
        StoreError::UniqueViolation { .. } => Failure::Refusal(email_taken()),
        other => other.into(),
    })?;
    Ok(user)
}

fn email_taken() -> Refusal {
    Refusal::conflict("email_taken", "Somebody has this address already.")
}

/// Whether mail can be sent there, as far as its form tells.
#[must_use]
pub fn is_address(text: &str) -> bool {
    text.trim().parse::<lettre::Address>().is_ok()
}
