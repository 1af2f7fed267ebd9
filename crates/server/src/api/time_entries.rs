//! `/time-entries`: minutes worked.

use actix_web::{post, web::Data};
use daypack_api_types::{
    estimate::Reason,
    work::{LogTime, TimeEntry},
};
use daypack_domain::ids::TimeEntryId;
use daypack_store::{Conn, time_entries};

use crate::{
    app::{App, Reply},
    edge::{Answer, Body, ExpectedVersion, FromPath, SignedIn},
    error::Failure,
    flows::{
        tickets::{Case, TicketKey},
        work::time,
    },
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(log_time).service(reverse_time_entry);
}

/// Logs time on a ticket. Billable time takes its minutes, rounded for the ticket as a whole, from what is held.
#[utoipa::path(
    tag = "work", request_body = LogTime,
    params(
        ("id" = String, Path, description = "Id or reference of the ticket"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the ticket that the decision is based on")
    ),
    responses((status = 201, body = TimeEntry))
)]
#[post("/tickets/{id}/time-entries")]
pub async fn log_time(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    version: ExpectedVersion,
    body: Body<LogTime>,
) -> Reply {
    let key: TicketKey = id.0.parse()?;
    app.write(&caller, move |conn, context| {
        let input = time::LogTime {
            minutes: body.0.minutes,
            worked_on: body.0.worked_on,
            activity: body.0.activity,
            note: body.0.note.clone(),
            billable: body.0.billable,
        };
        let (case, entry) = time::log(conn, context, &key, version.0, &input)?;
        Answer::created(&json(conn, &case, entry)?)
    })
    .await
}

/// Takes an entry back: its minutes return to where they came from.
#[utoipa::path(
    tag = "work", request_body = Reason,
    params(
        ("id" = TimeEntryId, Path, description = "Of the time entry"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the ticket that the decision is based on")
    ),
    responses((status = 201, body = TimeEntry))
)]
#[post("/time-entries/{id}/reverse")]
pub async fn reverse_time_entry(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<TimeEntryId>,
    version: ExpectedVersion,
    body: Body<Reason>,
) -> Reply {
    app.write(&caller, move |conn, context| {
        let (case, entry) = time::reverse(conn, context, id.0, version.0, &body.0.reason)?;
        Answer::created(&json(conn, &case, entry)?)
    })
    .await
}

fn json(conn: &mut Conn, case: &Case, entry: time_entries::TimeEntry) -> Result<TimeEntry, Failure> {
    let shown = views::work::time_entries(conn, case.organization.id, vec![entry])?.pop();
    shown.ok_or_else(|| Failure::internal("a time entry that was saved is not shown"))
}
