//! The client's first page: what waits on the asking person, what there is, what is being done, the month in figures.
//! The number of queries does not grow with what there is to show.

use chrono::Datelike;
use daypack_domain::{
    estimate::EstimateStatus,
    event::EventKind,
    ids::{OrganizationId, TicketId},
    policy::{Action, may},
    ticket::{Kind, Severity, Status},
    work::WindowStatus,
};
use daypack_store::{
    Conn, closures, estimates, events as told,
    organizations::Organization,
    statements::StatementRow,
    tickets::{self, Ticket},
    windows::{self, Window},
};

use super::{
    alerts,
    balance::{self, Standing},
    emergency,
    estimates::preview::{self, Shown},
    organizations,
    rescue::{self, Rescue},
    statements,
    tickets::clocks::Calendars,
};
use crate::{context::Context, error::Failure, views::LotNames};

/// Requests in progress that are shown.
const ACTIVE_SHOWN: usize = 10;
/// Open estimates that are shown at most.
const ESTIMATES_SHOWN: i64 = 100;

/// What the first page shows.
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// Whose.
    pub organization: Organization,
    /// What needs the asking person, most urgent first.
    pub waiting: Vec<Waiting>,
    /// Minutes now.
    pub standing: Standing,
    /// Requests in progress, most urgent first, the first ten.
    pub active: Vec<Ticket>,
    /// How many there are.
    pub active_count: i64,
    /// The month.
    pub figures: Figures,
    /// The newest statement.
    pub last_statement: Option<StatementRow>,
    /// Emergencies that wait for the asking owner's word.
    pub emergencies: Vec<(Ticket, emergency::Shown)>,
    /// What is low or ends soon.
    pub alerts: Vec<alerts::Shown>,
    /// What expires unused, if anything does.
    pub rescue: Option<Rescue>,
}

/// Something that needs the asking person, and its ticket.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The ticket.
    pub ticket: Ticket,
    /// What is needed.
    pub what: Needed,
}

/// What is needed.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "a few of them on one page")]
pub enum Needed {
    /// Yes or no to an estimate.
    Estimate(Shown),
    /// Yes or no to a window.
    Window(Window),
    /// An answer.
    Question(String),
    /// A try in staging.
    Validation,
    /// A word on what was delivered.
    Confirmation,
}

/// The month in figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// P0 tickets open now.
    pub open_p0: i64,
    /// Tickets delivered this month.
    pub resolved: i64,
    /// Mean business minutes from creation to solution of the P1 tickets among them.
    pub mean_p1_minutes: Option<i64>,
    /// Those among them that were not corrective.
    pub improvements: i64,
}

/// Reads it.
///
/// # Errors
/// Those of [`may`].
pub fn read(conn: &mut Conn, context: &Context, organization_id: OrganizationId) -> Result<Dashboard, Failure> {
    may(&context.actor, Action::ReadTickets, organization_id.into())?;
    let found = daypack_store::organizations::find(conn, organization_id)?;
    let organization = found.ok_or(daypack_domain::Refusal::NotFound)?;
    let standing = balance::read(conn, context, &organization, None)?;
    let shown: Vec<Status> = Status::ALL
        .iter()
        .copied()
        .filter(|status| status.is_open() || *status == Status::Resolved)
        .collect();
    let open = tickets::in_statuses(conn, Some(&[organization_id]), &shown)?;
    let waiting = waiting(conn, context, &organization, &standing.names, &open)?;
    let severity = |ticket: &Ticket| ticket.severity.or(ticket.suggested_severity);
    let open_p0 = open
        .iter()
        .filter(|ticket| ticket.status.is_open() && severity(ticket) == Some(Severity::P0));
    let figures = Figures {
        open_p0: count(open_p0),
        ..figures(conn, context, &organization)?
    };
    let mut active: Vec<Ticket> = open
        .into_iter()
        .filter(|ticket| is_in_progress(ticket.status))
        .collect();
    active.sort_by_key(|ticket| (ticket.sla.queue.key(context.now), ticket.id));
    let active_count = count(active.iter());
    active.truncate(ACTIVE_SHOWN);
    let emergencies = emergency::waiting(conn, context, &organization)?;
    let alerts = alerts::current(conn, context, &organization, &standing)?;
    let rescue = rescue::read(conn, context, &organization, &standing)?;
    let rescue = (!rescue.lots.is_empty()).then_some(rescue);
    Ok(Dashboard {
        waiting,
        standing,
        active,
        active_count,
        figures,
        last_statement: statements::last(conn, context, organization_id)?,
        emergencies,
        alerts,
        rescue,
        organization,
    })
}

fn count(things: impl Iterator) -> i64 {
    i64::try_from(things.count()).unwrap_or(i64::MAX)
}

/// Open and on its way, not only in a list.
fn is_in_progress(status: Status) -> bool {
    status.is_open() && !matches!(status, Status::Backlog | Status::Quoted)
}

