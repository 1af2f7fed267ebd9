//! The dates of lots that are easily wrong (section 2), each from the activation to the last usable microsecond: the
//! last days of months, leap days, zones east and west of UTC, nights when clocks change, an organization that moves,
//! an expiry on a Sunday. All instants are written out, none is computed by what is tested.

use crate::ledger_support::{Bank, date, id, stamp};
use chrono::{Datelike, NaiveDateTime, TimeDelta, Weekday};
use daypack_domain::Instant;
use daypack_domain::ids::{LotId, OrderId, OrganizationId, UserId};
use daypack_domain::ledger::{MovementKind, balance_as_of};
use daypack_domain::lot::Lot;
use daypack_domain::money::Currency;
use daypack_domain::order::{CurrentTerms, Order, Placement};
use daypack_domain::plan::shipped;
use daypack_domain::zone::Zone;

/// A microsecond, the finest step of the ledger.
const TICK: TimeDelta = TimeDelta::microseconds(1);

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// One pack, valid for so many months and extensible by so many, activated at this instant in this zone.
fn sold(zone: Zone, activated_at: Instant, validity: u32, extension: Option<u32>) -> Lot {
    let mut plan = shipped(Currency::EUR).remove(0);
    plan.minimum_packs = 1;
    plan.validity_months = validity;
    plan.extension_months = extension;
    let terms = CurrentTerms {
        version: 1,
        hash: "ab".repeat(32),
    };
    let placement = Placement {
        order_id: OrderId(id(1)),
        organization_id: OrganizationId(id(1)),
        placed_by: UserId(id(1)),
        currency: Currency::EUR,
        plan: &plan,
        packs: 1,
        terms_version: 1,
    };
    let order = Order::place(&placement, &terms, activated_at).unwrap();
    Lot::of_order(LotId(id(1)), &order, activated_at, zone.date_at(activated_at)).unwrap()
}

fn granted(zone: Zone, lot: &Lot) -> Bank {
    let mut bank = Bank::default();
    let position = lot.position(lot.ends_at(zone));
    bank.run(|account| account.grant(&stamp(lot.activated_at), position))
        .unwrap();
    bank
}

/// The bank's one lot is usable up to its last microsecond and no longer; its expiry belongs to its last day.
fn ends_exactly(mut bank: Bank, zone: Zone, last_day: &str, end: Instant) {
    assert_eq!(bank.available(end - TICK), 480, "the last microsecond of {last_day}");
    assert_eq!(bank.available(end), 0, "{last_day} is over");
    // Recorded days later, by a job that did not run: the instant is the same.
    bank.run(|account| account.settle(end + TimeDelta::days(9))).unwrap();
    let expiry = bank.ledger.last().unwrap();
    assert_eq!(
        (expiry.kind, expiry.minutes, expiry.effective_at),
        (MovementKind::Expire, 480, end - TICK)
    );
    assert_eq!(zone.date_at(expiry.effective_at), date(last_day));
    let lots: Vec<_> = bank.lots.values().cloned().collect();
    assert_eq!(
        balance_as_of(&bank.ledger, &lots, end - TICK - TICK).available_minutes,
        480
    );
    assert_eq!(balance_as_of(&bank.ledger, &lots, end).available_minutes, 0);
}

struct Case {
    zone: &'static str,
    /// What the clock on the wall shows at the activation, and the instant that it is.
    local: &'static str,
    activated_at: &'static str,
    months: u32,
    last_day: &'static str,
    end: &'static str,
}

