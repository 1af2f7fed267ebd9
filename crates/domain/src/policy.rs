//! Who may do what (section 13). [`may`] alone decides: the server asks it before it acts, the page before it shows.

mod action;

pub use action::{Action, Need};

use crate::ids::{OrganizationId, UserId};
use crate::money::Money;
use crate::problem::Refusal;
use crate::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a person may do for a client organization, least first.
    ClientRole {
        /// Reads.
        Viewer = "viewer",
        /// Opens tickets, comments, confirms.
        Member = "member",
        /// Says yes to minutes within limits.
        Approver = "approver",
        /// Says yes to everything, and to who may.
        Owner = "owner",
    }
}

words! {
    /// What a person may do on the agency's staff, least first.
    StaffRole {
        /// Does the work.
        Agent = "agent",
        /// Triage, payments, warranty, reassignment.
        Lead = "lead",
        /// Settings, people, plans, terms.
        Admin = "admin",
    }
}

/// A person's place in one client organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The organization.
    pub organization_id: OrganizationId,
    /// What the person may do there.
    pub role: ClientRole,
    /// Most minutes that an approver may approve on one ticket; `None`: no limit. Owners have none.
    pub approval_limit_minutes: Option<i64>,
    /// Most money that an approver may spend on one order or quote; `None`: owners only.
    pub order_limit: Option<Money>,
}

/// Somebody who signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The person.
    pub user_id: UserId,
    /// The place on the staff. Staff hold no client role.
    pub staff_role: Option<StaffRole>,
    /// The places in client organizations.
    pub memberships: Vec<Membership>,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who signed in.
    Person(Person),
    /// Daypack itself: jobs, due expiries, standing approvals.
    System,
    /// Nobody who signed in.
    Anonymous,
}

/// What an action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The installation as a whole: plans, terms, staff, settings.
    Installation,
    /// One client organization and everything in it.
    Organization(OrganizationId),
}

impl Subject {
    /// The organization, when the subject is one.
    #[must_use]
    pub fn organization_id(self) -> Option<OrganizationId> {
        match self {
            Self::Installation => None,
            Self::Organization(id) => Some(id),
        }
    }
}

impl From<OrganizationId> for Subject {
    fn from(id: OrganizationId) -> Self {
        Self::Organization(id)
    }
}

impl Actor {
    /// The person, when it is one.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        match self {
            Self::Person(person) => Some(person),
            Self::System | Self::Anonymous => None,
        }
    }

    /// The person's id, when it is a person.
    #[must_use]
    pub fn user_id(&self) -> Option<UserId> {
        self.person().map(|person| person.user_id)
    }

    /// The place on the staff, if there is one.
    #[must_use]
    pub fn staff_role(&self) -> Option<StaffRole> {
        self.person().and_then(|person| person.staff_role)
    }

    /// Whether this is somebody on the staff.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.staff_role().is_some()
    }

    /// The membership in an organization. Staff have none, whatever is stored.
    #[must_use]
    pub fn membership(&self, organization_id: OrganizationId) -> Option<&Membership> {
        let person = self.person().filter(|person| person.staff_role.is_none())?;
        person
            .memberships
            .iter()
            .find(|membership| membership.organization_id == organization_id)
    }

    /// Whether this actor knows that the organization exists.
    #[must_use]
    pub fn sees(&self, organization_id: OrganizationId) -> bool {
        matches!(self, Self::System) || self.is_staff() || self.membership(organization_id).is_some()
    }

    /// Whether this actor reads what is internal (notes, internal events).
    #[must_use]
    pub fn reads_internal(&self) -> bool {
        matches!(self, Self::System) || self.is_staff()
    }
}

/// Whether `actor` may do `action` to `subject`. Limits in minutes and money come on top
/// ([`crate::estimate::may_approve`], [`crate::estimate::within_money`]).
///
/// # Errors
/// [`Refusal::NotFound`] for an organization that the actor is not part of: the same as one that does not exist.
/// [`Refusal::Forbidden`], naming the right, for an own organization with a lower role.
pub fn may(actor: &Actor, action: Action, subject: Subject) -> Result<(), Refusal> {
    let need = action.need();
    if matches!(actor, Actor::System) || need == Need::PUBLIC {
        return Ok(());
    }
    if let Subject::Organization(organization_id) = subject
        && !actor.sees(organization_id)
    {
        return Err(Refusal::NotFound);
    }
    let allowed = match (actor.person(), actor.staff_role(), subject) {
        (None, _, _) => return Err(Refusal::forbidden("this needs a person who has signed in")),
        (Some(_), Some(role), _) => need.staff.is_some_and(|least| role >= least),
        (Some(_), None, Subject::Organization(organization_id)) => {
            let role = actor.membership(organization_id).map(|membership| membership.role);
            matches!((role, need.client), (Some(role), Some(least)) if role >= least)
        }
        (Some(_), None, Subject::Installation) => need == Need::ANY_PERSON,
    };
    if allowed {
        Ok(())
    } else {
        Err(Refusal::forbidden(need.sentence(action)))
    }
}

/// What an actor may do in one organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationPermissions {
    /// The organization.
    pub organization_id: OrganizationId,
    /// What may be done there.
    pub actions: Vec<Action>,
}

/// What an actor may do, for `/me` and for what the page shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permissions {
    /// In the installation and, for staff, in every organization.
    pub everywhere: Vec<Action>,
    /// In the organizations that the person belongs to.
    pub organizations: Vec<OrganizationPermissions>,
}

impl Permissions {
    /// Whether these permissions cover an action on a subject: what [`may`] said when they were made.
    #[must_use]
    pub fn allow(&self, action: Action, subject: Subject) -> bool {
        self.everywhere.contains(&action)
            || self.organizations.iter().any(|permissions| {
                subject == Subject::Organization(permissions.organization_id) && permissions.actions.contains(&action)
            })
    }
}

/// Everything that an actor may do.
#[must_use]
pub fn permissions(actor: &Actor) -> Permissions {
    let allowed = |subject: Subject| -> Vec<Action> {
        Action::ALL
            .iter()
            .copied()
            .filter(|action| may(actor, *action, subject).is_ok())
            .collect()
    };
    let memberships = match actor.person() {
        Some(person) if person.staff_role.is_none() => person.memberships.as_slice(),
        _ => &[],
    };
    let organizations = memberships
        .iter()
        .map(|membership| OrganizationPermissions {
            organization_id: membership.organization_id,
            actions: allowed(Subject::Organization(membership.organization_id)),
        })
        .collect();
    Permissions {
        everywhere: allowed(Subject::Installation),
        organizations,
    }
}
