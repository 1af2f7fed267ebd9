//! Jobs: what Daypack does by itself. Mail goes out, statements are made, what is due falls due.
//!
//! A job is a row that one process takes at a time (`store::jobs`); what it does has the effect of once, however often
//! it runs. [`run_due`] does everything that is due at an instant: the runner calls it again and again with the time
//! of the clock, tests and demo data with a time of their own.

mod checkouts;
mod perform;
mod runner;
mod sweeps;

use chrono::{NaiveDate, TimeDelta};
use daypack_domain::{
    Instant, Refusal,
    emergency::EmergencyStatus,
    ids::{EstimateId, OrderId, OrganizationId, TicketId},
};
use daypack_store::{
    Conn, StoreError,
    jobs::{self, Job, NewJob},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use runner::Runner;
pub use sweeps::Sweep;

use self::perform::{Ended, perform};

use crate::{app::App, context::Context, error::Failure, ids::IdSource};

/// For how long a process has a job to itself. Much longer than any takes.
pub const LEASE: TimeDelta = TimeDelta::minutes(10);
/// How often a job is tried before somebody has to look. Sweeps come again and again, whatever fails.
const ATTEMPTS: i64 = 12;
/// The wait after the first failure; it doubles with each, up to [`LONGEST_WAIT`].
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(6);

/// Something to do once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// Hand a mail of the outbox over.
    DeliverMail {
        /// Which.
        mail_id: Uuid,
    },
    /// Send a link to set another password to whoever has this address, if anybody has.
    SendPasswordLink {
        /// The address.
        email: String,
    },
    /// Ask the approvers of an offer for their answer.
    AskForApproval {
        /// Which offer.
        estimate_id: EstimateId,
    },
    /// Remind them of it.
    RemindOfEstimate {
        /// Which offer.
        estimate_id: EstimateId,
    },
    /// Tell an approver of the approval that was recorded in their name.
    TellApprover {
        /// Of which estimate.
        estimate_id: EstimateId,
    },
    /// Tell the leads that a recorded approval is disputed.
    TellOfDispute {
        /// Of which estimate.
        estimate_id: EstimateId,
        /// What was given back.
        released_minutes: i64,
    },
    /// Freeze the statement of a week.
    MakeStatement {
        /// Whose.
        organization_id: OrganizationId,
        /// The first day of the week.
        first_day: NaiveDate,
    },
    /// Tell the owners of an emergency, and the leads of a dispute.
    TellOfEmergency {
        /// Of which ticket.
        ticket_id: TicketId,
        /// What is to be told.
        status: EmergencyStatus,
    },
    /// End the pages of the payment provider on which an order could still be paid.
    EndCheckouts {
        /// Which order.
        order_id: OrderId,
    },
    /// Look for what is due, again and again.
    Sweep {
        /// Where to look.
        sweep: Sweep,
    },
}

const DELIVER_MAIL: &str = "deliver_mail";
const SEND_PASSWORD_LINK: &str = "send_password_link";
const ASK_FOR_APPROVAL: &str = "ask_for_approval";
const REMIND_OF_ESTIMATE: &str = "remind_of_estimate";
const TELL_APPROVER: &str = "tell_approver";
const TELL_OF_DISPUTE: &str = "tell_of_dispute";
const MAKE_STATEMENT: &str = "make_statement";
const TELL_OF_EMERGENCY: &str = "tell_of_emergency";
const END_CHECKOUTS: &str = "end_checkouts";

/// Kinds that lead to mail which is to go out at once.
const MAILING: &[&str] = &[
    SEND_PASSWORD_LINK,
    ASK_FOR_APPROVAL,
    TELL_APPROVER,
    TELL_OF_DISPUTE,
    TELL_OF_EMERGENCY,
    DELIVER_MAIL,
];

