//! Sweeps: jobs that come again and again, and look for what is due. Each thing found is settled in a transaction of
//! its own, so that one that fails keeps no other from happening.

use chrono::TimeDelta;
use daypack_domain::{
    Instant,
    ids::{EstimateId, OrderId, OrganizationId, TicketId},
};
use daypack_store::{Conn, approval_links, idempotency, mails, organizations, sessions, sign_in_attempts, tokens};
use serde::{Deserialize, Serialize};

use super::{Task, enqueue, noted, read, write};
use crate::{
    app::App,
    auth::attempts::MEMORY,
    context::Context,
    edge::idempotency::KEPT,
    error::Failure,
    files::Files,
    flows::{alerts, attachments, estimates::asking, ledger, orders, stale_holds, statements, tickets::time},
};

/// Sessions and links are kept so long after they have ended, for whoever asks what happened.
const KEPT_AFTER_THE_END: TimeDelta = TimeDelta::days(30);
/// Mails are remembered so long, without their bodies.
const MAILS_KEPT: TimeDelta = TimeDelta::days(90);

/// Where to look for what is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sweep {
    /// Lots that have ended.
    ExpireLots,
    /// Orders that nobody paid.
    LapseOrders,
    /// Estimates and questions that nobody answered, deliveries that nobody objected to.
    MoveTickets,
    /// Offers that their approvers are to be reminded of.
    RemindOfEstimates,
    /// Minutes of ended lots, held for tickets on which the client has not answered for long.
    ReleaseHolds,
    /// Minutes of ended lots, held for tickets that do not wait on the client.
    TellOfHolds,
    /// Payments that are due, where the minutes started before them.
    RemindOfPayments,
    /// Thresholds of minutes that are passed, or no longer.
    RaiseAlerts,
    /// Weeks that have ended.
    PlanStatements,
    /// Files that were uploaded and attached to nothing.
    RemoveUploads,
    /// Sessions, links, wrong passwords, kept answers and mails that nobody needs any more.
    ForgetExpired,
}

impl Sweep {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::ExpireLots,
        Self::LapseOrders,
        Self::MoveTickets,
        Self::RemindOfEstimates,
        Self::RemindOfPayments,
        Self::ReleaseHolds,
        Self::TellOfHolds,
        Self::RaiseAlerts,
        Self::PlanStatements,
        Self::RemoveUploads,
        Self::ForgetExpired,
    ];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExpireLots => "expire_lots",
            Self::LapseOrders => "lapse_orders",
            Self::MoveTickets => "move_tickets",
            Self::RemindOfEstimates => "remind_of_estimates",
            Self::RemindOfPayments => "remind_of_payments",
            Self::ReleaseHolds => "release_holds",
            Self::TellOfHolds => "tell_of_holds",
            Self::RaiseAlerts => "raise_alerts",
            Self::PlanStatements => "plan_statements",
            Self::RemoveUploads => "remove_uploads",
            Self::ForgetExpired => "forget_expired",
        }
    }

    /// From one look to the next. Reads and writes take what is due as done, whether or not a sweep has come by.
    #[must_use]
    pub const fn interval(self) -> TimeDelta {
        match self {
            Self::ExpireLots | Self::PlanStatements => TimeDelta::minutes(1),
            Self::LapseOrders | Self::MoveTickets | Self::RemindOfEstimates | Self::RaiseAlerts => {
                TimeDelta::minutes(5)
            }
            Self::RemindOfPayments
            | Self::ReleaseHolds
            | Self::TellOfHolds
            | Self::RemoveUploads
            | Self::ForgetExpired => TimeDelta::hours(1),
        }
    }

    /// Looks, and settles what is due.
    pub(super) fn run(self, app: &App, now: Instant) -> Result<(), String> {
        let result = match self {
            Self::ExpireLots => each(
                app,
                now,
                ledger::organizations_due,
                |conn, context, id: OrganizationId| ledger::expire_due(conn, context, id).map(|_| ()),
            ),
            Self::LapseOrders => each(app, now, orders::due_to_lapse, |conn, context, id: OrderId| {
                orders::lapse(conn, context, id).map(|_| ())
            }),
            Self::MoveTickets => each(app, now, time::due, |conn, context, id: TicketId| {
                time::pass(conn, context, id).map(|_| ())
            }),
            Self::RemindOfEstimates => each(app, now, asking::to_remind, remind_of_estimate),
            Self::ReleaseHolds => each(app, now, stale_holds::due, |conn, context, id: TicketId| {
                stale_holds::release(conn, context, id).map(|_| ())
            }),
            Self::TellOfHolds => each_by_mail(app, now, stale_holds::to_tell, stale_holds::tell),
            Self::RemindOfPayments => each_by_mail(app, now, orders::to_remind, orders::remind),
            Self::RaiseAlerts => each_by_mail(app, now, alerts::due, alerts::raise),
            Self::RemoveUploads => remove_uploads(app, now),
            Self::PlanStatements => each(app, now, all_organizations, plan_statements),
            Self::ForgetExpired => forget_expired(app, now),
        };
        result.map_err(|errors| errors.join("; "))
    }
}

