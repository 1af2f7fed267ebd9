//! Standing approvals: given and ended by owners and admins (sections 5 and 13).

use daypack_api_types::approval::GiveStandingApproval;
use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::{OrganizationId, StandingApprovalId},
    policy::{Action, may},
    standing::StandingTerms,
};
use daypack_store::{
    Conn, Json,
    organizations::Organization,
    standing_approvals::{self, StandingApproval},
};

use super::{estimates::standing, events, organizations};
use crate::{context::Context, edge::check_version, error::Failure};

/// Gives a standing approval.
///
/// # Errors
/// Those of [`may`]; `invalid` with every field that cannot be accepted.
pub fn give(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    input: &GiveStandingApproval,
) -> Result<(Organization, StandingApproval), Failure> {
    may(&context.actor, Action::ManageStandingApprovals, organization_id.into())?;
    let organization = organizations::lock(conn, organization_id)?;
    let terms = terms(input);
    terms.validate()?;
    let given_by = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("standing approvals are given by people"))?;
    let approval = StandingApproval {
        id: context.id(),
        organization_id,
        name: terms.name,
        kinds: Json(terms.kinds),
        severities: Json(terms.severities),
        minutes_per_ticket: terms.minutes_per_ticket,
        minutes_per_month: terms.minutes_per_month,
        small_works: terms.small_works,
        given_by,
        given_at: context.now,
        ended_by: None,
        ended_at: None,
        version: 1,
    };
    standing_approvals::insert(conn, &approval)?;
    let told = EventKind::StandingApprovalGiven {
        standing_approval_id: approval.id,
        approval_name: approval.name.clone(),
        minutes_per_ticket: approval.minutes_per_ticket,
        minutes_per_month: approval.minutes_per_month,
        small_works: approval.small_works,
    };
    events::record(conn, context, Some(organization_id), [told])?;
    Ok((organization, approval))
}

/// Each kind and severity once, in the order of their words.
fn terms(input: &GiveStandingApproval) -> StandingTerms {
    let (mut kinds, mut severities) = (input.kinds.clone(), input.severities.clone());
    kinds.sort_unstable();
    kinds.dedup();
    severities.sort_unstable();
    severities.dedup();
    StandingTerms {
        name: input.name.trim().to_owned(),
        kinds,
        severities,
        minutes_per_ticket: input.minutes_per_ticket,
        minutes_per_month: input.minutes_per_month,
        small_works: input.small_works.unwrap_or(false),
    }
}

/// Ends a standing approval: from now on it covers nothing. What it approved stays approved.
///
/// # Errors
/// [`Refusal::NotFound`]; those of [`may`]; `stale_version`; `standing_approval_ended` when it was ended before.
pub fn end(
    conn: &mut Conn,
    context: &Context,
    id: StandingApprovalId,
    expected: Option<i64>,
) -> Result<(Organization, StandingApproval), Failure> {
    let seen = standing_approvals::find(conn, id)?.ok_or(Refusal::NotFound)?;
    may(
        &context.actor,
        Action::ManageStandingApprovals,
        seen.organization_id.into(),
    )?;
    let organization = organizations::lock(conn, seen.organization_id)?;
    let mut approval = standing_approvals::find(conn, id)?.ok_or(Refusal::NotFound)?;
    check_version(expected, approval.version)?;
    if approval.ended_at.is_some() {
        let detail = "This standing approval was ended before.";
        return Err(Refusal::conflict("standing_approval_ended", detail).into());
    }
    approval.ended_by = context.actor.user_id();
    approval.ended_at = Some(context.now);
    approval.version += 1;
    if !standing_approvals::update(conn, &approval)? {
        check_version(expected, approval.version)?;
    }
    let told = EventKind::StandingApprovalEnded {
        standing_approval_id: approval.id,
        approval_name: approval.name.clone(),
    };
    events::record(conn, context, Some(approval.organization_id), [told])?;
    Ok((organization, approval))
}

/// All standing approvals of an organization, ended ones too, the oldest first, with what was used of the month.
///
/// # Errors
/// Those of [`may`].
pub fn list(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
) -> Result<(Vec<standing::Used>, chrono::NaiveDate), Failure> {
    may(&context.actor, Action::ReadOrganization, organization.id.into())?;
    standing::used(conn, organization, context.now)
}
