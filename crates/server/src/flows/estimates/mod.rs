//! Estimates and approvals (section 5).

pub mod answer;
pub mod asking;
pub mod links;
pub mod offer;
pub mod preview;
pub mod recorded;
pub mod standing;

use daypack_domain::{
    Refusal,
    estimate::EstimateStatus,
    ids::{EstimateId, OrganizationId},
    policy::{Action, may},
};
use daypack_store::{
    After, Conn, Page,
    cases::{self, CaseRow},
    estimates::{self, Estimate, Filter},
};

use super::tickets::{Case, list};
use crate::{context::Context, edge::check_version, error::Failure};

/// The estimate with this id, for somebody who may do `action` for its organization.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, or none that the actor knows of; [`Refusal::Forbidden`].
pub fn find(conn: &mut Conn, context: &Context, id: EstimateId, action: Action) -> Result<Estimate, Failure> {
    let estimate = estimates::find(conn, id)?.ok_or(Refusal::NotFound)?;
    may(&context.actor, action, estimate.organization_id.into())?;
    Ok(estimate)
}

/// As [`find`], with the estimate's ticket.
///
/// # Errors
/// As [`find`].
fn find_with_case(
    conn: &mut Conn,
    context: &Context,
    id: EstimateId,
    action: Action,
) -> Result<(Estimate, CaseRow), Failure> {
    let (estimate, case) = cases::of_estimate(conn, id)?.ok_or(Refusal::NotFound)?;
    may(&context.actor, action, estimate.organization_id.into())?;
    Ok((estimate, case))
}

/// Takes the estimate and its ticket into hand.
///
/// # Errors
/// Those of [`find`]; `stale_version` when the estimate is no longer the one that was seen.
fn take(
    conn: &mut Conn,
    context: &Context,
    id: EstimateId,
    action: Action,
    expected: Option<i64>,
) -> Result<(Case, Estimate), Failure> {
    let (seen, of_case) = find_with_case(conn, context, id, action)?;
    let case = Case::lock(conn, of_case)?;
    // As it is now, under the lock.
    let estimate = if case.is_as_seen() {
        seen
    } else {
        find(conn, context, id, action)?
    };
    check_version(expected, estimate.version)?;
    Ok((case, estimate))
}

/// A page of estimates that the actor sees, newest offer first. Offered ones are those that can still be answered.
///
/// # Errors
/// Those of [`list::visible`].
pub fn page(
    conn: &mut Conn,
    context: &Context,
    organization_id: Option<OrganizationId>,
    status: Option<EstimateStatus>,
    after: Option<After<EstimateId>>,
    limit: i64,
) -> Result<Page<Estimate>, Failure> {
    let valid_after = (status == Some(EstimateStatus::Offered)).then_some(context.now);
    let filter = Filter {
        organizations: list::visible(context, organization_id)?,
        status,
        valid_after,
    };
    Ok(estimates::page(conn, &filter, after, limit)?)
}
