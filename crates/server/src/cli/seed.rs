//! `daypack seed --demo`: an agency and three clients to look around in.

use std::sync::Arc;

use clap::Args;

use super::say;
use crate::{
    clock::{Clock, Stopwatch, SystemClock},
    config::{Config, Settings},
    error::StartError,
    seed::{self, Seeded, people::PASSWORD},
    server,
};

/// Fills an empty database.
#[derive(Debug, Args)]
pub struct SeedCommand {
    /// With demo data: eight weeks of an agency and three clients, up to this moment. Everybody's password is
    /// `daypack-demo`: for looking around, never for an installation that others can reach.
    #[arg(long, required = true)]
    demo: bool,
    /// Do nothing, without an error, when the database is not empty.
    #[arg(long)]
    if_empty: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Fills an empty database with demo data.
pub(super) fn run(command: SeedCommand) -> Result<(), StartError> {
    let SeedCommand { if_empty, settings, .. } = command;
    let config = Config::prepare(settings)?;
    let clock = SystemClock;
    let store = server::open_store(&config, &clock)?;
    let began = Stopwatch::start();
    let told: seed::Told = Arc::new(|done, all| {
        if done == all || done % 200 == 0 {
            say(&format!("Demo data: {done} of {all} steps"));
        }
    });
    let plan = seed::Plan {
        now: clock.now(),
        base_url: config.base_url.clone(),
        data_dir: config.data_dir.clone(),
    };
    let seeded = seed::demo(&store, &plan, &told).map_err(|failure| StartError::new(failure.to_string()))?;
    match seeded {
        Seeded::Made { tickets, .. } => {
            let seconds = began.elapsed().as_secs();
            say(&format!(
                "Demo data is there: {tickets} requests of three clients, in {seconds} s."
            ));
            say(&format!(
                "Sign in as lead@daypack.example or owner@acme.example with the password {PASSWORD}."
            ));
            Ok(())
        }
        Seeded::NotEmpty if if_empty => {
            say("The database is not empty: nothing was changed.");
            Ok(())
        }
        Seeded::NotEmpty => Err(StartError::new(
            "the database is not empty, and demo data is only for an empty one: name another with --data-dir",
        )),
    }
}
