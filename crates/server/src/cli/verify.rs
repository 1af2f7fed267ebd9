//! `daypack verify`: whether every counter is what the ledger comes to.

use clap::Args;
use daypack_domain::ids::OrganizationId;
use daypack_store::{
    Store, StoreOptions,
    organizations::{self, Organization},
};
use uuid::Uuid;

use super::say;
use crate::{
    config::{Config, Settings},
    error::{Failure, StartError},
    flows::verify::{self, Looked},
};

/// Recomputes every counter of every organization from its movements, and names the first difference.
#[derive(Debug, Args)]
pub struct VerifyCommand {
    /// Of this organization alone: its id, or its short name.
    #[arg(long)]
    organization: Option<String>,
    #[command(flatten)]
    settings: Settings,
}

/// Checks the database of the settings; nothing is changed, and a server may go on working on it.
pub(super) fn run(command: VerifyCommand) -> Result<(), StartError> {
    let config = Config::prepare(command.settings)?;
    let store =
        Store::open(StoreOptions::new(&config.database_url)).map_err(|error| StartError::new(error.to_string()))?;
    let pending = store.pending().map_err(|error| StartError::new(error.to_string()))?;
    if !pending.is_empty() {
        return Err(StartError::new(
            "this database is older than this program: run `daypack migrate` first",
        ));
    }
    let looked = check(&store, command.organization.as_deref())?;
    say(&format!(
        "No difference: {} organizations, {} movements, {} statements.",
        looked.organizations, looked.movements, looked.statements
    ));
    Ok(())
}

/// Checks one organization, or all.
///
/// # Errors
/// The first difference, as one line; a database that does not answer; no such organization.
pub fn check(store: &Store, only: Option<&str>) -> Result<Looked, StartError> {
    let fault = |failure: Failure| StartError::new(failure.to_string());
    let ids = store.read_blocking(|conn| wanted(conn, only)).map_err(fault)?;
    if let (Some(name), true) = (only, ids.is_empty()) {
        return Err(StartError::new(format!("there is no organization {name}")));
    }
    let mut sum = Looked::default();
    for id in ids {
        // Each in one unchanging view of the data.
        let found = store.read_blocking::<_, Failure>(|conn| {
            let Some(organization) = organizations::find(conn, id)? else {
                return Ok(None);
            };
            let found = verify::organization(conn, &organization)?;
            Ok(Some((organization.slug, found)))
        });
        match found.map_err(fault)? {
            None => {}
            Some((_, Ok(looked))) => {
                sum.organizations += looked.organizations;
                sum.movements += looked.movements;
                sum.statements += looked.statements;
            }
            Some((slug, Err(difference))) => return Err(StartError::new(format!("{slug}: {difference}"))),
        }
    }
    Ok(sum)
}

fn wanted(conn: &mut daypack_store::Conn, only: Option<&str>) -> Result<Vec<OrganizationId>, Failure> {
    let Some(name) = only else {
        return Ok(organizations::ids(conn)?);
    };
    let found: Option<Organization> = match name.parse::<Uuid>() {
        Ok(id) => organizations::find(conn, OrganizationId(id))?,
        Err(_) => organizations::find_by_slug(conn, &name.to_lowercase())?,
    };
    Ok(found.into_iter().map(|organization| organization.id).collect())
}