const fn case(
    zone: &'static str,
    local: &'static str,
    activated_at: &'static str,
    months: u32,
    last_day: &'static str,
    end: &'static str,
) -> Case {
    Case {
        zone,
        local,
        activated_at,
        months,
        last_day,
        end,
    }
}

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Half an hour before midnight on the 30th and the 31st. West of UTC it is the next month already in UTC: 1
    // December and 3 months would be 1 March.
    case("Europe/Madrid", "2025-11-30T23:30:00", "2025-11-30T22:30:00Z", 3, "2026-02-28", "2026-02-28T23:00:00Z"),
    case("Europe/Madrid", "2026-08-31T23:30:00", "2026-08-31T21:30:00Z", 6, "2027-02-28", "2027-02-28T23:00:00Z"),
    case("America/Mexico_City", "2025-11-30T23:30:00", "2025-12-01T05:30:00Z", 3, "2026-02-28", "2026-03-01T06:00:00Z"),
    case("America/Mexico_City", "2026-08-31T23:30:00", "2026-09-01T05:30:00Z", 6, "2027-02-28", "2027-03-01T06:00:00Z"),
    case("America/Mexico_City", "2026-01-31T23:30:00", "2026-02-01T05:30:00Z", 3, "2026-04-30", "2026-05-01T06:00:00Z"),
    // East of UTC it is the month before in UTC.
    case("Pacific/Auckland", "2026-03-01T00:30:00", "2026-02-28T11:30:00Z", 3, "2026-06-01", "2026-06-01T12:00:00Z"),
    case("Pacific/Auckland", "2026-08-30T23:30:00", "2026-08-30T11:30:00Z", 6, "2027-02-28", "2027-02-28T11:00:00Z"),
    case("Pacific/Kiritimati", "2026-01-31T23:30:00", "2026-01-31T09:30:00Z", 1, "2026-02-28", "2026-02-28T10:00:00Z"),
    // Leap days: kept where they are, reached by clamping, left by counting a year.
    case("Europe/Madrid", "2027-11-30T23:30:00", "2027-11-30T22:30:00Z", 3, "2028-02-29", "2028-02-29T23:00:00Z"),
    case("Europe/Madrid", "2028-02-29T23:30:00", "2028-02-29T22:30:00Z", 12, "2029-02-28", "2029-02-28T23:00:00Z"),
    case("America/Mexico_City", "2027-08-31T23:30:00", "2027-09-01T05:30:00Z", 6, "2028-02-29", "2028-03-01T06:00:00Z"),
    case("Pacific/Auckland", "2028-02-29T23:30:00", "2028-02-29T10:30:00Z", 3, "2028-05-29", "2028-05-29T12:00:00Z"),
    // The last day has 23 hours, the last day has 25, and one begins at 01:00 because midnight is skipped.
    case("Europe/Madrid", "2025-12-29T23:30:00", "2025-12-29T22:30:00Z", 3, "2026-03-29", "2026-03-29T22:00:00Z"),
    case("Europe/Madrid", "2026-07-25T23:30:00", "2026-07-25T21:30:00Z", 3, "2026-10-25", "2026-10-25T23:00:00Z"),
    case("America/Santiago", "2026-06-05T23:30:00", "2026-06-06T03:30:00Z", 3, "2026-09-05", "2026-09-06T04:00:00Z"),
    case("America/Santiago", "2026-06-06T23:30:00", "2026-06-07T03:30:00Z", 3, "2026-09-06", "2026-09-07T03:00:00Z"),
    // Activated within the hour that is there twice: the same date, both times.
    case("Europe/Madrid", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z", 3, "2027-01-25", "2027-01-25T23:00:00Z"),
    case("Europe/Madrid", "2026-10-25T02:30:00", "2026-10-25T01:30:00Z", 3, "2027-01-25", "2027-01-25T23:00:00Z"),
    // Ends on a Sunday, the last day of its week.
    case("Europe/Madrid", "2025-12-01T09:00:00", "2025-12-01T08:00:00Z", 3, "2026-03-01", "2026-03-01T23:00:00Z"),
];

#[test]
fn a_lot_ends_with_the_last_day_that_was_sold() {
    for case in CASES {
        let (zone, activated_at) = (zone(case.zone), at(case.activated_at));
        let wall: NaiveDateTime = case.local.parse().unwrap();
        assert_eq!(zone.local(activated_at), wall, "the table itself: {}", case.zone);
        let lot = sold(zone, activated_at, case.months, None);
        let what = format!("{} {} + {}", case.zone, case.local, case.months);
        assert_eq!(lot.activated_on, wall.date(), "{what}");
        assert_eq!(lot.expires_on, date(case.last_day), "{what}");
        assert_eq!(lot.ends_at(zone), at(case.end), "{what}");
        ends_exactly(granted(zone, &lot), zone, case.last_day, at(case.end));
    }
}

