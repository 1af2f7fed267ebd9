//! What people of the demo data do about requests: each act becomes the flow's input, and goes through the flow.

use chrono::TimeDelta;
use daypack_domain::{
    Instant,
    estimate::{Basis, EstimateKind, Line, Offer as OfferInput},
    ids::UserId,
    ticket::{Impact, Scope, Visibility},
    zone::Zone,
};
use daypack_store::Conn;

use super::{
    files::File,
    people::Client,
    stories,
    story::{Act, Offer, Story, Triage},
    work,
    world::{Progress, World, facts, missing},
};
use crate::{
    context::Context,
    error::Failure,
    flows::{
        estimates::{answer, offer},
        tickets::{
            TicketKey, comment,
            edit::{self, EditTicket},
            open::{self, OpenTicket},
            triage::{self, Triage as TriageInput},
        },
    },
};

/// Somebody at a ticket, at an instant.
pub(super) struct Scene<'a> {
    /// The transaction.
    pub conn: &'a mut Conn,
    /// When and who.
    pub context: Context,
    /// The ticket.
    pub key: TicketKey,
    /// What of it is open.
    pub progress: Progress,
    /// Where the client lives.
    pub zone: Zone,
    /// When the data is made: moments are said relative to it.
    pub made_at: Instant,
}

/// Which act of which story, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cue {
    /// The position of the step: identifiers come from it.
    pub step: usize,
    /// When it happens.
    pub at: Instant,
    /// When the data is made.
    pub made_at: Instant,
    /// Whose story.
    pub client: Client,
    /// The story's position among the client's.
    pub story: usize,
}

impl World {
    /// Begins a story: somebody asks.
    pub(super) fn open(&mut self, conn: &mut Conn, cue: Cue) -> Result<(), Failure> {
        let story = story(cue)?;
        let context = self.context(cue.step, cue.at, cue.client, story.reporter)?;
        let input = OpenTicket {
            organization_id: self.organization_id(cue.client)?,
            title: story.title.to_owned(),
            description: story.description.to_owned(),
            affected: story.affected.to_owned(),
            system_id: Some(self.system_id(cue.client, story.system)?),
            impact: Some(Impact {
                main_operation_blocked: story.blocked,
                workaround: story.workaround,
                people: story.people,
            }),
            suggested_severity: None,
            attachment_ids: self.upload(conn, &context, &story.files)?,
            channel: None,
        };
        let case = open::open(conn, &context, &input)?;
        let progress = Progress {
            ticket_id: case.ticket.id,
            estimate_id: None,
            window_id: None,
            time_entry_id: None,
        };
        self.tickets.insert((cue.client, cue.story), progress);
        Ok(())
    }

    /// Goes on with a story.
    pub(super) fn act(&mut self, conn: &mut Conn, cue: Cue, position: usize) -> Result<(), Failure> {
        let story = story(cue)?;
        let (_, who, act) = story.acts.get(position).ok_or_else(|| missing("such act"))?;
        let progress = self
            .tickets
            .get(&(cue.client, cue.story))
            .copied()
            .ok_or_else(|| missing("such ticket"))?;
        let mut scene = Scene {
            conn,
            context: self.context(cue.step, cue.at, cue.client, *who)?,
            key: progress.ticket_id.into(),
            progress,
            zone: Zone::parse(facts(cue.client)?.zone).ok_or_else(|| missing("such zone"))?,
            made_at: cue.made_at,
        };
        self.play(&mut scene, cue.client, act)?;
        self.tickets.insert((cue.client, cue.story), scene.progress);
        Ok(())
    }

    fn play(&self, scene: &mut Scene<'_>, client: Client, act: &Act) -> Result<(), Failure> {
        match act {
            Act::Triage(decided) => {
                let assignee = decided.assignee.map(|who| self.user_id(client, who)).transpose()?;
                triage::triage(
                    scene.conn,
                    &scene.context,
                    &scene.key,
                    None,
                    &decision(decided, assignee),
                )?;
            }
            Act::Comment(visibility, text, files) => self.say(scene, *visibility, text, files)?,
            Act::Assign(who) => {
                let edit = EditTicket {
                    assignee_id: Some(self.user_id(client, *who)?),
                    ..EditTicket::default()
                };
                edit::edit(scene.conn, &scene.context, &scene.key, None, &edit)?;
            }
            Act::Agree(moment) => {
                let agreed_on = Some(scene.zone.date_at(moment.at(scene.zone, scene.made_at)));
                let edit = EditTicket {
                    agreed_on,
                    ..EditTicket::default()
                };
                edit::edit(scene.conn, &scene.context, &scene.key, None, &edit)?;
            }
            Act::Offer(offered) => scene.offer(offered)?,
            Act::Approve => {
                let id = scene.progress.estimate_id.ok_or_else(|| missing("estimate"))?;
                answer::approve(scene.conn, &scene.context, id, None, &answer::Yes::PLAIN)?;
            }
            Act::Reject(reason) => {
                let id = scene.progress.estimate_id.ok_or_else(|| missing("estimate"))?;
                answer::reject(scene.conn, &scene.context, id, None, reason)?;
            }
            Act::Withdraw(reason) => {
                let id = scene.progress.estimate_id.ok_or_else(|| missing("estimate"))?;
                offer::withdraw(scene.conn, &scene.context, id, None, Some(reason))?;
            }
            act => work::play(scene, act)?,
        }
        Ok(())
    }

    fn say(&self, scene: &mut Scene<'_>, visibility: Visibility, text: &str, files: &[File]) -> Result<(), Failure> {
        let input = comment::NewComment {
            body: text.to_owned(),
            visibility,
            attachment_ids: self.upload(scene.conn, &scene.context, files)?,
        };
        comment::add(scene.conn, &scene.context, &scene.key, &input)?;
        Ok(())
    }
}

impl Scene<'_> {
    fn offer(&mut self, offered: &Offer) -> Result<(), Failure> {
        let line = |(text, minutes): &(&str, i64)| Line {
            text: (*text).to_owned(),
            minutes: *minutes,
            optional: false,
        };
        let input = OfferInput {
            minutes: offered.minutes,
            includes: offered.includes.to_owned(),
            basis: if offered.further { Basis::Further } else { Basis::Total },
            kind: if offered.fixed {
                EstimateKind::Fixed
            } else {
                EstimateKind::UpTo
            },
            lines: offered.lines.iter().map(line).collect(),
            blocking: false,
            valid_until: offered.days.map(|days| self.context.now + TimeDelta::days(days)),
        };
        let (_, estimate) = offer::offer(self.conn, &self.context, &self.key, None, &input)?;
        self.progress.estimate_id = Some(estimate.id);
        Ok(())
    }
}

fn story(cue: Cue) -> Result<Story, Failure> {
    stories::of(cue.client)
        .into_iter()
        .nth(cue.story)
        .ok_or_else(|| missing("such story"))
}

/// Texts of stories are empty where there is nothing to say.
pub(super) fn owned(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

fn decision(decided: &Triage, assignee_id: Option<UserId>) -> TriageInput {
    TriageInput {
        severity: decided.severity,
        kind: decided.kind,
        scope: Scope::In,
        mitigation_plan: owned(decided.mitigation),
        solution_plan: owned(decided.solution),
        assignee_id,
        billable: decided.not_billable.is_none(),
        not_billable_reason: owned(decided.not_billable),
        reason: owned(decided.reason),
        emergency: None,
        misclassified: false,
    }
}
