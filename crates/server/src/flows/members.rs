//! People of client organizations (section 13).

use daypack_api_types::organization::{AddMember, ChangeMember};
use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::{OrganizationId, UserId},
    money::Money,
    policy::{Action, ClientRole, may},
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
use crate::{context::Context, edge::check_version, error::Failure};

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
    check_order_limit(&mut problems, input.order_limit, organization);
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(problems))
    }
}

fn check_order_limit(problems: &mut Vec<FieldProblem>, limit: Option<Money>, organization: &Organization) {
    let Some(limit) = limit else { return };
    if limit.amount_minor < 0 {
        let detail = "A limit is 0 or more.";
        problems.push(FieldProblem::new("/order_limit/amount_minor", "too_small", detail));
    }
    if limit.currency != organization.currency {
        let detail = format!("The organization pays in {}.", organization.currency.as_str());
        problems.push(FieldProblem::new("/order_limit/currency", "mismatch", detail));
    }
}

/// Changes the role or the limits of a member, from their next request on (section 5).
///
/// # Errors
/// `not_found` for somebody who is not a member, `stale_version`, `invalid` for a limit in another currency,
/// `last_owner` when nobody would be left who may do everything for the client.
pub fn change(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    user_id: UserId,
    input: &ChangeMember,
    expected: i64,
) -> Result<(Membership, User), Failure> {
    let (organization, mut membership, user) = find(conn, context, organization_id, user_id)?;
    check_version(expected, membership.version)?;
    let mut problems = Vec::new();
    check_order_limit(&mut problems, input.order_limit.flatten(), &organization);
    if !problems.is_empty() {
        return Err(Refusal::Invalid(problems).into());
    }
    if let Some(role) = input.role.filter(|role| *role != membership.role) {
        keep_an_owner(conn, &membership)?;
        membership.role = role;
    }
    if let Some(limit) = input.approval_limit_minutes {
        membership.approval_limit_minutes = limit;
    }
    if let Some(limit) = input.order_limit {
        membership.order_limit_minor = limit.map(|limit| limit.amount_minor);
    }
    membership.version += 1;
    if !memberships::update(conn, &membership)? {
        return Err(Failure::internal(format!(
            "the membership of {user_id} changed under its lock"
        )));
    }
    let kind = EventKind::MemberChanged {
        user_id,
        role: membership.role,
        approval_limit_minutes: membership.approval_limit_minutes,
    };
    events::record(conn, context, Some(organization_id), [kind])?;
    Ok((membership, user))
}

/// Takes a person out of the organization, from their next request on. What they did stays theirs.
///
/// # Errors
/// `not_found` for somebody who is not a member, `stale_version`, `last_owner`.
pub fn remove(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    user_id: UserId,
    expected: Option<i64>,
) -> Result<(), Failure> {
    let (_, membership, _) = find(conn, context, organization_id, user_id)?;
    check_version(expected, membership.version)?;
    keep_an_owner(conn, &membership)?;
    memberships::delete(conn, organization_id, user_id)?;
    events::record(
        conn,
        context,
        Some(organization_id),
        [EventKind::MemberRemoved { user_id }],
    )?;
    Ok(())
}

/// A member, in an organization that is locked.
fn find(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    user_id: UserId,
) -> Result<(Organization, Membership, User), Failure> {
    may(&context.actor, Action::ManageMembers, organization_id.into())?;
    let organization = organizations::lock(conn, organization_id)?;
    let membership = memberships::find(conn, organization_id, user_id)?.ok_or(Refusal::NotFound)?;
    let user = users::find(conn, user_id)?.ok_or(Refusal::NotFound)?;
    Ok((organization, membership, user))
}

fn keep_an_owner(conn: &mut Conn, leaving: &Membership) -> Result<(), Failure> {
    let is_other_owner = |one: &Membership| one.role == ClientRole::Owner && one.user_id != leaving.user_id;
    let places = memberships::of_organization(conn, leaving.organization_id)?;
    if leaving.role == ClientRole::Owner && !places.iter().any(is_other_owner) {
        let detail = "An organization keeps at least one owner: make somebody else an owner first.";
        return Err(Refusal::conflict("last_owner", detail).into());
    }
    Ok(())
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
