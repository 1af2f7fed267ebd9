//! Tickets: in lists, and whole.

use std::collections::BTreeMap;

use daypack_api_types::ticket::{Impact, OrganizationName, Ticket, TicketSummary};
use daypack_domain::{
    ids::{CalendarId, OrganizationId, SystemId, TicketId, UserId},
    policy::{Action, Actor, may},
    ticket::Status,
    workflow::{self, Facts, Via},
};
use daypack_store::{
    Conn, attachments, closures, estimates, evidence, organizations,
    organizations::Organization,
    systems,
    tickets::{self, Ticket as Row, Work},
    time_entries, windows,
};

use super::{People, comments, estimates as estimate_views, markdown, sla, work};
use crate::{
    context::Context,
    error::Failure,
    flows::tickets::{clocks::Calendars, facts},
};

/// Everything that the summaries of some tickets show, loaded at once.
struct Surroundings {
    organizations: BTreeMap<OrganizationId, Organization>,
    systems: BTreeMap<SystemId, String>,
    people: People,
    works: BTreeMap<TicketId, Work>,
    held: BTreeMap<TicketId, i64>,
    offered: BTreeMap<TicketId, i64>,
    calendars: Calendars,
}

impl Surroundings {
    fn load(conn: &mut Conn, context: &Context, rows: &[Row]) -> Result<Self, Failure> {
        let ids: Vec<TicketId> = rows.iter().map(|row| row.id).collect();
        let owners: Vec<OrganizationId> = distinct(rows.iter().map(|row| row.organization_id));
        let about: Vec<SystemId> = distinct(rows.iter().filter_map(|row| row.system_id));
        let involved: Vec<UserId> = rows
            .iter()
            .flat_map(|row| [Some(row.reporter_id), row.assignee_id])
            .flatten()
            .collect();
        let works = tickets::work_of(conn, &ids)?;
        let used: Vec<CalendarId> = distinct(works.iter().map(|work| work.calendar_id));
        let found = organizations::find_many(conn, &owners)?;
        let named = systems::find_many(conn, &about)?;
        Ok(Self {
            organizations: found
                .into_iter()
                .map(|organization| (organization.id, organization))
                .collect(),
            systems: named.into_iter().map(|system| (system.id, system.name)).collect(),
            people: People::load(conn, involved)?,
            works: works.into_iter().map(|work| (work.ticket_id, work)).collect(),
            held: tickets::held_minutes(conn, &ids)?,
            offered: estimates::offered_minutes(conn, &ids, context.now)?
                .into_iter()
                .collect(),
            calendars: Calendars::load(conn, &used, context.now)?,
        })
    }

    fn organization(&self, id: OrganizationId) -> Result<&Organization, Failure> {
        self.organizations
            .get(&id)
            .ok_or_else(|| Failure::internal(format!("the organization {id} is not there")))
    }

    fn summary(&mut self, context: &Context, row: &Row) -> Result<TicketSummary, Failure> {
        let organization = self.organization(row.organization_id)?;
        let (reference, name) = (
            format!("{}-{}", organization.prefix, row.number),
            organization_name(organization),
        );
        let work = self.works.get(&row.id);
        let work = work.ok_or_else(|| Failure::internal(format!("the ticket {} has no work", row.id)))?;
        let (approved_minutes, used_minutes) = (work.approved_minutes, work.used_minutes);
        let sla = sla::summary(&row.sla, self.calendars.get(work.calendar_id)?, context.now)?;
        Ok(TicketSummary {
            id: row.id,
            reference,
            organization: name,
            title: row.title.clone(),
            status: row.status,
            severity: row.severity,
            suggested_severity: row.suggested_severity,
            kind: row.kind,
            queue_level: row.queue_level,
            channel: row.channel,
            system_name: row.system_id.and_then(|id| self.systems.get(&id).cloned()),
            affected: row.affected.clone(),
            assignee: self.people.optional(row.assignee_id),
            reporter: self.people.person(row.reporter_id),
            created_at: row.created_at,
            updated_at: row.updated_at,
            agreed_on: row.agreed_on,
            approved_minutes,
            used_minutes,
            held_minutes: self.held.get(&row.id).copied().unwrap_or(0),
            offered_minutes: self.offered.get(&row.id).copied(),
            sla,
            version: row.version,
        })
    }
}

fn distinct<T: Ord>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    values
        .into_iter()
        .collect::<std::collections::BTreeSet<T>>()
        .into_iter()
        .collect()
}

/// An organization, as a ticket names it.
#[must_use]
pub fn organization_name(organization: &Organization) -> OrganizationName {
    OrganizationName {
        id: organization.id,
        slug: organization.slug.clone(),
        name: organization.name.clone(),
    }
}

/// Tickets in lists, in the order given, with their clocks at the context's instant.
///
/// # Errors
/// The database.
pub fn summaries(conn: &mut Conn, context: &Context, rows: &[Row]) -> Result<Vec<TicketSummary>, Failure> {
    let mut around = Surroundings::load(conn, context, rows)?;
    rows.iter().map(|row| around.summary(context, row)).collect()
}

