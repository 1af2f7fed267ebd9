//! The work on a request: moves, evidence, time, windows, and what ends it.

use chrono::TimeDelta;
use daypack_domain::closure::ClosureDraft;

use super::{
    acts::{Scene, owned},
    moment::Moment,
    story::{Act, Closure, Log},
    world::missing,
};
use crate::{
    error::Failure,
    flows::work::{
        closing,
        moving::{self, Transition},
        time::{self, LogTime},
        windows::{self, Proposal},
    },
};

/// Carries out an act of work; those that [`super::acts`] carries out are not for here.
pub(super) fn play(scene: &mut Scene<'_>, act: &Act) -> Result<(), Failure> {
    match act {
        Act::Move(to, reason, evidence) => {
            let input = Transition {
                to: *to,
                reason: owned(*reason),
                evidence: evidence.as_ref().clone(),
            };
            moving::transition(scene.conn, &scene.context, &scene.key, None, &input)?;
        }
        Act::Record(evidence) => {
            moving::record_evidence(scene.conn, &scene.context, &scene.key, None, evidence)?;
        }
        Act::Mitigate(text) => {
            closing::mitigate(scene.conn, &scene.context, &scene.key, None, text)?;
        }
        Act::Log(log) => scene.log(log)?,
        Act::TakeBack(reason) => {
            let id = scene.progress.time_entry_id.ok_or_else(|| missing("time entry"))?;
            time::reverse(scene.conn, &scene.context, id, None, reason)?;
        }
        Act::Propose(starts, minutes, note) => scene.propose(*starts, *minutes, note)?,
        Act::Accept => {
            let id = scene.progress.window_id.ok_or_else(|| missing("window"))?;
            windows::accept(scene.conn, &scene.context, id, None)?;
        }
        Act::Decline(reason) => {
            let id = scene.progress.window_id.ok_or_else(|| missing("window"))?;
            windows::decline(scene.conn, &scene.context, id, None, Some(reason))?;
        }
        Act::Resolve(closure) => scene.resolve(closure)?,
        Act::Confirm => {
            closing::confirm(scene.conn, &scene.context, &scene.key, None, None)?;
        }
        Act::Reopen(reason) => {
            closing::reopen(scene.conn, &scene.context, &scene.key, None, Some(reason))?;
        }
        other => return Err(Failure::internal(format!("demo data: {other:?} is not work"))),
    }
    Ok(())
}

impl Scene<'_> {
    fn log(&mut self, log: &Log) -> Result<(), Failure> {
        let input = LogTime {
            minutes: log.minutes,
            worked_on: self.zone.date_at(self.context.now),
            activity: log.activity,
            note: log.note.to_owned(),
            billable: log.billable,
        };
        let (_, entry) = time::log(self.conn, &self.context, &self.key, None, &input)?;
        self.progress.time_entry_id = Some(entry.id);
        Ok(())
    }

    fn propose(&mut self, starts: Moment, minutes: i64, note: &str) -> Result<(), Failure> {
        let starts_at = starts.at(self.zone, self.made_at);
        let ends_at = starts_at + TimeDelta::minutes(minutes);
        let input = Proposal {
            starts_at,
            ends_at,
            note: owned(Some(note)),
        };
        let (_, window) = windows::propose(self.conn, &self.context, &self.key, None, &input)?;
        self.progress.window_id = Some(window.id);
        Ok(())
    }

    fn resolve(&mut self, closure: &Closure) -> Result<(), Failure> {
        let draft = ClosureDraft {
            what_was_done: closure.what.to_owned(),
            why_it_happened: owned(closure.why.map(|(_, why)| why)),
            how_to_prevent: owned(closure.prevent),
            cause_category: closure.why.map(|(category, _)| category),
            deployed: closure.deployed,
        };
        closing::resolve(self.conn, &self.context, &self.key, None, &draft, &closure.evidence)?;
        Ok(())
    }
}
