//! People of client organizations (section 13).

use daypack_api_types::organization::AddMember;
use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::OrganizationId,
    policy::{Action, may},
    problem::FieldProblem,
};
use daypack_store::{
    Conn,
    memberships::{self, Membership},
    organizations::Organization,
    tokens::Purpose,
    users::{self, User},
};

use super::{
    events, organizations, passwords,
    people::{self, NewPerson},
};
use crate::{context::Context, error::Failure};

/// Somebody who was added.
#[derive(Debug, Clone)]
pub struct Added {
    /// Where.
    pub organization: Organization,
    /// Their place.
    pub membership: Membership,
    /// Who.
    pub user: User,
    /// The token opens the way to their first password: it is to be mailed to them.
    pub invited: bool,
}

/// Gives somebody a role in an organization. Who has no account yet gets one, in the language of the organization,
/// and can set a password with `token`.
///
/// # Errors
/// `invalid` with every field that cannot be accepted; `already_member`, `person_on_staff`, `account_disabled`.
pub fn add(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    input: &AddMember,
    token: &str,
) -> Result<Added, Failure> {
    may(&context.actor, Action::ManageMembers, organization_id.into())?;
    let organization = organizations::lock(conn, organization_id)?;
    check(input, &organization)?;
    let user = match users::find_by_email(conn, &input.email)? {
        Some(user) => check_known(conn, user, organization_id)?,
        None => {
            let person = NewPerson {
                email: input.email.clone(),
                name: input.name.clone(),
                locale: organization.locale.clone(),
                staff_role: None,
                password_hash: None,
            };
            people::create(conn, context, &person)?
        }
    };
    let membership = Membership {
        organization_id,
        user_id: user.id,
        role: input.role,
        approval_limit_minutes: input.approval_limit_minutes,
        order_limit_minor: input.order_limit.map(|limit| limit.amount_minor),
        created_at: context.now,
        version: 1,
    };
    memberships::insert(conn, &membership)?;
    let invited = user.password_hash.is_none();
    if invited {
        passwords::issue(conn, context, user.id, Purpose::Invitation, token)?;
    }
    let kind = EventKind::MemberAdded {
        user_id: user.id,
        role: membership.role,
        approval_limit_minutes: membership.approval_limit_minutes,
    };
    events::record(conn, context, Some(organization_id), [kind])?;
    Ok(Added {
        organization,
        membership,
        user,
        invited,
    })
}

fn check_known(conn: &mut Conn, user: User, organization_id: OrganizationId) -> Result<User, Failure> {
    if user.staff_role.is_some() {
        let detail = "This person is on the staff, and staff hold no role at a client.";
        return Err(Refusal::conflict("person_on_staff", detail).into());
    }
    if user.disabled_at.is_some() {
        return Err(Refusal::conflict("account_disabled", "The account of this person is disabled.").into());
    }
    if memberships::find(conn, organization_id, user.id)?.is_some() {
        return Err(Refusal::conflict("already_member", "This person belongs to the organization already.").into());
    }
    Ok(user)
}

fn check(input: &AddMember, organization: &Organization) -> Result<(), Refusal> {
    let mut problems = Vec::new();
    if !people::is_address(&input.email) {
        problems.push(FieldProblem::new(
            "/email",
            "invalid_format",
            "This is not a mail address.",
        ));
    }
    if input.name.trim().is_empty() {
        problems.push(FieldProblem::new(
            "/name",
            "too_short",
            "A name has at least one letter.",
        ));
    }
    if let Some(limit) = input.order_limit {
        if limit.amount_minor < 0 {
            problems.push(FieldProblem::new(
                "/order_limit/amount_minor",
                "too_small",
                "A limit is 0 or more.",
            ));
        }
        if limit.currency != organization.currency {
            let detail = format!("The organization pays in {}.", organization.currency.as_str());
            problems.push(FieldProblem::new("/order_limit/currency", "mismatch", detail));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(problems))
    }
}

/// The people of an organization with their places, by name.
///
/// # Errors
/// Those of [`may`].
pub fn list(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
) -> Result<Vec<(Membership, User)>, Failure> {
    may(&context.actor, Action::ReadOrganization, organization_id.into())?;
    let places = memberships::of_organization(conn, organization_id)?;
    let people = users::of_organization(conn, organization_id)?;
    let place_of = |user: User| {
        let place = places.iter().find(|place| place.user_id == user.id)?;
        Some((place.clone(), user))
    };
    Ok(people.into_iter().filter_map(place_of).collect())
}
