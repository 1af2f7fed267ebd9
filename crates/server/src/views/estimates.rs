//! Estimates.

use daypack_api_types::estimate::{CoveringOrder, Dispute, Estimate, EstimateLine, Preview, StandingApprovalName};
use daypack_domain::{
    Instant,
    estimate::{EstimateStatus, has_lapsed},
    ids::{TicketId, UserId},
};
use daypack_store::{Conn, estimates::Estimate as Row, summaries};

use super::{People, lots, markdown};
use crate::{
    auth::keys::Keys,
    error::Failure,
    flows::estimates::preview::{Shown, token},
};

/// Estimates with their tickets' names and whoever decided, in the order given. One whose time is over is shown as
/// lapsed, whether or not that was recorded yet.
///
/// # Errors
/// The database.
pub fn estimates(conn: &mut Conn, now: Instant, rows: Vec<Row>) -> Result<Vec<Estimate>, Failure> {
    let people = People::load(conn, rows.iter().flat_map(involved))?;
    let mut ids: Vec<TicketId> = rows.iter().map(|row| row.ticket_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let titles = summaries::titles(conn, &ids)?;
    let named = |row: Row| {
        let about = titles.get(&row.ticket_id).map_or_else(About::default, |about| About {
            reference: format!("{}-{}", about.prefix, about.number),
            title: about.title.clone(),
        });
        shown(row, now, about, &people)
    };
    Ok(rows.into_iter().map(named).collect())
}

/// What an estimate says of its ticket.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// What people call it.
    pub reference: String,
    /// In one line.
    pub title: String,
}

/// Whom an estimate names.
pub fn involved(row: &Row) -> impl Iterator<Item = UserId> + use<> {
    [Some(row.offered_by), row.decided_by, row.recorded_by, row.disputed_by]
        .into_iter()
        .flatten()
}

/// An estimate, when everything that it names is known.
#[must_use]
pub fn shown(row: Row, now: Instant, about: About, people: &People) -> Estimate {
    Estimate {
        id: row.id,
        ticket_id: row.ticket_id,
        ticket_reference: about.reference,
        ticket_title: about.title,
        organization_id: row.organization_id,
        status: status(&row, now),
        basis: row.basis,
        kind: row.kind,
        minutes: row.minutes,
        includes_html: markdown::html(&row.includes),
        includes: row.includes,
        lines: row
            .lines
            .0
            .into_iter()
            .map(|line| EstimateLine {
                text: line.text,
                minutes: line.minutes,
                optional: line.optional,
            })
            .collect(),
        blocking: row.blocking,
        offered_by: people.person(row.offered_by),
        offered_at: row.offered_at,
        valid_until: row.valid_until,
        decided_by: people.optional(row.decided_by),
        decided_at: row.decided_at,
        reason: row.decision_reason,
        approved_minutes: row.approved_minutes,
        left_out: row.left_out.0,
        channel: row.channel,
        channel_note: row.channel_note,
        recorded_by: people.optional(row.recorded_by),
        standing_approval: row
            .standing_approval_id
            .zip(row.standing_approval_name)
            .map(|(id, name)| StandingApprovalName { id, name }),
        dispute: row.disputed_by.zip(row.disputed_at).map(|(by, at)| Dispute {
            by: people.person(by),
            at,
            note: row.dispute_note,
        }),
        allocations: row.allocations.0.iter().map(lots::allocation).collect(),
        version: row.version,
    }
}

/// Where an estimate stands at `now`.
#[must_use]
pub fn status(row: &Row, now: Instant) -> EstimateStatus {
    match row.status {
        EstimateStatus::Offered if has_lapsed(row.valid_until, now) => EstimateStatus::Lapsed,
        status => status,
    }
}

/// What a yes would do, with the token for exactly that.
#[must_use]
pub fn preview(keys: &Keys, shown: &Shown) -> Preview {
    let missing = shown.preview.shortfall_minutes;
    Preview {
        minutes: shown.preview.minutes,
        left_out: shown.choice.left_out.clone(),
        released_minutes: shown.preview.released_minutes,
        allocations: shown.parts.iter().map(lots::allocation).collect(),
        available_before_minutes: shown.available_before_minutes,
        available_after_minutes: shown.preview.available_after_minutes,
        preview_token: token(keys, shown),
        shortfall_minutes: (missing > 0).then_some(missing),
        covering_order: shown
            .covering
            .clone()
            .map(|(plan_code, packs)| CoveringOrder { plan_code, packs }),
        may_approve: shown.may_approve,
        limit_minutes: shown.limit_minutes,
    }
}
