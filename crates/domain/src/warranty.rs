//! Warranty (section 6): the same fault again, within the warranty days, is not deducted.

use crate::problem::Refusal;
use crate::ticket::Kind;
use chrono::NaiveDate;

/// What decides whether a ticket can be under warranty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recurrence {
    /// The kind of the ticket; none before triage.
    pub kind: Option<Kind>,
    /// The day on which it was opened, in the organization's zone.
    pub opened_on: NaiveDate,
    /// The day on which the ticket whose fault came back was closed; none while it is open, or not known to be one.
    pub original_closed_on: Option<NaiveDate>,
    /// Days of warranty after that.
    pub warranty_days: i64,
}

impl Recurrence {
    /// Whether the warranty covers it: corrective, and opened at most so many days after the other one was closed.
    ///
    /// # Errors
    /// `triage_required`, `not_corrective`, `original_not_closed`, `warranty_over`.
    pub fn check(&self) -> Result<(), Refusal> {
        match self.kind {
            None => {
                let detail = "severity, kind and scope must be decided first";
                return Err(Refusal::conflict("triage_required", detail));
            }
            Some(Kind::Corrective) => {}
            Some(_) => {
                let detail = "Only a fault can come back: warranty is for corrective tickets.";
                return Err(Refusal::conflict("not_corrective", detail));
            }
        }
        let Some(closed_on) = self.original_closed_on else {
            let detail = "The ticket whose fault came back is not closed: reopen it instead.";
            return Err(Refusal::conflict("original_not_closed", detail));
        };
        let days = (self.opened_on - closed_on).num_days();
        if days > self.warranty_days {
            let detail = format!(
                "It came back {days} days after the other ticket was closed; the warranty is {} days.",
                self.warranty_days
            );
            return Err(Refusal::conflict("warranty_over", detail));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_of_warranty_counts() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let recurrence = |kind, opened: &str, closed: Option<&str>| {
            let recurrence = Recurrence {
                kind,
                opened_on: date(opened),
                original_closed_on: closed.map(date),
                warranty_days: 30,
            };
            recurrence.check().err().map_or("ok", |refusal| refusal.code())
        };
        let corrective = Some(Kind::Corrective);
        assert_eq!(recurrence(corrective, "2026-03-31", Some("2026-03-01")), "ok");
        assert_eq!(
            recurrence(corrective, "2026-04-01", Some("2026-03-01")),
            "warranty_over"
        );
        assert_eq!(
            recurrence(corrective, "2026-02-27", Some("2026-03-01")),
            "ok",
            "reported while it was confirmed"
        );
        assert_eq!(recurrence(corrective, "2026-03-31", None), "original_not_closed");
        assert_eq!(recurrence(Some(Kind::Adaptive), "2026-03-31", None), "not_corrective");
        assert_eq!(recurrence(None, "2026-03-31", None), "triage_required");
    }
}