#[test]
fn an_extension_counts_from_the_local_date_of_the_activation() {
    #[rustfmt::skip]
    let table = [
        // Not from the clamped end: 31 August, 6 and 3 months, is 31 May.
        ("Europe/Madrid", "2027-08-31T21:30:00Z", "2028-02-29", "2028-05-31", "2028-05-31T22:00:00Z"),
        // 30 November at 23:30 there, 1 December in UTC.
        ("America/Mexico_City", "2026-12-01T05:30:00Z", "2027-05-30", "2027-08-30", "2027-08-31T06:00:00Z"),
        // 29 February and 9 months.
        ("Pacific/Auckland", "2028-02-29T10:30:00Z", "2028-08-29", "2028-11-29", "2028-11-29T11:00:00Z"),
    ];
    for (name, activated_at, sold_until, until, end) in table {
        let zone = zone(name);
        let mut lot = sold(zone, at(activated_at), 6, Some(3));
        assert_eq!(lot.expires_on, date(sold_until), "{name}");
        let mut bank = granted(zone, &lot);
        // At the last microsecond it can still be extended, a moment later no more.
        let (last, over) = (lot.ends_at(zone) - TICK, lot.ends_at(zone));
        let expires_on = lot.extend(last).unwrap();
        assert_eq!(expires_on, date(until), "{name}");
        let ends_at = zone.end_of(expires_on);
        assert_eq!(ends_at, at(end), "{name}");
        let late = bank.run(|account| account.extend(&stamp(over), lot.id, expires_on, ends_at));
        assert_eq!(late.unwrap_err().code(), "lot_ended", "{name}");
        bank.run(|account| account.extend(&stamp(last), lot.id, expires_on, ends_at))
            .unwrap();
        assert_eq!(lot.original_expires_on, date(sold_until), "{name}");
        ends_exactly(bank, zone, until, at(end));
    }
}

#[test]
fn what_ends_on_a_sunday_belongs_to_the_week_of_that_sunday() {
    let madrid = zone("Europe/Madrid");
    // The second Sunday is also the night when clocks go forward.
    for (activated_at, sunday, monday_begins) in [
        ("2025-12-01T08:00:00Z", "2026-03-01", "2026-03-01T23:00:00Z"),
        ("2025-12-29T22:30:00Z", "2026-03-29", "2026-03-29T22:00:00Z"),
    ] {
        let lot = sold(madrid, at(activated_at), 3, None);
        assert_eq!((lot.expires_on, lot.expires_on.weekday()), (date(sunday), Weekday::Sun));
        let mut bank = granted(madrid, &lot);
        bank.run(|account| account.settle(at(monday_begins) + TimeDelta::hours(8)))
            .unwrap();
        let expiry = bank.ledger.last().unwrap();
        assert_eq!(madrid.date_at(expiry.effective_at).weekday(), Weekday::Sun);
        assert_eq!(expiry.effective_at + TICK, at(monday_begins));
    }
}

#[test]
fn an_organization_that_moves_keeps_its_dates() {
    let (madrid, mexico, auckland) = (
        zone("Europe/Madrid"),
        zone("America/Mexico_City"),
        zone("Pacific/Auckland"),
    );
    // Sold in Madrid through 31 March; its end there would be 22:00 UTC.
    let lot = sold(madrid, at("2025-12-31T22:30:00Z"), 3, None);
    assert_eq!(
        (lot.expires_on, lot.ends_at(madrid)),
        (date("2026-03-31"), at("2026-03-31T22:00:00Z"))
    );

    let mut west = granted(madrid, &lot);
    west.run(|account| account.change_zone(&stamp(at("2026-03-31T21:59:59Z")), |date| mexico.end_of(date)))
        .unwrap();
    assert_eq!(
        west.available(at("2026-03-31T22:00:00Z")),
        480,
        "in Mexico it is still the 31st"
    );
    ends_exactly(west, mexico, "2026-03-31", at("2026-04-01T06:00:00Z"));

    let mut east = granted(madrid, &lot);
    let moved = at("2026-03-31T10:00:00Z");
    east.run(|account| account.change_zone(&stamp(moved), |date| auckland.end_of(date)))
        .unwrap();
    ends_exactly(east, auckland, "2026-03-31", at("2026-03-31T11:00:00Z"));

    // Moved when the day is over there already: it ends now, never in the past that was seen.
    let mut late = granted(madrid, &lot);
    let moved = at("2026-03-31T15:00:00Z");
    late.run(|account| account.change_zone(&stamp(moved), |date| auckland.end_of(date)))
        .unwrap();
    let expiry = late.ledger.last().unwrap();
    assert_eq!((expiry.kind, expiry.effective_at), (MovementKind::Expire, moved));
    let lots: Vec<_> = late.lots.values().cloned().collect();
    assert_eq!(balance_as_of(&late.ledger, &lots, moved - TICK).available_minutes, 480);

    // What has expired stays expired, also where the day is not over yet.
    let mut expired = granted(madrid, &lot);
    let after = at("2026-03-31T22:30:00Z");
    expired.run(|account| account.settle(after)).unwrap();
    expired
        .run(|account| account.change_zone(&stamp(after), |date| mexico.end_of(date)))
        .unwrap();
    assert_eq!(expired.available(after), 0);
    assert_eq!(
        expired.ledger.last().unwrap().effective_at,
        at("2026-03-31T21:59:59.999999Z")
    );
}
