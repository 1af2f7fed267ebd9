//! Software under maintenance.

use crate::expressions::one_of;
use crate::row::row;
use crate::schema::systems;
use crate::types::{Col, Json};
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{OrganizationId, SystemId, UserId};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Where a system runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// `production`, `staging`.
    pub name: String,
    /// Whether a deployment there needs an agreed window (section 4, guards).
    pub window_required: bool,
}

/// A part of a system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// As people call it.
    pub name: String,
    /// The version in production.
    pub version: Option<String>,
}

row! {
    /// Software under maintenance (section 1).
    System in systems by (id) {
        /// Made by the context.
        id: SystemId,
        /// Whose it is.
        organization_id: OrganizationId,
        /// Once in the organization.
        name: String,
        /// What it is for.
        description: String,
        /// Where it runs.
        environments: Json<Vec<Environment>>,
        /// Its parts.
        components: Json<Vec<Component>>,
        /// What is in the agreement and what is not.
        scope_clauses: Json<Vec<String>>,
        /// Examples that the owner accepted, for severities.
        severity_examples: Json<Vec<String>>,
        /// Who looks after it.
        primary_agent_id: Option<UserId>,
        /// Who does so otherwise.
        backup_agent_id: Option<UserId>,
        /// Since when it is no longer maintained.
        archived_at: Option<Instant>,
        /// When it was added.
        created_at: Instant,
        /// Grows with each change.
        version: i64,
    }
}

impl System {
    /// Whether any environment asks for an agreed window.
    #[must_use]
    pub fn window_required(&self) -> bool {
        self.environments.iter().any(|environment| environment.window_required)
    }
}

/// Adds a system.
///
/// # Errors
/// A unique violation of `systems_organization_id_name_key`.
pub fn insert(conn: &mut Conn, system: &System) -> Result<()> {
    system.insert_row(conn)
}

/// The system with this id, whoever's it is.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, id: SystemId) -> Result<Option<System>> {
    Ok(systems::table
        .find(Col(id))
        .select(System::as_select())
        .first(conn)
        .optional()?)
}

/// These systems, in no order.
///
/// # Errors
/// The database fails.
pub fn find_many(conn: &mut Conn, ids: &[SystemId]) -> Result<Vec<System>> {
    let query = systems::table.filter(one_of(systems::id, ids.iter().copied()));
    Ok(query.select(System::as_select()).load(conn)?)
}

/// The systems of an organization, by name.
///
/// # Errors
/// The database fails.
pub fn of_organization(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<System>> {
    let query = systems::table
        .filter(systems::organization_id.eq(Col(organization)))
        .order(systems::name.asc());
    Ok(query.select(System::as_select()).load(conn)?)
}

/// Saves every field; `version` must have been raised by one. `false` when somebody else was faster.
///
/// # Errors
/// A unique violation of `systems_organization_id_name_key`.
pub fn update(conn: &mut Conn, system: &System) -> Result<bool> {
    Ok(system.save_row(conn)? == 1)
}
