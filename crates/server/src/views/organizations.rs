//! Organizations and their systems.

use daypack_api_types::organization as api;
use daypack_store::{organizations::Organization, systems::System};

/// An organization.
#[must_use]
pub fn organization(row: &Organization) -> api::Organization {
    api::Organization {
        id: row.id,
        slug: row.slug.clone(),
        name: row.name.clone(),
        prefix: row.prefix.clone(),
        time_zone: row.time_zone.clone(),
        locale: row.locale.clone(),
        currency: row.currency.as_str().to_owned(),
        created_at: row.created_at,
        version: row.version,
    }
}

/// A system.
#[must_use]
pub fn system(row: &System) -> api::System {
    let environments = row.environments.iter().map(|environment| api::Environment {
        name: environment.name.clone(),
        window_required: environment.window_required,
    });
    api::System {
        id: row.id,
        name: row.name.clone(),
        description: row.description.clone(),
        components: row.components.iter().map(|component| component.name.clone()).collect(),
        environments: environments.collect(),
    }
}
