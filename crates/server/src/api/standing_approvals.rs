//! `/organizations/{id}/standing-approvals`: approvals given once for every offer within limits.

use actix_web::{get, post, web::Data};
use daypack_api_types::{
    Items,
    approval::{GiveStandingApproval, StandingApproval},
};
use daypack_domain::{ids::StandingApprovalId, policy::Action};
use daypack_store::{Conn, organizations::Organization, standing_approvals::StandingApproval as Row};

use crate::{
    app::{App, Reply},
    context::Context,
    edge::{Answer, Body, ExpectedVersion, FromPath, SignedIn},
    error::Failure,
    flows::{estimates::standing, organizations, standing_approvals},
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(list_standing_approvals)
        .service(give_standing_approval)
        .service(end_standing_approval);
}

fn shown(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    row: &Row,
) -> Result<StandingApproval, Failure> {
    let (mut all, month) = standing::used(conn, organization, context.now)?;
    all.retain(|used| used.approval.id == row.id);
    views::approvals::standing_approvals(conn, all, month)?
        .pop()
        .ok_or_else(|| Failure::internal("a standing approval without its view"))
}

/// The standing approvals of an organization with what was used of this month, the oldest first; ended ones too.
#[utoipa::path(
    tag = "approvals",
    params(("id" = String, Path, description = "The organization's id, or its short name")),
    responses((status = 200, body = Items<StandingApproval>))
)]
#[get("/organizations/{id}/standing-approvals")]
pub async fn list_standing_approvals(app: Data<App>, caller: SignedIn, id: FromPath<String>) -> Reply {
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadOrganization)?;
        let (rows, month) = standing_approvals::list(conn, context, &organization)?;
        let items = views::approvals::standing_approvals(conn, rows, month)?;
        Answer::ok(&Items::<StandingApproval>::new(items))
    })
    .await
}

/// Approves every offer within these limits from now on: it is then approved at once, and this one named. Owners and
/// admins.
#[utoipa::path(
    tag = "approvals", request_body = GiveStandingApproval,
    params(("id" = String, Path, description = "The organization's id, or its short name")),
    responses((status = 201, body = StandingApproval))
)]
#[post("/organizations/{id}/standing-approvals")]
pub async fn give_standing_approval(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    body: Body<GiveStandingApproval>,
) -> Reply {
    app.write(&caller, move |conn, context| {
        let found = organizations::find(conn, context, &id.0, Action::ManageStandingApprovals)?;
        let (organization, row) = standing_approvals::give(conn, context, found.id, &body.0)?;
        let approval = shown(conn, context, &organization, &row)?;
        Ok(Answer::created(&approval)?.version(row.version))
    })
    .await
}

/// Ends a standing approval: it covers nothing any more, and what it approved stays approved. Owners and admins.
#[utoipa::path(
    tag = "approvals",
    params(
        ("id" = StandingApprovalId, Path, description = "The standing approval"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the decision is based on")
    ),
    responses((status = 200, body = StandingApproval))
)]
#[post("/standing-approvals/{id}/end")]
pub async fn end_standing_approval(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<StandingApprovalId>,
    version: ExpectedVersion,
) -> Reply {
    app.write(&caller, move |conn, context| {
        let (organization, row) = standing_approvals::end(conn, context, id.0, version.0)?;
        let approval = shown(conn, context, &organization, &row)?;
        Ok(Answer::ok(&approval)?.version(row.version))
    })
    .await
}
