//! The commands of the program.

mod seed;
mod user;
pub mod verify;

use std::{
    io::{IsTerminal, Write},
    sync::Arc,
};

use clap::{Parser, Subcommand};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    clock::{Clock, SystemClock},
    config::{Config, Settings},
    error::StartError,
    openapi, server,
};

/// Daypack: prepaid software maintenance, with requests, approvals, packs and weekly summaries.
#[derive(Debug, Parser)]
#[command(name = "daypack", version, about, long_about = None)]
pub struct Command {
    #[command(subcommand)]
    command: Commands,
}

#[derive(Debug, Subcommand)]
enum Commands {
    /// Brings the database up to date, then answers requests until SIGTERM or SIGINT.
    Serve(Box<Settings>),
    /// Brings the database up to date and ends. `serve` does this too.
    Migrate(Box<Settings>),
    /// Prints the API document (OpenAPI 3.1), as it is committed in openapi/openapi.json and served at
    /// /api/openapi.json.
    Openapi,
    /// Recomputes every counter of every organization from its movements. One line names the first difference, and
    /// the program ends with 1. Nothing is changed.
    Verify(Box<verify::VerifyCommand>),
    /// Fills an empty database with demo data.
    Seed(Box<seed::SeedCommand>),
    /// People of the staff, from the command line: how the first admin comes in.
    User(user::UserCommand),
}

/// Runs a command.
///
/// # Errors
/// One line that says what to do.
pub fn run(command: Command) -> Result<(), StartError> {
    match command.command {
        Commands::Serve(settings) => serve(*settings),
        Commands::Migrate(settings) => migrate(*settings),
        Commands::Openapi => {
            let text = openapi::text().map_err(|error| StartError::new(error.to_string()))?;
            say(text.trim_end());
            Ok(())
        }
        Commands::Verify(command) => verify::run(*command),
        Commands::Seed(command) => seed::run(*command),
        Commands::User(command) => user::run(command),
    }
}

fn serve(settings: Settings) -> Result<(), StartError> {
    begin_log(&settings.log)?;
    let config = Config::prepare(settings)?;
    actix_web::rt::System::new().block_on(async {
        let running = server::start(config, Arc::new(SystemClock)).await?;
        say(&format!("Daypack listens on http://{}", running.address));
        running.ended().await
    })
}

fn migrate(settings: Settings) -> Result<(), StartError> {
    begin_log(&settings.log)?;
    let config = Config::prepare(settings)?;
    let store = daypack_store::Store::open(daypack_store::StoreOptions::new(&config.database_url));
    let store = store.map_err(|error| StartError::new(error.to_string()))?;
    let ran = store
        .migrate(SystemClock.now())
        .map_err(|error| StartError::new(error.to_string()))?;
    match ran.len() {
        0 => say("The database is up to date."),
        count => say(&format!("{count} migrations done.")),
    }
    Ok(())
}

fn begin_log(filter: &str) -> Result<(), StartError> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| StartError::new(format!("DAYPACK_LOG is not understood: {error}; use for instance info")))?;
    let colours = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(colours);
    // Somebody else may have begun it, in a test.
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
    Ok(())
}

/// One line for the person at the terminal. A reader that has gone away is no error.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// One line about what went wrong.
pub fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "daypack: {line}");
}
