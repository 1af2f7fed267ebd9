//! Terms and conditions: which version a client is asked to accept (section 2).

use crate::problem::Refusal;
use crate::time::Instant;

/// A version of the terms, without its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermsVersion {
    /// Counts up from 1; the greatest is the current one.
    pub version: i64,
    /// Whether clients with a running contract are asked to accept it.
    pub requires_acceptance: bool,
    /// When it was published.
    pub published_at: Instant,
}

/// The version that a client is asked to accept now: the current one, when it or one before it requires so and is
/// newer than what was accepted last. Whoever has accepted nothing yet is asked about what came after `since`, when
/// the client was set up: what was there before is accepted with the first order.
#[must_use]
pub fn asked(versions: &[TermsVersion], accepted: Option<i64>, since: Instant) -> Option<i64> {
    let is_new = |terms: &&TermsVersion| match accepted {
        Some(accepted) => terms.version > accepted,
        None => terms.published_at > since,
    };
    versions
        .iter()
        .filter(is_new)
        .any(|terms| terms.requires_acceptance)
        .then(|| versions.iter().map(|terms| terms.version).max())
        .flatten()
}

/// Checks that somebody accepts what is current.
///
/// # Errors
/// `invalid` with `terms_out_of_date` at `pointer` when the version is another one.
pub fn check_current(pointer: &str, accepted: i64, current: i64) -> Result<(), Refusal> {
    if accepted == current {
        return Ok(());
    }
    let detail = format!("the current terms are version {current}; read and accept those");
    Err(Refusal::field(pointer, "terms_out_of_date", detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeDelta, TimeZone, Utc};

    fn day(day: i64) -> Instant {
        Utc.with_ymd_and_hms(2026, 3, 1, 0, 0, 0).unwrap() + TimeDelta::days(day)
    }

    fn history(required: &[bool]) -> Vec<TermsVersion> {
        let version = |(version, required): (i64, &bool)| TermsVersion {
            version,
            requires_acceptance: *required,
            published_at: day(version),
        };
        (1..).zip(required).map(version).collect()
    }

    #[test]
    fn what_is_newer_and_required_is_asked_as_the_current_version() {
        let versions = history(&[false, true, false]);
        assert_eq!(asked(&versions, Some(1), day(0)), Some(3));
        assert_eq!(asked(&versions, Some(2), day(0)), None);
        assert_eq!(asked(&versions, Some(3), day(0)), None);
        assert_eq!(asked(&history(&[false, false]), Some(1), day(0)), None);
        assert_eq!(asked(&[], Some(1), day(0)), None);
    }

    #[test]
    fn a_client_without_any_acceptance_is_asked_about_what_came_later() {
        let versions = history(&[true, true]);
        assert_eq!(asked(&versions, None, day(2)), None);
        assert_eq!(asked(&versions, None, day(1)), Some(2));
        assert_eq!(asked(&versions, None, day(5)), None);
    }

    #[test]
    fn only_the_current_version_can_be_accepted() {
        assert_eq!(check_current("/version", 2, 2), Ok(()));
        for other in [1, 3] {
            let Err(Refusal::Invalid(problems)) = check_current("/version", other, 2) else {
                panic!("accepted")
            };
            assert_eq!(
                (problems[0].pointer.as_str(), problems[0].code),
                ("/version", "terms_out_of_date")
            );
        }
    }
}
