//! What is in the dist folder, for the server and for people.

use serde::Serialize;

/// `manifest.json`: the server answers from it and needs to read nothing else to know how.
#[derive(Serialize)]
pub struct Manifest {
    /// Every file that is served, sorted by path.
    pub files: Vec<File>,
}

/// One served file.
#[derive(Serialize)]
pub struct File {
    /// Path below the dist folder and below `/`, without a leading slash.
    pub path: String,
    /// The `Content-Type` header.
    pub content_type: String,
    /// Whether the name contains the content's hash, so that browsers may keep it forever.
    pub immutable: bool,
    /// The `ETag` header of the uncompressed file, with its quotes.
    pub etag: String,
    /// Bytes of each form. The compressed ones lie beside the file as `.br`, `.zst` and `.gz`; a form that does not
    /// make the file smaller is left out.
    pub sizes: Sizes,
}

/// Bytes of a file's forms.
#[derive(Serialize)]
pub struct Sizes {
    /// As it is.
    pub identity: usize,
    /// Brotli, quality 11.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub br: Option<usize>,
    /// Zstandard, level 19.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zst: Option<usize>,
    /// Gzip, level 9.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gz: Option<usize>,
}

impl Manifest {
    /// A table of sizes in bytes, and two sums: what the first screen loads, given by its addresses, and what somebody
    /// loads who comes to every screen in one language.
    pub fn table(&self, first_screen: &[String], other_languages: &[String]) -> String {
        let mut text = format!("{:<36} {:>10} {:>10}\n", "file", "bytes", "brotli");
        let (mut first, mut all) = ((0, 0), (0, 0));
        for file in &self.files {
            let sizes = (file.sizes.identity, file.sizes.br.unwrap_or(file.sizes.identity));
            text.push_str(&format!("{:<36} {:>10} {:>10}\n", file.path, sizes.0, sizes.1));
            let is_in = |urls: &[String]| urls.iter().any(|url| url.trim_start_matches('/') == file.path);
            if is_in(first_screen) {
                first = (first.0 + sizes.0, first.1 + sizes.1);
            }
            if !is_in(other_languages) {
                all = (all.0 + sizes.0, all.1 + sizes.1);
            }
        }
        for (name, (raw, brotli), aim) in [("first screen", first, 150), ("everything", all, 350)] {
            let kibibytes = brotli as f64 / 1024.0;
            text.push_str(&format!(
                "{name:<36} {raw:>10} {brotli:>10}  ({kibibytes:.1} KiB, aim {aim})\n"
            ));
        }
        text
    }
}
