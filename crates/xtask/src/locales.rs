//! The texts of the page: every language has the same keys with the same placeholders, every key that the page's
//! sources name exists, and none is unused.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Failure, root, sources};

/// The forms that `Intl.PluralRules` may ask for.
const PLURAL_FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

type Texts = BTreeMap<String, String>;

/// Checks `frontend/locales` against itself and against `frontend/src`; all findings come in one failure.
pub fn check() -> Result<(), Failure> {
    let mut languages = BTreeMap::new();
    for path in sources::files(&root().join("frontend/locales"))? {
        let texts: Texts = serde_json::from_str(&sources::read_text(&path)?)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let language = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        languages.insert(language, texts);
    }
    let english = languages.get("en").ok_or("frontend/locales/en.json is missing")?;
    let literals = literals_below(&["frontend/src"])?;
    let everywhere = literals_below(&[
        "frontend/src",
        "crates/domain/src",
        "crates/server/src",
        "crates/store/src",
    ])?;
    let mut findings = Vec::new();
    for (language, texts) in &languages {
        findings.extend(compare(english, language, texts));
    }
    findings.extend(missing(english, &literals));
    // Some keys come with the API's answers, such as those of refusals.
    findings.extend(unused(english, &everywhere));
    println!("{} languages, {} keys", languages.len(), english.len());
    if findings.is_empty() {
        Ok(())
    } else {
        Err(findings.join("\n  "))
    }
}

/// The string literals of all Rust sources in these folders.
fn literals_below(folders: &[&str]) -> Result<BTreeSet<String>, Failure> {
    let mut literals = BTreeSet::new();
    for folder in folders {
        for path in sources::files(&root().join(folder))? {
            if path.extension().is_some_and(|extension| extension == "rs") {
                literals.extend(string_literals(&sources::read_text(&path)?));
            }
        }
    }
    Ok(literals)
}

fn compare(english: &Texts, language: &str, texts: &Texts) -> Vec<String> {
    let mut findings = Vec::new();
    for key in english.keys().filter(|key| !texts.contains_key(*key)) {
        findings.push(format!("{language}: `{key}` is missing"));
    }
    for (key, text) in texts {
        match english.get(key) {
            None => findings.push(format!("{language}: `{key}` does not exist in English")),
            Some(_) if text.trim().is_empty() => findings.push(format!("{language}: `{key}` is empty")),
            Some(original) if placeholders(key, original) != placeholders(key, text) => {
                findings.push(format!("{language}: `{key}` has other placeholders than in English"));
            }
            Some(_) => {}
        }
    }
    findings
}

/// The `{name}`s of a text. In a plural form the number may be written out ("one pack"), so `{count}` is not counted.
fn placeholders<'a>(key: &str, text: &'a str) -> BTreeSet<&'a str> {
    let names = text
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
    names.filter(|name| !(*name == "count" && stem(key) != key)).collect()
}

/// The key without its plural form.
fn stem(key: &str) -> &str {
    key.rsplit_once('.')
        .filter(|(_, form)| PLURAL_FORMS.contains(form))
        .map_or(key, |(stem, _)| stem)
}

/// Literals that look like a key, in a group of keys that exists, but are none.
fn missing(english: &Texts, literals: &BTreeSet<String>) -> Vec<String> {
    let groups: BTreeSet<&str> = english
        .keys()
        .filter_map(|key| key.split_once('.'))
        .map(|(group, _)| group)
        .collect();
    let stems: BTreeSet<&str> = english.keys().map(|key| stem(key)).collect();
    let looks_like_key = |literal: &str| {
        literal
            .split_once('.')
            .is_some_and(|(group, rest)| groups.contains(group) && !rest.is_empty())
            && literal.split('.').all(|part| {
                !part.is_empty()
                    && part
                        .chars()
                        .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
            })
    };
    let exists = |literal: &str| english.contains_key(literal) || stems.contains(literal);
    let absent = literals
        .iter()
        .filter(|literal| looks_like_key(literal) && !exists(literal));
    absent
        .map(|literal| format!("the page uses `{literal}`, which has no text"))
        .collect()
}

