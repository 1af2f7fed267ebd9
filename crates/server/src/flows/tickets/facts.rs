//! What the workflow needs to know about a ticket (section 4).

use daypack_domain::{
    Instant,
    estimate::EstimateStatus,
    ledger::Rounding,
    lot::LotStatus,
    ticket::{Evidence, Scope, Severity, Status},
    work::WindowStatus,
    workflow::{Facts, TimeLimits, WindowState},
};
use daypack_store::{
    Conn,
    cases::{self, Seen},
    catalogue,
    estimates::Estimate,
    lots::LotRecord,
    organizations::Organization,
    systems::System,
    tickets::{Ticket, Work},
    warranties,
    windows::{self, Window},
};

use super::Case;
use crate::{
    context::Context,
    error::Failure,
    flows::{emergency, estimates::standing},
    views::LotNames,
};

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
    let proposed = windows::of_ticket(conn, case.ticket.id)?;
    let found = cases::known(conn, case.ticket.id)?;
    let about = About {
        system: found.system,
        rounding: rounding(conn, case.seen(), context.now)?,
        estimates: found.open_estimate.as_slice(),
        windows: &proposed,
        evidence: found.evidence,
    };
    let known = known(conn, context, case.seen(), about)?;
    Ok(Facts { emergency, ..known })
}

/// What the ticket itself says, without anything that is recorded beside it.
#[must_use]
pub fn standing(ticket: &Ticket) -> Facts {
    Facts {
        resume_status: ticket.resume_status,
        severity: ticket.severity,
        kind: ticket.kind,
        scope: ticket.scope,
        billable: ticket.billable,
        ..Facts::new(ticket.status)
    }
}

/// What is loaded of a ticket for its facts.
#[derive(Debug)]
pub struct About<'a> {
    /// The system that it is about.
    pub system: Option<System>,
    /// How its time is billed.
    pub rounding: Rounding,
    /// Its estimates, at least the open one.
    pub estimates: &'a [Estimate],
    /// Its windows, newest proposal first.
    pub windows: &'a [Window],
    /// What was found and proven.
    pub evidence: Evidence,
}

/// The facts of a ticket that is only looked at, for the buttons; the emergency clause counts without a look at the
/// ledger.
///
/// # Errors
/// The database.
pub fn known(
    conn: &mut Conn,
    context: &Context,
    (ticket, work, organization): Seen<'_>,
    about: About<'_>,
) -> Result<Facts, Failure> {
    let window = about.windows.iter().find_map(|window| match window.status {
        WindowStatus::Proposed => Some(WindowState::Proposed),
        WindowStatus::Accepted => Some(WindowState::Accepted),
        WindowStatus::Declined | WindowStatus::Superseded => None,
    });
    let is_open = |estimate: &&Estimate| estimate.status == EstimateStatus::Offered;
    let open_estimate = about.estimates.iter().find(is_open);
    let unanswered_at = match ticket.status {
        Status::NeedsInfo => {
            let calendar = context.versions.calendar(conn, work.calendar_id)?;
            Some(calendar.end_of_open_day_after(ticket.status_since, UNANSWERED_DAYS))
        }
        _ => None,
    };
    let clause = organization.emergency_clause();
    let covered = ticket
        .severity
        .is_some_and(|severity| clause.check_covers(severity).is_ok());
    let emergency = covered
        && before_approval(ticket.status)
        && ticket.scope != Some(Scope::Out)
        && emergency::check_another(conn, ticket.id)?.is_ok();
    // What is under warranty is not billable.
    let warranty = !ticket.billable && warranties::find(conn, ticket.id)?.is_some_and(|warranty| warranty.accepted);
    let small_works = standing::small_works_minutes(conn, organization, ticket, work, context.now)?;
    Ok(Facts {
        emergency,
        warranty,
        evidence: about.evidence,
        window: window.unwrap_or(WindowState::None),
        window_required: about.system.is_some_and(|system| system.window_required()),
        open_estimate: open_estimate.is_some(),
        actual_minutes: work.actual_minutes,
        free_minutes: about.rounding.free_minutes,
        // Its limit is in billable minutes: those that are free come on top.
        small_works_minutes: if small_works > 0 {
            about.rounding.free_minutes + small_works
        } else {
            0
        },
        limits: TimeLimits {
            closes_at: work.closes_at,
            unanswered_at,
            estimate_lapses_at: open_estimate.map(|estimate| estimate.valid_until),
        },
        ..standing(ticket)
    })
}

