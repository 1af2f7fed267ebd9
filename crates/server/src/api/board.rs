//! `/board`: the staff's work, in the order of the queue.

use actix_web::{get, web::Data};
use daypack_api_types::board::{Board, BoardColumn, ColumnKey};
use daypack_domain::ticket::Status;

use crate::{
    app::{App, Reply},
    edge::{Answer, SignedIn},
    flows::work::board,
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(show_board);
}

/// The columns, from left to right.
const COLUMNS: [ColumnKey; 6] = [
    ColumnKey::New,
    ColumnKey::Estimate,
    ColumnKey::WaitingOnClient,
    ColumnKey::InWork,
    ColumnKey::Window,
    ColumnKey::Resolved,
];

/// The board of the staff: every open ticket, in columns and in queue order.
#[utoipa::path(tag = "work", responses((status = 200, body = Board)))]
#[get("/board")]
pub async fn show_board(app: Data<App>, caller: SignedIn) -> Reply {
    app.read(&caller, |conn, context| {
        let tickets = board::tickets(conn, context)?;
        let mut around = views::tickets::Around::load(conn, context, &tickets)?;
        let breaching_today = board::breaching_today(context.now, &tickets, &around.zones());
        let summaries = around.summaries(context, &tickets)?;
        let mut columns = COLUMNS.map(|column| BoardColumn {
            column,
            tickets: Vec::new(),
        });
        for summary in summaries {
            let key = column(summary.status);
            if let Some(column) = columns.iter_mut().find(|column| Some(column.column) == key) {
                column.tickets.push(summary);
            }
        }
        Answer::ok(&Board {
            columns: columns.into(),
            breaching_today,
        })
    })
    .await
}

/// Where a status has its place; nowhere when it is done or set aside.
fn column(status: Status) -> Option<ColumnKey> {
    match status {
        Status::Submitted => Some(ColumnKey::New),
        Status::Estimating => Some(ColumnKey::Estimate),
        Status::NeedsInfo | Status::AwaitingApproval | Status::AwaitingValidation => Some(ColumnKey::WaitingOnClient),
        Status::Approved | Status::Diagnosing | Status::Fixing | Status::WaitingThirdParty => Some(ColumnKey::InWork),
        Status::AwaitingWindow => Some(ColumnKey::Window),
        Status::Resolved => Some(ColumnKey::Resolved),
        Status::Closed | Status::Backlog | Status::Quoted | Status::Declined => None,
    }
}
