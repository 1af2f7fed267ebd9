//! `/windows`: when something may be deployed.

use actix_web::{post, web::Data};
use daypack_api_types::{
    estimate::OptionalReason,
    work::{ProposeWindow, Window},
};
use daypack_domain::ids::WindowId;

use crate::{
    app::{App, Reply},
    edge::{Body, ExpectedVersion, FromPath, OptionalBody, SignedIn},
    flows::{
        tickets::TicketKey,
        work::windows::{self as flow, Proposal},
    },
    operations::ServiceConfig,
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
    params(TicketKey, ExpectedVersion),
    responses((status = 201, body = Window))
)]
#[post("/tickets/{id}/windows")]
pub async fn propose_window(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
    body: Body<ProposeWindow>,
) -> Reply {
    app.create(&caller, move |conn, context| {
        let proposal = Proposal {
            starts_at: body.0.starts_at,
            ends_at: body.0.ends_at,
            note: body.0.note.clone(),
        };
        let (_, window) = flow::propose(conn, context, &key.0, version.0, &proposal)?;
        Ok(window)
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
    app.change(&caller, move |conn, context| {
        let (_, window) = flow::accept(conn, context, id.0, version.0)?;
        Ok(window)
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
    app.change(&caller, move |conn, context| {
        let (_, window) = flow::decline(conn, context, id.0, version.0, body.0.reason.as_deref())?;
        Ok(window)
    })
    .await
}
