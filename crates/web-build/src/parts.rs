//! The compiled page in parts: one that every screen needs, and those that a browser loads when it comes to them.
//!
//! A function marked `#[wasm_split(name, ..)]` begins the part `name`: what only that function reaches goes there, and
//! what several parts reach goes into chunks that are loaded along with each of them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use walrus::ModuleConfig;

use crate::{Failure, read_text};

/// The module by which the compiled page knows the loaders of its parts; in the end they are in the page's own script.
const LINK_MODULE: &str = "./parts.js";

/// The page, taken apart.
pub struct Parts {
    /// The part that is there from the start, not yet through wasm-bindgen.
    pub main: PathBuf,
    /// The other files, by the names by which the loaders ask for them.
    pub files: Vec<(String, Vec<u8>)>,
    /// The loaders: a module that exports one function for each part.
    loaders: String,
}

/// Takes a page apart that was linked with `--emit-relocs`. Leaves files in a folder beside it.
pub fn split(page: &Path) -> Result<Parts, Failure> {
    let folder = page.with_file_name("parts");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let main = folder.join("main.wasm");
    let input = fs::read(page)?;
    let mut options = wasm_split_cli_support::Options::new(&input);
    options.output_dir = &folder;
    options.main_out_path = &main;
    options.link_name = LINK_MODULE;
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| format!("cannot take {} apart: {error:#}", page.display()))?;
    let mut files = Vec::new();
    for path in &split.split_modules {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Of a part without anything of its own nothing asks for the file.
        if split
            .prefetch_map
            .values()
            .flatten()
            .any(|stem| name == format!("{stem}.wasm"))
        {
            files.push((name, compacted(&fs::read(path)?)?));
        }
    }
    files.sort();
    Ok(Parts {
        loaders: read_text(&folder.join(LINK_MODULE))?,
        main,
        files,
    })
}

impl Parts {
    /// Puts the loaders into the script of the bindings. As two modules they would import each other, and then neither
    /// name could contain the other's hash.
    pub fn join_loaders(&self, script: &str) -> Result<String, Failure> {
        let from = format!(" from \"{LINK_MODULE}\"");
        let (mut joined, mut aliases) = (String::new(), Vec::new());
        for line in script.lines() {
            if !line.contains(&from) {
                joined.push_str(line);
                joined.push('\n');
                continue;
            }
            let alias = line
                .strip_prefix("import * as ")
                .and_then(|rest| rest.split(' ').next())
                .ok_or_else(|| format!("the bindings import the loaders in another way than is known: {line}"))?;
            aliases.push(alias);
        }
        let mut names = Vec::new();
        for line in self.loaders.lines().filter(|line| !line.starts_with("import ")) {
            let own = line.strip_prefix("export ").unwrap_or(line);
            if own.len() < line.len() {
                names.extend(own.strip_prefix("const ").and_then(|rest| rest.split(' ').next()));
            }
            joined.push_str(own);
            joined.push('\n');
        }
        let loaders = names.join(", ");
        joined.extend(
            aliases
                .iter()
                .map(|alias| format!("const {alias} = {{ {loaders} }};\n")),
        );
        Ok(joined)
    }
}

/// Writes a part anew: the linker leaves room in every number for what may still change, which nothing needs any more,
/// nor anybody but a debugger the names of functions.
fn compacted(part: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut module = ModuleConfig::new()
        .generate_name_section(false)
        .generate_producers_section(false)
        .parse(part)
        .map_err(|error| format!("a part cannot be read: {error:#}"))?;
    let customs: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    for custom in customs {
        module.customs.delete(custom);
    }
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

#[cfg(test)]
mod tests {
    use super::Parts;

    #[test]
    fn loaders_become_part_of_the_script() {
        let parts = Parts {
            main: Default::default(),
            files: Vec::new(),
            loaders: "import { initSync } from \"./main.js\";\nfunction f() {}\nexport const load_a = f;\n".to_owned(),
        };
        let script = "import * as import1 from \"./parts.js\"\nimport * as import2 from \"./parts.js\"\nf();\n";
        assert_eq!(
            parts.join_loaders(script).unwrap(),
            "f();\nfunction f() {}\nconst load_a = f;\nconst import1 = { load_a };\nconst import2 = { load_a };\n"
        );
        assert!(parts.join_loaders("import { load_a } from \"./parts.js\"").is_err());
    }
}
