//! The page: compiled and bundled into `frontend/dist`, unless nothing changed since the last time.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
};

use crate::{Failure, process, root, sources, target, wasm::Toolchain};

/// What the page is made of, beside `frontend` itself.
const INPUTS: [&str; 4] = ["frontend", "crates/domain", "crates/api-types", "crates/web-build"];

/// Builds the page if anything it is made of changed. Prints the sizes of its files in both cases.
pub fn build() -> Result<(), Failure> {
    let dist = root().join("frontend/dist");
    let sizes = target().join("page/sizes.txt");
    let stamp_file = target().join("page/stamp");
    let toolchain = Toolchain::choose()?;
    let stamp = stamp(toolchain)?;
    // The manifest is written last: where it is, the folder is complete.
    let complete = dist.join("manifest.json").is_file();
    if complete && fs::read_to_string(&stamp_file).is_ok_and(|last| last == stamp) {
        println!("the page is as it was");
    } else {
        let module = toolchain.compile()?;
        let mut web_build = process::cargo();
        web_build.args(["run", "--quiet", "--package", "web-build", "--"]);
        let table = process::output(web_build.arg(module).arg(root().join("frontend")).arg(&dist))?;
        for (path, text) in [(&sizes, &table), (&stamp_file, &stamp)] {
            fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        }
    }
    println!("{}", sources::read_text(&sizes)?);
    Ok(())
}

/// A hash over the compiler, names and contents: times change with each checkout, contents do not.
fn stamp(toolchain: Toolchain) -> Result<String, Failure> {
    let root = root();
    let mut hasher = DefaultHasher::new();
    toolchain.version()?.hash(&mut hasher);
    let mut files = ["Cargo.toml", "Cargo.lock", "crates/xtask/src/wasm.rs"]
        .map(|file| root.join(file))
        .to_vec();
    for input in INPUTS {
        files.extend(sources::files(&root.join(input))?);
    }
    for file in files {
        file.hash(&mut hasher);
        sources::read(&file)?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}
