//! `/organizations/{id}/alerts`, `/alert-thresholds` and `/rescue`: what is low or ends soon, and what would use it.

use actix_web::{get, patch, web::Data};
use daypack_api_types::{
    Items,
    alert::{Alert, AlertThresholds, ChangeAlertThresholds, Rescue},
};
use daypack_domain::policy::Action;

use crate::{
    app::{App, Reply},
    edge::{Answer, Body, FromPath, RequiredVersion, SignedIn},
    flows::{alerts, balance, organizations, rescue},
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(list_alerts)
        .service(show_alert_thresholds)
        .service(change_alert_thresholds)
        .service(show_rescue);
}

/// What an organization has passed now, the most urgent first: of each kind and lot the last threshold.
#[utoipa::path(
    tag = "packs",
    params(("id" = String, Path, description = "The organization's id, or its short name")),
    responses((status = 200, body = Items<Alert>))
)]
#[get("/organizations/{id}/alerts")]
pub async fn list_alerts(app: Data<App>, caller: SignedIn, id: FromPath<String>) -> Reply {
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadPacks)?;
        let standing = balance::read(conn, context, &organization, None)?;
        let shown = alerts::current(conn, context, &organization, &standing)?;
        let items = views::alerts::alerts(&standing.names, &shown);
        Answer::ok(&Items::<Alert>::new(items))
    })
    .await
}

/// When alerts about minutes ring.
#[utoipa::path(
    tag = "packs",
    params(("id" = String, Path, description = "The organization's id, or its short name")),
    responses((status = 200, body = AlertThresholds))
)]
#[get("/organizations/{id}/alert-thresholds")]
pub async fn show_alert_thresholds(app: Data<App>, caller: SignedIn, id: FromPath<String>) -> Reply {
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadPacks)?;
        Ok(Answer::ok(&views::alerts::thresholds(&organization))?.version(organization.version))
    })
    .await
}

/// Sets when alerts about minutes ring. Owners and admins.
#[utoipa::path(
    tag = "packs", request_body = ChangeAlertThresholds,
    params(("id" = String, Path, description = "The organization's id, or its short name"), RequiredVersion),
    responses((status = 200, body = AlertThresholds))
)]
#[patch("/organizations/{id}/alert-thresholds")]
pub async fn change_alert_thresholds(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    version: RequiredVersion,
    body: Body<ChangeAlertThresholds>,
) -> Reply {
    let body = body.0;
    let input = alerts::Changed {
        used_percent: body.used_percent,
        days_to_expiry: body.days_to_expiry,
        days_until_empty: body.days_until_empty,
    };
    app.write(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ManageAlerts)?;
        let organization = alerts::change(conn, context, organization.id, version.0, &input)?;
        Ok(Answer::ok(&views::alerts::thresholds(&organization))?.version(organization.version))
    })
    .await
}

/// What expires unused at the present pace, lot by lot, and which waiting or backlog work would fit in it.
#[utoipa::path(
    tag = "packs",
    params(("id" = String, Path, description = "The organization's id, or its short name")),
    responses((status = 200, body = Rescue))
)]
#[get("/organizations/{id}/rescue")]
pub async fn show_rescue(app: Data<App>, caller: SignedIn, id: FromPath<String>) -> Reply {
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadPacks)?;
        let standing = balance::read(conn, context, &organization, None)?;
        let found = rescue::read(conn, context, &organization, &standing)?;
        Answer::ok(&views::alerts::rescue(&organization, &standing, &found))
    })
    .await
}
