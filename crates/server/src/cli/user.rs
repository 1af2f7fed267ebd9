//! `daypack user create`: how the first admin comes in.

use std::io::{BufRead, IsTerminal};

use clap::{Args, Subcommand, ValueEnum};
use daypack_domain::policy::StaffRole;
use daypack_store::tokens::Purpose;

use super::say;
use crate::{
    auth::{passwords::hash_blocking, secrets},
    clock::{Clock, SystemClock},
    config::{Config, Settings},
    context::Context,
    error::{Failure, StartError},
    flows::{passwords, people},
    ids::IdSource,
    mail::account::LinkFor,
    server,
};

/// People of the staff.
#[derive(Debug, Args)]
pub struct UserCommand {
    #[command(subcommand)]
    command: UserCommands,
}

#[derive(Debug, Subcommand)]
enum UserCommands {
    /// Adds a person to the staff. The password is read from standard input when it is redirected
    /// (`echo secret | daypack user create ...`); otherwise a link to set one is printed, good once within 7 days.
    Create(Box<Create>),
}

#[derive(Debug, Args)]
struct Create {
    /// What they may do: agent does the work, lead confirms payments and reassigns, admin sets everything up.
    #[arg(long, value_enum)]
    role: Role,
    /// The address they sign in with.
    #[arg(long)]
    email: String,
    /// Their name.
    #[arg(long)]
    name: String,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Role {
    Agent,
    Lead,
    Admin,
}

impl From<Role> for StaffRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Agent => Self::Agent,
            Role::Lead => Self::Lead,
            Role::Admin => Self::Admin,
        }
    }
}

/// Runs a command about people.
pub(super) fn run(command: UserCommand) -> Result<(), StartError> {
    let UserCommands::Create(create) = command.command;
    let Create {
        role,
        email,
        name,
        settings,
    } = *create;
    let password = redirected_password()?;
    let config = Config::prepare(settings)?;
    let clock = SystemClock;
    let store = server::open_store(&config, &clock)?;
    let fault = |failure: Failure| StartError::new(failure.to_string());
    let hash = password.as_deref().map(hash_blocking).transpose().map_err(fault)?;
    let token = secrets::one_time_token();
    let (now, seed) = (clock.now(), IdSource::random().seed());
    let kept = token.clone();
    let with_link = hash.is_none();
    let person = people::NewPerson {
        email,
        name,
        locale: "en".to_owned(),
        staff_role: Some(role.into()),
        password_hash: hash,
    };
    store
        .write_blocking(move |conn| {
            let context = Context::system(now, IdSource::seeded(seed).at(now));
            let user = people::create(conn, &context, &person)?;
            if with_link {
                passwords::issue(conn, &context, user.id, Purpose::Invitation, &kept)?;
            }
            Ok(())
        })
        .map_err(fault)?;
    if with_link {
        say(&format!(
            "Set the password here, within 7 days: {}",
            LinkFor::Invitation.link(&config.base_url, &token)
        ));
    } else {
        say("The person can sign in now.");
    }
    Ok(())
}

/// The first line of standard input, when it does not come from a keyboard and is not empty.
fn redirected_password() -> Result<Option<String>, StartError> {
    let input = std::io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    let mut line = String::new();
    input
        .lock()
        .read_line(&mut line)
        .map_err(|error| StartError::new(format!("cannot read the password: {error}")))?;
    let password = line.trim_end_matches(['\r', '\n']);
    match password.chars().count() {
        0 => Ok(None),
        1..=9 => Err(StartError::new(
            "the password on standard input is too short: use 10 characters or more",
        )),
        _ => Ok(Some(password.to_owned())),
    }
}
