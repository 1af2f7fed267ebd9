//! Windows, time, evidence, mitigation and closure.

use std::collections::BTreeMap;

use daypack_api_types::{
    estimate::Allocation,
    work::{ClosureRecord, Evidence, Mitigation, TimeEntry, Window},
};
use daypack_domain::{
    Instant,
    ids::{LotId, OrganizationId, TimeEntryId},
    ledger::MovementKind,
    ticket,
};
use daypack_store::{
    Conn, closures::Closure, evidence::Mitigation as MitigationRow, ledger, time_entries::TimeEntry as EntryRow,
    windows::Window as WindowRow,
};

use super::{LotNames, People};
use crate::error::Failure;

/// Windows with who proposed and answered them, in the order given.
///
/// # Errors
/// The database.
pub fn windows(conn: &mut Conn, rows: Vec<WindowRow>) -> Result<Vec<Window>, Failure> {
    let involved = rows
        .iter()
        .flat_map(|row| [Some(row.proposed_by), row.decided_by])
        .flatten();
    let people = People::load(conn, involved)?;
    let window = |row: WindowRow| Window {
        id: row.id,
        ticket_id: row.ticket_id,
        status: row.status,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        note: row.note,
        proposed_by: people.person(row.proposed_by),
        proposed_at: row.proposed_at,
        decided_by: people.optional(row.decided_by),
        decided_at: row.decided_at,
        reason: row.decision_reason,
    };
    Ok(rows.into_iter().map(window).collect())
}

/// Time entries of one organization with the lots that their minutes came from, in the order given.
///
/// # Errors
/// The database.
pub fn time_entries(
    conn: &mut Conn,
    organization_id: OrganizationId,
    rows: Vec<EntryRow>,
) -> Result<Vec<TimeEntry>, Failure> {
    let people = People::load(conn, rows.iter().map(|row| row.user_id))?;
    let ids: Vec<TimeEntryId> = rows.iter().map(|row| row.id).collect();
    let mut allocations = allocations(conn, organization_id, &ids)?;
    let entry = |row: EntryRow| TimeEntry {
        id: row.id,
        ticket_id: row.ticket_id,
        person: people.person(row.user_id),
        minutes: row.actual_minutes,
        billable_minutes: row.billable_minutes,
        borrowed_minutes: 0,
        billable: row.billable,
        worked_on: row.worked_on,
        activity: row.activity,
        note: row.note,
        logged_at: row.created_at,
        reversed_at: row.reversed_at,
        reversal_reason: row.reason,
        allocations: allocations.remove(&row.id).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// What each entry took from each lot, net of what came back.
fn allocations(
    conn: &mut Conn,
    organization_id: OrganizationId,
    ids: &[TimeEntryId],
) -> Result<BTreeMap<TimeEntryId, Vec<Allocation>>, Failure> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut taken: BTreeMap<TimeEntryId, Vec<(LotId, i64)>> = BTreeMap::new();
    for movement in ledger::of_entries(conn, ids)? {
        let (Some(entry_id), Some(lot_id)) = (movement.entry_id, movement.lot_id) else {
            continue;
        };
        let minutes = match movement.kind {
            MovementKind::Consume => movement.minutes,
            MovementKind::Unconsume => -movement.minutes,
            _ => continue,
        };
        let parts = taken.entry(entry_id).or_default();
        match parts.iter_mut().find(|(known, _)| *known == lot_id) {
            Some((_, sum)) => *sum += minutes,
            None => parts.push((lot_id, minutes)),
        }
    }
    if taken.is_empty() {
        return Ok(BTreeMap::new());
    }
    let names = LotNames::load(conn, organization_id)?;
    let shown = |parts: Vec<(LotId, i64)>| {
        let used = parts.into_iter().filter(|(_, minutes)| *minutes > 0);
        used.filter_map(|(lot_id, minutes)| names.allocation(lot_id, minutes))
            .collect()
    };
    Ok(taken.into_iter().map(|(id, parts)| (id, shown(parts))).collect())
}

/// Evidence, as the API shows it.
#[must_use]
pub fn evidence(evidence: ticket::Evidence) -> Evidence {
    Evidence {
        diagnosis: evidence.diagnosis,
        reproduction: evidence.reproduction,
        reproduction_waiver: evidence.reproduction_waiver,
        window_waiver: evidence.window_waiver,
        rollback_note: evidence.rollback_note,
        test_evidence: evidence.test_evidence,
    }
}

/// Evidence from a request, as the domain takes it.
#[must_use]
pub fn evidence_given(evidence: Evidence) -> ticket::Evidence {
    ticket::Evidence {
        diagnosis: evidence.diagnosis,
        reproduction: evidence.reproduction,
        reproduction_waiver: evidence.reproduction_waiver,
        window_waiver: evidence.window_waiver,
        rollback_note: evidence.rollback_note,
        test_evidence: evidence.test_evidence,
    }
}

/// What was done at once.
///
/// # Errors
/// The database.
pub fn mitigation(conn: &mut Conn, row: MitigationRow) -> Result<Mitigation, Failure> {
    let people = People::load(conn, [row.recorded_by])?;
    Ok(Mitigation {
        what_was_done: row.what_was_done,
        recorded_by: people.person(row.recorded_by),
        recorded_at: row.recorded_at,
    })
}

/// Closure records, in the order given; `closed_at` is when a cycle was confirmed or closed itself.
///
/// # Errors
/// The database.
pub fn closures(conn: &mut Conn, rows: Vec<Closure>) -> Result<Vec<ClosureRecord>, Failure> {
    let involved = rows
        .iter()
        .flat_map(|row| [Some(row.resolved_by), row.confirmed_by])
        .flatten();
    let people = People::load(conn, involved)?;
    let record = |row: Closure| ClosureRecord {
        cycle: row.cycle,
        what_was_done: row.what_was_done,
        why_it_happened: row.why_it_happened,
        how_to_prevent: row.how_to_prevent,
        cause_category: row.cause_category,
        deployed: row.deployed,
        resolved_by: people.person(row.resolved_by),
        resolved_at: row.resolved_at,
        estimated_minutes: row.estimated_minutes,
        approved_minutes: row.approved_minutes,
        used_minutes: row.used_minutes,
        closed_at: row.confirmed_at.filter(|_: &Instant| row.reopened_at.is_none()),
        confirmed_by: people.optional(row.confirmed_by),
    };
    Ok(rows.into_iter().map(record).collect())
}
