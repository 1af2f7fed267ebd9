//! From minutes worked to minutes billed (section 3, "Rounding").

/// How the time of a ticket is billed: snapshotted at its first approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounding {
    /// Billed minutes are a multiple of this.
    pub increment_minutes: i64,
    /// A ticket with billable work at all bills at least this.
    pub minimum_minutes: i64,
    /// Worked minutes that are not billed: the plan's allowance for estimating and diagnosis, per ticket.
    pub free_minutes: i64,
}

impl Default for Rounding {
    fn default() -> Self {
        Self {
            increment_minutes: 15,
            minimum_minutes: 15,
            free_minutes: 30,
        }
    }
}

impl Rounding {
    /// What a ticket bills in all for the minutes worked on it. `approved_minutes` is what was ever agreed for it
    /// (used and held, and what the emergency clause allows): work that fits it is not refused for rounding, it
    /// bills what was agreed.
    #[must_use]
    pub fn billed_minutes(&self, worked_minutes: i64, approved_minutes: i64) -> i64 {
        let net = worked_minutes - self.free_minutes.max(0);
        if net <= 0 {
            return 0;
        }
        let increment = self.increment_minutes.max(1);
        let steps = (net + increment - 1) / increment;
        let rounded = (steps * increment).max(self.minimum_minutes);
        if rounded > approved_minutes && net <= approved_minutes {
            approved_minutes
        } else {
            rounded
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Rounding = Rounding {
        increment_minutes: 15,
        minimum_minutes: 15,
        free_minutes: 0,
    };
    const PLENTY: i64 = 10_000;

    /// What each entry adds to what the ticket bills.
    fn entries(rule: Rounding, worked_minutes: &[i64], approved_minutes: i64) -> Vec<i64> {
        let (mut worked, mut billed) = (0, 0);
        let mut bills = |minutes: &i64| {
            worked += minutes;
            let more = (rule.billed_minutes(worked, approved_minutes) - billed).max(0);
            billed += more;
            more
        };
        worked_minutes.iter().map(&mut bills).collect()
    }

    #[test]
    fn a_ticket_is_rounded_as_a_whole_and_not_entry_by_entry() {
        let table: &[(&[i64], &[i64])] = &[
            (&[1], &[15]),
            (&[15], &[15]),
            (&[16], &[30]),
            (&[5, 5, 5], &[15, 0, 0]),
            (&[10, 10, 10], &[15, 15, 0]),
            (&[0, 20], &[0, 30]),
        ];
        for (worked, billed) in table {
            assert_eq!(entries(PLAIN, worked, PLENTY), *billed, "{worked:?}");
        }
    }

    #[test]
    fn free_minutes_are_for_the_whole_ticket() {
        let rule = Rounding::default();
        assert_eq!(entries(rule, &[20, 10, 1, 14, 1], PLENTY), [0, 0, 15, 0, 15]);
    }

    #[test]
    fn the_minimum_counts_once_there_is_something_to_bill() {
        let rule = Rounding {
            minimum_minutes: 60,
            ..PLAIN
        };
        assert_eq!(entries(rule, &[0, 5, 50, 10], PLENTY), [0, 60, 0, 15]);
    }

    #[test]
    fn work_that_fits_what_was_agreed_bills_what_was_agreed() {
        assert_eq!(entries(PLAIN, &[60, 37], 100), [60, 40]);
        assert_eq!(PLAIN.billed_minutes(100, 100), 100, "exactly fitting");
        assert_eq!(
            PLAIN.billed_minutes(101, 100),
            105,
            "beyond: refused by the holds with a shortfall of 5"
        );
        assert_eq!(PLAIN.billed_minutes(5, 10), 10, "less agreed than the minimum");
    }

    #[test]
    fn minutes_one_by_one_bill_what_they_bill_together() {
        let one_by_one: i64 = entries(PLAIN, &[1; 100], PLENTY).iter().sum();
        assert_eq!(one_by_one, PLAIN.billed_minutes(100, PLENTY));
    }
}
