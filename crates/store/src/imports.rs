//! Running contracts that were taken over from files: what keeps the same file from being taken over twice.

use crate::row::row;
use crate::schema::{contract_imports, imported_contracts};
use crate::types::{Col, RowId};
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{LotId, OrganizationId, UserId};
use diesel::prelude::*;

/// The constraint that the same file violates.
pub const SAME_FILE: &str = "contract_imports_hash_key";
/// The constraint that the same reference of an organization violates.
pub const SAME_REFERENCE: &str = "imported_contracts_organization_id_reference_key";

row! {
    /// One file that was taken over.
    ContractImport in contract_imports {
        /// Made by the context.
        id: RowId,
        /// SHA-256 of what its rows say, in hexadecimal.
        hash: String,
        /// How many contracts.
        contracts: i64,
        /// Their minutes.
        minutes: i64,
        /// By whom.
        imported_by: Option<UserId>,
        /// When.
        imported_at: Instant,
    }
}

row! {
    /// One contract of a file, and the lot that it became.
    ImportedContract in imported_contracts {
        /// The lot.
        lot_id: LotId,
        /// Whose it is.
        organization_id: OrganizationId,
        /// Of the file.
        import_id: RowId,
        /// What the contract is called elsewhere, once in the organization.
        reference: Option<String>,
    }
}

/// Notes a file, before its contracts.
///
/// # Errors
/// A unique violation of [`SAME_FILE`] when it was taken over before.
pub fn insert(conn: &mut Conn, import: &ContractImport) -> Result<()> {
    import.insert_row(conn)
}

/// Notes a contract, after its lot.
///
/// # Errors
/// A unique violation of [`SAME_REFERENCE`] when it was taken over before.
pub fn insert_contract(conn: &mut Conn, contract: &ImportedContract) -> Result<()> {
    contract.insert_row(conn)
}

/// The file with this hash, if it was taken over.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, hash: &str) -> Result<Option<ContractImport>> {
    let query = contract_imports::table.filter(contract_imports::hash.eq(hash));
    Ok(query.select(ContractImport::as_select()).first(conn).optional()?)
}

/// Which of these references of an organization were taken over, each with its lot. References are any text, which
/// [`one_of`](crate::expressions::one_of) does not write alike for both engines; files are taken over so rarely that
/// the statement need not stay prepared.
///
/// # Errors
/// The database fails.
pub fn known_references(
    conn: &mut Conn,
    organization: OrganizationId,
    references: &[String],
) -> Result<Vec<(String, LotId)>> {
    let rows: Vec<(Option<String>, LotId)> = imported_contracts::table
        .filter(imported_contracts::organization_id.eq(Col(organization)))
        .filter(imported_contracts::reference.eq_any(references.iter().cloned().map(Some)))
        .select((imported_contracts::reference, imported_contracts::lot_id))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(reference, lot)| Some((reference?, lot)))
        .collect())
}
