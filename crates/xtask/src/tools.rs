//! Programs from outside: found, installed where that is possible, or named.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Failure, process};

/// Something this project needs, and the Debian packages that bring it.
pub struct Tool {
    /// What people call it.
    pub name: &'static str,
    /// Whether it is here.
    pub is_present: fn() -> bool,
    /// Debian packages.
    pub packages: &'static [&'static str],
}

/// The browser of the browser tests.
pub const CHROMIUM: Tool = Tool {
    name: "Chromium",
    is_present: || find(&["chromium", "chromium-browser", "google-chrome"]).is_some(),
    packages: &["chromium"],
};
/// What the tests steer the browser with.
pub const CHROMEDRIVER: Tool = Tool {
    name: "chromedriver",
    is_present: || find(&["chromedriver"]).is_some(),
    packages: &["chromium-driver"],
};
/// PostgreSQL's server binaries.
pub const POSTGRESQL: Tool = Tool {
    name: "PostgreSQL server",
    is_present: || crate::postgres::binaries().is_some(),
    packages: &["postgresql"],
};
/// The load generator of the benchmarks.
pub const WRK: Tool = Tool {
    name: "wrk",
    is_present: || find(&["wrk"]).is_some(),
    packages: &["wrk"],
};
/// What looks into SQLite's files from outside.
pub const SQLITE: Tool = Tool {
    name: "sqlite3",
    is_present: || find(&["sqlite3"]).is_some(),
    packages: &["sqlite3"],
};
/// The client of the registry that axe comes from.
pub const NPM: Tool = Tool {
    name: "npm",
    is_present: || find(&["npm"]).is_some(),
    packages: &["npm"],
};

/// Makes sure of tools: what is missing is installed with apt-get where this is allowed, and named otherwise.
pub fn ensure(tools: &[&Tool]) -> Result<(), Failure> {
    let missing: Vec<&&Tool> = tools.iter().filter(|tool| !(tool.is_present)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().map(|tool| tool.name).collect::<Vec<_>>().join(", ");
    let packages: Vec<&str> = missing.iter().flat_map(|tool| tool.packages.iter().copied()).collect();
    let by_hand = format!(
        "install {names} (on Debian or Ubuntu: apt-get install {})",
        packages.join(" ")
    );
    println!("missing: {names}; installing with apt-get");
    apt_install(&packages).map_err(|failure| format!("{failure}; {by_hand}"))?;
    match missing.iter().find(|tool| !(tool.is_present)()) {
        Some(tool) => Err(format!("{} is still missing; {by_hand}", tool.name)),
        None => Ok(()),
    }
}

/// Makes sure of what formats and lints. It belongs to the Rust that is in use, so it is named, never installed.
pub fn ensure_components() -> Result<(), Failure> {
    let answers = |command: &str| process::output(process::cargo().args([command, "--version"])).is_ok();
    let components = [("rustfmt", "fmt"), ("clippy", "clippy")];
    let missing = components.iter().filter(|(_, command)| !answers(command));
    let missing: Vec<&str> = missing.map(|(name, _)| *name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!(
        "missing: {}; run: rustup component add {}",
        missing.join(", "),
        missing.join(" ")
    ))
}

/// The first of these programs on the search path.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
}

fn apt_install(packages: &[&str]) -> Result<(), Failure> {
    if find(&["apt-get"]).is_none() {
        return Err("there is no apt-get here".to_owned());
    }
    let root = nix::unistd::geteuid().is_root();
    if !root && process::output(Command::new("sudo").args(["-n", "true"])).is_err() {
        return Err("neither root nor sudo without a password".to_owned());
    }
    let apt_get = |arguments: &[&str]| {
        let mut command = Command::new(if root { "env" } else { "sudo" });
        if !root {
            command.args(["-n", "env"]);
        }
        command
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"])
            .args(arguments);
        process::run(&mut command)
    };
    apt_get(&["update"])?;
    apt_get(&[&["install", "-y", "--no-install-recommends"], packages].concat())
}

/// Whether a path exists: a function pointer where [`Tool`] wants one.
pub fn exists(path: &str) -> bool {
    Path::new(path).exists()
}
