//! Standing approvals (section 5): an owner says yes once to every offer within limits, by kind and severity, in minutes
//! for each ticket and for each calendar month.

use crate::problem::{FieldProblem, Refusal};
use crate::ticket::{Kind, Severity};
use chrono::{Datelike, Months, NaiveDate};

/// The longest name, in characters.
pub const NAME_MAX_CHARACTERS: usize = 100;

/// What a standing approval says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingTerms {
    /// What it is called.
    pub name: String,
    /// Only for these kinds of work; for all when empty.
    pub kinds: Vec<Kind>,
    /// Only for these severities; for all when empty.
    pub severities: Vec<Severity>,
    /// Most minutes approved for one ticket in all.
    pub minutes_per_ticket: i64,
    /// Most minutes approved under it in a calendar month. What was approved counts, whether or not it is used.
    pub minutes_per_month: i64,
    /// Whether it also covers what is answered and solved at once, without an estimate.
    pub small_works: bool,
}

/// Minutes that somebody would otherwise have to approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The ticket's kind; none before triage.
    pub kind: Option<Kind>,
    /// The ticket's severity, decided or else suggested.
    pub severity: Option<Severity>,
    /// What would be approved for the ticket in all.
    pub ticket_minutes: i64,
    /// What would be approved more than before.
    pub minutes: i64,
    /// What was approved under this one in the month so far.
    pub month_minutes: i64,
}

impl StandingTerms {
    /// Checks what an owner writes.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with every field that cannot be accepted.
    pub fn validate(&self) -> Result<(), Refusal> {
        let mut problems = Vec::new();
        let name = self.name.trim().chars().count();
        if name == 0 {
            problems.push(FieldProblem::new("/name", "required", "say what it is called"));
        } else if name > NAME_MAX_CHARACTERS {
            let detail = format!("at most {NAME_MAX_CHARACTERS} characters");
            problems.push(FieldProblem::new("/name", "too_long", detail));
        }
        if self.minutes_per_ticket <= 0 {
            let detail = "at least one minute";
            problems.push(FieldProblem::new("/minutes_per_ticket", "too_small", detail));
        }
        if self.minutes_per_month < self.minutes_per_ticket {
            let detail = "a month has room for one ticket at least: not less than minutes_per_ticket";
            problems.push(FieldProblem::new("/minutes_per_month", "too_small", detail));
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Invalid(problems))
        }
    }

    /// Whether it is about tickets of this kind and severity. One that names kinds says nothing about a ticket whose
    /// kind is not decided.
    #[must_use]
    pub fn concerns(&self, kind: Option<Kind>, severity: Option<Severity>) -> bool {
        let kinds = self.kinds.is_empty() || kind.is_some_and(|kind| self.kinds.contains(&kind));
        let severity =
            self.severities.is_empty() || severity.is_some_and(|severity| self.severities.contains(&severity));
        kinds && severity
    }

    /// Whether it covers these minutes whole; never a part of them.
    #[must_use]
    pub fn covers(&self, wanted: &Wanted) -> bool {
        self.concerns(wanted.kind, wanted.severity)
            && wanted.ticket_minutes <= self.minutes_per_ticket
            && wanted.month_minutes.saturating_add(wanted.minutes) <= self.minutes_per_month
    }

    /// The most minutes that one ticket may have under it, when `month_minutes` were approved in the month and
    /// `ticket_minutes` for the ticket.
    #[must_use]
    pub fn most_minutes(&self, ticket_minutes: i64, month_minutes: i64) -> i64 {
        let left = (self.minutes_per_month - month_minutes).max(0);
        self.minutes_per_ticket.min(ticket_minutes.saturating_add(left))
    }
}

/// The first and the last day of the calendar month of a date.
#[must_use]
pub fn month_of(date: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = date.with_day(1).unwrap_or(date);
    let next = first.checked_add_months(Months::new(1));
    (first, next.and_then(|next| next.pred_opt()).unwrap_or(date))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> StandingTerms {
        StandingTerms {
            name: "Small corrections".to_owned(),
            kinds: vec![Kind::Corrective],
            severities: vec![Severity::P2, Severity::P3],
            minutes_per_ticket: 120,
            minutes_per_month: 300,
            small_works: false,
        }
    }

    fn wanted() -> Wanted {
        Wanted {
            kind: Some(Kind::Corrective),
            severity: Some(Severity::P2),
            ticket_minutes: 120,
            minutes: 120,
            month_minutes: 180,
        }
    }

    #[test]
    fn it_covers_up_to_its_limits_and_not_a_minute_more() {
        assert!(terms().covers(&wanted()));
        let beyond = [
            Wanted {
                month_minutes: 181,
                ..wanted()
            },
            Wanted {
                ticket_minutes: 121,
                ..wanted()
            },
            Wanted {
                severity: Some(Severity::P1),
                ..wanted()
            },
            Wanted { kind: None, ..wanted() },
            Wanted {
                month_minutes: i64::MAX,
                ..wanted()
            },
        ];
        for wanted in beyond {
            assert!(!terms().covers(&wanted), "{wanted:?}");
        }
        let all = StandingTerms {
            kinds: Vec::new(),
            severities: Vec::new(),
            ..terms()
        };
        assert!(all.covers(&Wanted {
            kind: None,
            severity: None,
            ..wanted()
        }));
    }

    #[test]
    fn what_is_left_of_the_month_bounds_a_ticket() {
        assert_eq!(terms().most_minutes(0, 0), 120);
        assert_eq!(terms().most_minutes(0, 240), 60);
        assert_eq!(terms().most_minutes(30, 240), 90);
        assert_eq!(terms().most_minutes(0, 999), 0);
    }

    #[test]
    fn a_month_has_its_own_last_day() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(month_of(date("2024-02-29")), (date("2024-02-01"), date("2024-02-29")));
        assert_eq!(month_of(date("2026-12-31")), (date("2026-12-01"), date("2026-12-31")));
    }

    #[test]
    fn what_cannot_be_given_is_named() {
        let wrong = StandingTerms {
            name: " ".to_owned(),
            minutes_per_ticket: 0,
            minutes_per_month: -1,
            ..terms()
        };
        let Err(Refusal::Invalid(problems)) = wrong.validate() else {
            panic!("it is wrong")
        };
        let pointers: Vec<&str> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(pointers, ["/name", "/minutes_per_ticket", "/minutes_per_month"]);
        assert_eq!(terms().validate(), Ok(()));
    }
}