/// Finds what is due, and settles each in a transaction of its own.
fn each<Id: Copy + Send + 'static>(
    app: &App,
    now: Instant,
    find: impl FnOnce(&mut Conn, &Context) -> Result<Vec<Id>, Failure>,
    settle: impl Fn(&mut Conn, &Context, Id) -> Result<(), Failure> + Clone + Send + 'static,
) -> Result<(), Vec<String>> {
    let due = read(app, now, find).map_err(|failure| vec![failure.to_string()])?;
    let mut errors = Vec::new();
    for id in due {
        let settle = settle.clone();
        noted(
            write(app, now, move |conn, context| settle(conn, context, id)),
            &mut errors,
        );
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn all_organizations(conn: &mut Conn, _: &Context) -> Result<Vec<OrganizationId>, Failure> {
    Ok(organizations::ids(conn)?)
}

/// Asks for the statements of the weeks that have ended and have none, the oldest first.
fn plan_statements(conn: &mut Conn, context: &Context, id: OrganizationId) -> Result<(), Failure> {
    for (week, due_at) in statements::missing(conn, context, id)? {
        let task = Task::MakeStatement {
            organization_id: id,
            first_day: week.first_day,
        };
        enqueue(conn, context, &task, due_at)?;
    }
    Ok(())
}

/// As [`each`], for what is told by mail: links in it begin with the address of this installation.
fn each_by_mail<Id: Copy + Send + 'static, T: Send + 'static>(
    app: &App,
    now: Instant,
    find: impl FnOnce(&mut Conn, &Context) -> Result<Vec<Id>, Failure>,
    tell: fn(&mut Conn, &Context, Id, &str) -> Result<T, Failure>,
) -> Result<(), Vec<String>> {
    let base_url = app.config.base_url.clone();
    each(app, now, find, move |conn, context, id| {
        tell(conn, context, id, &base_url).map(|_| ())
    })
}

fn remind_of_estimate(conn: &mut Conn, context: &Context, estimate_id: EstimateId) -> Result<(), Failure> {
    enqueue(conn, context, &Task::RemindOfEstimate { estimate_id }, context.now)
}

fn forget_expired(app: &App, now: Instant) -> Result<(), Vec<String>> {
    let forgotten = write(app, now, |conn, context| {
        sessions::delete_expired(conn, context.now - KEPT_AFTER_THE_END)?;
        tokens::delete_expired(conn, context.now - KEPT_AFTER_THE_END)?;
        approval_links::delete_expired(conn, context.now - KEPT_AFTER_THE_END)?;
        idempotency::delete_older(conn, context.now - KEPT)?;
        sign_in_attempts::delete_older(conn, context.now - MEMORY)?;
        mails::delete_older(conn, context.now - MAILS_KEPT)?;
        Ok(())
    });
    forgotten.map_err(|failure| vec![failure.to_string()])
}

/// The bytes go once nothing names them; those that stay behind when the server dies in between are found by nobody.
fn remove_uploads(app: &App, now: Instant) -> Result<(), Vec<String>> {
    let unused = write(app, now, attachments::remove_unbound).map_err(|failure| vec![failure.to_string()])?;
    let files = Files::new(&app.config.data_dir);
    let failed = unused.iter().filter_map(|sha256| files.remove(sha256).err());
    let errors: Vec<String> = failed.map(|error| error.to_string()).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{on_both_engines, testing::TestServer};
    use uuid::Uuid;

    on_both_engines! {
        async fn a_panic_over_one_keeps_nothing_from_the_others(server: &TestServer) {
            let (app, now) = (server.app.clone(), server.now());
            let swept = tokio::task::spawn_blocking(move || {
                each(&app, now, |_, _| Ok(vec![1_u128, 2, 3]), |conn, context, number| {
                    let mail_id = Uuid::from_u128(number);
                    enqueue(conn, context, &Task::DeliverMail { mail_id }, context.now)?;
                    assert!(number != 2, "on purpose");
                    Ok(())
                })
            });
            let errors = swept.await.expect("it is caught").expect_err("one failed");
            assert_eq!(errors.len(), 1, "{errors:?}");
            let done = server.app.store.read_blocking(daypack_store::jobs::all).expect("the database answers");
            let mut keys: Vec<String> = done.into_iter().map(|job| job.unique_key).collect();
            keys.sort();
            assert_eq!(keys, [1, 3].map(|number| format!("deliver_mail:{}", Uuid::from_u128(number))));
        }
    }
}
