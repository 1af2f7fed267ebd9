//! Two minified style sheets out of all of `frontend/styles`: one for the first screen, one for the others.

use std::{ffi::OsStr, fmt::Display, path::Path};

use lightningcss::{
    error::Error,
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions, StyleSheet},
};

use crate::{Failure, read_text};

/// Sheets whose names come before this are needed by the first screen.
const LATER: &str = "60";

/// The page's styles.
pub struct Styles {
    /// What the first screen needs.
    pub first: String,
    /// What the other screens need besides.
    pub rest: String,
}

/// Joins the folder's sheets in the order of their names and minifies the two halves. Nothing is translated for old
/// browsers: layers, nesting and `light-dark()` stay as written.
pub fn bundle(folder: &Path) -> Result<Styles, Failure> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .map_err(|error| format!("cannot list {}: {error}", folder.display()))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "css"));
    files.sort();
    let mut halves = [String::new(), String::new()];
    for file in &files {
        let text = read_text(file)?;
        // Each is checked alone, so that a mistake is reported with its own file and line.
        minify(&text).map_err(|error| format!("{}:{error}", file.display()))?;
        if text.lines().any(|line| line.trim_start().starts_with("@import")) {
            return Err(format!(
                "{}: sheets are joined by name, `@import` is not followed",
                file.display()
            )
            .into());
        }
        let later = file.file_name().is_some_and(|name| name >= OsStr::new(LATER));
        let half = &mut halves[usize::from(later)];
        half.push_str(&text);
        half.push('\n');
    }
    let [first, rest] = halves.map(|half| minify(&half));
    Ok(Styles {
        first: first?,
        rest: rest?,
    })
}

/// A failure begins with `line:column`.
fn minify(source: &str) -> Result<String, String> {
    let mut sheet = StyleSheet::parse(source, ParserOptions::default()).map_err(placed)?;
    sheet.minify(MinifyOptions::default()).map_err(placed)?;
    let printed = sheet
        .to_css(PrinterOptions {
            minify: true,
            ..PrinterOptions::default()
        })
        .map_err(placed)?;
    Ok(printed.code)
}

/// The library counts lines from zero.
fn placed<K: Display>(error: Error<K>) -> String {
    match error.loc {
        Some(place) => format!("{}:{}: {}", place.line + 1, place.column, error.kind),
        None => error.kind.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::minify;

    #[test]
    fn modern_features_survive() {
        let source = "@layer base { b { top: 0px } } @layer page { .card { color: light-dark(red, #eee); &:hover { top: 1px } } }";
        let minified = minify(source).unwrap();
        for kept in [
            "@layer base{b{top:0}}",
            "@layer page{",
            "light-dark(red,#eee)",
            "&:hover",
        ] {
            assert!(minified.contains(kept), "{kept} is gone from {minified}");
        }
    }

    #[test]
    fn a_mistake_names_its_place() {
        let failure = minify(".a { color: red }\n} .b {").unwrap_err();
        assert!(failure.starts_with("2:"), "{failure}");
    }
}
