//! `/plans`: what is sold.

use actix_web::{get, patch, post, web::Data};
use daypack_api_types::{
    Items,
    plan::{CreatePlan, EditPlan, Plan, PlanVersion, Recommendation},
};
use daypack_domain::{Refusal, plan};
use garde::Validate;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::{App, Reply},
    edge::{Answer, Body, ExpectedVersion, FromPath, FromQuery, Public, RequiredVersion, SignedIn},
    flows::catalogue,
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(list_plans)
        .service(create_plan)
        .service(recommend_plan)
        .service(show_plan)
        .service(edit_plan)
        .service(list_plan_versions)
        .service(retire_plan)
        .service(restore_plan);
}

/// Which plans.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PlansQuery {
    /// Also those that can no longer be ordered.
    #[garde(skip)]
    pub include_retired: Option<bool>,
}

/// The plans on sale, in the order in which they are shown. Public.
#[utoipa::path(
    tag = "catalogue", security(()), params(PlansQuery), responses((status = 200, body = Items<Plan>))
)]
#[get("/plans")]
pub async fn list_plans(app: Data<App>, caller: Public, query: FromQuery<PlansQuery>) -> Reply {
    app.read(&caller, move |conn, context| {
        let plans = catalogue::list(conn, context, query.0.include_retired.unwrap_or(false))?;
        let items = plans
            .into_iter()
            .map(|record| views::catalogue::plan(record, context.language))
            .collect();
        Answer::ok(&Items::<Plan>::new(items))
    })
    .await
}

/// Adds a plan to the catalogue. Admins.
#[utoipa::path(tag = "catalogue", request_body = CreatePlan, responses((status = 201, body = Plan)))]
#[post("/plans")]
pub async fn create_plan(app: Data<App>, caller: SignedIn, body: Body<CreatePlan>) -> Reply {
    app.create(&caller, move |conn, context| catalogue::create(conn, context, &body.0))
        .await
}

/// How much somebody expects to need.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecommendationQuery {
    /// Hours of work expected each month.
    #[garde(range(min = 0, max = 10_000))]
    pub hours_per_month: i64,
}

/// The plan and the quantity that suit somebody who expects so many hours of work each month, and why. Public.
#[utoipa::path(
    tag = "catalogue", security(()), params(RecommendationQuery), responses((status = 200, body = Recommendation))
)]
#[get("/plans/recommendation")]
pub async fn recommend_plan(app: Data<App>, caller: Public, query: FromQuery<RecommendationQuery>) -> Reply {
    app.read(&caller, move |conn, context| {
        let plans: Vec<_> = catalogue::list(conn, context, false)?
            .into_iter()
            .map(|record| record.plan)
            .collect();
        let advice = plan::recommend(&plans, query.0.hours_per_month).ok_or(Refusal::NotFound)?;
        Answer::ok(&views::catalogue::recommendation(&advice))
    })
    .await
}

/// A plan as it is now, on sale or retired. Public.
#[utoipa::path(
    tag = "catalogue", security(()),
    params(("code" = String, Path, description = "Of the plan")),
    responses((status = 200, body = Plan))
)]
#[get("/plans/{code}")]
pub async fn show_plan(app: Data<App>, caller: Public, code: FromPath<String>) -> Reply {
    app.show(&caller, move |conn, context| catalogue::find(conn, context, &code.0))
        .await
}

/// Edits a plan by publishing another version of it. What was sold keeps its terms. Admins.
#[utoipa::path(
    tag = "catalogue", request_body = EditPlan,
    params(("code" = String, Path, description = "Of the plan"), RequiredVersion),
    responses((status = 200, body = Plan))
)]
#[patch("/plans/{code}")]
pub async fn edit_plan(
    app: Data<App>,
    caller: SignedIn,
    code: FromPath<String>,
    version: RequiredVersion,
    body: Body<EditPlan>,
) -> Reply {
    app.change(&caller, move |conn, context| {
        catalogue::edit(conn, context, &code.0, &body.0, version.0)
    })
    .await
}

/// Every version of a plan, newest first, with who published it. Admins.
#[utoipa::path(
    tag = "catalogue",
    params(("code" = String, Path, description = "Of the plan")),
    responses((status = 200, body = Items<PlanVersion>))
)]
#[get("/plans/{code}/versions")]
pub async fn list_plan_versions(app: Data<App>, caller: SignedIn, code: FromPath<String>) -> Reply {
    app.read(&caller, move |conn, context| {
        let versions = catalogue::versions(conn, context, &code.0)?;
        let items = views::catalogue::plan_versions(conn, versions, context.language)?;
        Answer::ok(&Items::<PlanVersion>::new(items))
    })
    .await
}

/// Takes a plan off sale. What was sold is not touched. Admins.
#[utoipa::path(
    tag = "catalogue",
    params(("code" = String, Path, description = "Of the plan"), ExpectedVersion),
    responses((status = 200, body = Plan))
)]
#[post("/plans/{code}/retire")]
pub async fn retire_plan(app: Data<App>, caller: SignedIn, code: FromPath<String>, version: ExpectedVersion) -> Reply {
    app.change(&caller, move |conn, context| {
        catalogue::retire(conn, context, &code.0, version.0)
    })
    .await
}

/// Puts a retired plan on sale again. Admins.
#[utoipa::path(
    tag = "catalogue",
    params(("code" = String, Path, description = "Of the plan"), ExpectedVersion),
    responses((status = 200, body = Plan))
)]
#[post("/plans/{code}/restore")]
pub async fn restore_plan(app: Data<App>, caller: SignedIn, code: FromPath<String>, version: ExpectedVersion) -> Reply {
    app.change(&caller, move |conn, context| {
        catalogue::restore(conn, context, &code.0, version.0)
    })
    .await
}
