//! Turns the compiled page into the files a server hands out.
//!
//! `cargo xtask` compiles the page for WebAssembly and then calls
//! `web-build <page.wasm> <frontend folder> <dist folder>`. Out of these come, in the dist folder: `index.html`,
//! `assets/` with content-hashed names, each with `.br`, `.zst` and `.gz` siblings, and `manifest.json`
//! (see [`manifest::Manifest`]), which is written last: where it is, the folder is complete.
#![allow(clippy::print_stdout, reason = "the table of sizes is this tool's output")]

mod bindings;
mod dist;
mod locales;
mod manifest;
mod page;
mod parts;
mod styles;

use std::{
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
};

use dist::Dist;

/// What a step failed with; shown to the developer as it is.
pub type Failure = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [wasm, frontend, out] = arguments.as_slice() else {
        eprintln!("usage: web-build <page.wasm> <frontend folder> <dist folder>");
        return ExitCode::from(2);
    };
    match build(wasm, frontend, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("web-build: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn build(wasm: &Path, frontend: &Path, out: &Path) -> Result<(), Failure> {
    let mut dist = Dist::create(out)?;
    let parts = parts::split(wasm)?;
    let mut bindings = bindings::generate(&parts)?;
    let styles = styles::bundle(&frontend.join("styles"))?;

    let wasm_url = dist.add_hashed("daypack.wasm", &bindings.wasm)?;
    for (name, wasm) in &parts.files {
        let url = dist.add_hashed(name, wasm)?;
        bindings.script = bindings.script.replace(&format!("./{name}"), &url);
    }
    let script_url = dist.add_hashed("daypack.js", bindings.script.as_bytes())?;
    let styles_url = dist.add_hashed("daypack.css", styles.first.as_bytes())?;
    let later_styles_url = dist.add_hashed("later.css", styles.rest.as_bytes())?;
    let (mut locale_urls, mut later_locale_urls) = (Vec::new(), Vec::new());
    for texts in locales::texts(frontend)? {
        let language = texts.language;
        let first = dist.add_hashed(&format!("{language}.json"), texts.first.as_bytes())?;
        let rest = dist.add_hashed(&format!("{language}-later.json"), texts.rest.as_bytes())?;
        locale_urls.push((language.clone(), first));
        later_locale_urls.push((language, rest));
    }
    let loader_url = dist.add_hashed("loader.js", page::loader(&script_url, &wasm_url).as_bytes())?;
    for (name, content) in page::public_files(&frontend.join("public"))? {
        dist.add_plain(&name, &content)?;
    }
    let template = read_text(&frontend.join("index.html"))?;
    let urls = page::Urls {
        loader: loader_url,
        script: script_url,
        wasm: wasm_url,
        styles: styles_url,
        later_styles: later_styles_url,
        locale_urls,
        later_locale_urls,
    };
    dist.add_plain("index.html", page::index(&template, &urls)?.as_bytes())?;

    let manifest = dist.finish()?;
    print!("{}", manifest.table(&urls.first_screen(), &urls.other_languages()));
    Ok(())
}

/// Reads a text file; the failure names the file.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()).into())
}
