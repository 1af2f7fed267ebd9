//! `/time-entries`: minutes worked.

use actix_web::{post, web::Data};
use daypack_api_types::{
    estimate::Reason,
    work::{LogTime, TimeEntry},
};
use daypack_domain::ids::TimeEntryId;

use crate::{
    app::{App, Reply},
    edge::{Body, ExpectedVersion, FromPath, SignedIn},
    flows::{tickets::TicketKey, work::time},
    operations::ServiceConfig,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(log_time).service(reverse_time_entry);
}

/// Logs time on a ticket. Billable time takes its minutes, rounded for the ticket as a whole, from what is held.
#[utoipa::path(
    tag = "work", request_body = LogTime,
    params(TicketKey, ExpectedVersion),
    responses((status = 201, body = TimeEntry))
)]
#[post("/tickets/{id}/time-entries")]
pub async fn log_time(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
    body: Body<LogTime>,
) -> Reply {
    app.create(&caller, move |conn, context| {
        let input = time::LogTime {
            minutes: body.0.minutes,
            worked_on: body.0.worked_on,
            activity: body.0.activity,
            note: body.0.note.clone(),
            billable: body.0.billable,
        };
        let (_, entry) = time::log(conn, context, &key.0, version.0, &input)?;
        Ok(entry)
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
    app.create(&caller, move |conn, context| {
        let (_, entry) = time::reverse(conn, context, id.0, version.0, &body.0.reason)?;
        Ok(entry)
    })
    .await
}
