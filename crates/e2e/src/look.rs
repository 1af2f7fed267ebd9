//! How a person's screen is: its size, its theme and the language of its browser.

/// Light or dark, as the operating system would ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// `prefers-color-scheme: light`
    Light,
    /// `prefers-color-scheme: dark`
    Dark,
}

impl Theme {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// The value of `prefers-color-scheme`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A screen as a person has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Width of the viewport in CSS pixels.
    pub width: u32,
    /// Height of the viewport in CSS pixels.
    pub height: u32,
    /// What the operating system asks for.
    pub theme: Theme,
    /// The browser's only language, such as `es`.
    pub language: &'static str,
}

impl Look {
    /// A desk: 1440 x 900, light, English.
    pub const DESKTOP: Self = Self {
        width: 1440,
        height: 900,
        theme: Theme::Light,
        language: "en",
    };
    /// A phone: 390 x 844, light, English.
    pub const PHONE: Self = Self {
        width: 390,
        height: 844,
        ..Self::DESKTOP
    };
    /// The languages of the page.
    pub const LANGUAGES: [&'static str; 3] = ["en", "es", "fr"];

    /// The same screen in another theme.
    pub const fn theme(self, theme: Theme) -> Self {
        Self { theme, ..self }
    }

    /// The same screen in another language.
    pub const fn language(self, language: &'static str) -> Self {
        Self { language, ..self }
    }

    /// Desk and phone, light and dark, in every language.
    pub fn all() -> impl Iterator<Item = Self> {
        let screens = [Self::DESKTOP, Self::PHONE].into_iter();
        let themed = screens.flat_map(|look| Theme::ALL.map(|theme| look.theme(theme)));
        themed.flat_map(|look| Self::LANGUAGES.map(|language| look.language(language)))
    }
}
