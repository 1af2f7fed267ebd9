//! `cargo xtask new-migration <name>`: twins for both engines.

use std::{fs, process::Command};

use crate::{Failure, process, root};

const ENGINES: [&str; 2] = ["sqlite", "postgres"];

/// Creates `migrations/{sqlite,postgres}/<version>_<name>/up.sql`. The version is the time, so that two people's
/// migrations seldom get the same one.
pub fn create(name: &str) -> Result<(), Failure> {
    if name.is_empty() || !name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_') {
        return Err(format!(
            "`{name}`: use small letters and underscores, for example `ticket_watchers`"
        ));
    }
    let version = process::output(Command::new("date").args(["--utc", "+%Y-%m-%d-%H%M%S"]))?;
    for engine in ENGINES {
        let folder = root().join("migrations").join(engine).join(format!("{version}_{name}"));
        let file = folder.join("up.sql");
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&file, ""))
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        println!("{}", file.display());
    }
    Ok(())
}
