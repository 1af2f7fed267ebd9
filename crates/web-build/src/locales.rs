//! The texts of the page: two JSON files for each language, so that the first screen loads no more than it shows.

use std::{collections::BTreeMap, path::Path};

use crate::{Failure, read_text};

/// The forms that a text may have for counts.
const PLURAL_FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The texts of one language, as JSON without white space and with the keys in order.
pub struct Texts {
    /// The language's code.
    pub language: String,
    /// What the main part names.
    pub first: String,
    /// What the other parts name besides.
    pub rest: String,
}

/// The texts of each language, sorted by language.
pub fn texts(frontend: &Path) -> Result<Vec<Texts>, Failure> {
    let sources = sources_of_main_part(&frontend.join("src"), 0)?;
    let mut languages = Vec::new();
    for path in entries(&frontend.join("locales"))? {
        let (Some(language), Some("json")) = (
            path.file_stem().and_then(|stem| stem.to_str()),
            path.extension().and_then(|extension| extension.to_str()),
        ) else {
            continue;
        };
        let all: BTreeMap<String, String> =
            serde_json::from_str(&read_text(&path)?).map_err(|error| format!("{}: {error}", path.display()))?;
        let (first, rest): (BTreeMap<_, _>, BTreeMap<_, _>) =
            all.into_iter().partition(|(key, _)| names(&sources, key));
        languages.push(Texts {
            language: language.to_owned(),
            first: serde_json::to_string(&first)?,
            rest: serde_json::to_string(&rest)?,
        });
    }
    languages.sort_by(|one, other| one.language.cmp(&other.language));
    Ok(languages)
}

/// The sources outside the folders of screens, which are parts that are loaded later.
fn sources_of_main_part(folder: &Path, depth: usize) -> Result<String, Failure> {
    let mut sources = String::new();
    for path in entries(folder)? {
        let of_screens = depth == 1 && folder.ends_with("pages");
        if path.is_dir() && !of_screens {
            sources.push_str(&sources_of_main_part(&path, depth + 1)?);
        } else if path.is_file() {
            sources.push_str(&read_text(&path)?);
        }
    }
    Ok(sources)
}

fn entries(folder: &Path) -> Result<Vec<std::path::PathBuf>, Failure> {
    let list = std::fs::read_dir(folder).map_err(|error| format!("cannot list {}: {error}", folder.display()))?;
    Ok(list
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?)
}

/// Whether a source has the key as a literal: whole, without its plural form, or a beginning that it is made from.
fn names(sources: &str, key: &str) -> bool {
    let stem = key.rsplit_once('.').filter(|(_, form)| PLURAL_FORMS.contains(form));
    let whole = |key: &str| sources.contains(&format!("\"{key}\""));
    let begins = |end: usize| {
        let beginning = &key[..=end];
        whole(beginning) || sources.contains(&format!("\"{beginning}{{"))
    };
    whole(key) || stem.is_some_and(|(stem, _)| whole(stem)) || key.match_indices('.').any(|(dot, _)| begins(dot))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn keys_are_found_whole_or_by_their_beginning() {
        let sources = r#"t("nav.home"); t_count("home.week", 1); word("status.", word); format!("theme.{word}")"#;
        for key in ["nav.home", "home.week.other", "status.new", "theme.dark"] {
            assert!(names(sources, key), "{key}");
        }
        for key in ["nav.board", "home.week_end", "statuses.new", "home"] {
            assert!(!names(sources, key), "{key}");
        }
    }
}
