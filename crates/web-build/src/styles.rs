//! One minified style sheet out of all of `frontend/styles`.

use std::path::Path;

use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions, StyleSheet};

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
        minify(&text).map_err(|error| format!("{}: {error}", file.display()))?;
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

fn minify(source: &str) -> Result<String, String> {
    let mut sheet = StyleSheet::parse(source, ParserOptions::default()).map_err(|error| error.to_string())?;
    sheet
        .minify(MinifyOptions::default())
        .map_err(|error| error.to_string())?;
    let printed = sheet
        .to_css(PrinterOptions {
            minify: true,
            ..PrinterOptions::default()
        })
        .map_err(|error| error.to_string())?;
    Ok(printed.code)
}

#[cfg(test)]
mod tests {
    use super::minify;

    #[test]
    fn modern_features_survive() {
        let source =
            "@layer base, page;\n@layer page { .card { color: light-dark(#111, #eee); &:hover { margin: 0px } } }";
        let minified = minify(source).unwrap();
        for kept in ["@layer base,page", "light-dark(#111,#eee)", "&:hover"] {
            assert!(minified.contains(kept), "{kept} is gone from {minified}");
        }
    }

    #[test]
    fn a_mistake_names_its_place() {
        assert!(minify(".a { color: red }\n} .b {").unwrap_err().contains(":2:"));
    }
}
