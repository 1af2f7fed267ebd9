//! Windows, time, evidence, mitigation and closure.

use std::collections::BTreeMap;

use daypack_api_types::{
    estimate::Allocation,
    work::{ClosureRecord, Evidence, Mitigation, TimeEntry, Window},
};
use daypack_domain::{
    Instant,
    ids::{LotId, OrganizationId, TimeEntryId, UserId},
    ledger::MovementKind,
    ticket,
};
use daypack_store::{
    Conn,
    closures::Closure,
    evidence::Mitigation as MitigationRow,
    ledger,
    time_entries::{Moved, TimeEntry as EntryRow},
    windows::Window as WindowRow,
};

use super::{LotNames, People};
use crate::error::Failure;

/// Windows with who proposed and answered them, in the order given.
///
/// # Errors
/// The database.
pub fn windows(conn: &mut Conn, rows: Vec<WindowRow>) -> Result<Vec<Window>, Failure> {
    let people = People::load(conn, rows.iter().flat_map(window_involved))?;
    Ok(rows.into_iter().map(|row| window(row, &people)).collect())
}

/// Whom a window names.
pub fn window_involved(row: &WindowRow) -> impl Iterator<Item = UserId> + use<> {
    [Some(row.proposed_by), row.decided_by].into_iter().flatten()
}

/// A window, when everybody that it names is known.
#[must_use]
pub fn window(row: WindowRow, people: &People) -> Window {
    Window {
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
    }
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
    let mut moved: BTreeMap<TimeEntryId, Vec<Moved>> = BTreeMap::new();
    if !ids.is_empty() {
        for movement in ledger::of_entries(conn, &ids)? {
            if let Some(entry_id) = movement.entry_id {
                moved.entry(entry_id).or_default().push(Moved {
                    lot_id: movement.lot_id,
                    kind: movement.kind,
                    minutes: movement.minutes,
                });
            }
        }
    }
    let names = if moved.values().any(|moved| took_from_lots(moved)) {
        LotNames::load(conn, organization_id)?
    } else {
        LotNames::default()
    };
    let entry = |row: EntryRow| {
        let moved = moved.remove(&row.id).unwrap_or_default();
        time_entry(row, &moved, &names, &people)
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// Whether the names of lots are needed to show this.
#[must_use]
pub fn took_from_lots(moved: &[Moved]) -> bool {
    moved.iter().any(|moved| net(moved).is_some())
}

/// A time entry, when everything that it names is known.
#[must_use]
pub fn time_entry(row: EntryRow, moved: &[Moved], names: &LotNames, people: &People) -> TimeEntry {
    TimeEntry {
        id: row.id,
        ticket_id: row.ticket_id,
        person: people.person(row.user_id),
        minutes: row.actual_minutes,
        billable_minutes: row.billable_minutes,
        borrowed_minutes: moved
            .iter()
            .filter(|moved| moved.lot_id.is_none())
            .map(|moved| moved.kind.debt_sign() * moved.minutes)
            .sum(),
        waived_minutes: row.waived_minutes,
        billable: row.billable,
        worked_on: row.worked_on,
        activity: row.activity,
        note: row.note,
        logged_at: row.created_at,
        reversed_at: row.reversed_at,
        reversal_reason: row.reason,
        allocations: allocations(moved, names),
    }
}

/// What a movement took from a lot, negative when it came back.
fn net(moved: &Moved) -> Option<(LotId, i64)> {
    match moved.kind {
        MovementKind::Consume => Some((moved.lot_id?, moved.minutes)),
        MovementKind::Unconsume => Some((moved.lot_id?, -moved.minutes)),
        _ => None,
    }
}

/// What an entry took from each lot, net of what came back, in the order in which it took it.
fn allocations(moved: &[Moved], names: &LotNames) -> Vec<Allocation> {
    let mut parts: Vec<(LotId, i64)> = Vec::new();
    for (lot_id, minutes) in moved.iter().filter_map(net) {
        match parts.iter_mut().find(|(known, _)| *known == lot_id) {
            Some((_, sum)) => *sum += minutes,
            None => parts.push((lot_id, minutes)),
        }
    }
    let used = parts.into_iter().filter(|(_, minutes)| *minutes > 0);
    used.filter_map(|(lot_id, minutes)| names.allocation(lot_id, minutes))
        .collect()
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
#[must_use]
pub fn mitigation(row: MitigationRow, people: &People) -> Mitigation {
    Mitigation {
        what_was_done: row.what_was_done,
        recorded_by: people.person(row.recorded_by),
        recorded_at: row.recorded_at,
    }
}

/// Whom a closure record names.
pub fn closure_involved(row: &Closure) -> impl Iterator<Item = UserId> + use<> {
    [Some(row.resolved_by), row.confirmed_by].into_iter().flatten()
}

/// A closure record; `closed_at` is when a cycle was confirmed or closed itself.
#[must_use]
pub fn closure(row: Closure, people: &People) -> ClosureRecord {
    ClosureRecord {
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
    }
}
