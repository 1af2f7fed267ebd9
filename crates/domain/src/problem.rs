//! Why something is refused. Domain code does not know HTTP: the server maps these to problem documents.

/// A word that is not in the enumeration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown word")]
pub struct UnknownWord;

/// One field of the input that cannot be accepted, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// JSON pointer into the body, for instance `/title`.
    pub pointer: String,
    /// Stable code such as `too_short` or `required`.
    pub code: &'static str,
    /// One sentence for a person.
    pub detail: String,
}

impl FieldProblem {
    /// A problem with the field at `pointer`.
    pub fn new(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            detail: detail.into(),
        }
    }
}

/// A rule that says no. Nothing has changed when one is returned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Values that cannot be accepted, all of them at once.
    #[error("{}", .0.iter().map(|p| format!("{}: {}", p.pointer, p.detail)).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<FieldProblem>),
    /// Input that cannot be accepted as a whole, with what is wrong in it: a file of many rows.
    #[error("{detail}")]
    Unacceptable {
        /// Stable code such as `import_invalid`.
        code: &'static str,
        /// One sentence for a person.
        detail: String,
        /// What is wrong, all of it.
        problems: Vec<FieldProblem>,
    },
    /// It does not exist, or the actor may not know that it does (section 13): the same answer for both.
    #[error("not found")]
    NotFound,
    /// The actor may see it, but may not do this.
    #[error("{detail}")]
    Forbidden {
        /// Which right is missing.
        detail: String,
    },
    /// The actor may do this, but not so much of it: somebody with a higher limit can.
    #[error("{detail}")]
    OverLimit {
        /// Which limit, and by how much it would be passed.
        detail: String,
    },
    /// The state of things does not allow it now.
    #[error("{detail}")]
    Conflict {
        /// Stable code such as `invalid_transition` or `balance_changed`.
        code: &'static str,
        /// One sentence for a person.
        detail: String,
    },
    /// Minutes are missing (section 3).
    #[error("{detail}")]
    Shortfall {
        /// `insufficient_minutes` or `approved_minutes_exhausted`.
        code: &'static str,
        /// One sentence for a person.
        detail: String,
        /// How many minutes are missing.
        shortfall_minutes: i64,
        /// What would cover them, where buying helps: the code of a plan, and how many packs of it.
        covering: Option<(String, i64)>,
    },
}

impl Refusal {
    /// One field that cannot be accepted.
    pub fn field(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldProblem::new(pointer, code, detail)])
    }

    /// The state of things does not allow it now.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            detail: detail.into(),
        }
    }

    /// Missing minutes, with the plan and the packs that would cover them; any other refusal as it is.
    #[must_use]
    pub fn covered_by(self, order: Option<(String, i64)>) -> Self {
        match self {
            Self::Shortfall {
                code,
                detail,
                shortfall_minutes,
                ..
            } => Self::Shortfall {
                code,
                detail,
                shortfall_minutes,
                covering: order,
            },
            other => other,
        }
    }

    /// The actor may not do this.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::Forbidden { detail: detail.into() }
    }

    /// The stable code, as in the problem document.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::NotFound => "not_found",
            Self::Forbidden { .. } => "forbidden",
            Self::OverLimit { .. } => "limit_exceeded",
            Self::Unacceptable { code, .. } | Self::Conflict { code, .. } | Self::Shortfall { code, .. } => code,
        }
    }
}
