//! Mails from templates: MJML for the HTML, plain text beside it, both in the reader's language.

use std::sync::OnceLock;

use daypack_api_types::texts::is_writable;
use minijinja::{
    AutoEscape, Environment, Error, Value,
    value::{Kwargs, Serde},
};
use serde::Serialize;

use super::texts::{LANGUAGES, Texts};
use crate::{error::Failure, views::markdown};

/// The kinds of mails; each has a template for HTML and one for text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// A link to set a password.
    Account,
    /// What happened to minutes.
    Lot,
    /// Something to know at once.
    Notice,
    /// An approval that is asked for, was recorded, or is disputed.
    Approval,
    /// The weekly summary.
    Statement,
}

const SOURCES: [(&str, &str); 11] = [
    ("layout.mjml", include_str!("templates/layout.mjml")),
    ("account.mjml", include_str!("templates/account.mjml")),
    ("account.txt", include_str!("templates/account.txt")),
    ("lot.mjml", include_str!("templates/lot.mjml")),
    ("lot.txt", include_str!("templates/lot.txt")),
    ("notice.mjml", include_str!("templates/notice.mjml")),
    ("notice.txt", include_str!("templates/notice.txt")),
    ("approval.mjml", include_str!("templates/approval.mjml")),
    ("approval.txt", include_str!("templates/approval.txt")),
    ("statement.mjml", include_str!("templates/statement.mjml")),
    ("statement.txt", include_str!("templates/statement.txt")),
];

/// The two bodies of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bodies {
    /// Plain text.
    pub text: String,
    /// HTML.
    pub html: String,
}

/// Fills both templates in. What no HTML can hold becomes a space, whoever wrote it: Markdown makes any character of its
/// number (`&#11;`).
///
/// # Errors
/// A template that cannot be filled in or read: a fault of ours.
pub fn render(template: Template, texts: &'static Texts, values: &impl Serialize) -> Result<Bodies, Failure> {
    let environment = environment(texts)?;
    let (mjml, text) = match template {
        Template::Account => ("account.mjml", "account.txt"),
        Template::Lot => ("lot.mjml", "lot.txt"),
        Template::Notice => ("notice.mjml", "notice.txt"),
        Template::Approval => ("approval.mjml", "approval.txt"),
        Template::Statement => ("statement.mjml", "statement.txt"),
    };
    let values = Value::from(Serde(values));
    let fill = |name: &str| -> Result<String, Error> {
        let filled = environment.get_template(name)?.render(values.clone())?;
        Ok(filled.replace(|character| !is_writable(character), " "))
    };
    let mjml = fill(mjml).map_err(Failure::internal)?;
    let text = fill(text).map_err(Failure::internal)?;
    let parsed = mrml::parse(mjml).map_err(Failure::internal)?;
    let html = parsed
        .element
        .render(&mrml::prelude::render::RenderOptions::default())
        .map_err(Failure::internal)?;
    Ok(Bodies { text, html })
}

/// The templates with the texts of one language.
fn environment(texts: &'static Texts) -> Result<&'static Environment<'static>, Failure> {
    static ALL: OnceLock<Result<Vec<Environment<'static>>, String>> = OnceLock::new();
    let made = ALL.get_or_init(|| {
        let all = LANGUAGES.iter().map(|language| make(Texts::of(language)));
        all.collect::<Result<_, Error>>().map_err(|error| error.to_string())
    });
    let all = made.as_ref().map_err(Failure::internal)?;
    let place = LANGUAGES
        .iter()
        .position(|language| *language == texts.language)
        .unwrap_or(0);
    all.get(place)
        .ok_or_else(|| Failure::internal("a language without templates"))
}

fn make(texts: &'static Texts) -> Result<Environment<'static>, Error> {
    let mut environment = with_texts(texts);
    environment.add_filter("markdown", |text: String| {
        Value::from_safe_string(markdown::html(&text))
    });
    for (name, source) in SOURCES {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

/// An environment without templates, in which `t(key, name=value)` is a text of one language. Everything but plain text
/// is escaped.
pub(crate) fn with_texts(texts: &'static Texts) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|name| match name.rsplit_once('.') {
        Some((_, "txt")) => AutoEscape::None,
        _ => AutoEscape::Html,
    });
    environment.add_global("language", texts.language);
    environment.add_function("t", move |key: String, values: Kwargs| -> Result<String, Error> {
        let names: Vec<String> = values.args().map(str::to_owned).collect();
        let mut given = Vec::with_capacity(names.len());
        for name in &names {
            given.push((name.as_str(), values.get::<String>(name)?));
        }
        let given: Vec<(&str, &str)> = given.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Ok(texts.get(&key, &given))
    });
    environment
}
