//! People of client organizations (section 13).

use daypack_api_types::organization::{APPROVAL_LIMIT_MAX_MINUTES, AddMember, ChangeMember};
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
    users::{self, User},
};

use super::{
    events, organizations, passwords,
    people::{self, NewPerson},
};
use crate::{context::Context, edge::check_version, error::Failure};

/// Somebody who was invited.
#[derive(Debug, Clone)]
pub struct Added {
    /// Where.
    pub organization: Organization,
    /// Their place, which is theirs once they accept.
    pub membership: Membership,
    /// Who.
    pub user: User,
}

/// Invites somebody to a role in an organization; they accept by the link with `token`, which is to be mailed to them.
/// Who has no account yet gets one, in the language of the organization. What comes of it tells nothing of whether
/// somebody has an account.
///
/// # Errors
/// `invalid` with every field that cannot be accepted; `already_member`, `cannot_be_invited`.
pub fn add(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    input: &AddMember,
    token: &str,
) -> Result<Added, Failure> {
    let mut added = prepare(conn, context, organization_id, input)?;
    added.membership.invited_as = Some(input.name.trim().to_owned());
    added.membership.invitation_id = Some(context.id());
    passwords::invite(conn, context, added.user.id, organization_id, token)?;
    insert(conn, context, added)
}

/// Gives somebody a role in an organization at once, without asking them: for demo data and tests.
///
/// # Errors
/// Those of [`add`].
pub fn join(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    input: &AddMember,
) -> Result<Added, Failure> {
    let prepared = prepare(conn, context, organization_id, input)?;
    insert(conn, context, prepared)
}

fn prepare(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    input: &AddMember,
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
        invited_as: None,
        invitation_id: None,
    };
    Ok(Added {
        organization,
        membership,
        user,
    })
}

fn insert(conn: &mut Conn, context: &Context, added: Added) -> Result<Added, Failure> {
    let membership = &added.membership;
    memberships::insert(conn, membership)?;
    let kind = EventKind::MemberAdded {
        user_id: membership.user_id,
        role: membership.role,
        approval_limit_minutes: membership.approval_limit_minutes,
    };
    events::record(conn, context, Some(membership.organization_id), [kind])?;
    Ok(added)
}

fn check_known(conn: &mut Conn, user: User, organization_id: OrganizationId) -> Result<User, Failure> {
    if memberships::find(conn, organization_id, user.id)?.is_some() {
        return Err(Refusal::conflict("already_member", "This person belongs to the organization already.").into());
    }
    // Staff hold no role at a client. Whose address it is, is nobody's business there.
    if user.staff_role.is_some() || user.disabled_at.is_some() {
        return Err(Refusal::conflict("cannot_be_invited", "This address cannot be invited.").into());
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
    check_limits(
        &mut problems,
        input.approval_limit_minutes,
        input.order_limit,
        organization,
    );
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(problems))
    }
}

/// Both limits together, so that whoever gives both hears of both at once.
fn check_limits(
    problems: &mut Vec<FieldProblem>,
    approval_limit_minutes: Option<i64>,
    order_limit: Option<Money>,
    organization: &Organization,
) {
    match approval_limit_minutes {
        Some(minutes) if minutes < 0 => {
            let detail = "The least is 0.";
            problems.push(FieldProblem::new("/approval_limit_minutes", "too_small", detail));
        }
        Some(minutes) if minutes > APPROVAL_LIMIT_MAX_MINUTES => {
            let detail = format!("The most is {APPROVAL_LIMIT_MAX_MINUTES}.");
            problems.push(FieldProblem::new("/approval_limit_minutes", "too_large", detail));
        }
        _ => {}
    }
    let Some(limit) = order_limit else { return };
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
    shown_id: UserId,
    input: &ChangeMember,
    expected: i64,
) -> Result<(Membership, User), Failure> {
    let (organization, mut membership, user) = find(conn, context, organization_id, shown_id)?;
    check_version(expected, membership.version)?;
    let mut problems = Vec::new();
    check_limits(
        &mut problems,
        input.approval_limit_minutes.flatten(),
        input.order_limit.flatten(),
        &organization,
    );
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
            "the membership of {} changed under its lock",
            membership.user_id
        )));
    }
    let kind = EventKind::MemberChanged {
        user_id: membership.user_id,
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
    shown_id: UserId,
    expected: Option<i64>,
) -> Result<(), Failure> {
    let (_, membership, _) = find(conn, context, organization_id, shown_id)?;
    check_version(expected, membership.version)?;
    keep_an_owner(conn, &membership)?;
    let user_id = membership.user_id;
    memberships::delete(conn, organization_id, user_id)?;
    events::record(
        conn,
        context,
        Some(organization_id),
        [EventKind::MemberRemoved { user_id }],
    )?;
    Ok(())
}

/// A member, or somebody who is invited, by the id that they are shown under, in an organization that is locked.
fn find(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    shown_id: UserId,
) -> Result<(Organization, Membership, User), Failure> {
    may(&context.actor, Action::ManageMembers, organization_id.into())?;
    let organization = organizations::lock(conn, organization_id)?;
    let membership = memberships::find_shown(conn, organization_id, shown_id)?.ok_or(Refusal::NotFound)?;
    let user = users::find(conn, membership.user_id)?.ok_or(Refusal::NotFound)?;
    Ok((organization, membership, user))
}

fn keep_an_owner(conn: &mut Conn, leaving: &Membership) -> Result<(), Failure> {
    let is_owner = |one: &Membership| one.role == ClientRole::Owner && one.is_accepted();
    let is_other_owner = |one: &Membership| is_owner(one) && one.user_id != leaving.user_id;
    let places = memberships::of_organization(conn, leaving.organization_id)?;
    if is_owner(leaving) && !places.iter().any(is_other_owner) {
        let detail = "An organization keeps at least one owner: make somebody else an owner first.";
        return Err(Refusal::conflict("last_owner", detail).into());
    }
    Ok(())
}

/// Who reads mail about an organization: its people with at least this role who may sign in, by name.
///
/// # Errors
/// As [`list`].
pub fn readers(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    least: ClientRole,
) -> Result<Vec<User>, Failure> {
    let people = list(conn, context, organization_id)?.into_iter();
    let reading = people.filter(|(place, user)| place.role >= least && user.disabled_at.is_none());
    Ok(reading.map(|(_, user)| user).collect())
}

/// The people who belong to an organization with their places, by name.
///
/// # Errors
/// Those of [`may`].
pub fn list(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
) -> Result<Vec<(Membership, User)>, Failure> {
    let mut all = list_with_invited(conn, context, organization_id)?;
    all.retain(|(place, _)| place.is_accepted());
    Ok(all)
}

/// The people who belong to an organization and those who are invited to it, with their places, by the name that each
/// is shown under.
///
/// # Errors
/// Those of [`may`].
pub fn list_with_invited(
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
    let mut all: Vec<(Membership, User)> = people.into_iter().filter_map(place_of).collect();
    if all.iter().any(|(place, _)| !place.is_accepted()) {
        all.sort_by(|(one, user), (other, other_user)| {
            let name = one.invited_as.as_ref().unwrap_or(&user.name);
            let other_name = other.invited_as.as_ref().unwrap_or(&other_user.name);
            name.cmp(other_name)
        });
    }
    Ok(all)
}
