//! Sheets of paper: text in columns on A4 pages, written as PDF with the fonts in it, so that it looks the same
//! everywhere and its text can be searched and copied.

use std::sync::{Arc, OnceLock};

use krilla::{
    Document,
    color::rgb,
    geom::{PathBuilder, Point},
    metadata::Metadata,
    num::NormalizedF32,
    page::PageSettings,
    paint::{Fill, Stroke},
    text::{Font, GlyphId, KrillaGlyph},
};
use skrifa::{FontRef, MetadataProvider, instance::LocationRef, prelude::Size};

use crate::error::Failure;

/// A4, in points.
pub const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
/// On every side.
pub const MARGIN: f32 = 56.0;
const BOTTOM: f32 = HEIGHT - MARGIN;

const REGULAR: &[u8] = include_bytes!("fonts/Inter-Regular.ttf");
const STRONG: &[u8] = include_bytes!("fonts/Inter-SemiBold.ttf");

const INK: (u8, u8, u8) = (24, 28, 36);
const QUIET: (u8, u8, u8) = (92, 99, 112);
const LINE: (u8, u8, u8) = (208, 212, 220);

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// In points.
    pub size: f32,
    /// Semibold.
    pub strong: bool,
    /// In grey.
    pub quiet: bool,
}

impl Style {
    /// Running text.
    pub const TEXT: Self = Self {
        size: 10.0,
        strong: false,
        quiet: false,
    };
    /// What stands out in running text.
    pub const STRONG: Self = Self {
        strong: true,
        ..Self::TEXT
    };
    /// Labels and small print.
    pub const QUIET: Self = Self {
        size: 9.0,
        strong: false,
        quiet: true,
    };
    /// The name of the document.
    pub const TITLE: Self = Self {
        size: 20.0,
        strong: true,
        quiet: false,
    };

    /// From one line to the next.
    fn leading(self) -> f32 {
        self.size * 1.45
    }
}

/// On which side of its column a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It begins at the column's left edge.
    Left,
    /// It ends at the column's right edge.
    Right,
}

/// A column of a page: from and to, in points from the left edge of the paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// Its left edge.
    pub from: f32,
    /// Its right edge.
    pub to: f32,
}

/// The whole width between the margins.
pub const WHOLE: Column = Column {
    from: MARGIN,
    to: WIDTH - MARGIN,
};

/// One thing on a page.
enum Mark {
    Text { x: f32, y: f32, style: Style, text: String },
    Rule { y: f32 },
}

/// Pages that are filled from top to bottom.
pub struct Sheets {
    pages: Vec<Vec<Mark>>,
    y: f32,
}

impl Default for Sheets {
    fn default() -> Self {
        Self::new()
    }
}

impl Sheets {
    /// One empty page.
    #[must_use]
    pub fn new() -> Self {
        Self {
            pages: vec![Vec::new()],
            y: MARGIN,
        }
    }

    /// Leaves space.
    pub fn space(&mut self, points: f32) {
        self.y += points;
    }

    /// Writes texts side by side, each broken into lines that fit its column; what follows begins below the longest. A
    /// row that does not fit on the page begins on the next one.
    pub fn row(&mut self, cells: &[(Column, Side, Style, &str)]) {
        let broken: Vec<_> = cells
            .iter()
            .map(|(column, side, style, text)| (*column, *side, *style, lines(text, *style, column.to - column.from)))
            .collect();
        let height = broken
            .iter()
            .map(|(_, _, style, lines)| style.leading() * count(lines.len()))
            .fold(0.0, f32::max);
        if self.y + height > BOTTOM && self.y > MARGIN {
            self.pages.push(Vec::new());
            self.y = MARGIN;
        }
        let top = self.y;
        for (column, side, style, lines) in broken {
            for (index, line) in lines.into_iter().enumerate() {
                let x = match side {
                    Side::Left => column.from,
                    Side::Right => column.to - width(&line, style),
                };
                let y = top + style.leading() * count(index) + style.size;
                self.mark(Mark::Text {
                    x,
                    y,
                    style,
                    text: line,
                });
            }
        }
        self.y = top + height;
    }

    /// A text over the whole width.
    pub fn text(&mut self, style: Style, text: &str) {
        self.row(&[(WHOLE, Side::Left, style, text)]);
    }

    /// A line over the whole width.
    pub fn rule(&mut self) {
        self.y += 6.0;
        let y = self.y;
        self.mark(Mark::Rule { y });
        self.y += 6.0;
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// The pages as PDF.
    ///
    /// # Errors
    /// A fault of ours: a font that cannot be read.
    pub fn finish(self, title: &str, language: &str) -> Result<Vec<u8>, Failure> {
        let fonts = fonts()?;
        let mut document = Document::new();
        let metadata = Metadata::new()
            .title(title.to_owned())
            .language(language.to_owned())
            .creator("Daypack".to_owned());
        document.set_metadata(metadata);
        let settings =
            PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| Failure::internal("a page without a size"))?;
        for marks in self.pages {
            let mut page = document.start_page_with(settings.clone());
            let mut surface = page.surface();
            for mark in marks {
                match mark {
                    Mark::Text { x, y, style, text } => {
                        let face = fonts.face(style);
                        surface.set_stroke(None);
                        surface.set_fill(Some(fill(if style.quiet { QUIET } else { INK })));
                        let glyphs = face.glyphs(&text);
                        surface.draw_glyphs(
                            Point::from_xy(x, y),
                            &glyphs,
                            face.font.clone(),
                            &text,
                            style.size,
                            false,
                        );
                    }
                    Mark::Rule { y } => {
                        let mut path = PathBuilder::new();
                        path.move_to(WHOLE.from, y);
                        path.line_to(WHOLE.to, y);
                        surface.set_fill(None);
                        surface.set_stroke(Some(stroke()));
                        if let Some(path) = path.finish() {
                            surface.draw_path(&path);
                        }
                    }
                }
            }
            surface.finish();
            page.finish();
        }
        document
            .finish()
            .map_err(|error| Failure::internal(format!("no PDF: {error:?}")))
    }
}

