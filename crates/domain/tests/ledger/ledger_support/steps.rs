//! The steps of a random history.

use proptest::prelude::*;

#[derive(Debug, Clone)]
pub enum Step {
    Wait {
        hours: i64,
    },
    ClockBack {
        minutes: i64,
    },
    Grant {
        minutes: i64,
        days: u64,
        limited: bool,
    },
    Credit {
        lot: usize,
        minutes: i64,
    },
    Debit {
        lot: usize,
        minutes: i64,
    },
    Refund {
        lot: usize,
        minutes: i64,
    },
    Void {
        lot: usize,
    },
    Bounce {
        lot: usize,
    },
    Extend {
        lot: usize,
        days: u64,
    },
    ChangeZone {
        hours_ahead: i64,
    },
    Limit {
        minutes: i64,
    },
    Approve {
        ticket: u128,
        minutes: i64,
        further: bool,
        shown: Shown,
    },
    HoldUpTo {
        ticket: u128,
        minutes: i64,
    },
    Work {
        ticket: u128,
        minutes: i64,
        borrow: i64,
    },
    Fixed {
        ticket: u128,
    },
    Release {
        ticket: u128,
    },
    ReleaseEnded {
        ticket: u128,
    },
    Reverse {
        entry: usize,
        minutes: i64,
        open: bool,
    },
    Settle,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shown {
    Nothing,
    Now,
    SomethingElse,
}

pub fn step() -> impl Strategy<Value = Step> {
    let shown = prop_oneof![Just(Shown::Nothing), Just(Shown::Now), Just(Shown::SomethingElse)];
    let (lot, tickets) = (any::<usize>(), 1..5u128);
    prop_oneof![
        4 => (0..200i64).prop_map(|hours| Step::Wait { hours }),
        1 => (1..60i64).prop_map(|minutes| Step::ClockBack { minutes }),
        3 => (1..900i64, 0..40u64, prop::bool::weighted(0.3))
            .prop_map(|(minutes, days, limited)| Step::Grant { minutes, days, limited }),
        1 => (lot, 1..200i64).prop_map(|(lot, minutes)| Step::Credit { lot, minutes }),
        1 => (lot, 1..200i64).prop_map(|(lot, minutes)| Step::Debit { lot, minutes }),
        1 => (lot, 1..200i64).prop_map(|(lot, minutes)| Step::Refund { lot, minutes }),
        1 => lot.prop_map(|lot| Step::Void { lot }),
        1 => lot.prop_map(|lot| Step::Bounce { lot }),
        1 => (lot, 1..30u64).prop_map(|(lot, days)| Step::Extend { lot, days }),
        1 => (-12..14i64).prop_map(|hours_ahead| Step::ChangeZone { hours_ahead }),
        1 => (0..300i64).prop_map(|minutes| Step::Limit { minutes }),
        6 => (tickets.clone(), 1..700i64, any::<bool>(), shown)
            .prop_map(|(ticket, minutes, further, shown)| Step::Approve { ticket, minutes, further, shown }),
        2 => (tickets.clone(), 1..300i64).prop_map(|(ticket, minutes)| Step::HoldUpTo { ticket, minutes }),
        8 => (tickets.clone(), 1..250i64, prop_oneof![Just(0), 0..300i64])
            .prop_map(|(ticket, minutes, borrow)| Step::Work { ticket, minutes, borrow }),
        1 => tickets.clone().prop_map(|ticket| Step::Fixed { ticket }),
        2 => tickets.clone().prop_map(|ticket| Step::Release { ticket }),
        1 => tickets.prop_map(|ticket| Step::ReleaseEnded { ticket }),
        5 => (any::<usize>(), 1..250i64, any::<bool>())
            .prop_map(|(entry, minutes, open)| Step::Reverse { entry, minutes, open }),
        1 => Just(Step::Settle),
    ]
}