impl Task {
    fn kind(&self) -> &'static str {
        match self {
            Self::DeliverMail { .. } => DELIVER_MAIL,
            Self::SendPasswordLink { .. } => SEND_PASSWORD_LINK,
            Self::AskForApproval { .. } => ASK_FOR_APPROVAL,
            Self::RemindOfEstimate { .. } => REMIND_OF_ESTIMATE,
            Self::TellApprover { .. } => TELL_APPROVER,
            Self::TellOfDispute { .. } => TELL_OF_DISPUTE,
            Self::MakeStatement { .. } => MAKE_STATEMENT,
            Self::TellOfEmergency { .. } => TELL_OF_EMERGENCY,
            Self::EndCheckouts { .. } => END_CHECKOUTS,
            Self::Sweep { sweep } => sweep.as_str(),
        }
    }

    /// Whatever asks for the same has the same key.
    fn unique_key(&self) -> String {
        match self {
            Self::DeliverMail { mail_id } => format!("{DELIVER_MAIL}:{mail_id}"),
            Self::SendPasswordLink { email } => format!("{SEND_PASSWORD_LINK}:{email}"),
            Self::AskForApproval { estimate_id }
            | Self::RemindOfEstimate { estimate_id }
            | Self::TellApprover { estimate_id }
            | Self::TellOfDispute { estimate_id, .. } => format!("{}:{estimate_id}", self.kind()),
            Self::MakeStatement {
                organization_id,
                first_day,
            } => {
                format!("{MAKE_STATEMENT}:{organization_id}:{first_day}")
            }
            Self::TellOfEmergency { ticket_id, status } => format!("{TELL_OF_EMERGENCY}:{ticket_id}:{status}"),
            Self::EndCheckouts { order_id } => format!("{END_CHECKOUTS}:{order_id}"),
            Self::Sweep { sweep } => sweep.as_str().to_owned(),
        }
    }

    fn organization_id(&self) -> Option<OrganizationId> {
        match self {
            Self::MakeStatement { organization_id, .. } => Some(*organization_id),
            Self::DeliverMail { .. }
            | Self::SendPasswordLink { .. }
            | Self::TellOfEmergency { .. }
            | Self::AskForApproval { .. }
            | Self::RemindOfEstimate { .. }
            | Self::TellApprover { .. }
            | Self::TellOfDispute { .. }
            | Self::EndCheckouts { .. }
            | Self::Sweep { .. } => None,
        }
    }
}

/// Asks for a task, not before `run_at`. One that is asked for already stays as it is.
///
/// # Errors
/// The database.
pub fn enqueue(conn: &mut Conn, context: &Context, task: &Task, run_at: Instant) -> Result<(), Failure> {
    let new = NewJob {
        id: context.id(),
        kind: task.kind().to_owned(),
        unique_key: task.unique_key(),
        organization_id: task.organization_id(),
        payload: serde_json::to_string(task).map_err(Failure::internal)?,
        run_at,
    };
    jobs::enqueue(conn, &new, context.now)?;
    Ok(())
}

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Jobs that succeeded.
    pub done: usize,
    /// Attempts that failed; the log says why.
    pub failed: usize,
}

/// Why a job did not do its work.
#[derive(Debug)]
enum Fault {
    /// It may work later.
    Retry(String),
    /// It never will.
    Fail(String),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            // What a rule refuses now, it refuses later.
            Failure::Refusal(_) | Failure::Unauthenticated | Failure::KeyReused => Self::Fail(failure.to_string()),
            Failure::Store(_) | Failure::Internal(_) => Self::Retry(failure.to_string()),
        }
    }
}

/// Does everything that is due at `now`, also what comes of it; blocks until nothing is left. Several processes may do
/// so at once. A job that fails is logged and tried again later, and does not keep others from running.
///
/// # Errors
/// The database does not answer.
pub fn run_due(app: &App, now: Instant) -> Result<Report, Failure> {
    let asked = app
        .store
        .read_blocking(|conn| jobs::keys_of_kinds(conn, &Sweep::ALL.map(Sweep::as_str)))?;
    for sweep in Sweep::ALL
        .into_iter()
        .filter(|sweep| asked.iter().all(|key| key != sweep.as_str()))
    {
        write(app, now, move |conn, context| {
            enqueue(conn, context, &Task::Sweep { sweep }, context.now)
        })?;
    }
    run(app, now, None)
}

/// As [`run_due`], but only what leads to mail that is to go out at once.
///
/// # Errors
/// The database does not answer.
pub fn deliver_mail(app: &App, now: Instant) -> Result<Report, Failure> {
    run(app, now, Some(MAILING))
}

