//! The rules of section 3, one by one.

mod approving;
mod corrections;
mod expiry;
mod movements;
mod working;

use crate::ledger_support::{Bank, lot};
use daypack_domain::Refusal;

const NOON: &str = "2026-01-10T12:00";

fn shortfall<T: std::fmt::Debug>(result: Result<T, Refusal>) -> (&'static str, i64) {
    match result.unwrap_err() {
        Refusal::Shortfall {
            code,
            shortfall_minutes,
            ..
        } => (code, shortfall_minutes),
        other => panic!("not a shortfall: {other}"),
    }
}

/// Lot 1 ends in February, lot 2 in March.
fn two_lots() -> Bank {
    Bank::with([lot(1, 100, "2026-02-10"), lot(2, 200, "2026-03-10")])
}
