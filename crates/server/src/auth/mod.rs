//! Who is who: passwords, access tokens, refresh tokens, attempts to sign in.

pub mod attempts;
pub mod cookie;
pub mod keys;
pub mod passwords;
pub mod refresh;
pub mod secrets;
pub mod token;

use daypack_domain::{
    Instant,
    ids::UserId,
    money::{Currency, Money},
    policy::{Actor, Membership, Person, StaffRole},
};
use daypack_store::{Conn, memberships, sessions, users};

use crate::error::Failure;
use attempts::Attempts;
use keys::Keys;
use passwords::Passwords;
use token::{AccessTokens, Claims};

/// Everything that signing in needs.
pub struct Auth {
    /// Makes and reads access tokens.
    pub tokens: AccessTokens,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Wrong passwords of late.
    pub attempts: Attempts,
}

impl Auth {
    /// By the keys of this installation.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn new(keys: &Keys) -> Result<Self, Failure> {
        Ok(Self {
            tokens: AccessTokens::new(keys),
            passwords: Passwords::new()?,
            attempts: Attempts::default(),
        })
    }
}

/// Who acts, as the database knows it now: a session that was ended, a person disabled, a role changed count at once.
///
/// # Errors
/// [`Failure::Unauthenticated`] when the session or the person no longer stands.
pub fn actor(conn: &mut Conn, claims: &Claims, now: Instant) -> Result<Actor, Failure> {
    let session = sessions::signed_in(conn, claims.session_id)?.ok_or(Failure::Unauthenticated)?;
    if session.ended_at.is_some() || session.expires_at <= now || session.user_id != claims.user_id {
        return Err(Failure::Unauthenticated);
    }
    if session.disabled_at.is_some() {
        return Err(Failure::Unauthenticated);
    }
    let places = session.places;
    Ok(Actor::Person(with_places(session.user_id, session.staff_role, places)))
}

/// A person with their places, as the policy asks for them.
///
/// # Errors
/// The database.
pub fn person(conn: &mut Conn, user: &users::User) -> Result<Person, Failure> {
    let places = memberships::of_user(conn, user.id)?;
    let places = places.into_iter().map(|place| (place.membership, place.currency));
    Ok(with_places(user.id, user.staff_role, places))
}

fn with_places(
    user_id: UserId,
    staff_role: Option<StaffRole>,
    places: impl IntoIterator<Item = (memberships::Membership, Currency)>,
) -> Person {
    let membership = |(place, currency): (memberships::Membership, Currency)| Membership {
        organization_id: place.organization_id,
        role: place.role,
        approval_limit_minutes: place.approval_limit_minutes,
        order_limit: place
            .order_limit_minor
            .map(|amount_minor| Money { amount_minor, currency }),
    };
    // Staff hold no client role (section 13).
    let places = places.into_iter().filter(|_| staff_role.is_none());
    Person {
        user_id,
        staff_role,
        memberships: places.map(membership).collect(),
    }
}
