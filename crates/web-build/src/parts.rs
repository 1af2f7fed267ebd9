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

/// Classes that a library offers to JavaScript, where nothing asks for them. (What is exported stays in the program, with
/// all that it reaches.) They are the streams of wasm-streams, which comes with Leptos's server functions.
pub const UNUSED_CLASSES: [&str; 3] = ["IntoUnderlyingByteSource", "IntoUnderlyingSink", "IntoUnderlyingSource"];

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
    let input = without_classes(&fs::read(page)?)?;
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

/// Leaves out what the linked page exports for [`UNUSED_CLASSES`], so that nothing reaches it any more. The other
/// sections stay to the byte, for the linker's tables speak of their offsets.
fn without_classes(page: &[u8]) -> Result<Vec<u8>, Failure> {
    const EXPORTS: u8 = 7;
    let (header, mut rest) = page.split_at_checked(8).ok_or("the page is too short")?;
    let mut kept = header.to_vec();
    while let Some((&id, after)) = rest.split_first() {
        let mut content = after;
        let length = number(&mut content)?;
        let (section, next) = content
            .split_at_checked(length)
            .ok_or("a section of the page is cut off")?;
        if id == EXPORTS {
            let section = without_exports(section)?;
            kept.push(id);
            push_number(&mut kept, section.len());
            kept.extend(section);
        } else {
            kept.extend(&rest[..rest.len() - next.len()]);
        }
        rest = next;
    }
    Ok(kept)
}

fn without_exports(mut section: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut count = 0;
    let mut kept = Vec::<u8>::new();
    for _ in 0..number(&mut section)? {
        let export = section;
        let length = number(&mut section)?;
        let (name, after) = section.split_at_checked(length).ok_or("an export's name is cut off")?;
        // Its kind, then its index.
        section = after.get(1..).ok_or("an export is cut off")?;
        number(&mut section)?;
        let name = String::from_utf8_lossy(name);
        if !UNUSED_CLASSES.iter().any(|class| name.contains(&class.to_lowercase())) {
            count += 1;
            kept.extend(&export[..export.len() - section.len()]);
        }
    }
    let mut section = Vec::new();
    push_number(&mut section, count);
    section.extend(kept);
    Ok(section)
}

/// Reads an unsigned number in LEB128.
fn number(bytes: &mut &[u8]) -> Result<usize, Failure> {
    let (mut value, mut shift) = (0, 0);
    while let Some((&byte, rest)) = bytes.split_first().filter(|_| shift < 35) {
        *bytes = rest;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
        shift += 7;
    }
    Err("a number of the page is cut off".into())
}

fn push_number(bytes: &mut Vec<u8>, mut value: usize) {
    while value > 0x7f {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
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
    use super::{Parts, without_classes};

    #[test]
    fn exports_of_unused_classes_go_and_all_else_stays() {
        let export = |name: &str| [&[name.len() as u8], name.as_bytes(), &[0, 3]].concat();
        let before = b"\0asm\x01\0\0\0\x01\x82\x80\0ab";
        let [main, unused] = ["main", "intounderlyingsink_abort_58"].map(export);
        let section = |exports: &[&[u8]]| {
            let content = [&[exports.len() as u8], exports.concat().as_slice()].concat();
            [&[7, content.len() as u8], content.as_slice()].concat()
        };
        let page = |section: Vec<u8>| [&before[..], &section, &[10, 1, 9]].concat();
        assert_eq!(
            without_classes(&page(section(&[&main, &unused]))).unwrap(),
            page(section(&[&main]))
        );
        assert!(without_classes(b"\0asm\x01\0\0\0\x01\x82").is_err());
    }

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
