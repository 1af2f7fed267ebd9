//! Running contracts from a file (section 2): each row becomes an opening lot. All of them, or nothing.

mod check;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::{LotId, OrganizationId},
    policy::{Action, Subject, may},
    problem::FieldProblem,
};
use daypack_store::{
    Conn, RowId,
    imports::{self, ContractImport, ImportedContract, SAME_FILE, SAME_REFERENCE},
    ledger::load,
    lots,
};

pub use check::Candidate;
pub use table::{Column, Row, Table};

use super::{
    events, ledger,
    lots::{given, record_of},
    organizations,
};
use crate::{context::Context, error::Failure};

/// What would become of each row. Nothing is changed.
///
/// # Errors
/// [`Refusal::Forbidden`] for everybody but admins.
pub fn try_out(conn: &mut Conn, context: &Context, table: &Table) -> Result<Vec<Candidate>, Failure> {
    may(&context.actor, Action::ImportContracts, Subject::Installation)?;
    let mut candidates = check::rows(conn, context, table)?;
    if imports::find(conn, &table.hash())?.is_some() {
        for candidate in &mut candidates {
            let pointer = format!("/rows/{}", candidate.row.number);
            let problem = FieldProblem::new(pointer, "already_imported", "This file was taken over before.");
            candidate.problems.push(problem);
        }
    }
    Ok(candidates)
}

/// Takes all contracts of a file over, each as an opening lot. Gives them with the lots that they became.
///
/// # Errors
/// [`Refusal::Forbidden`] for everybody but admins; `already_imported` when this file was taken over before;
/// `import_invalid` with every row that cannot be accepted, and then nothing is changed.
pub fn take_over(conn: &mut Conn, context: &Context, table: &Table) -> Result<Vec<(Candidate, LotId)>, Failure> {
    may(&context.actor, Action::ImportContracts, Subject::Installation)?;
    let named = check::rows(conn, context, table)?;
    let clients: BTreeSet<OrganizationId> = named
        .iter()
        .filter_map(|candidate| candidate.organization.as_ref().map(|organization| organization.id))
        .collect();
    // In the order of their ids, so that two imports cannot wait for each other.
    for id in clients {
        organizations::lock(conn, id)?;
    }
    let hash = table.hash();
    if let Some(before) = imports::find(conn, &hash)? {
        let day = before.imported_at.date_naive();
        let detail = format!(
            "This file was taken over on {day}: its {} contracts are there.",
            before.contracts
        );
        return Err(Refusal::conflict("already_imported", detail).into());
    }
    let candidates = check::rows(conn, context, table)?;
    let problems: Vec<FieldProblem> = candidates
        .iter()
        .flat_map(|candidate| candidate.problems.iter().cloned())
        .collect();
    if !problems.is_empty() {
        return Err(table::refused(problems).into());
    }
    write(conn, context, hash, candidates)
}

fn write(
    conn: &mut Conn,
    context: &Context,
    hash: String,
    candidates: Vec<Candidate>,
) -> Result<Vec<(Candidate, LotId)>, Failure> {
    let import = ContractImport {
        id: context.id(),
        hash,
        contracts: i64::try_from(candidates.len()).unwrap_or(i64::MAX),
        minutes: candidates.iter().filter_map(Candidate::minutes).sum(),
        imported_by: context.actor.user_id(),
        imported_at: context.now,
    };
    imports::insert(conn, &import).map_err(|error| {
        if error.is_unique(SAME_FILE) {
            Failure::Refusal(Refusal::conflict(
                "already_imported",
                "This file was taken over just now.",
            ))
        } else {
            error.into()
        }
    })?;
    let mut by_client: BTreeMap<OrganizationId, Vec<&Candidate>> = BTreeMap::new();
    for candidate in &candidates {
        if let Some(organization) = &candidate.organization {
            by_client.entry(organization.id).or_default().push(candidate);
        }
    }
    for (id, contracts) in by_client {
        grant(conn, context, import.id, id, &contracts)?;
    }
    let with_lot = |candidate: Candidate| {
        let lot_id = candidate.lot.as_ref().map(|lot| lot.id);
        let lot_id = lot_id.ok_or_else(|| Failure::internal("a row without a lot was accepted"))?;
        Ok((candidate, lot_id))
    };
    candidates.into_iter().map(with_lot).collect()
}

/// Grants the contracts of one client.
fn grant(
    conn: &mut Conn,
    context: &Context,
    import_id: RowId,
    organization_id: OrganizationId,
    contracts: &[&Candidate],
) -> Result<(), Failure> {
    let organization =
        daypack_store::organizations::find(conn, organization_id)?.ok_or(Failure::Refusal(Refusal::NotFound))?;
    let zone = organizations::zone_of(&organization)?;
    let mut account = load(conn, &organization, &[], &[])?;
    let mut told: Vec<EventKind> = Vec::with_capacity(contracts.len());
    for candidate in contracts {
        let Some(lot) = &candidate.lot else { continue };
        let record = record_of(context, lot.clone(), lot.ends_at(zone), &candidate.reason);
        let stamp = ledger::stamp(context).because(&candidate.reason);
        account.grant(&stamp, record.position.clone())?;
        lots::insert(conn, &record)?;
        told.push(given(&record));
    }
    ledger::save(conn, context, organization_id, &mut account)?;
    for candidate in contracts {
        let Some(lot) = &candidate.lot else { continue };
        let contract = ImportedContract {
            lot_id: lot.id,
            organization_id,
            import_id,
            reference: candidate.reference.clone(),
        };
        imports::insert_contract(conn, &contract).map_err(|error| {
            if error.is_unique(SAME_REFERENCE) {
                let detail = "A contract with this reference was taken over just now.";
                Failure::Refusal(Refusal::conflict("already_imported", detail))
            } else {
                error.into()
            }
        })?;
    }
    events::record(conn, context, Some(organization_id), told)?;
    Ok(())
}
