//! The client's first page.

use std::collections::BTreeMap;

use daypack_api_types::{
    dashboard::{Dashboard, Figures, Offer, Waiting},
    ticket::TicketSummary,
};
use daypack_domain::ids::TicketId;
use daypack_store::{Conn, tickets::Ticket};

use super::{People, alerts, emergency, estimates, ledger, statements, tickets, work};
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
    let people = people_of(conn, &summaries, &read)?;
    let mut waiting = Vec::with_capacity(read.waiting.len());
    for item in &read.waiting {
        let ticket = summary(item.ticket.id)?;
        waiting.push(match &item.what {
            Needed::Estimate(shown) => Waiting::Estimate {
                ticket,
                estimate: Offer {
                    id: shown.estimate.id,
                    minutes: shown.estimate.minutes,
                    valid_until: shown.estimate.valid_until,
                },
                preview: estimates::preview(keys, shown),
            },
            Needed::Window(row) => Waiting::Window {
                ticket,
                window: work::window(row.clone(), &people),
            },
            Needed::Question(question) => Waiting::Question {
                ticket,
                question: question.clone(),
            },
            Needed::Validation => Waiting::Validation { ticket },
            Needed::Confirmation => Waiting::Confirmation { ticket },
        });
    }
    let rescue = read
        .rescue
        .as_ref()
        .map(|rescue| alerts::rescue(&read.organization, &read.standing, rescue));
    Ok(Dashboard {
        organization: tickets::organization_name(&read.organization),
        waiting,
        balance: ledger::balance(&read.standing),
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
        emergencies: emergency::open(conn, context, read.emergencies)?,
        alerts: alerts::alerts(&read.standing.names, &read.alerts),
        rescue,
    })
}

/// Everybody whom windows name; reporters and assignees are known.
fn people_of(conn: &mut Conn, summaries: &BTreeMap<TicketId, TicketSummary>, read: &Read) -> Result<People, Failure> {
    let known = summaries
        .values()
        .flat_map(|ticket| [Some(ticket.reporter.clone()), ticket.assignee.clone()]);
    let mut involved = Vec::new();
    for item in &read.waiting {
        if let Needed::Window(row) = &item.what {
            involved.extend(work::window_involved(row));
        }
    }
    People::load_beside(conn, known.flatten(), involved)
}
