//! The ledger and the contracts above it (sections 2 and 3): by example, by random histories, on paper. One program, for
//! what the files share.

#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap has failed")]

mod contract;
#[cfg(feature = "zones")]
mod contract_histories;
#[cfg(feature = "zones")]
mod contract_support;
mod figures;
mod histories;
mod ledger_support;
#[cfg(feature = "zones")]
mod lot_dates;
mod rescue;
mod rules;
