//! The bytes of uploaded files: in the data folder, under their hash, so that the same file is kept once.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use sha2::{Digest, Sha256};

/// The largest file, in bytes.
pub const LIMIT_BYTES: usize = 25 * 1024 * 1024;

/// How much of a file is looked at to say what it is.
const HEAD_BYTES: usize = 8 * 1024;

/// Content that was written this recently may belong to an upload that is not in the database yet.
const SETTLED: Duration = Duration::from_secs(60 * 60);

/// The folder of the files.
#[derive(Debug, Clone)]
pub struct Files(PathBuf);

/// A file on its way in. What is not kept is removed when this is dropped.
#[derive(Debug)]
pub struct Incoming {
    file: File,
    path: PathBuf,
    hash: Sha256,
    size: usize,
    head: Vec<u8>,
}

/// A file that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its size.
    pub size_bytes: i64,
    /// What its bytes are.
    pub media_type: &'static str,
}

impl Files {
    /// Below the data folder.
    #[must_use]
    pub fn new(data_dir: &Path) -> Self {
        Self(data_dir.join("files"))
    }

    /// Begins a file under this name, which is its own until it is kept.
    ///
    /// # Errors
    /// The disk.
    pub fn begin(&self, name: &str) -> io::Result<Incoming> {
        let folder = self.0.join("incoming");
        fs::create_dir_all(&folder)?;
        let path = folder.join(name);
        let file = File::create(&path)?;
        Ok(Incoming {
            file,
            path,
            hash: Sha256::new(),
            size: 0,
            head: Vec::new(),
        })
    }

    /// Keeps a file that came in whole, on the disk before this returns.
    ///
    /// # Errors
    /// The disk.
    pub fn keep(&self, mut incoming: Incoming) -> io::Result<Kept> {
        incoming.file.flush()?;
        incoming.file.sync_all()?;
        let sha256 = hexadecimal(&incoming.hash.clone().finalize());
        let path = self.path(&sha256);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        // Also over the same content: it is as young as this upload then, so that no cleaning takes it away.
        fs::rename(&incoming.path, &path)?;
        let size_bytes = i64::try_from(incoming.size).unwrap_or(i64::MAX);
        Ok(Kept {
            sha256,
            size_bytes,
            media_type: media_type(&incoming.head),
        })
    }

    /// Opens a kept file.
    ///
    /// # Errors
    /// The disk; it is not there.
    pub fn open(&self, sha256: &str) -> io::Result<File> {
        File::open(self.path(sha256))
    }

    /// What the bytes of a kept file are now.
    ///
    /// # Errors
    /// The disk; it is not there.
    pub fn media_type(&self, sha256: &str) -> io::Result<&'static str> {
        let mut head = Vec::new();
        self.open(sha256)?.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
        Ok(media_type(&head))
    }

    /// Removes content that no file in the database has, unless it was written a moment ago.
    ///
    /// # Errors
    /// The disk.
    pub fn remove(&self, sha256: &str) -> io::Result<()> {
        let path = self.path(sha256);
        let Ok(metadata) = fs::metadata(&path) else {
            return Ok(());
        };
        // The disk's own clock wrote the instant, so the disk's own clock tells the age.
        let age = metadata.modified().ok().and_then(|written| written.elapsed().ok());
        if age.is_some_and(|age| age >= SETTLED) {
            fs::remove_file(path)
        } else {
            Ok(())
        }
    }

    fn path(&self, sha256: &str) -> PathBuf {
        self.0.join(sha256.get(..2).unwrap_or("00")).join(sha256)
    }
}

impl Incoming {
    /// Adds bytes; `false` when the file becomes larger than [`LIMIT_BYTES`], and nothing is written then.
    ///
    /// # Errors
    /// The disk.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<bool> {
        if self.size + bytes.len() > LIMIT_BYTES {
            return Ok(false);
        }
        let room = HEAD_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..room]);
        self.hash.update(bytes);
        self.size += bytes.len();
        self.file.write_all(bytes)?;
        Ok(true)
    }

    /// Bytes so far.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// What its bytes are, as far as they came.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        media_type(&self.head)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // After it was kept there is nothing under this name.
        let _ = fs::remove_file(&self.path);
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Pictures that a browser may show: they cannot carry script.
pub const RASTER_IMAGES: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp"];

const UNKNOWN: &str = "application/octet-stream";

/// What bytes are, by how they begin; text is what reads as UTF-8 without control characters.
#[must_use]
pub fn media_type(head: &[u8]) -> &'static str {
    let webp = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    match head {
        _ if head.starts_with(b"\x89PNG\r\n\x1a\n") => "image/png",
        _ if head.starts_with(b"\xff\xd8\xff") => "image/jpeg",
        _ if is_gif(head) => "image/gif",
        _ if webp => "image/webp",
        _ if head.starts_with(b"%PDF-") => "application/pdf",
        _ if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") => "application/zip",
        _ if is_text(head) => "text/plain",
        _ => UNKNOWN,
    }
}

