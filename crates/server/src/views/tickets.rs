//! Tickets: in lists, and whole.

use std::collections::BTreeMap;

use daypack_api_types::{
    sla::SlaSummary,
    ticket::{Impact, OrganizationName, Ticket, TicketSummary},
};
use daypack_domain::{
    Instant,
    emergency::EmergencyStatus,
    estimate::EstimateStatus,
    ids::{OrganizationId, TicketId, UserId},
    policy::{Action, Actor, may},
    ticket::{Kind, Status},
    workflow::{self, Facts, Via},
    zone::Zone,
};
use daypack_store::{
    Conn,
    attachments::{self, Attachment},
    cases::{self, Beside, Seen},
    estimates::{self, Estimate},
    evidence::{self, Records},
    organizations::Organization,
    summaries::{self, Owner, Surroundings},
    tickets::Ticket as Row,
    time_entries::{self, Moved, TimeEntry},
    users::Named,
    windows::{self, Window},
};

use super::{
    LotNames, People, comments, emergency as emergency_views, estimates as estimate_views, markdown, people, sla, work,
};
use crate::{
    context::Context,
    error::Failure,
    flows::{
        emergency,
        tickets::{
            clocks::Calendars,
            facts::{self, About},
        },
    },
};

/// Everything that the summaries of some tickets show, loaded at once.
#[derive(Debug)]
pub struct Around {
    tickets: BTreeMap<TicketId, Surroundings>,
    calendars: Calendars,
}

impl Around {
    /// Loads what stands around these tickets.
    ///
    /// # Errors
    /// The database.
    pub fn load(conn: &mut Conn, context: &Context, rows: &[Row]) -> Result<Self, Failure> {
        let ids: Vec<TicketId> = rows.iter().map(|row| row.id).collect();
        let tickets = summaries::of_tickets(conn, &ids, context.now)?;
        let calendars = Calendars::load(conn, context, tickets.values().map(|around| around.calendar_id))?;
        Ok(Self { tickets, calendars })
    }

    /// The zones of the organizations of these tickets.
    #[must_use]
    pub fn zones(&self) -> BTreeMap<OrganizationId, Zone> {
        let zone = |owner: &Owner| Zone::parse(&owner.time_zone).unwrap_or(Zone::UTC);
        let owners = self.tickets.values().map(|around| &around.owner);
        owners.map(|owner| (owner.id, zone(owner))).collect()
    }

    fn of(&self, id: TicketId) -> Result<&Surroundings, Failure> {
        self.tickets
            .get(&id)
            .ok_or_else(|| Failure::internal(format!("nothing stands around the ticket {id}")))
    }

    /// These tickets in lists, in the order given, with their clocks at the context's instant.
    ///
    /// # Errors
    /// A ticket that was not loaded; the answer lies beyond what a calendar can tell.
    pub fn summaries(&mut self, context: &Context, rows: &[Row]) -> Result<Vec<TicketSummary>, Failure> {
        rows.iter().map(|row| self.summary(context, row)).collect()
    }

    fn summary(&mut self, context: &Context, row: &Row) -> Result<TicketSummary, Failure> {
        let around = self.of(row.id)?.clone();
        let intervals = self.calendars.get(around.calendar_id)?;
        let sla = sla::summary(&row.sla, intervals, context.now)?;
        Ok(summary(row, around, sla))
    }
}

fn summary(row: &Row, around: Surroundings, sla: SlaSummary) -> TicketSummary {
    let owner = around.owner;
    TicketSummary {
        id: row.id,
        reference: format!("{}-{}", owner.prefix, row.number),
        organization: OrganizationName {
            id: owner.id,
            slug: owner.slug,
            name: owner.name,
        },
        title: row.title.clone(),
        status: row.status,
        severity: row.severity,
        suggested_severity: row.suggested_severity,
        kind: row.kind,
        queue_level: row.queue_level,
        channel: row.channel,
        system_name: around.system_name,
        affected: row.affected.clone(),
        assignee: around.assignee.map(people::person),
        reporter: people::person(around.reporter),
        created_at: row.created_at,
        updated_at: row.updated_at,
        agreed_on: row.agreed_on,
        approved_minutes: around.approved_minutes,
        used_minutes: around.used_minutes,
        held_minutes: around.held_minutes,
        offered_minutes: around.offered_minutes,
        sla,
        version: row.version,
    }
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
    Around::load(conn, context, rows)?.summaries(context, rows)
}

