//! What happens in a random history of a contract.

use proptest::prelude::*;

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
    Emergency {
        ticket: u128,
    },
    Log {
        ticket: u128,
        minutes: i64,
    },
    TakeBack {
        entry: usize,
    },
    Finish {
        ticket: u128,
    },
    Reopen {
        ticket: u128,
    },
}

pub fn act() -> impl Strategy<Value = Act> {
    let (which, tickets) = (any::<usize>(), 1..4u128);
    let extension = prop_oneof![Just(None), (1..4u32).prop_map(Some)];
    prop_oneof![
        4 => (0..3_000i64).prop_map(|minutes| Act::Wait { minutes }),
        2 => (0..60_000i64).prop_map(|minutes| Act::Wait { minutes }),
        3 => (1..4i64, 1..4u32, extension)
            .prop_map(|(packs, months, extension)| Act::Place { packs, months, extension }),
        3 => (which, 0..3u8).prop_map(|(order, reference)| Act::Pay { order, reference }),
        6 => (which, prop::bool::weighted(0.5)).prop_map(|(order, on_credit)| Act::Activate { order, on_credit }),
        1 => which.prop_map(|order| Act::Cancel { order }),
        1 => which.prop_map(|order| Act::BounceOrder { order }),
        1 => (1..200i64, 0..40u64).prop_map(|(minutes, days)| Act::Gift { minutes, days }),
        2 => which.prop_map(|lot| Act::Extend { lot }),
        2 => (which, 1..150i64).prop_map(|(lot, minutes)| Act::Refund { lot, minutes }),
        1 => (which, 1..100i64, any::<bool>()).prop_map(|(lot, minutes, up)| Act::Adjust { lot, minutes, up }),
        1 => which.prop_map(|lot| Act::Void { lot }),
        1 => (0..ZONES.len()).prop_map(|zone| Act::Move { zone }),
        1 => (0..200i64).prop_map(|minutes| Act::Limit { minutes }),
        6 => (tickets.clone(), 1..20i64, any::<bool>(), prop::bool::weighted(0.3))
            .prop_map(|(ticket, steps, further, fixed)| Act::Approve { ticket, steps, further, fixed }),
        1 => tickets.clone().prop_map(|ticket| Act::Emergency { ticket }),
        9 => (tickets.clone(), 1..140i64).prop_map(|(ticket, minutes)| Act::Log { ticket, minutes }),
        4 => which.prop_map(|entry| Act::TakeBack { entry }),
        2 => tickets.clone().prop_map(|ticket| Act::Finish { ticket }),
        1 => tickets.prop_map(|ticket| Act::Reopen { ticket }),
    ]
}
