//! axe, the accessibility checker that the browser tests put into each page.

use std::{fs, process::Command};

use crate::{Failure, process, target, tools};

const VERSION: &str = "4.14.1";
/// What the registry's package of this version hashes to.
const INTEGRITY: &str =
    "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==";

/// Makes sure that `target/tools/axe.min.js` is there in the pinned version.
pub fn ensure() -> Result<(), Failure> {
    let folder = target().join("tools");
    let script = folder.join("axe.min.js");
    if fs::read_to_string(&script).is_ok_and(|text| text.starts_with(&format!("/*! axe v{VERSION}"))) {
        return Ok(());
    }
    tools::ensure(&[&tools::NPM])?;
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let mut pack = Command::new("npm");
    pack.args([
        "pack",
        &format!("axe-core@{VERSION}"),
        "--json",
        "--silent",
        "--pack-destination",
    ])
    .arg(&folder);
    let answer = process::output(pack.current_dir(&folder))?;
    let packed: serde_json::Value = serde_json::from_str(&answer).map_err(|error| format!("npm pack: {error}"))?;
    let integrity = packed[0]["integrity"].as_str().unwrap_or_default();
    if integrity != INTEGRITY {
        return Err(format!(
            "axe-core {VERSION} has integrity {integrity}, expected {INTEGRITY}"
        ));
    }
    let mut unpack = Command::new("tar");
    unpack
        .arg("-xzf")
        .arg(folder.join(format!("axe-core-{VERSION}.tgz")))
        .arg("-C")
        .arg(&folder);
    process::run(unpack.args(["--strip-components=1", "package/axe.min.js"]))
}
