//! Taking over what was begun elsewhere.

use daypack_api_types::lot::ContractsImport;

use super::{
    ApiProblem, decode,
    transport::{Call, Method, send},
};

/// Takes running contracts over from a table, or only says what would become of each row.
pub async fn contracts(rows: String, dry_run: bool) -> Result<ContractsImport, ApiProblem> {
    let path = format!("/imports/contracts?dry_run={dry_run}");
    decode(&send(Call::new(Method::Post, &path).with_table(rows)).await?)
}
