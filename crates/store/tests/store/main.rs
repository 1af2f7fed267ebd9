//! The store on both engines. One program, so that it links once.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
mod engines;
mod group_commit;
mod ledger;
mod migrations;