/// Keys that no literal names, neither whole nor by its beginning (`"status."`, `"status.{word}"`).
fn unused(english: &Texts, literals: &BTreeSet<String>) -> Vec<String> {
    let beginnings: Vec<&str> = literals
        .iter()
        .map(|literal| literal.split('{').next().unwrap_or_default())
        .filter(|beginning| beginning.ends_with('.') && beginning.len() > 1 && !beginning.contains(' '))
        .collect();
    let is_used = |key: &str| {
        literals.contains(key)
            || literals.contains(stem(key))
            || beginnings.iter().any(|beginning| key.starts_with(beginning))
    };
    english
        .keys()
        .filter(|key| !is_used(key))
        .map(|key| format!("`{key}` is used nowhere"))
        .collect()
}

/// The contents of the string literals of a Rust source. Escapes stay as written: no key has one.
fn string_literals(source: &str) -> Vec<String> {
    let letters: Vec<char> = source.chars().collect();
    let at = |index: usize| letters.get(index).copied().unwrap_or('\0');
    let mut found = Vec::new();
    let mut index = 0;
    while index < letters.len() {
        match at(index) {
            '/' if at(index + 1) == '/' => {
                while index < letters.len() && at(index) != '\n' {
                    index += 1;
                }
            }
            // A character: 'x', '"' or '\n', but not a lifetime.
            '\'' if at(index + 1) == '\\' => index += 3,
            '\'' if at(index + 2) == '\'' => index += 2,
            '"' => {
                let hashes = (1..=index).take_while(|back| at(index - back) == '#').count();
                let is_raw = index > hashes && at(index - hashes - 1) == 'r';
                let begin = index + 1;
                index = begin;
                let ends =
                    |index: usize| at(index) == '"' && (!is_raw || (1..=hashes).all(|ahead| at(index + ahead) == '#'));
                while index < letters.len() && !ends(index) {
                    index += if at(index) == '\\' && !is_raw { 2 } else { 1 };
                }
                found.push(
                    letters[begin.min(letters.len())..index.min(letters.len())]
                        .iter()
                        .collect(),
                );
            }
            _ => {}
        }
        index += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Texts, compare, missing, string_literals, unused};

    fn texts(pairs: &[(&str, &str)]) -> Texts {
        pairs
            .iter()
            .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn literals_are_found_beside_comments_characters_and_lifetimes() {
        let source =
            "// \"no\"\nfn f<'a>(c: char) { c == '\"' || c == '\\''; t(\"a.b\"); r#\"c \"d\" e\"#; \"f\\\"g\" }";
        assert_eq!(string_literals(source), ["a.b", "c \"d\" e", "f\\\"g"]);
    }

    #[test]
    fn languages_differ_in_keys_and_placeholders() {
        let english = texts(&[("a.b", "{name} came"), ("a.c", "x"), ("a.n.one", "one day")]);
        let spanish = texts(&[("a.b", "{nombre} vino"), ("a.d", "x"), ("a.n.one", "{count} día")]);
        assert_eq!(compare(&english, "es", &spanish).len(), 3);
        assert!(compare(&english, "en", &english).is_empty());
    }

    #[test]
    fn keys_are_used_whole_by_stem_or_by_beginning() {
        let english = texts(&[
            ("a.b", ""),
            ("a.n.one", ""),
            ("a.n.other", ""),
            ("status.done", ""),
            ("a.z", ""),
        ]);
        let literals = ["a.b", "a.n", "status.{word}", "a.y", "other.thing"]
            .map(str::to_owned)
            .into();
        assert_eq!(unused(&english, &literals), ["`a.z` is used nowhere"]);
        assert_eq!(missing(&english, &literals), ["the page uses `a.y`, which has no text"]);
    }
}