/// What needs this person, by role and limits: nothing needs staff here, and an estimate above somebody's limit waits
/// on somebody else.
fn waiting(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    names: &LotNames,
    open: &[Ticket],
) -> Result<Vec<Waiting>, Failure> {
    if context.actor.membership(organization.id).is_none() {
        return Ok(Vec::new());
    }
    let allowed = |action| may(&context.actor, action, organization.id.into()).is_ok();
    let ticket_of = |id: TicketId| open.iter().find(|ticket| ticket.id == id).cloned();
    let mut waiting = Vec::new();
    if allowed(Action::ApproveEstimate) {
        let filter = estimates::Filter {
            organizations: Some(vec![organization.id]),
            status: Some(EstimateStatus::Offered),
            valid_after: Some(context.now),
        };
        let offered = estimates::page(conn, &filter, None, ESTIMATES_SHOWN)?.items;
        let ids: Vec<TicketId> = offered.iter().map(|estimate| estimate.ticket_id).collect();
        let gathered = if ids.is_empty() {
            Vec::new()
        } else {
            tickets::work_of(conn, &ids)?
        };
        let asked = offered.into_iter().filter_map(|estimate| {
            let ticket = open.iter().find(|ticket| ticket.id == estimate.ticket_id)?;
            let work = gathered.iter().find(|work| work.ticket_id == estimate.ticket_id)?;
            Some((estimate, ticket, work))
        });
        let previews = preview::show_all(conn, context, organization, names, asked.collect())?;
        let mine = previews.into_iter().filter(|shown| shown.may_approve);
        waiting.extend(mine.filter_map(|shown| {
            Some(Waiting {
                ticket: ticket_of(shown.estimate.ticket_id)?,
                what: Needed::Estimate(shown),
            })
        }));
    }
    if allowed(Action::AnswerWindow) {
        let proposed = windows::ending_after(conn, organization.id, &[WindowStatus::Proposed], context.now)?;
        waiting.extend(proposed.into_iter().filter_map(|window| {
            let ticket = ticket_of(window.ticket_id).filter(|ticket| ticket.status == Status::AwaitingWindow)?;
            Some(Waiting {
                ticket,
                what: Needed::Window(window),
            })
        }));
    }
    if allowed(Action::Comment) {
        waiting.extend(questions(conn, open)?);
        let to_try = open
            .iter()
            .filter(|ticket| ticket.status == Status::AwaitingValidation)
            .cloned();
        waiting.extend(to_try.map(|ticket| Waiting {
            ticket,
            what: Needed::Validation,
        }));
    }
    if allowed(Action::ConfirmResolution) {
        let delivered = open.iter().filter(|ticket| ticket.status == Status::Resolved).cloned();
        waiting.extend(delivered.map(|ticket| Waiting {
            ticket,
            what: Needed::Confirmation,
        }));
    }
    waiting.sort_by_key(|waiting| {
        let ticket = &waiting.ticket;
        let severity = ticket.severity.or(ticket.suggested_severity).unwrap_or(Severity::P2);
        // What is delivered can wait; work stands still for the rest.
        (
            matches!(waiting.what, Needed::Confirmation),
            severity,
            ticket.status_since,
            ticket.id,
        )
    });
    Ok(waiting)
}

/// The last question of each ticket that waits for an answer.
fn questions(conn: &mut Conn, open: &[Ticket]) -> Result<Vec<Waiting>, Failure> {
    let asked: Vec<&Ticket> = open
        .iter()
        .filter(|ticket| ticket.status == Status::NeedsInfo)
        .collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<TicketId> = asked.iter().map(|ticket| ticket.id).collect();
    let happened = told::of_tickets(conn, &ids)?;
    let question = |id: TicketId| {
        let of_ticket = happened.iter().rev().filter(|event| event.ticket_id == Some(id));
        let mut asked = of_ticket.filter_map(|event| match &event.kind {
            EventKind::TicketStatusChanged {
                to: Status::NeedsInfo,
                reason,
                ..
            } => Some(reason.clone()),
            _ => None,
        });
        asked.next().flatten().unwrap_or_default()
    };
    let waiting = |ticket: &Ticket| Waiting {
        ticket: ticket.clone(),
        what: Needed::Question(question(ticket.id)),
    };
    Ok(asked.into_iter().map(waiting).collect())
}

/// What was delivered since the first of the month, there.
fn figures(conn: &mut Conn, context: &Context, organization: &Organization) -> Result<Figures, Failure> {
    let zone = organizations::zone_of(organization)?;
    let today = zone.date_at(context.now);
    let from = zone.first_instant(today.with_day(1).unwrap_or(today));
    let until = context.now + daypack_domain::time::TICK;
    let delivered = closures::delivered_between(conn, organization.id, from, until)?;
    let mut calendars = Calendars::load(conn, context, delivered.iter().map(|ticket| ticket.calendar_id))?;
    let mut minutes = Vec::new();
    for ticket in delivered.iter().filter(|ticket| ticket.severity == Some(Severity::P1)) {
        let intervals = calendars.get(ticket.calendar_id)?;
        let elapsed = intervals.compute(|open| open.elapsed(ticket.created_at, ticket.resolved_at));
        minutes.push(elapsed.map_err(Failure::internal)?.num_minutes());
    }
    let improved = delivered
        .iter()
        .filter(|ticket| ticket.kind.is_some_and(|kind| kind != Kind::Corrective));
    Ok(Figures {
        open_p0: 0,
        resolved: count(delivered.iter()),
        mean_p1_minutes: minutes.iter().sum::<i64>().checked_div(count(minutes.iter())),
        improvements: count(improved),
    })
}
