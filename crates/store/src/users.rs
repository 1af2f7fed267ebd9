//! People: of clients and of the staff.

use crate::expressions::{kept, one_of};
use crate::row::row;
use crate::schema::users;
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{OrganizationId, UserId};
use daypack_domain::policy::StaffRole;
use diesel::prelude::*;

row! {
    /// A person.
    User in users by (id) {
        /// Made by the context.
        id: UserId,
        /// Lower case, one person each.
        email: String,
        /// As the person writes it.
        name: String,
        /// `en`, `es` or `fr`.
        locale: String,
        /// On the agency's staff (section 13); a person on the staff holds no client role.
        staff_role: Option<StaffRole>,
        /// argon2id, as a PHC string; nobody can sign in without.
        password_hash: Option<String>,
        /// Since when this person may not sign in.
        disabled_at: Option<Instant>,
        /// When the account was made.
        created_at: Instant,
        /// Grows with each change.
        version: i64,
    }
}

/// Adds a person.
///
/// # Errors
/// A unique violation of `users_email_key` when the address is taken.
pub fn insert(conn: &mut Conn, user: &User) -> Result<()> {
    user.insert_row(conn)
}

/// The person with this id.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, id: UserId) -> Result<Option<User>> {
    Ok(users::table
        .find(Col(id))
        .select(User::as_select())
        .first(conn)
        .optional()?)
}

/// The person with this id, kept from others who lock or change them until the transaction ends: whoever sets a password
/// ends sessions, and whoever opens one has looked at the password.
///
/// # Errors
/// The database fails.
pub fn lock(conn: &mut Conn, id: UserId) -> Result<Option<User>> {
    let statement = diesel::update(users::table.find(Col(id)))
        .set(users::version.eq(users::version))
        .returning(users::all_columns);
    Ok(kept(statement).get_result(conn).optional()?)
}

/// The person with this address, whatever its case.
///
/// # Errors
/// The database fails.
pub fn find_by_email(conn: &mut Conn, email: &str) -> Result<Option<User>> {
    let email = email.trim().to_lowercase();
    Ok(users::table
        .filter(users::email.eq(email))
        .select(User::as_select())
        .first(conn)
        .optional()?)
}

/// These people, in no order.
///
/// # Errors
/// The database fails.
pub fn find_many(conn: &mut Conn, ids: &[UserId]) -> Result<Vec<User>> {
    Ok(users::table
        .filter(one_of(users::id, ids.iter().copied()))
        .select(User::as_select())
        .load(conn)?)
}

/// A person, as others name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Who.
    pub id: UserId,
    /// As shown.
    pub name: String,
    /// On the agency's staff.
    pub staff: bool,
}

/// The columns of [`Named`], as they are selected.
pub(crate) type NamedColumns = (UserId, String, Option<StaffRole>);

impl From<NamedColumns> for Named {
    fn from((id, name, staff_role): NamedColumns) -> Self {
        Self {
            id,
            name,
            staff: staff_role.is_some(),
        }
    }
}

/// What these people are called, in no order.
///
/// # Errors
/// The database fails.
pub fn names(conn: &mut Conn, ids: &[UserId]) -> Result<Vec<Named>> {
    let query =
        users::table
            .filter(one_of(users::id, ids.iter().copied()))
            .select((users::id, users::name, users::staff_role));
    let rows: Vec<NamedColumns> = query.load(conn)?;
    Ok(rows.into_iter().map(Named::from).collect())
}

/// Everybody on the staff, by name.
///
/// # Errors
/// The database fails.
pub fn staff(conn: &mut Conn) -> Result<Vec<User>> {
    let query = users::table
        .filter(users::staff_role.is_not_null())
        .order((users::name.asc(), users::id.asc()));
    Ok(query.select(User::as_select()).load(conn)?)
}

/// The people of an organization, by name.
///
/// # Errors
/// The database fails.
pub fn of_organization(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<User>> {
    use crate::schema::memberships;
    let people = memberships::table
        .filter(memberships::organization_id.eq(Col(organization)))
        .select(memberships::user_id);
    let query = users::table
        .filter(users::id.eq_any(people))
        .order((users::name.asc(), users::id.asc()));
    Ok(query.select(User::as_select()).load(conn)?)
}

/// Whether nobody exists yet.
///
/// # Errors
/// The database fails.
pub fn none_exists(conn: &mut Conn) -> Result<bool> {
    Ok(users::table
        .select(users::id)
        .first::<UserId>(conn)
        .optional()?
        .is_none())
}

/// Saves every field as it is now; `user.version` must have been raised by one. `false` when somebody else was
/// faster, and nothing is changed.
///
/// # Errors
/// A unique violation of `users_email_key` when a new address is taken.
pub fn update(conn: &mut Conn, user: &User) -> Result<bool> {
    Ok(user.save_row(conn)? == 1)
}

/// Sets a password.
///
/// # Errors
/// The database fails.
pub fn set_password(conn: &mut Conn, id: UserId, hash: &str) -> Result<()> {
    diesel::update(users::table.find(Col(id)))
        .set((
            users::password_hash.eq(Some(hash)),
            users::version.eq(users::version + 1),
        ))
        .execute(conn)?;
    Ok(())
}