fn run(app: &App, now: Instant, kinds: Option<&'static [&'static str]>) -> Result<Report, Failure> {
    let mut report = Report::default();
    while let Some(job) = app
        .store
        .write_blocking(move |conn| jobs::lease(conn, now, LEASE, kinds))?
    {
        let outcome = match serde_json::from_str(&job.payload) {
            Ok(task) if job.attempts > ATTEMPTS && !matches!(task, Task::Sweep { .. }) => {
                Err(Fault::Fail(format!("given up after {ATTEMPTS} attempts")))
            }
            Ok(task) => perform(app, &job, &task, now).map(|ended| (task, ended)),
            Err(error) => Err(Fault::Fail(error.to_string())),
        };
        match &outcome {
            Ok(_) => report.done += 1,
            Err(_) => report.failed += 1,
        }
        settle(app, job, outcome, now)?;
    }
    Ok(report)
}

/// Notes how it went. When the lease ran out meanwhile, whoever has the job now does.
fn settle(app: &App, job: Job, outcome: Result<(Task, Ended), Fault>, now: Instant) -> Result<(), Failure> {
    let (kind, key) = (job.kind.clone(), job.unique_key.clone());
    let mine = match outcome {
        Ok((_, true)) => Ok(true),
        Ok((Task::Sweep { sweep }, _)) => {
            let next = now + sweep.interval();
            app.store
                .write_blocking::<_, StoreError, _>(move |conn| jobs::again_at(conn, &job, next))
        }
        Ok(_) => app.store.write_blocking(move |conn| jobs::done(conn, &job)),
        Err(fault) => {
            let sweep = Sweep::ALL.into_iter().find(|sweep| sweep.as_str() == job.kind);
            let (error, retry_at) = match (fault, sweep) {
                // One client's fault keeps nothing from what is due for the others, however long it lasts.
                (Fault::Retry(error) | Fault::Fail(error), Some(sweep)) => (error, Some(now + sweep.interval())),
                (Fault::Retry(error), None) if job.attempts < ATTEMPTS => (error, Some(now + wait_after(job.attempts))),
                (Fault::Retry(error) | Fault::Fail(error), None) => (error, None),
            };
            tracing::error!(kind, key, error, again = ?retry_at, "a job failed");
            app.store
                .write_blocking(move |conn| jobs::failed(conn, &job, &error, retry_at, now))
        }
    }?;
    if !mine {
        tracing::warn!(kind, key, "a job took longer than its lease");
    }
    Ok(())
}

/// The wait after so many failures.
fn wait_after(attempts: i64) -> TimeDelta {
    let doublings = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or(0);
    FIRST_WAIT
        .checked_mul(1 << doublings)
        .map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT))
}

/// One transaction of Daypack's own.
fn write<T: Send + 'static>(
    app: &App,
    now: Instant,
    work: impl Fn(&mut Conn, &Context) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let seed = app.ids.seed();
    app.store
        .write_blocking(move |conn| work(conn, &Context::system(now, IdSource::seeded(seed).at(now))))
}

/// One view of the data for Daypack itself.
fn read<T>(
    app: &App,
    now: Instant,
    work: impl FnOnce(&mut Conn, &Context) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let context = Context::system(now, app.ids.at(now));
    app.store.read_blocking(|conn| work(conn, &context))
}

/// What a sweep says of one thing that failed: the rest goes on. What is gone or settled meanwhile is no failure.
fn noted(result: Result<(), Failure>, errors: &mut Vec<String>) {
    match result {
        Ok(()) | Err(Failure::Refusal(Refusal::NotFound)) => {}
        Err(failure) => errors.push(failure.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_six_hours() {
        let minutes: Vec<i64> = (1..=11).map(|attempts| wait_after(attempts).num_minutes()).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]);
        assert_eq!(wait_after(i64::MAX), LONGEST_WAIT);
    }

    #[test]
    fn tasks_read_back_as_they_were_written() {
        let task = Task::MakeStatement {
            organization_id: OrganizationId(Uuid::from_u128(7)),
            first_day: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
        };
        let text = serde_json::to_string(&task).unwrap();
        assert_eq!(serde_json::from_str::<Task>(&text).unwrap(), task);
        assert!(text.contains("\"task\":\"make_statement\""), "{text}");
        for sweep in Sweep::ALL {
            let text = serde_json::to_string(&Task::Sweep { sweep }).unwrap();
            assert!(text.contains(sweep.as_str()), "{text}");
        }
    }
}
