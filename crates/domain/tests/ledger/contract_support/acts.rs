//! What happens in a random history of a contract, and what was agreed before it.

use crate::ledger_support::paper::Terms;
use proptest::prelude::*;
use std::ops::Range;

/// East and west of UTC, on both halves of the globe, at both ends of the date line.
pub const ZONES: [&str; 7] = [
    "Europe/Madrid",
    "America/Mexico_City",
    "Pacific/Auckland",
    "America/Santiago",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "UTC",
];

#[derive(Debug, Clone)]
pub enum Act {
    Wait {
        minutes: i64,
    },
    Place {
        packs: i64,
        months: u32,
        extension: Option<u32>,
    },
    Pay {
        order: usize,
        reference: u8,
    },
    Activate {
        order: usize,
        on_credit: bool,
    },
    Cancel {
        order: usize,
    },
    BounceOrder {
        order: usize,
    },
    Gift {
        minutes: i64,
        days: u64,
        limited: bool,
    },
    LimitLot {
        lot: usize,
        limited: bool,
    },
    Extend {
        lot: usize,
    },
    Refund {
        lot: usize,
        minutes: i64,
    },
    Adjust {
        lot: usize,
        minutes: i64,
        up: bool,
    },
    Void {
        lot: usize,
    },
    Move {
        zone: usize,
    },
    Limit {
        minutes: i64,
    },
    Approve {
        ticket: u128,
        steps: i64,
        further: bool,
        fixed: bool,
    },
    NotMe {
        ticket: u128,
        yes: usize,
    },
    Emergency {
        ticket: u128,
    },
    Severity {
        ticket: u128,
        lower: bool,
    },
    Uphold {
        ticket: u128,
    },
    Log {
        ticket: u128,
        minutes: i64,
    },
    TakeBack {
        entry: usize,
    },
    Warranty {
        ticket: u128,
    },
    StopWaiting {
        ticket: u128,
    },
    Finish {
        ticket: u128,
    },
    Reopen {
        ticket: u128,
    },
}

/// The usual terms, and others.
pub fn terms() -> impl Strategy<Value = Terms> {
    let increment = prop::sample::select(vec![15, 15, 15, 1, 5, 10, 30, 60, 60]);
    let minimum = prop::sample::select(vec![15, 15, 15, 0, 1, 20, 45]);
    let free = prop::sample::select(vec![30, 30, 0, 10]);
    let emergency = prop::sample::select(vec![120, 120, 30, 50, 100, 300]);
    (increment, minimum, free, emergency).prop_map(|(increment, minimum, free, emergency)| Terms {
        increment,
        minimum,
        free,
        emergency,
    })
}

/// Acts of all kinds, or mostly of work for a client who has minutes.
pub fn history(length: Range<usize>) -> impl Strategy<Value = Vec<Act>> {
    let lots = (100..900i64, 2..60u64, any::<bool>());
    let lots = lots.prop_map(|(minutes, days, limited)| Act::Gift { minutes, days, limited });
    let begun = (prop::collection::vec(lots, 1..4), 0..400i64).prop_map(|(mut lots, minutes)| {
        lots.push(Act::Limit { minutes });
        lots
    });
    let parts = prop_oneof![
        30 => work().prop_map(|act| vec![act]),
        1 => disputed_emergency(),
        1 => late_time(),
    ];
    prop_oneof![
        prop::collection::vec(act(), length.clone()),
        (begun, prop::collection::vec(parts, length)).prop_map(|(begun, parts)| [begun, parts.concat()].concat()),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => waiting(60_000),
        3 => waiting(3_000),
        23 => about_lots(),
        27 => about_tickets(),
    ]
}

fn work() -> impl Strategy<Value = Act> {
    prop_oneof![
        1 => waiting(30_000),
        2 => waiting(3_000),
        4 => about_lots(),
        3 => limit_lot(),
        40 => about_tickets(),
    ]
}

/// Most of what goes before and after an emergency that was none, in its order.
fn disputed_emergency() -> impl Strategy<Value = Vec<Act>> {
    let numbers = (1..4u128, prop::collection::vec(1..100i64, 5), 1..6i64);
    let which = prop::collection::vec(prop::bool::weighted(0.8), 9);
    (numbers, which, any::<bool>()).prop_map(|((ticket, minutes, steps), which, fixed)| {
        let log = |place: usize| Act::Log {
            ticket,
            minutes: minutes[place],
        };
        let more = Act::Approve {
            ticket,
            steps,
            further: true,
            fixed,
        };
        let begun = [Act::Emergency { ticket }, log(0), log(1), more.clone(), log(2), log(3)];
        let after = [Act::Uphold { ticket }, more, log(4)];
        some([begun.as_slice(), after.as_slice()].concat(), &which)
    })
}

