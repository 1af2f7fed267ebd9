//! `cargo xtask run`: the whole application on this machine, with demo data.

use std::{env, net::TcpStream, process::Command, thread::sleep, time::Duration};

use nix::sys::signal::Signal;

use crate::{Failure, page, process, process::Group, root, steps::Steps, target};

const DEMO: &str = "\
demo people (only while the demo data is there), password daypack-demo:
  clients  owner@acme.example  approver@acme.example  member@acme.example  viewer@acme.example
           the same at nord.example and luma.example
  staff    admin@daypack.example  lead@daypack.example  agent@daypack.example";

/// Builds what changed, migrates, seeds an empty database, and serves until it is interrupted.
pub fn run() -> Result<(), Failure> {
    let mut steps = Steps::begin();
    steps.step("page", page::build)?;
    steps.step("server", || {
        process::run(process::cargo().args(["build", "--release", "--package", "daypack-server", "--bin", "daypack"]))
    })?;
    steps.step("database", || {
        process::run(daypack().arg("migrate"))?;
        process::run(daypack().args(["seed", "--demo", "--if-empty"]))
    })?;
    let address = env::var("DAYPACK_LISTEN").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    let mut server = steps.step("start", || {
        let mut server = Group::start(daypack().arg("serve"), Signal::SIGTERM)?;
        while TcpStream::connect(&address).is_err() {
            if let Some(status) = server.ended()? {
                return Err(format!("`daypack serve` ended ({status})"));
            }
            sleep(Duration::from_millis(20));
        }
        Ok(server)
    })?;
    steps.print();
    println!("{DEMO}\nDaypack is at http://{address}/ (Ctrl-C ends it)");
    let status = server.wait()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`daypack serve` ended ({status})"))
    }
}

fn daypack() -> Command {
    let mut command = Command::new(target().join("release/daypack"));
    command.current_dir(root());
    command
}