/// A ticket whole, as the context's actor sees it.
///
/// # Errors
/// The database.
pub fn ticket(conn: &mut Conn, context: &Context, row: &Row) -> Result<Ticket, Failure> {
    let found = cases::find_with_beside(conn, &cases::Name::Id(row.id))?;
    let (case, beside) = found.ok_or_else(|| Failure::internal(format!("the ticket {} is not there", row.id)))?;
    beside_of(conn, context, case.seen(), beside)
}

/// As [`ticket`], of a ticket in hand.
///
/// # Errors
/// The database.
pub fn whole(conn: &mut Conn, context: &Context, case: Seen<'_>) -> Result<Ticket, Failure> {
    let beside = cases::beside(conn, case.0.id)?;
    beside_of(conn, context, case, beside)
}

/// As [`whole`], with what is shown beside it.
///
/// # Errors
/// The database.
pub fn beside_of(conn: &mut Conn, context: &Context, case: Seen<'_>, beside: Beside) -> Result<Ticket, Failure> {
    let id = case.0.id;
    let parts = Parts {
        beside,
        files: attachments::of_ticket(conn, id)?,
        estimates: estimates::of_ticket(conn, id)?,
        entries: time_entries::with_movements(conn, id)?,
        windows: windows::of_ticket(conn, id)?,
        records: evidence::records(conn, id)?,
    };
    with_parts(conn, context, case, parts)
}

/// As [`whole`], of a ticket that was just opened: there is no more to it than its files.
///
/// # Errors
/// The database.
pub fn opened(conn: &mut Conn, context: &Context, case: Seen<'_>, has_files: bool) -> Result<Ticket, Failure> {
    let mut parts = Parts::default();
    if case.0.system_id.is_some() {
        parts.beside = cases::beside(conn, case.0.id)?;
    }
    if has_files {
        parts.files = attachments::of_ticket(conn, case.0.id)?;
    }
    with_parts(conn, context, case, parts)
}

/// What belongs to a ticket, loaded once.
#[derive(Debug, Default)]
struct Parts {
    beside: Beside,
    files: Vec<Attachment>,
    estimates: Vec<Estimate>,
    entries: Vec<(TimeEntry, Vec<Moved>)>,
    windows: Vec<Window>,
    records: Records,
}

impl Parts {
    /// Everybody that the ticket and its parts name.
    fn people(&self, row: &Row) -> impl Iterator<Item = UserId> {
        let named = [Some(row.reporter_id), row.assignee_id].into_iter().flatten();
        let estimates = self.estimates.iter().flat_map(estimate_views::involved);
        let windows = self.windows.iter().flat_map(work::window_involved);
        let entries = self.entries.iter().map(|(entry, _)| entry.user_id);
        let closures = self.records.closures.iter().flat_map(work::closure_involved);
        let mitigation = self.records.mitigation.iter().map(|mitigation| mitigation.recorded_by);
        named
            .chain(estimates)
            .chain(windows)
            .chain(entries)
            .chain(closures)
            .chain(mitigation)
    }

    /// What lists show around the ticket.
    fn around(&self, case: Seen<'_>, people: &People, now: Instant) -> Surroundings {
        let (row, gathered, organization) = case;
        let named = |id| {
            let person = people.person(id);
            Named {
                id,
                name: person.name,
                staff: person.staff,
            }
        };
        let open = |estimate: &&Estimate| estimate.status == EstimateStatus::Offered && estimate.valid_until > now;
        Surroundings {
            owner: Owner {
                id: organization.id,
                prefix: organization.prefix.clone(),
                slug: organization.slug.clone(),
                name: organization.name.clone(),
                time_zone: organization.time_zone.clone(),
            },
            system_name: self.beside.system.as_ref().map(|system| system.name.clone()),
            reporter: named(row.reporter_id),
            assignee: row.assignee_id.map(named),
            calendar_id: gathered.calendar_id,
            approved_minutes: gathered.approved_minutes,
            used_minutes: gathered.used_minutes,
            held_minutes: self.beside.held_minutes,
            offered_minutes: self.estimates.iter().find(open).map(|estimate| estimate.minutes),
        }
    }
}