/// Whether the emergency clause lets work start on this ticket at this severity: named, in the agreement, and with
/// minutes or debt left (section 6).
///
/// # Errors
/// The database.
pub fn emergency_covers(conn: &mut Conn, context: &Context, case: &Case, severity: Severity) -> Result<bool, Failure> {
    let clause = case.organization.emergency_clause();
    let covered = clause.check_covers(severity).is_ok()
        && emergency::check_another(conn, case.ticket.id)?.is_ok()
        && clause.hold_minutes > case.work.used_minutes
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

/// How the ticket's time is billed: as agreed at its first approval, before it by the best plan among the lots that a
/// yes could take minutes from now.
///
/// # Errors
/// The database.
pub fn rounding(conn: &mut Conn, (ticket, work, organization): Seen<'_>, now: Instant) -> Result<Rounding, Failure> {
    if let Some(agreed) = agreed(work) {
        return Ok(agreed);
    }
    let names = LotNames::load(conn, organization.id)?;
    rounding_of(conn, (ticket, work, organization), &names, now)
}

/// From its first yes on, or the first work before one, it does not change any more how a ticket's time is billed.
pub fn fix_rounding(work: &mut Work, agreed: Rounding) {
    work.increment_minutes = Some(agreed.increment_minutes);
    work.minimum_minutes = Some(agreed.minimum_minutes);
    work.free_minutes = Some(agreed.free_minutes);
}

/// As [`rounding`], when the organization's lots are loaded; they are not needed once it is agreed.
///
/// # Errors
/// The database.
pub fn rounding_of(
    conn: &mut Conn,
    (ticket, work, organization): Seen<'_>,
    names: &LotNames,
    now: Instant,
) -> Result<Rounding, Failure> {
    if let Some(agreed) = agreed(work) {
        return Ok(agreed);
    }
    // What is held in a lot that has ended, or whose payment bounced, stays posted; nothing more is given by its plan.
    let usable = |lot: &&LotRecord| {
        let there = lot.position.status == LotStatus::Active && lot.position.ends_at > now;
        there && lot.position.posted_minutes > 0 && lot.position.serves(ticket.system_id)
    };
    let best = names.live().filter(usable).max_by_key(|lot| lot.lot.queue);
    agreed_rounding(conn, organization, best, names)
}

/// What was agreed at the first approval.
#[must_use]
pub fn agreed(work: &Work) -> Option<Rounding> {
    Some(Rounding {
        increment_minutes: work.increment_minutes?,
        minimum_minutes: work.minimum_minutes?,
        free_minutes: work.free_minutes?,
    })
}

/// How time is billed that takes its minutes from this lot.
///
/// # Errors
/// The database.
pub fn agreed_rounding(
    conn: &mut Conn,
    organization: &Organization,
    lot: Option<&LotRecord>,
    names: &LotNames,
) -> Result<Rounding, Failure> {
    let mut free_minutes = Rounding::default().free_minutes;
    if let Some(record) = lot {
        if let Some(plan) = names.plan_of(record.lot.id) {
            free_minutes = plan.free_minutes;
        } else if let Some(code) = &record.lot.plan_code
            && let Some(record) = catalogue::newest_plan(conn, code.as_str())?
        {
            free_minutes = record.plan.free_minutes;
        }
    }
    let settings = &organization.settings;
    Ok(Rounding {
        increment_minutes: settings.increment_minutes,
        minimum_minutes: settings.minimum_minutes,
        free_minutes,
    })
}
