//! What was agreed with a client for all tickets, on paper.

/// How time is billed, and what an emergency may take.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    pub increment: i64,
    pub minimum: i64,
    pub free: i64,
    /// N of the emergency clause.
    pub emergency: i64,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            increment: 15,
            minimum: 15,
            free: 30,
            emergency: 120,
        }
    }
}

impl Terms {
    /// What a ticket bills for minutes worked: those beyond the free ones in whole steps, and no less than the minimum;
    /// never more than was agreed while the work itself fits that.
    pub fn billed_for(&self, worked: i64, agreed: i64) -> i64 {
        let beyond_free = worked - self.free;
        if beyond_free <= 0 {
            return 0;
        }
        let mut billed = 0;
        while billed < beyond_free {
            billed += self.increment;
        }
        if billed < self.minimum {
            billed = self.minimum;
        }
        if beyond_free <= agreed {
            billed.min(agreed)
        } else {
            billed
        }
    }
}
