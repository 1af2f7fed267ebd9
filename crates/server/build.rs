//! Embeds the built page: one `include_bytes!` for each form of each file that `frontend/dist/manifest.json` names.
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
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("assets.rs");
    fs::write(out, list).expect("the list of files can be written");
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
