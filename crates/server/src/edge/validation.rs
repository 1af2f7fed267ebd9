//! Values that garde refuses, as field problems with stable codes.

use std::{borrow::Cow, fmt::Display};

use daypack_domain::problem::FieldProblem;
use garde::{
    Path, Validate,
    i18n::{I18n, InvalidCreditCard, InvalidEmail, InvalidPhoneNumber, InvalidUrl, IpKind, with_i18n},
};

use crate::problem::Problem;

/// Checks every rule of a value.
///
/// # Errors
/// All fields that cannot be accepted, at once.
pub fn check<T: Validate<Context = ()>>(value: &T) -> Result<(), Problem> {
    with_i18n(Coded, || value.validate()).map_err(|report| {
        Problem::invalid(
            report
                .iter()
                .map(|(path, error)| field_problem(path, error.message()))
                .collect(),
        )
    })
}

fn field_problem(path: &Path, message: &str) -> FieldProblem {
    // A rule written by hand says its sentence without a code.
    let (code, detail) = CODES
        .iter()
        .find_map(|code| Some((*code, message.strip_prefix(code)?.strip_prefix('|')?)))
        .unwrap_or(("invalid_value", message));
    FieldProblem::new(pointer(&path.to_string()), code, detail)
}

/// garde's `lines[0].minutes` as the pointer `/lines/0/minutes`.
fn pointer(path: &str) -> String {
    path.split(['.', '[', ']'])
        .filter(|part| !part.is_empty())
        .map(|part| format!("/{part}"))
        .collect()
}

const CODES: &[&str] = &[
    "too_short",
    "too_long",
    "too_small",
    "too_large",
    "out_of_range",
    "required",
    "invalid_format",
    "mismatch",
    "control_character",
];

/// Says each of garde's rules as `code|sentence`.
struct Coded;

impl Coded {
    fn format(what: &str) -> Cow<'static, str> {
        format!("invalid_format|This is not {what}.").into()
    }
}

impl I18n for Coded {
    fn length_lower_than(&self, min: usize) -> Cow<'static, str> {
        format!("too_short|At least {min} are needed.").into()
    }

    fn length_greater_than(&self, max: usize) -> Cow<'static, str> {
        format!("too_long|At most {max} are accepted.").into()
    }

    fn range_lower_than(&self, min: &dyn Display) -> Cow<'static, str> {
        format!("too_small|The least is {min}.").into()
    }

    fn range_greater_than(&self, max: &dyn Display) -> Cow<'static, str> {
        format!("too_large|The most is {max}.").into()
    }

    fn credit_card_invalid(&self, _: InvalidCreditCard) -> Cow<'static, str> {
        Self::format("the number of a card")
    }

    fn pattern_no_match(&self, pattern: &dyn Display) -> Cow<'static, str> {
        Self::format(&format!("of the form {pattern}"))
    }

    fn contains_missing(&self, pattern: &dyn Display) -> Cow<'static, str> {
        Self::format(&format!("a text with `{pattern}` in it"))
    }

    fn url_invalid(&self, _: InvalidUrl) -> Cow<'static, str> {
        Self::format("the address of a page")
    }

    fn prefix_missing(&self, pattern: &dyn Display) -> Cow<'static, str> {
        Self::format(&format!("a text that begins with `{pattern}`"))
    }

    fn suffix_missing(&self, pattern: &dyn Display) -> Cow<'static, str> {
        Self::format(&format!("a text that ends in `{pattern}`"))
    }

    fn phone_number_invalid(&self, _: InvalidPhoneNumber) -> Cow<'static, str> {
        Self::format("a telephone number")
    }

    fn ip_invalid(&self, _: IpKind) -> Cow<'static, str> {
        Self::format("an IP address")
    }

    fn matches_field_mismatch(&self, field: &dyn Display) -> Cow<'static, str> {
        format!("mismatch|This differs from `{field}`.").into()
    }

    fn email_invalid(&self, _: InvalidEmail) -> Cow<'static, str> {
        Self::format("a mail address")
    }

    fn ascii_invalid(&self) -> Cow<'static, str> {
        Self::format("plain ASCII")
    }

    fn alphanumeric_invalid(&self) -> Cow<'static, str> {
        Self::format("made of letters and digits alone")
    }

    fn required_not_set(&self) -> Cow<'static, str> {
        "required|This field is required.".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Validate)]
    struct Outer {
        #[garde(length(chars, min = 3, max = 5))]
        title: String,
        #[garde(dive)]
        lines: Vec<Line>,
        #[garde(custom(even))]
        count: i64,
    }

    #[derive(Validate)]
    struct Line {
        #[garde(range(min = 15, max = 100))]
        minutes: i64,
    }

    fn even(count: &i64, (): &()) -> garde::Result {
        if count % 2 == 0 {
            Ok(())
        } else {
            Err(garde::Error::new("an even number is needed"))
        }
    }

    #[test]
    fn all_values_are_named_at_once() {
        let value = Outer {
            title: "ab".to_owned(),
            lines: vec![Line { minutes: 20 }, Line { minutes: 101 }],
            count: 1,
        };
        let document = check(&value).unwrap_err().document("");
        let found: Vec<_> = document
            .errors
            .iter()
            .map(|e| (e.pointer.as_str(), e.code.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("/count", "invalid_value"),
                ("/lines/1/minutes", "too_large"),
                ("/title", "too_short")
            ]
        );
    }
}
