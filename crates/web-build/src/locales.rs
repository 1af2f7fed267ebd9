//! The texts of the page, one JSON file for each language.

use std::path::Path;

use serde_json::Value;

use crate::{Failure, read_text};

/// Each language's code and its texts without white space, sorted by language.
pub fn minified(folder: &Path) -> Result<Vec<(String, String)>, Failure> {
    let mut locales = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| format!("cannot list {}: {error}", folder.display()))? {
        let path = entry?.path();
        let (Some(language), Some("json")) = (
            path.file_stem().and_then(|stem| stem.to_str()),
            path.extension().and_then(|extension| extension.to_str()),
        ) else {
            continue;
        };
        let texts: Value =
            serde_json::from_str(&read_text(&path)?).map_err(|error| format!("{}: {error}", path.display()))?;
        locales.push((language.to_owned(), texts.to_string()));
    }
    locales.sort();
    Ok(locales)
}
