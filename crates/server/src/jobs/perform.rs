//! What each task does.

use daypack_domain::Instant;
use daypack_store::{Conn, RowId, jobs, jobs::Job, mails};

use super::{ATTEMPTS, Fault, Task, checkouts, write};
use crate::{
    app::App,
    auth::secrets,
    context::Context,
    error::Failure,
    flows::{emergency::telling, estimates::asking, passwords, statements},
    mail::{
        Undelivered,
        account::{LinkFor, link_mail},
        outbox,
    },
};

/// Whether a job's row went in the transaction of its work, so that what it wrote is written once.
pub(super) type Ended = bool;

pub(super) fn perform(app: &App, job: &Job, task: &Task, now: Instant) -> Result<Ended, Fault> {
    match task {
        Task::DeliverMail { mail_id } => deliver(app, RowId(*mail_id), now)?,
        Task::EndCheckouts { order_id } => checkouts::end(app, *order_id, now)?,
        Task::Sweep { sweep } => sweep.run(app, now).map_err(Fault::Retry)?,
        writing => {
            write_and_end(app, job, writing, now)?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// Does what is nothing but rows, and ends the job in the same transaction.
fn write_and_end(app: &App, job: &Job, task: &Task, now: Instant) -> Result<(), Failure> {
    let (job, task, base_url) = (job.clone(), task.clone(), app.config.base_url.clone());
    write(app, now, move |conn, context| {
        if !jobs::done(conn, &job)? {
            return Err(Failure::internal("another process has this job now"));
        }
        carry_out(conn, context, &task, &base_url)
    })
}

fn carry_out(conn: &mut Conn, context: &Context, task: &Task, base_url: &str) -> Result<(), Failure> {
    match task {
        Task::SendPasswordLink { email } => send_password_link(conn, context, email, base_url),
        Task::MakeStatement {
            organization_id,
            first_day,
        } => statements::freeze(conn, context, *organization_id, *first_day, base_url).map(drop),
        Task::TellOfEmergency { ticket_id, .. } => telling::tell(conn, context, *ticket_id, base_url),
        Task::AskForApproval { estimate_id } => asking::ask(conn, context, *estimate_id, base_url),
        Task::RemindOfEstimate { estimate_id } => asking::remind(conn, context, *estimate_id, base_url),
        Task::TellApprover { estimate_id } => asking::tell_approver(conn, context, *estimate_id, base_url),
        Task::TellOfDispute {
            estimate_id,
            released_minutes,
        } => asking::tell_of_dispute(conn, context, *estimate_id, *released_minutes, base_url),
        Task::DeliverMail { .. } | Task::EndCheckouts { .. } | Task::Sweep { .. } => {
            Err(Failure::internal(format!("{task:?} is more than rows")))
        }
    }
}

fn deliver(app: &App, id: RowId, now: Instant) -> Result<(), Fault> {
    let found = app
        .store
        .read_blocking(|conn| mails::find(conn, id))
        .map_err(Failure::from)?;
    let Some(mail) = found.filter(|mail| mail.status == mails::QUEUED) else {
        return Ok(());
    };
    let handed_over = app.mailer.deliver(&mail);
    let (for_good, error) = match &handed_over {
        Ok(()) => {
            app.store
                .write_blocking(move |conn| mails::sent(conn, id, now))
                .map_err(Failure::from)?;
            return Ok(());
        }
        Err(Undelivered::Malformed(error)) => (true, error.clone()),
        Err(Undelivered::Unavailable(error)) => (mail.attempts + 1 >= ATTEMPTS, error.clone()),
    };
    let told = error.clone();
    app.store
        .write_blocking(move |conn| mails::failed(conn, id, &told, for_good))
        .map_err(Failure::from)?;
    Err(if for_good {
        Fault::Fail(error)
    } else {
        Fault::Retry(error)
    })
}

fn send_password_link(conn: &mut Conn, context: &Context, email: &str, base_url: &str) -> Result<(), Failure> {
    let token = secrets::one_time_token();
    if let Some(user) = passwords::request(conn, context, email, &token)? {
        let mail = link_mail(&user, LinkFor::PasswordReset, base_url, &token)?;
        outbox::post(conn, context, None, &mail)?;
    }
    Ok(())
}
