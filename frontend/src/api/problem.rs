//! Why a request did not succeed, as a screen shows it.

use daypack_api_types::Problem;

use crate::{
    format::minutes,
    i18n::{language, t, text},
};

/// A refusal of the server (its problem document), or the reason why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiProblem(Problem);

/// The code of a problem that the page itself found: no connection, or no answer in time.
const OFFLINE: &str = "offline";
const UNREADABLE: &str = "unreadable";

impl ApiProblem {
    /// The server could not be reached, or did not answer in time.
    pub fn offline() -> Self {
        Self::own(0, OFFLINE, String::new(), None)
    }

    /// The answer is not what the page understands: most of all another version of the server.
    pub fn unreadable(detail: String, request_id: Option<String>) -> Self {
        Self::own(0, UNREADABLE, detail, request_id)
    }

    /// Some fields cannot be sent as they are: `(name of the field, code)`.
    pub fn fields(errors: &[(&str, &str)]) -> Self {
        let mut problem = Self::own(422, "invalid", String::new(), None);
        problem.0.errors = errors
            .iter()
            .map(|(name, code)| daypack_api_types::ProblemField {
                pointer: format!("/{name}"),
                code: (*code).to_owned(),
                detail: String::new(),
            })
            .collect();
        problem
    }

    /// Reads a problem document; an answer without one, as from a proxy in between, is named by its status.
    pub fn from_answer(status: u16, body: &str, request_id: Option<String>) -> Self {
        match super::json::read::<Problem>(body) {
            Ok(problem) => Self(problem),
            Err(_) => {
                let code = match status {
                    401 => "unauthenticated",
                    403 => "forbidden",
                    404 => "not_found",
                    413 => "too_large",
                    429 => "rate_limited",
                    502..=504 => "unavailable",
                    _ => "unexpected",
                };
                Self::own(status, code, String::new(), request_id)
            }
        }
    }

    fn own(status: u16, code: &str, detail: String, request_id: Option<String>) -> Self {
        Self(Problem {
            type_uri: "about:blank".to_owned(),
            title: String::new(),
            status,
            detail,
            code: code.to_owned(),
            request_id: request_id.unwrap_or_default(),
            errors: Vec::new(),
            shortfall_minutes: None,
            covering_order: None,
        })
    }

    /// The HTTP status; 0 when there was no answer that can be understood.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// The stable code.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// Nobody knows whether the server did it: the same request may be sent again.
    pub fn is_unanswered(&self) -> bool {
        self.0.status == 0 || self.0.status >= 500
    }

    /// One sentence for the person: what happened, in words of the page where it has them, else of the server, which
    /// speaks English.
    pub fn sentence(&self) -> String {
        if let Some(refused) = text(&["refused.", &self.0.code].concat()) {
            let missing = self.0.shortfall_minutes.map(minutes).unwrap_or_default();
            return refused.replace("{time}", &missing);
        }
        let own = || text(&format!("problem.{}", self.0.code));
        let server = || Some(self.0.detail.clone()).filter(|detail| !detail.is_empty() && self.0.status != 0);
        let found = match self.is_unanswered() || self.0.status == 429 {
            true => own(),
            false if language() == "en" => server().or_else(own),
            false => own().or_else(server),
        };
        found.unwrap_or_else(|| t("problem.unexpected"))
    }

    /// The number of the request, to give to whoever runs the server; only where the problem is unexpected.
    pub fn request_id(&self) -> Option<&str> {
        let known = self.0.status >= 400 && self.0.status < 500;
        Some(self.0.request_id.as_str()).filter(|id| !id.is_empty() && !known)
    }

    /// What is wrong with a field, by its name (`title`, `impact/people`), or with one of the values in it.
    pub fn field(&self, name: &str) -> Option<String> {
        let error = self.0.errors.iter().find(|error| is_about(&error.pointer, name))?;
        Some(field_sentence(error))
    }

    /// What is wrong with fields that are not among these names, and so must be said above the form.
    pub fn other_fields(&self, names: &[&str]) -> Vec<String> {
        let known = |pointer: &str| names.iter().any(|name| is_about(pointer, name));
        self.0
            .errors
            .iter()
            .filter(|error| !known(&error.pointer))
            .map(field_sentence)
            .collect()
    }

    /// Forgets what was wrong with a field, as it is being written anew.
    pub fn forget(&mut self, name: &str) {
        self.0.errors.retain(|error| !is_about(&error.pointer, name));
    }

    /// Whether the problem is with fields.
    pub fn has_fields(&self) -> bool {
        !self.0.errors.is_empty()
    }
}

/// Whether a pointer leads to this field, or to a value of its list: `/days/1` is about `days`.
fn is_about(pointer: &str, name: &str) -> bool {
    let rest = pointer.strip_prefix('/').and_then(|path| path.strip_prefix(name));
    rest.is_some_and(|rest| {
        let position = rest.strip_prefix('/').unwrap_or_default();
        rest.is_empty() || !position.is_empty() && position.bytes().all(|digit| digit.is_ascii_digit())
    })
}

/// In words of the page where the reader's language is not the server's, or where the page found it itself.
fn field_sentence(error: &daypack_api_types::ProblemField) -> String {
    let own = || text(&format!("field.{}", error.code));
    let server = || Some(error.detail.clone()).filter(|detail| !detail.is_empty());
    let found = match language() {
        "en" => server().or_else(own),
        _ => own().or_else(server),
    };
    found.unwrap_or_else(|| t("field.invalid"))
}

#[cfg(test)]
mod tests {
    use super::{ApiProblem, is_about};

    #[test]
    fn a_problem_document_gives_its_fields_by_name() {
        let body = r#"{"type":"about:blank","title":"Invalid","status":422,"detail":"Two fields","code":"invalid",
            "request_id":"r-1","errors":[{"pointer":"/title","code":"too_short","detail":"Say a little more."},
            {"pointer":"/impact/people","code":"range","detail":"More than nobody."}]}"#;
        let problem = ApiProblem::from_answer(422, body, None);
        assert_eq!(problem.field("title").as_deref(), Some("Say a little more."));
        assert_eq!(problem.field("impact/people").as_deref(), Some("More than nobody."));
        assert_eq!(problem.field("description"), None);
        assert_eq!(problem.field("impact"), None);
        assert_eq!(problem.other_fields(&["title"]), ["More than nobody."]);
        assert_eq!(problem.request_id(), None);
        let mut rest = problem;
        rest.forget("title");
        assert_eq!((rest.field("title"), rest.has_fields()), (None, true));
        rest.forget("impact/people");
        assert!(!rest.has_fields());
    }

    #[test]
    fn a_value_of_a_list_belongs_to_its_field() {
        assert!(is_about("/days", "days") && is_about("/days/12", "days"));
        for other in ["/days/", "/days/one", "/days_before", "/day", "days"] {
            assert!(!is_about(other, "days"), "{other}");
        }
    }

    #[test]
    fn an_answer_without_a_document_is_named_by_its_status() {
        let problem = ApiProblem::from_answer(502, "<html>bad gateway</html>", Some("r-2".to_owned()));
        assert_eq!((problem.code(), problem.request_id()), ("unavailable", Some("r-2")));
        assert!(problem.is_unanswered());
        assert!(!ApiProblem::from_answer(404, "", None).is_unanswered());
    }
}
