//! The program `daypack`.

use std::process::ExitCode;

use clap::Parser;
use daypack_server::cli::{self, Command};

fn main() -> ExitCode {
    match cli::run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}
