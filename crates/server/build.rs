//! Embeds the built page, and lists the bounds of the API's values for its document.
//!
//! The page: one `include_bytes!` for each form of each file that `frontend/dist/manifest.json` names.
//! Without a built page the list is empty, and the server says how to build it.

use std::{env, fmt::Write, fs, path::Path};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let frontend = Path::new(&root).join("../../frontend");
    let dist = frontend.join("dist");
    let manifest = dist.join("manifest.json");
    let mut list = String::from("&[\n");
    match fs::read_to_string(&manifest) {
        Ok(text) => {
            println!("cargo::rerun-if-changed={}", manifest.display());
            write_files(
                &mut list,
                &dist,
                &serde_json::from_str(&text).expect("manifest.json is JSON"),
            );
        }
        // A file that is not there would make every build a rebuild; the folder around it is always there.
        Err(_) => println!("cargo::rerun-if-changed={}", frontend.display()),
    }
    println!("cargo::rerun-if-changed=build.rs");
    list.push_str("]\n");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("assets.rs"), list).expect("the list of files can be written");
    let shapes = Path::new(&root).join("../api-types/src");
    println!("cargo::rerun-if-changed={}", shapes.display());
    fs::write(Path::new(&out).join("bounds.rs"), bounds(&shapes)).expect("the list of bounds can be written");
}

/// The bounds of all fields, read from the `garde` attributes of the API's shapes: each stands on a line of its own.
fn bounds(shapes: &Path) -> String {
    let files = fs::read_dir(shapes).expect("the shapes of the API are there");
    let mut paths: Vec<_> = files.map(|file| file.expect("a folder can be read").path()).collect();
    paths.sort();
    let mut list = String::from("const BOUNDS: &[Bound] = &[\n");
    for path in paths {
        let source = fs::read_to_string(&path).expect("a source can be read");
        let (mut schema, mut rules) = (String::new(), String::new());
        for line in source.lines().map(str::trim) {
            if let Some(rest) = line.strip_prefix("pub struct ") {
                schema = rest
                    .chars()
                    .take_while(|letter| letter.is_ascii_alphanumeric())
                    .collect();
            } else if let Some(rest) = line.strip_prefix("#[garde(") {
                rules = rest.to_owned();
            } else if let Some(rest) = line.strip_prefix("pub ")
                && let Some((field, _)) = rest.split_once(':')
            {
                write_bounds(&mut list, &schema, field, &std::mem::take(&mut rules));
            }
        }
    }
    list.push_str("];\n");
    list
}

/// `length(chars, min = 1, max = 20)` and `range(min = 0)`, wherever they stand in the rules of a field.
fn write_bounds(list: &mut String, schema: &str, field: &str, rules: &str) {
    for rule in ["length(", "range("] {
        for (start, _) in rules.match_indices(rule) {
            let (arguments, _) = rules[start + rule.len()..]
                .split_once(')')
                .expect("an attribute closes its parentheses");
            let limit = |name: &str| -> Option<i64> {
                let given = arguments.split(',').filter_map(|argument| argument.split_once('='));
                let (_, value) = given.into_iter().find(|(known, _)| known.trim() == name)?;
                value.trim().replace('_', "").parse().ok()
            };
            let counts_characters = arguments.contains("chars") || arguments.contains("bytes");
            let of = match (rule, counts_characters) {
                ("range(", _) => "Value",
                (_, true) => "Characters",
                (_, false) => "Items",
            };
            let (min, max) = (limit("min"), limit("max"));
            writeln!(
                list,
                "Bound {{ schema: {schema:?}, field: {field:?}, of: Of::{of}, min: {min:?}, max: {max:?} }},"
            )
            .expect("text can be appended");
        }
    }
}

fn write_files(list: &mut String, dist: &Path, manifest: &serde_json::Value) {
    for file in manifest["files"].as_array().expect("the manifest has files") {
        let text = |name: &str| file[name].as_str().expect("the manifest has texts").to_owned();
        let path = text("path");
        let form = |suffix: &str| {
            let size = &file["sizes"][suffix];
            if size.is_null() {
                "None".to_owned()
            } else {
                format!("Some({})", bytes(dist, &format!("{path}.{suffix}")))
            }
        };
        writeln!(
            list,
            "Embedded {{ path: {path:?}, content_type: {:?}, immutable: {}, etag: {:?}, identity: {}, \
             br: {}, zst: {}, gz: {} }},",
            text("content_type"),
            file["immutable"]
                .as_bool()
                .expect("the manifest says what is immutable"),
            text("etag"),
            bytes(dist, &path),
            form("br"),
            form("zst"),
            form("gz"),
        )
        .expect("text can be appended");
    }
}

fn bytes(dist: &Path, name: &str) -> String {
    format!("include_bytes!({:?})", dist.join(name).display().to_string())
}
