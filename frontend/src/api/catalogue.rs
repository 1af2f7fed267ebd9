//! What is sold, and on which conditions.

use daypack_api_types::{
    Items,
    plan::{CreatePlan, EditPlan, Plan, PlanVersion, Terms},
    terms::PublishTerms,
};

use super::ApiProblem;

/// The plans on sale, for everybody to see.
pub async fn plans() -> Result<Vec<Plan>, ApiProblem> {
    super::get::<Items<Plan>>("/plans").await.map(|list| list.items)
}

/// All plans, also those that can no longer be ordered.
pub async fn all_plans() -> Result<Vec<Plan>, ApiProblem> {
    super::get::<Items<Plan>>("/plans?include_retired=true")
        .await
        .map(|list| list.items)
}

/// A new plan.
pub async fn create_plan(body: &CreatePlan) -> Result<Plan, ApiProblem> {
    super::post("/plans", body).await
}

/// Another version of a plan.
pub async fn edit_plan(code: &str, version: i64, body: &EditPlan) -> Result<Plan, ApiProblem> {
    super::patch(&["/plans/", code].concat(), version, body).await
}

/// What a plan was, newest first.
pub async fn plan_versions(code: &str) -> Result<Vec<PlanVersion>, ApiProblem> {
    super::get::<Items<PlanVersion>>(&["/plans/", code, "/versions"].concat())
        .await
        .map(|list| list.items)
}

/// Takes a plan off sale.
pub async fn retire(code: &str) -> Result<(), ApiProblem> {
    super::post_only(&["/plans/", code, "/retire"].concat(), &Nothing {}).await
}

/// Puts a plan on sale again.
pub async fn restore(code: &str) -> Result<(), ApiProblem> {
    super::post_only(&["/plans/", code, "/restore"].concat(), &Nothing {}).await
}

/// Another version of the terms, which is the current one from then on.
pub async fn publish_terms(body: &PublishTerms) -> Result<Terms, ApiProblem> {
    super::post("/terms", body).await
}

/// The body of an action that needs nothing said.
#[derive(serde::Serialize)]
struct Nothing {}
