//! What is sold.

use daypack_api_types::{Items, plan::Plan};

use super::ApiProblem;

/// The plans, for everybody to see.
pub async fn plans() -> Result<Vec<Plan>, ApiProblem> {
    super::get::<Items<Plan>>("/plans").await.map(|list| list.items)
}