/// Most of what goes before and after time that is logged when what was held has gone back.
fn late_time() -> impl Strategy<Value = Vec<Act>> {
    let numbers = (1..4u128, prop::collection::vec(1..100i64, 3), 1..12i64, any::<usize>());
    let which = prop::collection::vec(prop::bool::weighted(0.8), 6);
    (numbers, which, any::<bool>()).prop_map(|((ticket, minutes, steps, lot), which, limited)| {
        let log = |place: usize| Act::Log {
            ticket,
            minutes: minutes[place],
        };
        let approve = Act::Approve {
            ticket,
            steps,
            further: true,
            fixed: false,
        };
        let (limit, finish) = (Act::LimitLot { lot, limited }, Act::Finish { ticket });
        some(vec![approve, log(0), finish, limit, log(1), log(2)], &which)
    })
}

fn some(acts: Vec<Act>, which: &[bool]) -> Vec<Act> {
    let chosen = acts.into_iter().zip(which).filter(|(_, chosen)| **chosen);
    chosen.map(|(act, _)| act).collect()
}

fn waiting(most: i64) -> impl Strategy<Value = Act> {
    (0..most).prop_map(|minutes| Act::Wait { minutes })
}

fn about_lots() -> impl Strategy<Value = Act> {
    let which = any::<usize>();
    let extension = prop_oneof![Just(None), (1..4u32).prop_map(Some)];
    prop_oneof![
        3 => (1..4i64, 1..4u32, extension)
            .prop_map(|(packs, months, extension)| Act::Place { packs, months, extension }),
        3 => (which, 0..3u8).prop_map(|(order, reference)| Act::Pay { order, reference }),
        6 => (which, prop::bool::weighted(0.5)).prop_map(|(order, on_credit)| Act::Activate { order, on_credit }),
        1 => which.prop_map(|order| Act::Cancel { order }),
        1 => which.prop_map(|order| Act::BounceOrder { order }),
        2 => (1..200i64, 0..40u64, prop::bool::weighted(0.4))
            .prop_map(|(minutes, days, limited)| Act::Gift { minutes, days, limited }),
        2 => limit_lot(),
        2 => which.prop_map(|lot| Act::Extend { lot }),
        2 => (which, 1..150i64).prop_map(|(lot, minutes)| Act::Refund { lot, minutes }),
        1 => (which, 1..100i64, any::<bool>()).prop_map(|(lot, minutes, up)| Act::Adjust { lot, minutes, up }),
        1 => which.prop_map(|lot| Act::Void { lot }),
        1 => (0..ZONES.len()).prop_map(|zone| Act::Move { zone }),
        1 => (0..200i64).prop_map(|minutes| Act::Limit { minutes }),
    ]
}

fn limit_lot() -> impl Strategy<Value = Act> {
    (any::<usize>(), any::<bool>()).prop_map(|(lot, limited)| Act::LimitLot { lot, limited })
}

fn about_tickets() -> impl Strategy<Value = Act> {
    let (which, tickets) = (any::<usize>(), || 1..4u128);
    prop_oneof![
        7 => (tickets(), 1..20i64, prop::bool::weighted(0.6), prop::bool::weighted(0.3))
            .prop_map(|(ticket, steps, further, fixed)| Act::Approve { ticket, steps, further, fixed }),
        2 => (tickets(), which).prop_map(|(ticket, yes)| Act::NotMe { ticket, yes }),
        4 => tickets().prop_map(|ticket| Act::Emergency { ticket }),
        2 => (tickets(), prop::bool::weighted(0.6)).prop_map(|(ticket, lower)| Act::Severity { ticket, lower }),
        2 => tickets().prop_map(|ticket| Act::Uphold { ticket }),
        9 => (tickets(), 1..140i64).prop_map(|(ticket, minutes)| Act::Log { ticket, minutes }),
        4 => which.prop_map(|entry| Act::TakeBack { entry }),
        1 => tickets().prop_map(|ticket| Act::Warranty { ticket }),
        2 => tickets().prop_map(|ticket| Act::StopWaiting { ticket }),
        2 => tickets().prop_map(|ticket| Act::Finish { ticket }),
        1 => tickets().prop_map(|ticket| Act::Reopen { ticket }),
    ]
}
