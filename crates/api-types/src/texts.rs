//! What texts can hold: what databases keep, mails and documents can write, and lines can show.

/// Whether a text can hold this character: all but those that no XML can, U+FFFE, U+FFFF and the controls below U+0020
/// other than tabs and line breaks. PostgreSQL keeps no U+0000, and no HTML mail can be made with the others in it.
#[must_use]
pub const fn is_writable(character: char) -> bool {
    !matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether this character breaks a line or controls something else instead of being shown.
#[must_use]
pub fn is_control(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// What is wrong with a text that is to be one line; nothing for one that is.
#[must_use]
pub fn line_problem(text: &str) -> Option<(&'static str, &'static str)> {
    text.contains(is_control).then_some((
        "control_character",
        "This is one line, without line breaks, tabs and other control characters.",
    ))
}

/// A rule for garde: one line, for names, titles and references.
///
/// # Errors
/// `control_character`.
pub fn one_line(text: &str, (): &()) -> garde::Result {
    match line_problem(text) {
        None => Ok(()),
        Some((code, detail)) => Err(garde::Error::new(format!("{code}|{detail}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_breaks_and_a_text_no_characters_that_cannot_be_written() {
        for line in ["", "Ana Gómez", "O'Neil, \"Annie\" <a@b>", "日本\u{a0}語", "👩‍💻"] {
            assert_eq!(line_problem(line), None, "{line:?}");
        }
        for broken in [
            "a\nb",
            "a\r",
            "\tb",
            "a\u{b}b",
            "\0",
            "\u{7f}",
            "\u{85}",
            "a\u{2028}b",
            "\u{2029}",
        ] {
            assert!(one_line(broken, &()).is_err(), "{broken:?}");
        }
        assert!(
            "a\tb\r\nc\u{7f}\u{85}\u{2028}\u{fffd}\u{10ffff}"
                .chars()
                .all(is_writable)
        );
        let below = (0..0x20_u8)
            .map(char::from)
            .filter(|control| !"\t\n\r".contains(*control));
        assert!(!below.chain(['\u{fffe}', '\u{ffff}']).any(is_writable));
    }
}