fn fill((red, green, blue): (u8, u8, u8)) -> Fill {
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        rule: krilla::paint::FillRule::default(),
    }
}

fn stroke() -> Stroke {
    Stroke {
        paint: rgb::Color::new(LINE.0, LINE.1, LINE.2).into(),
        width: 0.75,
        ..Stroke::default()
    }
}

/// So many lines.
fn count(lines: usize) -> f32 {
    f32::from(u16::try_from(lines).unwrap_or(u16::MAX))
}

/// A font, and how wide its letters are.
struct Face {
    font: Font,
    bytes: &'static [u8],
}

struct Fonts {
    regular: Face,
    strong: Face,
}

impl Fonts {
    fn face(&self, style: Style) -> &Face {
        if style.strong { &self.strong } else { &self.regular }
    }
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let font = Font::new(Arc::new(bytes.to_vec()).into(), 0)?;
        Some(Self { font, bytes })
    }

    /// One glyph for each letter, with widths for the size 1. A letter that the font does not have shows as a box.
    fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let Ok(font) = FontRef::new(self.bytes) else {
            return Vec::new();
        };
        let letters = font.charmap();
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let units = self.font.units_per_em();
        let glyph = |(at, letter): (usize, char)| {
            let id = letters.map(letter).unwrap_or_default();
            let advance = metrics.advance_width(id).unwrap_or_default() / units;
            let range = at..at + letter.len_utf8();
            KrillaGlyph::new(GlyphId::new(id.to_u32()), advance, 0.0, 0.0, 0.0, range, None)
        };
        text.char_indices().map(glyph).collect()
    }
}

fn fonts() -> Result<&'static Fonts, Failure> {
    static FONTS: OnceLock<Option<Fonts>> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| {
        Some(Fonts {
            regular: Face::read(REGULAR)?,
            strong: Face::read(STRONG)?,
        })
    });
    fonts
        .as_ref()
        .ok_or_else(|| Failure::internal("a font that cannot be read"))
}

/// How wide a text is.
fn width(text: &str, style: Style) -> f32 {
    let Ok(fonts) = fonts() else { return 0.0 };
    let glyphs = fonts.face(style).glyphs(text);
    glyphs.iter().map(|glyph| glyph.x_advance).sum::<f32>() * style.size
}

/// Breaks a text between words so that it fits; a word that is too long is broken where it has to be.
fn lines(text: &str, style: Style, room: f32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if width(&longer, style) <= room {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for letter in word.chars() {
                line.push(letter);
                if width(&line, style) > room && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, letter.to_string()));
                }
            }
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_broken_to_fit() {
        let style = Style::TEXT;
        let long = "maintenance of the shop and of the warehouse, ".repeat(8) + &"W".repeat(200);
        let broken = lines(&long, style, 200.0);
        assert!(broken.len() > 8);
        assert!(broken.iter().all(|line| width(line, style) <= 200.0));
        assert_eq!(lines("one\ntwo", style, 200.0), ["one", "two"]);
        assert_eq!(lines("", style, 200.0), Vec::<String>::new());
    }

    #[test]
    fn whatever_people_write_makes_a_document() {
        let odd = "\0\u{1}\t\u{b}\u{7f}\u{85}\u{202e}\u{2028}\u{fffe}\u{ffff}\u{10ffff}😀\r\n\r\n()\\<>";
        let mut sheets = Sheets::new();
        sheets.row(&[
            (WHOLE, Side::Right, Style::STRONG, odd),
            (WHOLE, Side::Left, Style::TEXT, ""),
        ]);
        assert!(sheets.finish(odd, "en").unwrap().starts_with(b"%PDF-"));
    }

    #[test]
    fn digits_are_equally_wide_so_that_columns_of_figures_stand() {
        assert!((width("1111", Style::TEXT) - width("8048", Style::TEXT)).abs() < 0.001);
    }

    #[test]
    fn what_does_not_fit_goes_on_the_next_page() {
        let mut sheets = Sheets::new();
        for line in 0..200 {
            sheets.text(Style::TEXT, &format!("Line {line}: żółć, ñ, ç, €, Ελληνικά, Ґанок, 漢"));
        }
        assert!(sheets.pages.len() > 3);
        let below = |mark: &Mark| matches!(mark, Mark::Text { y, .. } if *y > BOTTOM);
        assert!(!sheets.pages.iter().flatten().any(below));
        let bytes = sheets.finish("Lines", "en").unwrap();
        assert!(bytes.starts_with(b"%PDF-") && bytes.len() < 100_000);
    }
}
