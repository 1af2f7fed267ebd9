//! The mails that a server handed over, as people read them.

use std::fs;

use crate::{Result, Server};

/// One mail.
pub struct Mail {
    /// The address it went to.
    pub to: String,
    /// The whole mail with its parts, their transfer encoding undone.
    pub text: String,
}

impl Mail {
    /// The first address of the page in it that begins with this path, such as `/invite/`.
    pub fn link(&self, path: &str) -> Option<&str> {
        let found = self.text.find(path)?;
        let begin = self.text[..found].rfind("http://")?;
        let rest = &self.text[begin..];
        let end = rest.find(|letter: char| letter.is_whitespace() || "\"<>)".contains(letter));
        Some(&rest[..end.unwrap_or(rest.len())])
    }
}

/// All mails so far, in no particular order.
pub fn mails(server: &Server) -> Result<Vec<Mail>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(server.folder().join("mail"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "eml") {
            let raw = fs::read_to_string(&path)?;
            let to = raw
                .lines()
                .find_map(|line| line.strip_prefix("To: "))
                .unwrap_or_default();
            let address = to.rsplit('<').next().unwrap_or_default().trim_end_matches('>');
            found.push(Mail {
                to: address.trim().to_owned(),
                text: decoded(&raw),
            });
        }
    }
    Ok(found)
}

/// Quoted-printable undone.
fn decoded(raw: &str) -> String {
    let joined = raw.replace("=\r\n", "").replace("=\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).filter(|_| *first == b'=');
        let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Mail, decoded};

    #[test]
    fn links_are_found_behind_the_encoding() {
        let text = decoded("Open this:\r\n<a href=3D\"http://127.0.0.1:1/inv=\r\nite/a-b_c\">here</a>");
        let mail = Mail {
            to: String::new(),
            text,
        };
        assert_eq!(mail.link("/invite/"), Some("http://127.0.0.1:1/invite/a-b_c"));
        assert_eq!(mail.link("/reset/"), None);
    }
}
