//! `index.html`, the loader, and the files that are served as they are.

use std::path::Path;

use crate::Failure;

/// Where the template wants the page's own tags.
const HEAD: &str = "<!-- build:head -->";

/// Where the parts of the page are served.
pub struct Urls {
    /// The classic script that starts the page.
    pub loader: String,
    /// The ES module with the bindings.
    pub script: String,
    /// The compiled page.
    pub wasm: String,
    /// The style sheet.
    pub styles: String,
    /// The style sheet of the screens after the first.
    pub later_styles: String,
    /// Language code and address of its texts on the first screen.
    pub locale_urls: Vec<(String, String)>,
    /// Language code and address of its other texts.
    pub later_locale_urls: Vec<(String, String)>,
}

impl Urls {
    /// The files a browser loads before it can show the first screen, with one language's texts.
    pub fn first_screen(&self) -> Vec<String> {
        let mut names = vec![
            "/index.html".to_owned(),
            self.loader.clone(),
            self.script.clone(),
            self.wasm.clone(),
        ];
        names.push(self.styles.clone());
        names.extend(self.locale_urls.first().map(|(_, url)| url.clone()));
        names
    }

    /// The texts that somebody who reads the first language never loads.
    pub fn other_languages(&self) -> Vec<String> {
        let others = |urls: &[(String, String)]| urls.iter().skip(1).map(|(_, url)| url.clone()).collect::<Vec<_>>();
        [others(&self.locale_urls), others(&self.later_locale_urls)].concat()
    }
}

/// The loader: it sets a chosen theme before anything is painted, so that a dark page does not flash white, and then
/// starts the page and the loading of the texts that the page will ask for. It is a file of its own, so that the content security policy needs no inline script.
pub fn loader(script_url: &str, wasm_url: &str) -> String {
    include_str!("loader.js")
        .trim_end()
        .replace("SCRIPT_URL", script_url)
        .replace("WASM_URL", wasm_url)
}

/// Fills the template's head: the page finds the addresses of its texts in `<meta name="daypack-locale-en">` and
/// `daypack-later-en`, the style sheet of the screens after the first in `daypack-later-styles`.
pub fn index(template: &str, urls: &Urls) -> Result<String, Failure> {
    if template.matches(HEAD).count() != 1 {
        return Err(format!("frontend/index.html needs `{HEAD}` once in its head").into());
    }
    let mut head = String::new();
    let mut meta = |name: &str, url: &str| {
        head.push_str(&format!("<meta name=\"daypack-{name}\" content=\"{url}\">\n"));
    };
    for (kind, urls) in [("locale", &urls.locale_urls), ("later", &urls.later_locale_urls)] {
        for (language, url) in urls {
            meta(&format!("{kind}-{language}"), url);
        }
    }
    meta("later-styles", &urls.later_styles);
    head.push_str(&format!("<script src=\"{}\"></script>\n", urls.loader));
    head.push_str(&format!("<link rel=\"stylesheet\" href=\"{}\">\n", urls.styles));
    head.push_str(&format!("<link rel=\"modulepreload\" href=\"{}\">\n", urls.script));
    head.push_str(&format!(
        "<link rel=\"preload\" href=\"{}\" as=\"fetch\" type=\"application/wasm\" crossorigin>",
        urls.wasm
    ));
    let page = without_comments(&template.replace(HEAD, &head));
    Ok(page
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
        + "\n")
}

fn without_comments(html: &str) -> String {
    let mut parts = html.split("<!--");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    kept.extend(parts.filter_map(|part| part.split_once("-->")).map(|(_, after)| after));
    kept
}

/// Name and content of each file in `frontend/public`, such as the icon; none when there is no such folder.
pub fn public_files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry
            .file_name()
            .into_string()
            .map_err(|name| format!("{name:?} is not UTF-8"))?;
        files.push((name, std::fs::read(entry.path())?));
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::{Urls, index};

    fn urls() -> Urls {
        let url = |name: &str| format!("/assets/{name}");
        Urls {
            loader: url("l.js"),
            script: url("d.js"),
            wasm: url("d.wasm"),
            styles: url("d.css"),
            later_styles: url("later.css"),
            locale_urls: vec![("en".to_owned(), url("en.json")), ("fr".to_owned(), url("fr.json"))],
            later_locale_urls: vec![("en".to_owned(), url("en-l.json")), ("fr".to_owned(), url("fr-l.json"))],
        }
    }

    #[test]
    fn the_head_gets_every_part() {
        let page = index("<head>\n<!-- a note -->\n    <!-- build:head -->\n</head>", &urls()).unwrap();
        assert!(!page.contains("<!--"), "a comment is left in {page}");
        for part in [
            "/assets/l.js",
            "/assets/d.js",
            "/assets/d.wasm",
            "/assets/d.css",
            "daypack-locale-en\" content=\"/assets/en.json",
            "daypack-later-fr\" content=\"/assets/fr-l.json",
            "daypack-later-styles\" content=\"/assets/later.css",
        ] {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
    }

    #[test]
    fn the_first_screen_is_without_what_comes_later() {
        let first = urls().first_screen();
        assert!(first.contains(&"/assets/en.json".to_owned()));
        assert!(
            !first
                .iter()
                .any(|url| url.contains("fr.json") || url.contains("later") || url.contains("-l."))
        );
        assert_eq!(urls().other_languages(), ["/assets/fr.json", "/assets/fr-l.json"]);
    }

    #[test]
    fn a_template_without_a_place_is_refused() {
        assert!(index("<head></head>", &urls()).is_err());
    }
}
