//! `cargo xtask new-migration <name>`: twins for both engines.

use std::fs;

use crate::{Failure, root};

const ENGINES: [&str; 2] = ["sqlite", "postgres"];

/// Creates `migrations/{sqlite,postgres}/<next version>_<name>/up.sql`.
pub fn create(name: &str) -> Result<(), Failure> {
    if name.is_empty() || !name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_') {
        return Err(format!(
            "`{name}`: use small letters and underscores, for example `ticket_watchers`"
        ));
    }
    let migrations = root().join("migrations");
    let mut last = 0;
    let mut width = 4;
    for engine in ENGINES {
        let folder = migrations.join(engine);
        for entry in fs::read_dir(&folder).map_err(|error| format!("cannot list {}: {error}", folder.display()))? {
            let file_name = entry.map_err(|error| error.to_string())?.file_name();
            let version = file_name
                .to_string_lossy()
                .split('_')
                .next()
                .unwrap_or_default()
                .to_owned();
            if let Ok(number) = version.parse::<u64>() {
                last = last.max(number);
                width = version.len();
            }
        }
    }
    for engine in ENGINES {
        let folder = migrations.join(engine).join(format!("{:0width$}_{name}", last + 1));
        let file = folder.join("up.sql");
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&file, ""))
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        println!("{}", file.display());
    }
    Ok(())
}
