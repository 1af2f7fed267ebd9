//! `cargo xtask run`: the whole application on this machine, with demo data.

use std::process::{Command, Stdio};

use nix::sys::signal::Signal;

use crate::{Failure, page, place, process, process::Group, root, steps::Steps};

const DEMO: &str = "\
demo people (only while the demo data is there), password daypack-demo:
  clients  owner@acme.example  approver@acme.example  member@acme.example  viewer@acme.example
           the same at nord.example and luma.example
  staff    admin@daypack.example  lead@daypack.example  agent@daypack.example";

/// Builds what changed, migrates, seeds an empty database, and serves until it is interrupted.
pub fn run() -> Result<(), Failure> {
    let mut steps = Steps::begin();
    steps.step("page", page::build)?;
    steps.step("server", place::build)?;
    steps.step("database", || {
        process::run(daypack().arg("migrate"))?;
        process::run(daypack().args(["seed", "--demo", "--if-empty"]))
    })?;
    let (mut server, listening) = steps.step("start", || {
        let mut server = Group::start(daypack().arg("serve").stdout(Stdio::piped()), Signal::SIGTERM)?;
        // It says where it listens once it does: on the port that was asked for, or on a free one for port 0.
        match server.first_line()? {
            Some(line) => Ok((server, line)),
            None => Err(format!("`daypack serve` ended ({})", server.wait()?)),
        }
    })?;
    steps.print();
    println!("{DEMO}\n{listening} (Ctrl-C ends it)");
    let status = server.wait()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`daypack serve` ended ({status})"))
    }
}

fn daypack() -> Command {
    let mut command = Command::new(place::program());
    command.current_dir(root());
    command
}
