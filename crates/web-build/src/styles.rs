//! One minified style sheet out of all of `frontend/styles`.

use std::{fmt::Display, path::Path};

use lightningcss::{
    error::Error,
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions, StyleSheet},
};

use crate::{Failure, read_text};

/// Joins the folder's sheets in the order of their names and minifies the whole. Nothing is translated for old
/// browsers: layers, nesting and `light-dark()` stay as written.
pub fn bundle(folder: &Path) -> Result<String, Failure> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .map_err(|error| format!("cannot list {}: {error}", folder.display()))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "css"));
    files.sort();
    let mut source = String::new();
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
        source.push_str(&text);
        source.push('\n');
    }
    minify(&source).map_err(Into::into)
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