fn with_parts(conn: &mut Conn, context: &Context, case: Seen<'_>, parts: Parts) -> Result<Ticket, Failure> {
    let (row, gathered, organization) = case;
    let people = People::load(conn, parts.people(row))?;
    let mut calendars = Calendars::load(conn, context, [gathered.calendar_id])?;
    let sla = sla::summary(&row.sla, calendars.get(gathered.calendar_id)?, context.now)?;
    let summary = summary(row, parts.around(case, &people, context.now), sla);
    let took = parts.entries.iter().any(|(_, moved)| work::took_from_lots(moved));
    let names = if took || facts::agreed(gathered).is_none() {
        LotNames::load(conn, organization.id)?
    } else {
        LotNames::default()
    };
    let about = About {
        system: parts.beside.system,
        rounding: facts::rounding_of(conn, case, &names, context.now)?,
        estimates: &parts.estimates,
        windows: &parts.windows,
        evidence: parts.records.evidence,
    };
    let facts = facts::known(conn, context, case, about)?;
    let prefix = &organization.prefix;
    let shown = emergency::show(conn, context, case)?;
    let emergency_status = shown.as_ref().map(|shown| shown.emergency.status);
    let emergency = shown.map(|shown| emergency_views::emergency(conn, shown)).transpose()?;
    let links = emergency_views::links(conn, prefix, row.id)?;
    let warranty = emergency_views::warranty(conn, prefix, row.id)?;
    let named = || estimate_views::About {
        reference: summary.reference.clone(),
        title: row.title.clone(),
    };
    Ok(Ticket {
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
        mitigation_plan: gathered.mitigation_plan.clone(),
        solution_plan: gathered.solution_plan.clone(),
        tags: row.tags.0.clone(),
        attachments: parts
            .files
            .into_iter()
            .filter(|file| file.comment_id.is_none())
            .map(comments::attachment)
            .collect(),
        estimates: parts
            .estimates
            .into_iter()
            .map(|estimate| estimate_views::shown(estimate, context.now, named(), &people))
            .collect(),
        // The newest first.
        time_entries: parts
            .entries
            .into_iter()
            .rev()
            .map(|(entry, moved)| work::time_entry(entry, &moved, &names, &people))
            .collect(),
        windows: parts
            .windows
            .into_iter()
            .map(|window| work::window(window, &people))
            .collect(),
        links,
        emergency,
        warranty,
        evidence: work::evidence(facts.evidence.clone()),
        mitigation: parts
            .records
            .mitigation
            .map(|mitigation| work::mitigation(mitigation, &people)),
        closures: parts
            .records
            .closures
            .into_iter()
            .map(|record| work::closure(record, &people))
            .collect(),
        transitions: transitions(context, row, &facts),
        actions: actions(&context.actor, row, &facts, context, emergency_status),
        summary,
    })
}

fn distinct<T: Ord>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    values
        .into_iter()
        .collect::<std::collections::BTreeSet<T>>()
        .into_iter()
        .collect()
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
fn actions(
    actor: &Actor,
    row: &Row,
    facts: &Facts,
    context: &Context,
    emergency: Option<EmergencyStatus>,
) -> Vec<String> {
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
        Action::OfferEstimate => workflow::check_offerable(facts).is_ok(),
        Action::ApproveEstimate | Action::RejectEstimate | Action::RecordApproval => facts.open_estimate,
        Action::AnswerWindow => facts.window == workflow::WindowState::Proposed,
        Action::AnswerEmergency => emergency == Some(EmergencyStatus::Pending),
        Action::SettleEmergency => emergency == Some(EmergencyStatus::Disputed),
        Action::DecideWarranty => row.kind == Some(Kind::Corrective) && !facts.warranty,
        Action::RecordMisclassification => row.status.is_open() && row.severity.is_some(),
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
    Action::LinkTickets,
];
