//! The JavaScript glue between the browser and the compiled page.

use wasm_bindgen_cli_support::Bindgen;

use crate::{
    Failure,
    parts::{Parts, UNUSED_CLASSES},
};

/// The page as a browser loads it: an ES module and the WebAssembly that it starts.
pub struct Bindings {
    /// The ES module; its default export takes `{ module_or_path }`.
    pub script: String,
    /// The module's code.
    pub wasm: Vec<u8>,
}

/// Generates the bindings of a page that was taken apart. The library has the same version as the page's `wasm-bindgen`, both by
/// the lock file, so that no installed tool has to match.
pub fn generate(parts: &Parts) -> Result<Bindings, Failure> {
    let failed = |error| format!("wasm-bindgen on {}: {error:#}", parts.main.display());
    let mut output = Bindgen::new()
        .input_path(&parts.main)
        .out_name("daypack")
        .web(true)
        .map_err(failed)?
        .typescript(false)
        // The other parts come by these to what they share with the main one.
        .keep_lld_exports(true)
        .demangle(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .map_err(failed)?;
    let snippets = output
        .snippets()
        .iter()
        .filter(|(_, scripts)| !scripts.is_empty())
        .map(|(name, _)| name);
    let modules: Vec<&String> = snippets.chain(output.local_modules().keys()).collect();
    if !modules.is_empty() {
        // They would be imported under names of their own, beside the hashed ones, and so be kept by browsers when
        // they change.
        return Err(format!("the page brings JavaScript modules along, which nothing serves: {modules:?}").into());
    }
    let mut script = without_comments(&without_classes(&parts.join_loaders(output.js())?));
    let imports = output.wasm_mut().imports.iter_mut();
    for (index, import) in imports.filter(|import| ends_in_hash(&import.name)).enumerate() {
        // The bindings name each import once. The hashes in their names hardly compress, here and in the module.
        if script.matches(&import.name).count() == 1 {
            let short = format!("i{index}");
            script = script.replace(&import.name, &short);
            import.name = short;
        }
    }
    Ok(Bindings {
        script,
        wasm: output.wasm_mut().emit_wasm(),
    })
}

/// Leaves out the classes whose functions are gone, and what is said about them elsewhere.
fn without_classes(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    // Braces that are still open, while inside of a class.
    let mut open = None;
    let mut in_registry = false;
    for line in script.lines() {
        let says = |before: &str, after: &str| {
            UNUSED_CLASSES
                .iter()
                .any(|class| line.contains(&format!("{before}{class}{after}")))
        };
        if says("export class ", " ") {
            open = Some(0);
        }
        in_registry |= says("const ", "Finalization = ");
        if let Some(braces) = open {
            let braces = braces + line.matches('{').count() - line.matches('}').count();
            open = Some(braces).filter(|braces| *braces > 0);
        } else if in_registry {
            in_registry = !line.ends_with(';');
        } else if !says("", ".prototype") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// Whether an import's name is one that wasm-bindgen made unlike all others, such as `__wbg_append_0123456789abcdef`.
fn ends_in_hash(name: &str) -> bool {
    let hash = name
        .strip_prefix("__wbg_")
        .and_then(|rest| rest.rsplit_once('_'))
        .map_or("", |(_, hash)| hash);
    hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Leaves out indentation and whole-line comments: the glue is generated line by line, so that this is safe, and a
/// minifier would save little more after compression.
fn without_comments(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        if in_comment || line.starts_with("/*") {
            in_comment = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{ends_in_hash, without_classes, without_comments};

    #[test]
    fn comments_and_indentation_go_and_code_stays() {
        let script = "/**\n * What it does.\n */\nexport function f() {\n    // a note\n    return 1 / 2; // kept\n}\n";
        assert_eq!(
            without_comments(script),
            "export function f() {\nreturn 1 / 2; // kept\n}\n"
        );
    }

    #[test]
    fn unused_classes_go_with_what_is_said_about_them() {
        let script = "export class IntoUnderlyingSink {\n    free() {\n    if (x) {\n}\n    }\n}\nlet a = 1;\n\
            if (Symbol.dispose) IntoUnderlyingSink.prototype[Symbol.dispose] = IntoUnderlyingSink.prototype.free;\n\
            const IntoUnderlyingSinkFinalization = (true)\n    ? {}\n    : f;\nexport class Other {\n}\n";
        assert_eq!(without_classes(script), "let a = 1;\nexport class Other {\n}\n");
    }

    #[test]
    fn only_names_with_a_hash_are_shortened() {
        assert!(ends_in_hash("__wbg_append_0123456789abcdef"));
        for name in [
            "__wbg_append",
            "__wbindgen_cast_0123456789abcdef",
            "__wbg_append_0123456789abcdeg",
            "",
        ] {
            assert!(!ends_in_hash(name), "{name}");
        }
    }
}