/// A ticket whole, as the context's actor sees it.
///
/// # Errors
/// The database.
pub fn ticket(conn: &mut Conn, context: &Context, row: &Row) -> Result<Ticket, Failure> {
    let mut around = Surroundings::load(conn, context, std::slice::from_ref(row))?;
    let summary = around.summary(context, row)?;
    let organization = around.organization(row.organization_id)?.clone();
    let gathered = around.works.remove(&row.id);
    let gathered = gathered.ok_or_else(|| Failure::internal(format!("the ticket {} has no work", row.id)))?;
    let facts = facts::known(conn, &organization, row, &gathered, context.now)?;
    let files = attachments::of_ticket(conn, row.id)?;
    let offered = estimates::of_ticket(conn, row.id)?;
    let mut entries = time_entries::of_ticket(conn, row.id)?;
    entries.reverse();
    let proposed = windows::of_ticket(conn, row.id)?;
    let closed = closures::of_ticket(conn, row.id)?;
    let mitigation = match evidence::last_mitigation(conn, row.id)? {
        Some(mitigation) => Some(work::mitigation(conn, mitigation)?),
        None => None,
    };
    Ok(Ticket {
        summary,
        description: row.description.clone(),
        description_html: markdown::html(&row.description),
        system_id: row.system_id,
        impact: row.impact.as_ref().map(|impact| Impact {
            main_operation_blocked: impact.main_operation_blocked,
            workaround: impact.workaround,
            people: impact.people,
        }),
        scope: row.scope,
        billable: row.billable,
        not_billable_reason: row.not_billable_reason.clone(),
        mitigation_plan: gathered.mitigation_plan,
        solution_plan: gathered.solution_plan,
        tags: row.tags.0.clone(),
        attachments: files
            .into_iter()
            .filter(|file| file.comment_id.is_none())
            .map(comments::attachment)
            .collect(),
        estimates: estimate_views::estimates(conn, context.now, offered)?,
        time_entries: work::time_entries(conn, row.organization_id, entries)?,
        windows: work::windows(conn, proposed)?,
        links: Vec::new(),
        emergency: None,
        warranty: None,
        evidence: work::evidence(facts.evidence.clone()),
        mitigation,
        closures: work::closures(conn, closed)?,
        transitions: transitions(context, row, &facts),
        actions: actions(&context.actor, row, &facts, context),
    })
}

/// The statuses that the actor may ask for by name now.
fn transitions(context: &Context, row: &Row, facts: &Facts) -> Vec<Status> {
    let Some(mover) = workflow::mover(&context.actor, row.organization_id) else {
        return Vec::new();
    };
    let offered = workflow::available(facts, mover, context.now);
    distinct(
        offered
            .iter()
            .filter(|move_| move_.transition.via == Via::Transition)
            .map(|move_| move_.transition.to),
    )
}

/// What the actor may do with the ticket: what the role allows, without moves that the status does not.
fn actions(actor: &Actor, row: &Row, facts: &Facts, context: &Context) -> Vec<String> {
    let vias: Vec<Via> = workflow::mover(actor, row.organization_id)
        .map(|mover| workflow::available(facts, mover, context.now))
        .unwrap_or_default()
        .iter()
        .map(|offered| offered.transition.via)
        .collect();
    let now_possible = |action: Action| match action {
        Action::ConfirmResolution => vias.contains(&Via::Confirm),
        Action::ReopenTicket => vias.contains(&Via::Reopen),
        Action::ResolveTicket => vias.contains(&Via::Resolve),
        Action::WithdrawTicket => {
            vias.contains(&Via::Transition) && transitions(context, row, facts).contains(&Status::Declined)
        }
        Action::Triage => row.status.is_open(),
        Action::OfferEstimate => crate::flows::estimates::can_be_offered(row),
        Action::ApproveEstimate | Action::RejectEstimate | Action::RecordApproval => facts.open_estimate,
        Action::AnswerWindow => facts.window == workflow::WindowState::Proposed,
        Action::LogTime => !matches!(row.status, Status::Declined),
        _ => ON_A_TICKET.contains(&action),
    };
    let allowed = |action: &&Action| may(actor, **action, row.organization_id.into()).is_ok();
    Action::ALL
        .iter()
        .filter(allowed)
        .filter(|action| now_possible(**action))
        .map(ToString::to_string)
        .collect()
}

/// Actions on a ticket that do not depend on where it stands.
const ON_A_TICKET: &[Action] = &[
    Action::AttachFiles,
    Action::Comment,
    Action::EditTicket,
    Action::ReadInternal,
    Action::WriteInternalNotes,
    Action::AssignTicket,
    Action::MoveTicket,
    Action::RecordEvidence,
    Action::ProposeWindow,
    Action::RecordMitigation,
    Action::ReassignWork,
];
