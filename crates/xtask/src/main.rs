//! The project's commands: `cargo xtask run`, `cargo xtask test`, `cargo xtask bench`, `cargo xtask soak`,
//! `cargo xtask new-migration <name>`.
#![allow(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

mod api;
mod axe;
mod bench;
mod locales;
mod migration;
mod page;
mod place;
mod postgres;
mod process;
mod run;
mod soak;
mod sources;
mod steps;
mod test;
mod tools;
mod wasm;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What a command failed with: one message for the person at the terminal.
pub type Failure = String;

const USAGE: &str = "\
usage: cargo xtask <command>

  run                   build the page and the server, migrate, fill an empty database with demo data, serve
  test                  everything that is checked before a change lands
  bench                 how fast the server is on this machine, with both engines, as a table
  bench ledger          whether previews and approvals slow down with the length of the ledger
  soak [operations]     64 clients on few packs, with both engines, while readers check the books; 100,000 operations
  soak --kill [times]   SIGKILL for the server at work, with both engines; every acknowledged write is looked up; 200 times
  new-migration <name>  an empty migration for both engines, with the next version

environment:
  DAYPACK_WASM_TOOLCHAIN=debian  compile the page with Debian's Rust instead of asking rustup for its wasm target
  DAYPACK_TEST_POSTGRES_URL      test against this PostgreSQL instead of a private one
  DAYPACK_LISTEN, DAYPACK_DATA_DIR, ...  as for `daypack serve`";

fn main() -> ExitCode {
    process::end_all_on_interrupt();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["run"] => run::run(),
        ["test"] => test::test(),
        ["bench"] => bench::bench(),
        ["bench", "ledger"] => bench::ledger::bench(),
        ["soak"] => soak::soak(soak::OPERATIONS),
        ["soak", "--kill"] => soak::kill(soak::KILLS),
        ["soak", "--kill", times] => number(times).and_then(soak::kill),
        ["soak", operations] => number(operations).and_then(soak::soak),
        ["new-migration", name] => migration::create(name),
        ["--help" | "-h" | "help"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn number(text: &str) -> Result<u32, Failure> {
    text.parse().map_err(|_| format!("{text} is no number"))
}

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_owned()
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}
