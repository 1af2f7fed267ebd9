//! Software under maintenance (section 1).

use std::collections::BTreeSet;

use daypack_api_types::organization::AddSystem;
use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::OrganizationId,
    policy::{Action, may},
    problem::FieldProblem,
};
use daypack_store::{
    Conn, Json,
    systems::{self, Component, Environment, System},
};

use super::{events, organizations};
use crate::{context::Context, error::Failure};

/// The environments of a system for which none are named; neither asks for a window.
const USUAL_ENVIRONMENTS: &[&str] = &["production", "staging"];

/// Puts a system under maintenance.
///
/// # Errors
/// `invalid` with every field that cannot be accepted; `system_name_taken`.
pub fn add(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    input: &AddSystem,
) -> Result<System, Failure> {
    may(&context.actor, Action::ManageSystems, organization_id.into())?;
    organizations::lock(conn, organization_id)?;
    check(input)?;
    let name = input.name.trim();
    if systems::of_organization(conn, organization_id)?
        .iter()
        .any(|system| system.name == name)
    {
        return Err(Refusal::conflict("system_name_taken", "The organization has a system of this name.").into());
    }
    let system = System {
        id: context.id(),
        organization_id,
        name: name.to_owned(),
        description: input.description.trim().to_owned(),
        environments: Json(environments(input)),
        components: Json(input.components.iter().map(|name| component(name)).collect()),
        scope_clauses: Json(Vec::new()),
        severity_examples: Json(Vec::new()),
        primary_agent_id: None,
        backup_agent_id: None,
        archived_at: None,
        created_at: context.now,
        version: 1,
    };
    systems::insert(conn, &system)?;
    let kind = EventKind::SystemCreated {
        system_id: system.id,
        system_name: system.name.clone(),
    };
    events::record(conn, context, Some(organization_id), [kind])?;
    Ok(system)
}

fn component(name: &str) -> Component {
    Component {
        name: name.trim().to_owned(),
        version: None,
    }
}

fn environments(input: &AddSystem) -> Vec<Environment> {
    if input.environments.is_empty() {
        let usual = USUAL_ENVIRONMENTS.iter();
        return usual
            .map(|name| Environment {
                name: (*name).to_owned(),
                window_required: false,
            })
            .collect();
    }
    let named = input.environments.iter();
    named
        .map(|environment| Environment {
            name: environment.name.trim().to_owned(),
            window_required: environment.window_required,
        })
        .collect()
}

fn check(input: &AddSystem) -> Result<(), Refusal> {
    let mut problems = Vec::new();
    if input.name.trim().is_empty() {
        problems.push(FieldProblem::new(
            "/name",
            "too_short",
            "A name has at least one letter.",
        ));
    }
    let mut check_names = |names: Vec<(String, &str)>| {
        let mut seen = BTreeSet::new();
        for (pointer, name) in names {
            if name.trim().is_empty() {
                problems.push(FieldProblem::new(
                    pointer,
                    "too_short",
                    "A name has at least one letter.",
                ));
            } else if !seen.insert(name.trim()) {
                problems.push(FieldProblem::new(pointer, "duplicate", "This name is there already."));
            }
        }
    };
    let components = input.components.iter().enumerate();
    check_names(
        components
            .map(|(at, name)| (format!("/components/{at}"), name.as_str()))
            .collect(),
    );
    let environments = input.environments.iter().enumerate();
    check_names(
        environments
            .map(|(at, one)| (format!("/environments/{at}/name"), one.name.as_str()))
            .collect(),
    );
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(problems))
    }
}

/// The systems of an organization, by name.
///
/// # Errors
/// Those of [`may`].
pub fn list(conn: &mut Conn, context: &Context, organization_id: OrganizationId) -> Result<Vec<System>, Failure> {
    may(&context.actor, Action::ReadOrganization, organization_id.into())?;
    Ok(systems::of_organization(conn, organization_id)?)
}
