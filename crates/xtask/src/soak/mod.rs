//! `cargo xtask soak`: trials that take their time. Nothing asserts a time.

mod kill;
mod memory;
mod writers;

use crate::{
    Failure,
    postgres::{Cluster, Durability, URL_VARIABLE},
    process, tools,
};

pub use kill::kill;

/// Operations of the bank, with each engine.
pub const OPERATIONS: u32 = 100_000;
/// How often the server is killed.
pub const KILLS: u32 = 200;

/// The bank test of the server at length: 64 clients on few packs, and readers who check the books meanwhile.
pub fn soak(operations: u32) -> Result<(), Failure> {
    tools::ensure(&[&tools::POSTGRESQL])?;
    let cluster = Cluster::start(Durability::None)?;
    let mut test = process::cargo();
    test.args(["test", "--release", "--package", "daypack-server", "--test", "bank"]);
    // One engine after the other: each has the machine for itself.
    test.args(["--", "--nocapture", "--test-threads", "1"]);
    test.env("DAYPACK_SOAK_OPERATIONS", operations.to_string())
        .env(URL_VARIABLE, cluster.url());
    process::run(&mut test)
}
