//! People: as others see them, as members of an organization, on the staff.

use std::collections::BTreeMap;

use daypack_api_types::{
    Person,
    organization::{Member, StaffMember},
};
use daypack_domain::{
    ids::UserId,
    money::{Currency, Money},
};
use daypack_store::{
    Conn,
    memberships::Membership,
    users::{self, Named, User},
};

use crate::error::Failure;

/// People as others see them, loaded at once.
#[derive(Debug, Default)]
pub struct People(BTreeMap<UserId, Person>);

impl People {
    /// Loads these people.
    ///
    /// # Errors
    /// The database.
    pub fn load(conn: &mut Conn, ids: impl IntoIterator<Item = UserId>) -> Result<Self, Failure> {
        let mut ids: Vec<UserId> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let found = users::names(conn, &ids)?;
        Ok(Self(found.into_iter().map(|named| (named.id, person(named))).collect()))
    }

    /// These people and those who are known already, without asking for them.
    ///
    /// # Errors
    /// The database.
    pub fn load_beside(
        conn: &mut Conn,
        known: impl IntoIterator<Item = Person>,
        ids: impl IntoIterator<Item = UserId>,
    ) -> Result<Self, Failure> {
        let known: BTreeMap<UserId, Person> = known.into_iter().map(|person| (person.id, person)).collect();
        let mut people = Self::load(conn, ids.into_iter().filter(|id| !known.contains_key(id)))?;
        people.0.extend(known);
        Ok(people)
    }

    /// One of them; whoever is not there any more keeps the id without a name.
    #[must_use]
    pub fn person(&self, id: UserId) -> Person {
        self.0.get(&id).cloned().unwrap_or(Person {
            id,
            name: String::new(),
            staff: false,
        })
    }

    /// One of them, who must be there.
    ///
    /// # Errors
    /// A person that a row names is not there: a fault of ours.
    pub fn get(&self, id: UserId) -> Result<Person, Failure> {
        self.0
            .get(&id)
            .cloned()
            .ok_or_else(|| Failure::internal(format!("the person {id} is not there")))
    }

    /// One of them, if there is one.
    #[must_use]
    pub fn optional(&self, id: Option<UserId>) -> Option<Person> {
        id.map(|id| self.person(id))
    }
}

/// A person as others see them.
#[must_use]
pub fn person(named: Named) -> Person {
    Person {
        id: named.id,
        name: named.name,
        staff: named.staff,
    }
}

/// Somebody in an organization, whose currency is that of the limit for orders.
#[must_use]
pub fn member(place: &Membership, user: &User, currency: Currency) -> Member {
    Member {
        user_id: place.invitation_id.unwrap_or(user.id),
        email: user.email.clone(),
        name: place.invited_as.as_ref().unwrap_or(&user.name).clone(),
        role: place.role,
        approval_limit_minutes: place.approval_limit_minutes,
        order_limit: place
            .order_limit_minor
            .map(|amount_minor| Money { amount_minor, currency }),
        invited: !place.is_accepted() || user.password_hash.is_none(),
        version: place.version,
    }
}

/// Somebody on the staff, with how many tickets they have in work; nothing for others.
#[must_use]
pub fn staff_member(user: &User, in_work: i64) -> Option<StaffMember> {
    Some(StaffMember {
        id: user.id,
        name: user.name.clone(),
        email: user.email.clone(),
        staff_role: user.staff_role?,
        in_work,
    })
}
