//! `Body<T>`: JSON from a request, bounded, of the right shape, with every value checked at once.

use std::{future::Future, pin::Pin, rc::Rc, time::Duration};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{StatusCode, header},
    web::{Bytes, BytesMut, Data},
};
use daypack_api_types::texts::is_writable;
use daypack_domain::problem::FieldProblem;
use futures_util::StreamExt;
use garde::Validate;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use sha2::{Digest, Sha256};

use super::validation;
use crate::{app::App, problem::Problem};

/// The largest JSON body.
pub const LIMIT_BYTES: usize = 1024 * 1024;

/// How much of a body that is too large is read before the answer, so that a client which writes before it reads
/// still sees the answer instead of a broken connection.
const DRAIN_BYTES: usize = 64 * 1024 * 1024;

/// How long that may take.
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// How long a body may take to arrive. Files have their own way in, and take as long as they need.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// A checked request body.
#[derive(Debug, Clone)]
pub struct Body<T>(pub T);

/// A checked request body that may be left out: then it is `T`'s default. For actions that need to be told nothing.
#[derive(Debug, Clone)]
pub struct OptionalBody<T>(pub T);

/// The hash of the request's body, for idempotency keys.
#[derive(Debug, Clone)]
pub(crate) struct Fingerprint(pub Rc<[u8]>);

impl<T> std::ops::Deref for Body<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + Validate<Context = ()> + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            check_media_type(&request)?;
            Ok(Self(checked(&read_json(&request, payload).await?)?))
        })
    }
}

impl<T: DeserializeOwned + Default + Validate<Context = ()> + 'static> FromRequest for OptionalBody<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let bytes = read_json(&request, payload).await?;
            if bytes.is_empty() {
                return Ok(Self(T::default()));
            }
            check_media_type(&request)?;
            Ok(Self(checked(&bytes)?))
        })
    }
}

/// Reads the whole body and keeps its hash with the request.
async fn read_json(request: &HttpRequest, payload: Payload) -> Result<Bytes, Problem> {
    let bytes = read_bounded(request, payload, LIMIT_BYTES).await?;
    let hash: [u8; 32] = Sha256::digest(&bytes).into();
    request.extensions_mut().insert(Fingerprint(Rc::from(hash.as_slice())));
    Ok(bytes)
}

fn checked<T: DeserializeOwned + Validate<Context = ()>>(bytes: &[u8]) -> Result<T, Problem> {
    if let Some(found) = unwritable(bytes) {
        let detail = format!("Texts cannot hold the character U+{:04X}.", u32::from(found));
        return Err(Problem::field("", "invalid_value", detail));
    }
    let value = parse(bytes)?;
    validation::check(&value)?;
    Ok(value)
}

fn check_media_type(request: &HttpRequest) -> Result<(), Problem> {
    let content_type = request.content_type().trim();
    if content_type.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "Send application/json here.",
    ))
}

/// Reads a body of at most `limit` bytes. A larger one is refused, by its `Content-Length` or by what arrives, and so
/// is one that takes longer than the settings allow.
///
/// # Errors
/// 413 when it is larger, 408 when it takes too long, 400 when the connection breaks.
pub async fn read_bounded(request: &HttpRequest, payload: Payload, limit: usize) -> Result<Bytes, Problem> {
    let allowed = request
        .app_data::<Data<App>>()
        .map_or(BODY_TIMEOUT, |app| app.config.body_timeout);
    match tokio::time::timeout(allowed, read(request, payload, limit)).await {
        Ok(read) => read,
        Err(_) => Err(Problem::body_timeout()),
    }
}

async fn read(request: &HttpRequest, mut payload: Payload, limit: usize) -> Result<Bytes, Problem> {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        drain(&mut payload).await;
        return Err(Problem::too_large(limit));
    }
    let mut bytes = BytesMut::with_capacity(announced.unwrap_or(0));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "incomplete_body",
                "The body ended before it was complete.",
            )
        })?;
        if bytes.len() + chunk.len() > limit {
            drain(&mut payload).await;
            return Err(Problem::too_large(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

async fn drain(payload: &mut Payload) {
    let reading = async {
        let mut read = 0;
        while let Some(Ok(chunk)) = payload.next().await {
            read += chunk.len();
            if read > DRAIN_BYTES {
                return;
            }
        }
    };
    // Who sends slowly is not waited for: the answer goes out either way.
    let _ = tokio::time::timeout(DRAIN_TIME, reading).await;
}

/// The first character in the texts of JSON that no text can hold, escaped or not. (Controls that are not escaped are no
/// JSON.)
fn unwritable(json: &[u8]) -> Option<char> {
    let mut rest = json;
    loop {
        let (character, length) = match rest {
            [] => return None,
            [b'\\', b'b', ..] => (Some('\u{8}'), 2),
            [b'\\', b'f', ..] => (Some('\u{c}'), 2),
            [b'\\', b'u', digits @ ..] => (digits.get(..4).and_then(escaped), 2),
            [b'\\', _, ..] => (None, 2),
            [0xef, 0xbf, 0xbe, ..] => (Some('\u{fffe}'), 3),
            [0xef, 0xbf, 0xbf, ..] => (Some('\u{ffff}'), 3),
            [_, ..] => (None, 1),
        };
        if character.is_some_and(|character| !is_writable(character)) {
            return character;
        }
        rest = &rest[length..];
    }
}

/// The character of these hexadecimal digits; nothing for half a pair, or what are no digits.
fn escaped(digits: &[u8]) -> Option<char> {
    let value = digits.iter().try_fold(0, |value, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some(value * 16 + digit)
    })?;
    char::from_u32(value)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // A list would be read as the fields of an object in their order, which nobody was promised.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        let read: Result<serde_json::Value, _> = serde_json::from_slice(bytes);
        return Err(match read {
            Ok(_) => Problem::field("", "wrong_type", "The body is an object, with its fields by name."),
            Err(error) => shape_problem(String::new(), &error),
        });
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        shape_problem(pointer, error.inner())
    })?;
    deserializer
        .end()
        .map_err(|error| shape_problem(String::new(), &error))?;
    Ok(value)
}

