//! `/organizations`: client companies and their systems.

use actix_web::{get, patch, post, web::Data};
use daypack_api_types::{
    Items, Page,
    organization::{AddSystem, ChangeOrganization, CreateOrganization, Organization, System},
    sla::SlaTargets,
};
use daypack_domain::{ids::OrganizationId, policy::Action};

use crate::{
    app::{App, Reply},
    edge::{Answer, Body, FromPath, FromQuery, PageQuery, RequiredVersion, SignedIn},
    flows::{organizations, systems, tickets::open},
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(list_organizations)
        .service(create_organization)
        .service(show_organization)
        .service(change_organization)
        .service(show_sla_targets)
        .service(list_systems)
        .service(add_system);
}

/// Organizations by name: one's own, for the staff all.
#[utoipa::path(tag = "organizations", params(PageQuery), responses((status = 200, body = Page<Organization>)))]
#[get("/organizations")]
pub async fn list_organizations(app: Data<App>, caller: SignedIn, query: FromQuery<PageQuery>) -> Reply {
    let request = query.0.page::<(String, OrganizationId)>(&app.keys, "organizations")?;
    app.read(&caller, move |conn, context| {
        let rows = organizations::page(conn, context, request.after.clone(), request.limit)?;
        let key = |row: &daypack_store::organizations::Organization| (row.name.clone(), row.id);
        Answer::ok(&request.page(rows, key, |row| views::organizations::organization(&row)))
    })
    .await
}

/// Sets up a client organization. Admins.
#[utoipa::path(
    tag = "organizations", request_body = CreateOrganization, responses((status = 201, body = Organization))
)]
#[post("/organizations")]
pub async fn create_organization(app: Data<App>, caller: SignedIn, body: Body<CreateOrganization>) -> Reply {
    app.create(&caller, move |conn, context| {
        organizations::create(conn, context, &body.0)
    })
    .await
}

/// An organization.
#[utoipa::path(
    tag = "organizations",
    params(("id" = String, Path, description = "Its id, or its short name")),
    responses((status = 200, body = Organization))
)]
#[get("/organizations/{id}")]
pub async fn show_organization(app: Data<App>, caller: SignedIn, id: FromPath<String>) -> Reply {
    app.show(&caller, move |conn, context| {
        organizations::find(conn, context, &id.0, Action::ReadOrganization)
    })
    .await
}

/// Changes name, language and time zone of an organization; what is left out stays. In another zone dates stay, and
/// lots end where the new zone says. Admins.
#[utoipa::path(
    tag = "organizations", request_body = ChangeOrganization,
    params(("id" = String, Path, description = "Its id, or its short name"), RequiredVersion),
    responses((status = 200, body = Organization))
)]
#[patch("/organizations/{id}")]
pub async fn change_organization(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    version: RequiredVersion,
    body: Body<ChangeOrganization>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        let found = organizations::find(conn, context, &id.0, Action::ManageSettings)?;
        organizations::change(conn, context, found.id, &body.0, version.0)
    })
    .await
}

/// How soon requests of an organization that are opened now are answered and solved, by its policy and its packs.
#[utoipa::path(
    tag = "organizations",
    params(("id" = String, Path, description = "Its id, or its short name")),
    responses((status = 200, body = SlaTargets))
)]
#[get("/organizations/{id}/sla-targets")]
pub async fn show_sla_targets(app: Data<App>, caller: SignedIn, id: FromPath<String>) -> Reply {
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadOrganization)?;
        let policy = context.versions.policy(conn, organization.sla_policy_id)?;
        let queue_level = open::present_queue_level(conn, context, &organization)?;
        Answer::ok(&views::sla::targets(&policy, queue_level))
    })
    .await
}

/// The systems of an organization, by name.
#[utoipa::path(
    tag = "organizations",
    params(("id" = String, Path, description = "Its id, or its short name")),
    responses((status = 200, body = Items<System>))
)]
#[get("/organizations/{id}/systems")]
pub async fn list_systems(app: Data<App>, caller: SignedIn, id: FromPath<String>) -> Reply {
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadOrganization)?;
        let rows = systems::list(conn, context, organization.id)?;
        let items = rows.iter().map(views::organizations::system).collect();
        Answer::ok(&Items::<System>::new(items))
    })
    .await
}

/// Puts a system under maintenance. Admins.
#[utoipa::path(
    tag = "organizations", request_body = AddSystem,
    params(("id" = String, Path, description = "Its id, or its short name")),
    responses((status = 201, body = System))
)]
#[post("/organizations/{id}/systems")]
pub async fn add_system(app: Data<App>, caller: SignedIn, id: FromPath<String>, body: Body<AddSystem>) -> Reply {
    app.write(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ManageSystems)?;
        let system = systems::add(conn, context, organization.id, &body.0)?;
        Answer::created(&views::organizations::system(&system))
    })
    .await
}
