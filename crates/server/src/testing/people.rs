//! People of every role, in two client organizations and on the staff.

use std::sync::OnceLock;

use chrono::TimeDelta;
use daypack_api_types::organization::{AddMember, CreateOrganization};
use daypack_domain::{
    calendar::CalendarDefinition,
    ids::{OrganizationId, UserId},
    money::{Currency, Money},
    policy::{ClientRole, StaffRole},
    zone::Zone,
};
use daypack_store::{Conn, users};
use serde_json::json;

use super::{Client, TestServer};
use crate::{
    auth::{passwords::hash_blocking, token::Claims},
    context::Context,
    error::Failure,
    flows::{
        members, organizations,
        people::{self, NewPerson},
        sessions,
    },
};

/// The password of everybody here.
pub const PASSWORD: &str = "correct horse battery";

/// Where a person stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the first organization, Acme.
    Acme(ClientRole),
    /// In the other organization, Nord.
    Nord(ClientRole),
    /// On the staff.
    Staff(StaffRole),
}

impl Place {
    /// All places, Acme's first.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let clients = ClientRole::ALL;
        let acme = clients.iter().map(|role| Self::Acme(*role));
        let nord = clients.iter().map(|role| Self::Nord(*role));
        acme.chain(nord)
            .chain(StaffRole::ALL.iter().map(|role| Self::Staff(*role)))
            .collect()
    }

    fn email(self) -> String {
        match self {
            Self::Acme(role) => format!("{role}@acme.example"),
            Self::Nord(role) => format!("{role}@nord.example"),
            Self::Staff(role) => format!("{role}@daypack.example"),
        }
    }

    fn name(self) -> String {
        match self {
            Self::Acme(role) => format!("Acme {role}"),
            Self::Nord(role) => format!("Nord {role}"),
            Self::Staff(role) => format!("Staff {role}"),
        }
    }
}

/// A person and a client that is signed in as them.
#[derive(Clone)]
pub struct Someone {
    /// Who.
    pub id: UserId,
    /// Their address.
    pub email: String,
    /// Where they stand.
    pub place: Place,
}

/// Two organizations with everybody in them.
#[derive(Clone)]
pub struct People {
    /// The first organization.
    pub acme: OrganizationId,
    /// The other one.
    pub nord: OrganizationId,
    everybody: Vec<Someone>,
}

impl People {
    /// The person at this place.
    ///
    /// # Panics
    /// Never: there is somebody at each.
    #[must_use]
    pub fn at(&self, place: Place) -> &Someone {
        self.everybody
            .iter()
            .find(|person| person.place == place)
            .expect("there is somebody at each place")
    }
}

impl TestServer {
    /// Two organizations and a person at every place, there since the day before.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn people(&self) -> People {
        let (now, seed) = (self.now() - TimeDelta::days(1), self.app.ids.seed());
        let hash = password_hash();
        let made = self.app.store.write(move |conn| {
            let context = Context::system(now, crate::ids::IdSource::seeded(seed).at(now));
            make(conn, &context, &hash)
        });
        made.await.unwrap_or_else(|failure: Failure| panic!("{failure}"))
    }

    /// A client signed in as this person, by a session of their own, without the time that a password takes.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn signed_in(&self, person: &Someone) -> Client {
        let (now, seed, user_id) = (self.now(), self.app.ids.seed(), person.id);
        let opened = self.app.store.write(move |conn| {
            let context = Context::system(now, crate::ids::IdSource::seeded(seed).at(now));
            let user = users::find(conn, user_id)?.ok_or(Failure::Unauthenticated)?;
            sessions::open(conn, &context, &user, "test")?.ok_or(Failure::Unauthenticated)
        });
        let opened = opened.await.unwrap_or_else(|failure: Failure| panic!("{failure}"));
        let claims = Claims {
            user_id,
            session_id: opened.refresh.session_id,
        };
        let token = self.app.auth.tokens.issue(claims, now).expect("a token can be made");
        self.anonymous().with_token(token)
    }

    /// Signs in by address and password, as the page does.
    pub async fn sign_in(&self, email: &str, password: &str) -> super::Answered {
        self.anonymous()
            .post("/sessions", json!({ "email": email, "password": password }))
            .await
    }
}

fn password_hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| hash_blocking(PASSWORD).expect("a password can be hashed"))
        .clone()
}

fn make(conn: &mut Conn, context: &Context, hash: &str) -> Result<People, Failure> {
    let acme = organization(conn, context, "Acme", "Europe/Madrid")?;
    let nord = organization(conn, context, "Nord", "Europe/Copenhagen")?;
    let mut everybody = Vec::new();
    for place in Place::all() {
        let staff_role = match place {
            Place::Staff(role) => Some(role),
            Place::Acme(_) | Place::Nord(_) => None,
        };
        let person = NewPerson {
            email: place.email(),
            name: place.name(),
            locale: "en".to_owned(),
            staff_role,
            password_hash: Some(hash.to_owned()),
        };
        let user = people::create(conn, context, &person)?;
        match place {
            Place::Acme(role) => join(conn, context, acme, &person, role)?,
            Place::Nord(role) => join(conn, context, nord, &person, role)?,
            Place::Staff(_) => {}
        }
        everybody.push(Someone {
            id: user.id,
            email: user.email,
            place,
        });
    }
    Ok(People { acme, nord, everybody })
}

/// Always open, so that tests count no nights and weekends unless they want to.
fn organization(conn: &mut Conn, context: &Context, name: &str, zone: &str) -> Result<OrganizationId, Failure> {
    let input = CreateOrganization {
        name: name.to_owned(),
        prefix: name.to_uppercase(),
        time_zone: zone.to_owned(),
        locale: "en".to_owned(),
        currency: "EUR".to_owned(),
    };
    let always = |zone: Zone| {
        Ok(CalendarDefinition {
            zone: zone.name().to_owned(),
            always_open: true,
            ..CalendarDefinition::default()
        })
    };
    Ok(organizations::create_open(conn, context, &input, always)?.id)
}

/// They have an account with a password already, so nobody is sent a link.
fn join(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    person: &NewPerson,
    role: ClientRole,
) -> Result<(), Failure> {
    let limited = role == ClientRole::Approver;
    let input = AddMember {
        email: person.email.clone(),
        name: person.name.clone(),
        role,
        approval_limit_minutes: limited.then_some(600),
        order_limit: limited.then_some(Money {
            amount_minor: 500_000,
            currency: Currency::EUR,
        }),
    };
    members::join(conn, context, organization_id, &input)?;
    Ok(())
}
