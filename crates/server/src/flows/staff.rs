//! The agency's own people.

use daypack_api_types::organization::AddStaff;
use daypack_domain::{
    Refusal,
    event::EventKind,
    policy::{Action, StaffRole, Subject, may},
    ticket::Status,
};
use daypack_store::{
    Conn, figures,
    tokens::Purpose,
    users::{self, User},
};

use super::{
    events, passwords,
    people::{self, NewPerson},
};
use crate::{api::installation::LOCALES, context::Context, error::Failure};

const DEFAULT_LOCALE: &str = "en";

/// The states of tickets that somebody is working on.
const IN_WORK: &[Status] = &[
    Status::Estimating,
    Status::Approved,
    Status::Diagnosing,
    Status::Fixing,
    Status::AwaitingValidation,
    Status::AwaitingWindow,
    Status::WaitingThirdParty,
];

/// Adds somebody to the staff, who can set a password with `token`: it is to be mailed to them.
///
/// # Errors
/// `invalid` with a field that cannot be accepted, `email_taken`.
pub fn add(conn: &mut Conn, context: &Context, input: &AddStaff, token: &str) -> Result<User, Failure> {
    may(&context.actor, Action::ManageStaff, Subject::Installation)?;
    let locale = input.locale.clone().unwrap_or_else(|| DEFAULT_LOCALE.to_owned());
    if !LOCALES.contains(&locale.as_str()) {
        let detail = format!("The languages are {}.", LOCALES.join(", "));
        return Err(Refusal::field("/locale", "unknown_word", detail).into());
    }
    let person = NewPerson {
        email: input.email.clone(),
        name: input.name.clone(),
        locale,
        staff_role: Some(input.staff_role),
        password_hash: None,
    };
    let user = people::create(conn, context, &person)?;
    passwords::issue(conn, context, user.id, Purpose::Invitation, token)?;
    events::record(
        conn,
        context,
        None,
        [EventKind::StaffAdded {
            user_id: user.id,
            role: input.staff_role,
        }],
    )?;
    Ok(user)
}

/// Who decides for the staff and reads mail about it: the leads who may sign in, or the admins where there are none.
///
/// # Errors
/// The database.
pub fn deciding(conn: &mut Conn) -> Result<Vec<User>, Failure> {
    let staff = users::staff(conn)?.into_iter();
    let (leads, others): (Vec<User>, Vec<User>) = staff
        .filter(|user| user.disabled_at.is_none())
        .partition(|user| user.staff_role == Some(StaffRole::Lead));
    if !leads.is_empty() {
        return Ok(leads);
    }
    let admins = others
        .into_iter()
        .filter(|user| user.staff_role == Some(StaffRole::Admin));
    Ok(admins.collect())
}

/// Who confirms payments and reads mail about them: the leads and admins who may sign in.
///
/// # Errors
/// The database.
pub fn confirming_payments(conn: &mut Conn) -> Result<Vec<User>, Failure> {
    let mut staff = users::staff(conn)?;
    staff.retain(|user| user.disabled_at.is_none() && user.staff_role >= Action::ConfirmPayment.need().staff);
    Ok(staff)
}

/// Everybody on the staff who may sign in, by name, with how many tickets in work they have.
///
/// # Errors
/// Those of [`may`].
pub fn list(conn: &mut Conn, context: &Context) -> Result<Vec<(User, i64)>, Failure> {
    may(&context.actor, Action::ReadInternal, Subject::Installation)?;
    let counts = figures::assigned_counts(conn, IN_WORK)?;
    let count_of = |user: &User| {
        counts
            .iter()
            .find(|(id, _)| *id == user.id)
            .map_or(0, |(_, count)| *count)
    };
    let staff = users::staff(conn)?
        .into_iter()
        .filter(|user| user.disabled_at.is_none());
    Ok(staff
        .map(|user| (count_of(&user), user))
        .map(|(count, user)| (user, count))
        .collect())
}