fn shape_problem(pointer: String, error: &serde_json::Error) -> Problem {
    if error.is_syntax() || error.is_eof() {
        return Problem::new(
            StatusCode::BAD_REQUEST,
            "malformed_json",
            format!("The body is not JSON: {error}."),
        );
    }
    // The position is of no use to somebody who has the pointer.
    let message = error.to_string();
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(message, _)| message);
    Problem::invalid(vec![shape_error(pointer, message)])
}

/// Serde's sentence as a field problem. A missing or unknown field is named by the pointer too.
pub(crate) fn shape_error(pointer: String, message: &str) -> FieldProblem {
    let named = || {
        message
            .split('`')
            .nth(1)
            .map(|name| format!("{pointer}/{}", escape(name)))
    };
    if message.starts_with("missing field") {
        return FieldProblem::new(named().unwrap_or(pointer), "required", "This field is required.");
    }
    if message.starts_with("unknown field") {
        // Depending on the type, the path names the object or the field already.
        let name = message.split('`').nth(1).map(escape).unwrap_or_default();
        let pointer = if pointer.ends_with(&format!("/{name}")) {
            pointer
        } else {
            named().unwrap_or(pointer)
        };
        return FieldProblem::new(pointer, "unknown_field", "There is no such field here.");
    }
    if message.starts_with("duplicate field") {
        return FieldProblem::new(
            named().unwrap_or(pointer),
            "duplicate_field",
            "This field is there twice.",
        );
    }
    let code = match message {
        text if text.starts_with("unknown variant") => "unknown_word",
        text if text.starts_with("invalid type") => "wrong_type",
        _ => "invalid_value",
    };
    FieldProblem::new(pointer, code, format!("{message}."))
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escape(key))),
            Segment::Enum { variant } => pointer.push_str(&format!("/{}", escape(variant))),
            Segment::Unknown => {}
        }
    }
    pointer
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape counts")]
    struct Outer {
        lines: Vec<Line>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape counts")]
    struct Line {
        minutes: i64,
    }

    fn error_of(json: &str) -> (u16, Option<(String, String)>) {
        let problem = parse::<Outer>(json.as_bytes()).unwrap_err();
        let error = problem
            .document("")
            .errors
            .into_iter()
            .next()
            .map(|error| (error.pointer, error.code));
        (problem.status().as_u16(), error)
    }

    #[test]
    fn what_no_text_can_hold_is_found_and_nothing_else() {
        let table = [
            (r#"{"a":"x\u0000"}"#, '\0'),
            (r#"{"a":"\\\u0000"}"#, '\0'),
            (r#"{"a":"\n\u000B\u0001"}"#, '\u{b}'),
            (r#"{"a\u001f":7}"#, '\u{1f}'),
            (r#"["\b"]"#, '\u{8}'),
            (r#"["\\\f"]"#, '\u{c}'),
            (r#"["\ufffe"]"#, '\u{fffe}'),
            (r#"["\uFFFF"]"#, '\u{ffff}'),
            ("[\"\u{fffe}\"]", '\u{fffe}'),
            ("[\"a\u{ffff}\"]", '\u{ffff}'),
        ];
        for (json, found) in table {
            assert_eq!(unwritable(json.as_bytes()), Some(found), "{json}");
        }
        let harmless = [
            r#"{"a":"\\u0000 u0000 \u0041 \\b \\\\f"}"#,
            r#"["\n\r\t\u0009\u000a\u000D\/\"\u0020\u007f\u2028"]"#,
            r#"["\ud83d\ude00 \ud800 \u00", "\u{fffd}é"]"#,
            "[\"\u{fffd}\u{fb00}\u{10ffff}😀\"]",
            "\\",
            "\\u",
        ];
        for json in harmless {
            assert_eq!(unwritable(json.as_bytes()), None, "{json}");
        }
    }

    #[test]
    fn a_wrong_shape_is_named_by_its_pointer() {
        let named = |pointer: &str, code: &str| (422, Some((pointer.to_owned(), code.to_owned())));
        assert_eq!(
            error_of(r#"{"lines":[{"minutes":1},{"minutes":"x"}]}"#),
            named("/lines/1/minutes", "wrong_type")
        );
        assert_eq!(error_of(r#"{"lines":[{}]}"#), named("/lines/0/minutes", "required"));
        assert_eq!(error_of(r#"{"lines":[],"a/b":1}"#), named("/a~1b", "unknown_field"));
        assert_eq!(
            error_of(r#"{"lines":[{"minutes":1,"x":1}]}"#),
            named("/lines/0/x", "unknown_field")
        );
        assert_eq!(
            error_of(r#"{"lines":[],"lines":[]}"#),
            named("/lines", "duplicate_field")
        );
        assert_eq!(error_of(r#"{"lines":"#), (400, None));
        assert_eq!(error_of(r#" [[]]"#), named("", "wrong_type"));
        assert_eq!(error_of("7"), named("", "wrong_type"));
        assert_eq!(error_of("[["), (400, None));
        assert_eq!(error_of(""), (400, None));
        assert_eq!(error_of(r#"{"lines":[]} trailing"#), (400, None));
    }
}
