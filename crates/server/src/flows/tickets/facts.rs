//! What the workflow needs to know about a ticket (section 4).

use daypack_domain::{
    Instant,
    calendar::Calendar,
    ledger::Rounding,
    ticket::{Scope, Severity, Status},
    work::WindowStatus,
    workflow::{Facts, TimeLimits, WindowState},
};
use daypack_store::{
    Conn, calendars, catalogue, estimates, evidence, lots,
    lots::LotRecord,
    orders,
    organizations::Organization,
    systems,
    tickets::{Ticket, Work},
    windows,
};

use super::Case;
use crate::{context::Context, error::Failure};

/// Business days after which a question without an answer ends the request.
pub const UNANSWERED_DAYS: u32 = 15;
/// Open days after resolution at the end of which a ticket closes by itself.
pub const CLOSING_DAYS: u32 = 5;

/// The facts of a ticket in hand.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, context: &Context, case: &Case) -> Result<Facts, Failure> {
    let emergency = match case.ticket.severity {
        Some(severity) if before_approval(case.ticket.status) => emergency_covers(conn, context, case, severity)?,
        _ => false,
    };
    let known = known(conn, &case.organization, &case.ticket, &case.work, context.now)?;
    Ok(Facts { emergency, ..known })
}

/// The facts of a ticket that is only looked at, for the buttons; the emergency clause counts without a look at the
/// ledger.
///
/// # Errors
/// The database.
pub fn known(
    conn: &mut Conn,
    organization: &Organization,
    ticket: &Ticket,
    work: &Work,
    now: Instant,
) -> Result<Facts, Failure> {
    let proposed = windows::of_ticket(conn, ticket.id)?;
    let window = proposed.iter().find_map(|window| match window.status {
        WindowStatus::Proposed => Some(WindowState::Proposed),
        WindowStatus::Accepted => Some(WindowState::Accepted),
        WindowStatus::Declined | WindowStatus::Superseded => None,
    });
    let system = match ticket.system_id {
        Some(system_id) => systems::find(conn, system_id)?,
        None => None,
    };
    let open_estimate = estimates::open_of_ticket(conn, ticket.id)?;
    let unanswered_at = match ticket.status {
        Status::NeedsInfo => Some(calendar(conn, work)?.end_of_open_day_after(ticket.status_since, UNANSWERED_DAYS)),
        _ => None,
    };
    let clause = &organization.settings.emergency_severities;
    Ok(Facts {
        resume_status: ticket.resume_status,
        severity: ticket.severity,
        kind: ticket.kind,
        scope: ticket.scope,
        billable: ticket.billable,
        emergency: before_approval(ticket.status) && ticket.severity.is_some_and(|severity| clause.contains(&severity)),
        evidence: evidence::of_ticket(conn, ticket.id)?,
        window: window.unwrap_or(WindowState::None),
        window_required: system.is_some_and(|system| system.window_required()),
        open_estimate: open_estimate.is_some(),
        actual_minutes: work.actual_minutes,
        free_minutes: rounding(conn, organization, work, now)?.free_minutes,
        limits: TimeLimits {
            closes_at: work.closes_at,
            unanswered_at,
            estimate_lapses_at: open_estimate.map(|estimate| estimate.valid_until),
        },
        ..Facts::new(ticket.status)
    })
}

/// Whether the emergency clause lets work start on this ticket at this severity: named, in the agreement, and with
/// minutes or debt left (section 6).
///
/// # Errors
/// The database.
pub fn emergency_covers(conn: &mut Conn, context: &Context, case: &Case, severity: Severity) -> Result<bool, Failure> {
    let settings = &case.organization.settings;
    let covered = settings.emergency_severities.contains(&severity)
        && settings.emergency_minutes > case.work.used_minutes
        && case.ticket.scope != Some(Scope::Out);
    if !covered {
        return Ok(false);
    }
    let account = case.account(conn)?.settled(context.now)?;
    let counters = account.counters();
    let borrowable = counters.debt_limit_minutes - counters.debt_minutes;
    Ok(account.available_for(case.ticket.system_id) > 0 || account.held_for(case.ticket.id) > 0 || borrowable > 0)
}

/// Nothing was approved yet: the statuses from which the emergency clause can start the work.
pub(super) const fn before_approval(status: Status) -> bool {
    matches!(status, Status::Submitted | Status::Estimating)
}

/// How the ticket's time is billed: as agreed at its first approval, before it as it would be agreed now.
///
/// # Errors
/// The database.
pub fn rounding(conn: &mut Conn, organization: &Organization, work: &Work, now: Instant) -> Result<Rounding, Failure> {
    if let (Some(increment_minutes), Some(minimum_minutes), Some(free_minutes)) =
        (work.increment_minutes, work.minimum_minutes, work.free_minutes)
    {
        return Ok(Rounding {
            increment_minutes,
            minimum_minutes,
            free_minutes,
        });
    }
    let usable = |lot: &LotRecord| lot.position.ends_at > now && lot.position.posted_minutes > 0;
    let lots = lots::live(conn, organization.id, &[])?;
    let best = lots.into_iter().filter(usable).max_by_key(|lot| lot.lot.queue);
    agreed_rounding(conn, organization, best.as_ref())
}

/// How time is billed that takes its minutes from this lot.
///
/// # Errors
/// The database.
pub fn agreed_rounding(
    conn: &mut Conn,
    organization: &Organization,
    lot: Option<&LotRecord>,
) -> Result<Rounding, Failure> {
    let mut free_minutes = Rounding::default().free_minutes;
    if let Some(record) = lot {
        let order = match record.lot.order_id {
            Some(order_id) => orders::find(conn, order_id)?,
            None => None,
        };
        if let Some(order) = order {
            free_minutes = order.order.plan.free_minutes;
        } else if let Some(code) = &record.lot.plan_code
            && let Some(plan) = catalogue::current_plan(conn, code.as_str())?
        {
            free_minutes = plan.free_minutes;
        }
    }
    let settings = &organization.settings;
    Ok(Rounding {
        increment_minutes: settings.increment_minutes,
        minimum_minutes: settings.minimum_minutes,
        free_minutes,
    })
}

/// The calendar that a ticket was opened under.
///
/// # Errors
/// The database.
pub fn calendar(conn: &mut Conn, work: &Work) -> Result<Calendar, Failure> {
    let version = calendars::find_calendar(conn, work.calendar_id)?
        .ok_or_else(|| Failure::internal(format!("the calendar {} is not there", work.calendar_id)))?;
    Calendar::new(version.definition.0).map_err(Failure::internal)
}
