//! The dist folder: hashed names, compressed siblings, the manifest.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{
    Failure,
    manifest::{File, Manifest, Sizes},
};

/// A dist folder in the making.
pub struct Dist {
    folder: PathBuf,
    files: Vec<File>,
}

impl Dist {
    /// Begins an empty folder; what an earlier build left there goes.
    pub fn create(folder: &Path) -> Result<Self, Failure> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder.join("assets"))?;
        Ok(Self {
            folder: folder.to_owned(),
            files: Vec::new(),
        })
    }

    /// Adds a file under a name that contains its hash, and returns the address it is served at.
    pub fn add_hashed(&mut self, name: &str, content: &[u8]) -> Result<String, Failure> {
        let (stem, extension) = name
            .rsplit_once('.')
            .ok_or_else(|| format!("{name} has no extension"))?;
        let path = format!("assets/{stem}-{}.{extension}", &hash(content)[..12]);
        let url = format!("/{path}");
        self.add(path, content, true)?;
        Ok(url)
    }

    /// Adds a file under its own name; browsers ask each time whether it changed.
    pub fn add_plain(&mut self, name: &str, content: &[u8]) -> Result<(), Failure> {
        self.add(name.to_owned(), content, false)
    }

    /// Writes the manifest, the sign that the folder is complete.
    pub fn finish(mut self) -> Result<Manifest, Failure> {
        self.files.sort_by(|one, other| one.path.cmp(&other.path));
        let manifest = Manifest { files: self.files };
        fs::write(
            self.folder.join("manifest.json"),
            serde_json::to_string_pretty(&manifest)? + "\n",
        )?;
        Ok(manifest)
    }

    fn add(&mut self, path: String, content: &[u8], immutable: bool) -> Result<(), Failure> {
        let content_type = content_type(&path)?.to_owned();
        fs::write(self.folder.join(&path), content)?;
        let sizes = Sizes {
            identity: content.len(),
            br: self.add_form(&path, "br", content, brotli(content)?)?,
            zst: self.add_form(&path, "zst", content, zstd::encode_all(content, 19)?)?,
            gz: self.add_form(&path, "gz", content, gzip(content)?)?,
        };
        let etag = format!("\"{}\"", &hash(content)[..24]);
        self.files.push(File {
            path,
            content_type,
            immutable,
            etag,
            sizes,
        });
        Ok(())
    }

    /// Writes a compressed form when it is smaller than the file, and returns its size then.
    fn add_form(&self, path: &str, suffix: &str, content: &[u8], form: Vec<u8>) -> Result<Option<usize>, Failure> {
        if form.len() >= content.len() {
            return Ok(None);
        }
        fs::write(self.folder.join(format!("{path}.{suffix}")), &form)?;
        Ok(Some(form.len()))
    }
}

fn hash(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn content_type(path: &str) -> Result<&'static str, Failure> {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    Ok(match extension {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/vnd.microsoft.icon",
        "txt" => "text/plain; charset=utf-8",
        "woff2" => "font/woff2",
        _ => return Err(format!("{path}: no content type is known for this extension").into()),
    })
}

fn brotli(content: &[u8]) -> Result<Vec<u8>, Failure> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{brotli, gzip};

    #[test]
    fn compressed_forms_give_the_content_back() {
        let content = "daypack ".repeat(1000).into_bytes();
        let mut from_brotli = Vec::new();
        brotli::BrotliDecompress(&mut &brotli(&content).unwrap()[..], &mut from_brotli).unwrap();
        let mut from_gzip = Vec::new();
        flate2::read::GzDecoder::new(&gzip(&content).unwrap()[..])
            .read_to_end(&mut from_gzip)
            .unwrap();
        assert!(from_brotli == content && from_gzip == content);
    }
}
