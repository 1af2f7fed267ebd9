//! Standing approvals, and what links in mails show.

use chrono::NaiveDate;
use daypack_api_types::approval::{ApprovalLink, DisputeLink, StandingApproval};
use daypack_store::{Conn, estimates::Estimate};

use super::{People, estimates, resource::only};
use crate::{
    auth::keys::Keys,
    error::Failure,
    flows::estimates::{links::Opened, preview::Shown, standing::Used},
};

/// Standing approvals, in the order given; `month` is the first day of the month that their use is of.
///
/// # Errors
/// The database.
pub fn standing_approvals(
    conn: &mut Conn,
    rows: Vec<Used>,
    month: NaiveDate,
) -> Result<Vec<StandingApproval>, Failure> {
    let named = rows
        .iter()
        .flat_map(|used| [Some(used.approval.given_by), used.approval.ended_by])
        .flatten();
    let people = People::load(conn, named)?;
    let shown = |Used {
                     approval,
                     month_minutes,
                 }| StandingApproval {
        id: approval.id,
        organization_id: approval.organization_id,
        name: approval.name,
        kinds: approval.kinds.0,
        severities: approval.severities.0,
        minutes_per_ticket: approval.minutes_per_ticket,
        minutes_per_month: approval.minutes_per_month,
        small_works: approval.small_works,
        used_this_month_minutes: month_minutes,
        month,
        given_by: people.person(approval.given_by),
        given_at: approval.given_at,
        ended_by: people.optional(approval.ended_by),
        ended_at: approval.ended_at,
        version: approval.version,
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// What a link to answer an offer shows.
///
/// # Errors
/// The database.
pub fn link(conn: &mut Conn, keys: &Keys, opened: &Opened, shown: Shown) -> Result<ApprovalLink, Failure> {
    let preview = estimates::preview(keys, &shown);
    Ok(ApprovalLink {
        person: People::load(conn, [opened.user.id])?.person(opened.user.id),
        locale: opened.user.locale.clone(),
        organization_name: opened.organization.name.clone(),
        time_zone: opened.organization.time_zone.clone(),
        estimate: only(estimates::estimates(conn, opened.context.now, vec![shown.estimate])?)?,
        preview,
        expires_at: opened.link.expires_at,
    })
}

/// What a link to dispute a recorded approval shows.
///
/// # Errors
/// The database.
pub fn dispute_link(conn: &mut Conn, opened: &Opened, row: Estimate) -> Result<DisputeLink, Failure> {
    Ok(DisputeLink {
        person: People::load(conn, [opened.user.id])?.person(opened.user.id),
        locale: opened.user.locale.clone(),
        organization_name: opened.organization.name.clone(),
        time_zone: opened.organization.time_zone.clone(),
        estimate: only(estimates::estimates(conn, opened.context.now, vec![row])?)?,
        expires_at: opened.link.expires_at,
    })
}
