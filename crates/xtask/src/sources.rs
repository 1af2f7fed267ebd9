//! Files of the source tree.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::Failure;

/// All files below a folder, sorted; `dist` and `target` folders are left out.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| format!("cannot list {}: {error}", folder.display()))? {
            let path = entry.map_err(|error| error.to_string())?.path();
            if !path.is_dir() {
                found.push(path);
            } else if !path.ends_with("dist") && !path.ends_with("target") {
                folders.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A file's bytes; the failure names the file.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// A file's text; the failure names the file.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