/// A GIF whose first block follows its header. Its signature is text, which anything can begin with.
fn is_gif(head: &[u8]) -> bool {
    const HEADER_BYTES: usize = 13;
    if !(head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a")) {
        return false;
    }
    let Some(flags) = head.get(10) else { return false };
    let colors = if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 0x07) + 1)
    };
    matches!(head.get(HEADER_BYTES + colors), Some(0x21 | 0x2c | 0x3b))
}

fn is_text(head: &[u8]) -> bool {
    let whole = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The last character may be cut off.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !head.is_empty()
        && !whole
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\x1b'))
}

/// Whether what the uploader said these bytes are, without parameters, and what they are exclude each other. Who says
/// nothing in particular says nothing wrong, and of text we do not tell one kind from another.
#[must_use]
pub fn lies(claimed: &str, found: &str) -> bool {
    let claimed = claimed.to_ascii_lowercase();
    let claimed = match claimed.as_str() {
        "" | UNKNOWN => return false,
        "image/jpg" | "image/pjpeg" => "image/jpeg",
        "application/x-pdf" => "application/pdf",
        "application/x-zip-compressed" | "application/x-zip" => "application/zip",
        // Documents of many programs are archives under a name of their own.
        archive if found == "application/zip" && is_kind_of_archive(archive) => return false,
        other => other,
    };
    let is_known = |kind: &str| RASTER_IMAGES.contains(&kind) || matches!(kind, "application/pdf" | "application/zip");
    (is_known(claimed) || is_known(found)) && claimed != found
}

fn is_kind_of_archive(media_type: &str) -> bool {
    ["application/vnd.openxmlformats-", "application/vnd.oasis.opendocument."]
        .iter()
        .any(|family| media_type.starts_with(family))
        || media_type.ends_with("+zip")
        || matches!(
            media_type,
            "application/java-archive" | "application/vnd.android.package-archive" | "application/x-xpinstall"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_say_what_they_are() {
        let table: &[(&[u8], &str)] = &[
            (b"\x89PNG\r\n\x1a\nrest", "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9", "image/gif"),
            (b"GIF87a\x01\0\x01\0\0\0\0,", "image/gif"),
            (b"GIF89a<script>alert(1)</script>", "text/plain"),
            (b"GIF89a", "text/plain"),
            (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
            (b"RIFF\x00\x00\x00\x00WAVE", UNKNOWN),
            (b"%PDF-1.7", "application/pdf"),
            (b"PK\x03\x04", "application/zip"),
            ("2026-11-20 ERROR caf\u{e9}\n".as_bytes(), "text/plain"),
            (b"<svg onload=alert(1)>", "text/plain"),
            (b"caf\xc3", "text/plain"),
            (b"\x00\x01\x02", UNKNOWN),
            (b"\x7fELF", UNKNOWN),
            (b"\xff\xfe\x00", UNKNOWN),
            (b"", UNKNOWN),
        ];
        for (bytes, expected) in table {
            assert_eq!(media_type(bytes), *expected, "{bytes:?}");
        }
        assert!(lies("image/png", "text/plain") && lies("application/pdf", "image/png"));
        assert!(lies("text/html", "image/png") && lies("text/plain", "application/pdf"));
        assert!(lies("image/gif", "text/plain") && lies("text/html", "application/zip"));
        for (claimed, found) in [
            ("image/png", "image/png"),
            ("IMAGE/JPG", "image/jpeg"),
            ("text/html", "text/plain"),
            ("image/svg+xml", "text/plain"),
            ("text/csv", UNKNOWN),
            ("", "image/png"),
            (UNKNOWN, "application/pdf"),
            ("application/x-zip-compressed", "application/zip"),
            (
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/zip",
            ),
            ("application/epub+zip", "application/zip"),
        ] {
            assert!(!lies(claimed, found), "{claimed} {found}");
        }
    }

    #[test]
    fn content_is_kept_once_and_what_is_dropped_leaves_nothing() {
        let folder = std::env::temp_dir().join(format!("daypack-files-{}", std::process::id()));
        let files = Files::new(&folder);
        let put = |name: &str, bytes: &[u8]| {
            let mut incoming = files.begin(name).unwrap();
            assert!(incoming.write(bytes).unwrap());
            files.keep(incoming).unwrap()
        };
        let (first, second) = (put("a", b"hello"), put("b", b"hello"));
        assert_eq!(first, second);
        assert_eq!(
            first.sha256,
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        );
        assert_eq!(
            (first.size_bytes, files.media_type(&first.sha256).unwrap()),
            (5, "text/plain")
        );
        let mut dropped = files.begin("c").unwrap();
        assert!(dropped.write(&vec![0; LIMIT_BYTES]).unwrap() && !dropped.write(b"x").unwrap());
        drop(dropped);
        assert_eq!(fs::read_dir(folder.join("files/incoming")).unwrap().count(), 0);
        files.remove(&first.sha256).unwrap();
        assert!(files.open(&first.sha256).is_ok(), "a file written a moment ago stays");
        fs::remove_dir_all(folder).unwrap();
    }
}
