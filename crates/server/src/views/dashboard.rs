//! The client's first page.

use std::collections::BTreeMap;

use daypack_api_types::{
    dashboard::{Dashboard, Figures, Waiting},
    estimate::Estimate,
    ticket::TicketSummary,
    work::Window,
};
use daypack_domain::ids::{EstimateId, TicketId, WindowId};
use daypack_store::{Conn, tickets::Ticket};

use super::{estimates, ledger, statements, tickets, work};
use crate::{
    auth::keys::Keys,
    context::Context,
    error::Failure,
    flows::dashboard::{Dashboard as Read, Needed},
};

/// As the API shows it, with the previews of the estimates that wait.
///
/// # Errors
/// The database.
pub fn dashboard(conn: &mut Conn, context: &Context, keys: &Keys, read: Read) -> Result<Dashboard, Failure> {
    let mut rows: BTreeMap<TicketId, &Ticket> = BTreeMap::new();
    rows.extend(read.waiting.iter().map(|waiting| (waiting.ticket.id, &waiting.ticket)));
    rows.extend(read.active.iter().map(|ticket| (ticket.id, ticket)));
    let rows: Vec<Ticket> = rows.into_values().cloned().collect();
    let shown = tickets::summaries(conn, context, &rows)?;
    let summaries: BTreeMap<TicketId, TicketSummary> = shown.into_iter().map(|ticket| (ticket.id, ticket)).collect();
    let summary = |id: TicketId| {
        summaries
            .get(&id)
            .cloned()
            .ok_or_else(|| Failure::internal(format!("the ticket {id} has no summary")))
    };
    let mut offered = BTreeMap::new();
    let mut proposed = BTreeMap::new();
    load_parts(conn, context, &read, &mut offered, &mut proposed)?;
    let mut waiting = Vec::with_capacity(read.waiting.len());
    for item in &read.waiting {
        let ticket = summary(item.ticket.id)?;
        waiting.push(match &item.what {
            Needed::Estimate(shown) => Waiting::Estimate {
                ticket,
                estimate: offered
                    .remove(&shown.estimate.id)
                    .ok_or_else(|| Failure::internal("an estimate is lost"))?,
                preview: estimates::preview(keys, shown),
            },
            Needed::Window(row) => Waiting::Window {
                ticket,
                window: proposed
                    .remove(&row.id)
                    .ok_or_else(|| Failure::internal("a window is lost"))?,
            },
            Needed::Question(question) => Waiting::Question {
                ticket,
                question: question.clone(),
            },
            Needed::Validation => Waiting::Validation { ticket },
            Needed::Confirmation => Waiting::Confirmation { ticket },
        });
    }
    Ok(Dashboard {
        organization: tickets::organization_name(&read.organization),
        waiting,
        balance: ledger::balance(conn, &read.standing)?,
        active_tickets: read
            .active
            .iter()
            .map(|ticket| summary(ticket.id))
            .collect::<Result<_, _>>()?,
        active_count: read.active_count,
        figures: Figures {
            open_p0: read.figures.open_p0,
            resolved_this_month: read.figures.resolved,
            mean_p1_resolution_minutes: read.figures.mean_p1_minutes,
            improvements_this_month: read.figures.improvements,
        },
        last_statement: read.last_statement.as_ref().map(statements::summary).transpose()?,
        emergencies: Vec::new(),
        alerts: Vec::new(),
        rescue: None,
    })
}

/// All estimates at once, and all windows.
fn load_parts(
    conn: &mut Conn,
    context: &Context,
    read: &Read,
    offered: &mut BTreeMap<EstimateId, Estimate>,
    proposed: &mut BTreeMap<WindowId, Window>,
) -> Result<(), Failure> {
    let (mut estimate_rows, mut window_rows) = (Vec::new(), Vec::new());
    for item in &read.waiting {
        match &item.what {
            Needed::Estimate(shown) => estimate_rows.push(shown.estimate.clone()),
            Needed::Window(row) => window_rows.push(row.clone()),
            Needed::Question(_) | Needed::Validation | Needed::Confirmation => {}
        }
    }
    if !estimate_rows.is_empty() {
        let views = estimates::estimates(conn, context.now, estimate_rows)?;
        offered.extend(views.into_iter().map(|estimate| (estimate.id, estimate)));
    }
    if !window_rows.is_empty() {
        proposed.extend(
            work::windows(conn, window_rows)?
                .into_iter()
                .map(|window| (window.id, window)),
        );
    }
    Ok(())
}
