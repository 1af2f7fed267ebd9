//! The texts of mails and documents, and the few of the API, in the languages that people choose: `locales/*.json`, flat
//! keys with `{name}` in them.

use std::{collections::BTreeMap, sync::OnceLock};

use chrono::{Datelike, NaiveDate};

/// The languages that there are; the first one is for everybody else.
pub const LANGUAGES: [&str; 3] = ["en", "es", "fr"];

/// The texts of one language.
#[derive(Debug)]
pub struct Texts {
    /// `en`, `es` or `fr`.
    pub language: &'static str,
    by_key: BTreeMap<String, String>,
}

impl Texts {
    /// The texts of a language; English for one that there is not.
    #[must_use]
    pub fn of(language: &str) -> &'static Self {
        static ALL: OnceLock<[Texts; 3]> = OnceLock::new();
        let all = ALL.get_or_init(|| {
            [
                Self::read(LANGUAGES[0], include_str!("../../locales/en.json")),
                Self::read(LANGUAGES[1], include_str!("../../locales/es.json")),
                Self::read(LANGUAGES[2], include_str!("../../locales/fr.json")),
            ]
        });
        all.iter().find(|texts| texts.language == language).unwrap_or(&all[0])
    }

    /// A file that cannot be read has no keys; a test compares the files.
    fn read(language: &'static str, json: &str) -> Self {
        Self {
            language,
            by_key: serde_json::from_str(json).unwrap_or_default(),
        }
    }

    /// The text of a key with these values in it; the key itself when there is none.
    #[must_use]
    pub fn get(&self, key: &str, values: &[(&str, &str)]) -> String {
        let Some(mut rest) = self.by_key.get(key).map(String::as_str) else {
            return key.to_owned();
        };
        // From left to right, so that a value with braces in it is not filled in again.
        let mut text = String::with_capacity(rest.len());
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let Some((name, following)) = after.split_once('}') else {
                break;
            };
            text.push_str(
                values
                    .iter()
                    .find(|(known, _)| *known == name)
                    .map_or("", |(_, value)| value),
            );
            rest = following;
        }
        text + rest
    }

    /// A day: `16 November 2026`.
    #[must_use]
    pub fn date(&self, day: NaiveDate) -> String {
        let month = self.get(&format!("month.{}", day.month()), &[]);
        let (number, year) = (day.day().to_string(), day.year().to_string());
        self.get("date", &[("day", &number), ("month", &month), ("year", &year)])
    }
}

/// Minutes as people say them: `6 h 30 min`.
#[must_use]
pub fn duration(minutes: i64) -> String {
    let sign = if minutes < 0 { "−" } else { "" };
    let minutes = minutes.unsigned_abs();
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{sign}{minutes} min"),
        (hours, 0) => format!("{sign}{hours} h"),
        (hours, minutes) => format!("{sign}{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn placeholders(text: &str) -> BTreeSet<String> {
        text.split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    #[test]
    fn every_language_has_the_same_keys_and_placeholders() {
        let english = Texts::of("en");
        assert!(english.by_key.len() > 50);
        for language in LANGUAGES {
            let texts = Texts::of(language);
            assert_eq!(texts.language, language);
            let keys = |texts: &Texts| texts.by_key.keys().cloned().collect::<Vec<_>>();
            assert_eq!(keys(texts), keys(english), "{language}");
            for (key, text) in &texts.by_key {
                assert_eq!(
                    placeholders(text),
                    placeholders(&english.by_key[key]),
                    "{language} {key}"
                );
            }
        }
        assert_eq!(Texts::of("de").language, "en");
    }

    #[test]
    fn values_are_filled_in_once() {
        let text = Texts::of("es").get("mail.greeting", &[("name", "{name} Gómez")]);
        assert_eq!(text, "Hola, {name} Gómez");
        let day = NaiveDate::from_ymd_opt(2026, 3, 9).unwrap();
        assert_eq!(Texts::of("es").date(day), "9 de marzo de 2026");
        assert_eq!(Texts::of("fr").date(day), "9 mars 2026");
    }

    #[test]
    fn minutes_are_said_in_hours() {
        assert_eq!(
            [0, 45, 120, 390, -15].map(duration),
            ["0 min", "45 min", "2 h", "6 h 30 min", "−15 min"]
        );
    }
}
