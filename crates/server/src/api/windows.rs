//! `/windows`: when something may be deployed.

use actix_web::{post, web::Data};
use daypack_api_types::{
    estimate::OptionalReason,
    work::{ProposeWindow, Window},
};
use daypack_domain::ids::WindowId;
use daypack_store::{Conn, windows};

use crate::{
    app::{App, Reply},
    edge::{Answer, Body, ExpectedVersion, FromPath, OptionalBody, SignedIn},
    error::Failure,
    flows::{
        tickets::TicketKey,
        work::windows::{self as flow, Proposal},
    },
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(propose_window)
        .service(accept_window)
        .service(decline_window);
}

/// Proposes a window to the client; an earlier one that was not used gives way.
#[utoipa::path(
    tag = "work", request_body = ProposeWindow,
    params(
        ("id" = String, Path, description = "Id or reference of the ticket"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the ticket that the decision is based on")
    ),
    responses((status = 201, body = Window))
)]
#[post("/tickets/{id}/windows")]
pub async fn propose_window(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    version: ExpectedVersion,
    body: Body<ProposeWindow>,
) -> Reply {
    let key: TicketKey = id.0.parse()?;
    app.write(&caller, move |conn, context| {
        let proposal = Proposal {
            starts_at: body.0.starts_at,
            ends_at: body.0.ends_at,
            note: body.0.note.clone(),
        };
        let (_, window) = flow::propose(conn, context, &key, version.0, &proposal)?;
        Answer::created(&json(conn, window)?)
    })
    .await
}

/// Agrees to a window, for the client.
#[utoipa::path(
    tag = "work",
    params(
        ("id" = WindowId, Path, description = "Of the window"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the ticket that the decision is based on")
    ),
    responses((status = 200, body = Window))
)]
#[post("/windows/{id}/accept")]
pub async fn accept_window(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<WindowId>,
    version: ExpectedVersion,
) -> Reply {
    app.write(&caller, move |conn, context| {
        let (_, window) = flow::accept(conn, context, id.0, version.0)?;
        Answer::ok(&json(conn, window)?)
    })
    .await
}

/// Does not agree to a window; the work waits for another proposal.
#[utoipa::path(
    tag = "work", request_body = OptionalReason,
    params(
        ("id" = WindowId, Path, description = "Of the window"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the ticket that the decision is based on")
    ),
    responses((status = 200, body = Window))
)]
#[post("/windows/{id}/decline")]
pub async fn decline_window(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<WindowId>,
    version: ExpectedVersion,
    body: OptionalBody<OptionalReason>,
) -> Reply {
    app.write(&caller, move |conn, context| {
        let (_, window) = flow::decline(conn, context, id.0, version.0, body.0.reason.as_deref())?;
        Answer::ok(&json(conn, window)?)
    })
    .await
}

fn json(conn: &mut Conn, window: windows::Window) -> Result<Window, Failure> {
    let shown = views::work::windows(conn, vec![window])?.pop();
    shown.ok_or_else(|| Failure::internal("a window that was saved is not shown"))
}
