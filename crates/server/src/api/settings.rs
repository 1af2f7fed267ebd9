//! Settings: `/settings/seller`, `/organizations/{id}/settings`.

use actix_web::{get, patch, web::Data};
use daypack_api_types::settings::{EditOrganizationSettings, EditSellerSettings, OrganizationSettings, SellerSettings};
use daypack_domain::policy::Action;

use crate::{
    app::{App, Reply},
    edge::{Answer, Body, FromPath, RequiredVersion, SignedIn},
    flows::{organizations, settings},
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(show_seller_settings)
        .service(edit_seller_settings)
        .service(show_organization_settings)
        .service(edit_organization_settings);
}

/// What proformas say about the agency. Admins.
#[utoipa::path(tag = "settings", responses((status = 200, body = SellerSettings)))]
#[get("/settings/seller")]
pub async fn show_seller_settings(app: Data<App>, caller: SignedIn) -> Reply {
    app.show(&caller, settings::show_seller).await
}

/// Changes what proformas say about the agency. Admins.
#[utoipa::path(
    tag = "settings", request_body = EditSellerSettings,
    params(RequiredVersion),
    responses((status = 200, body = SellerSettings))
)]
#[patch("/settings/seller")]
pub async fn edit_seller_settings(
    app: Data<App>,
    caller: SignedIn,
    version: RequiredVersion,
    body: Body<EditSellerSettings>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        settings::edit_seller(conn, context, &body.0, version.0)
    })
    .await
}

/// What is agreed with an organization beyond plans and policies.
#[utoipa::path(
    tag = "organizations",
    params(("id" = String, Path, description = "Its id, or its short name")),
    responses((status = 200, body = OrganizationSettings))
)]
#[get("/organizations/{id}/settings")]
pub async fn show_organization_settings(app: Data<App>, caller: SignedIn, id: FromPath<String>) -> Reply {
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadOrganization)?;
        Ok(Answer::ok(&views::settings::organization(&organization))?.version(organization.version))
    })
    .await
}

/// Changes what is agreed with an organization. Admins.
#[utoipa::path(
    tag = "organizations", request_body = EditOrganizationSettings,
    params(("id" = String, Path, description = "Its id, or its short name"), RequiredVersion),
    responses((status = 200, body = OrganizationSettings))
)]
#[patch("/organizations/{id}/settings")]
pub async fn edit_organization_settings(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    version: RequiredVersion,
    body: Body<EditOrganizationSettings>,
) -> Reply {
    app.write(&caller, move |conn, context| {
        let found = organizations::find(conn, context, &id.0, Action::ManageSettings)?;
        let organization = settings::edit_organization(conn, context, found.id, &body.0, version.0)?;
        Ok(Answer::ok(&views::settings::organization(&organization))?.version(organization.version))
    })
    .await
}
