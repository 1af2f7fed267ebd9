//! The rules of section 2 about lots: their dates, extension, void, refund, a bounced payment, another zone.

use super::{PLACED, sold};
use crate::ledger_support::{Bank, at, date, end_of, id, lot, lot_id, stamp, ticket};
use chrono::NaiveDate;
use daypack_domain::Refusal;
use daypack_domain::estimate::Basis::Total;
use daypack_domain::ids::{OrganizationId, UserId};
use daypack_domain::ledger::{Bounced, Stamp, balance_as_of};
use daypack_domain::lot::{GiftedLot, Lot, LotOrigin, LotStatus, months_after, queue_level};
use daypack_domain::money::Currency;
use daypack_domain::ticket::QueueLevel;

#[test]
fn months_are_added_once_and_the_day_clamped_once() {
    let table: &[(&str, u32, &str)] = &[
        ("2025-11-30", 3, "2026-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2025-11-30", 6, "2026-05-30"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-01-15", 3, "2026-04-15"),
        ("2026-12-31", 6, "2027-06-30"),
    ];
    for (from, months, expected) in table {
        assert_eq!(
            months_after(date(from), *months),
            Some(date(expected)),
            "{from} + {months}"
        );
    }
    assert_eq!(months_after(NaiveDate::MAX, 1), None);
}

#[test]
fn an_extension_counts_from_the_activation_and_keeps_the_original_date() {
    let mut lot = sold("flexi", 5, "2026-08-31");
    assert_eq!(lot.expires_on, date("2027-02-28"));
    assert_eq!(lot.extend(at(PLACED)), Ok(date("2027-05-31")), "not 28 May");
    assert_eq!(
        (lot.original_expires_on, lot.extended_at),
        (date("2027-02-28"), Some(at(PLACED)))
    );
    assert_eq!(lot.extend(at(PLACED)).unwrap_err().code(), "already_extended");
    assert_eq!(
        sold("starter", 1, "2026-01-10").extend(at(PLACED)).unwrap_err().code(),
        "extension_not_allowed"
    );
}

#[test]
fn only_a_lot_with_minutes_left_that_has_not_ended_is_extended() {
    let mut bank = Bank::with([lot(1, 100, "2026-02-10"), lot(2, 100, "2026-02-10")]);
    bank.approve(at(PLACED), 1, 1, 100, Total).unwrap();
    bank.work(at(PLACED), 1, 1, 100, 0).unwrap();
    let to = date("2026-05-10");
    let mut extend = |number, now: &str| {
        let now = at(now);
        bank.run(|account| account.extend(&stamp(now), lot_id(number), to, end_of(to, 0)))
    };
    assert_eq!(extend(1, PLACED).unwrap_err().code(), "lot_exhausted");
    assert_eq!(extend(2, "2026-02-11T00:00").unwrap_err().code(), "lot_ended");
    extend(2, "2026-02-10T23:59").unwrap();
    assert_eq!(bank.available(at("2026-05-10T23:59")), 100);
    assert_eq!(bank.available(at("2026-05-11T00:00")), 0);
}

#[test]
fn a_refund_is_rounded_down_and_never_more_than_was_paid() {
    let mut lot = sold("starter", 1, "2026-01-10");
    let table = [
        (480, 50_000),
        (240, 25_000),
        (1, 104),
        (7, 729),
        (0, 0),
        (-5, 0),
        (9_999, 50_000),
    ];
    for (minutes, money) in table {
        assert_eq!(lot.refund_minor(minutes), money, "{minutes} minutes");
    }
    lot.refunded_minor = 49_990;
    assert_eq!(lot.refund_minor(240), 10);
    let gift = Lot {
        price: daypack_domain::money::Money {
            amount_minor: 0,
            ..lot.price
        },
        refunded_minor: 0,
        ..lot
    };
    assert_eq!(gift.refund_minor(480), 0);
}

#[test]
fn adjustments_need_a_reason_and_stay_within_what_is_available() {
    let mut bank = Bank::with([lot(1, 100, "2026-02-10")]);
    let silent = Stamp::by(UserId(id(1)), at(PLACED));
    let blank = silent.clone().because("  ");
    for stamp in [&silent, &blank] {
        assert_eq!(
            bank.run(|a| a.credit(stamp, lot_id(1), 5)).unwrap_err().code(),
            "invalid"
        );
        assert_eq!(bank.run(|a| a.void(stamp, lot_id(1))).unwrap_err().code(), "invalid");
        assert_eq!(bank.run(|a| a.bounce(stamp, lot_id(1))).unwrap_err().code(), "invalid");
    }
    bank.approve(at(PLACED), 1, 1, 60, Total).unwrap();
    let reason = stamp(at(PLACED));
    assert_eq!(
        bank.run(|a| a.debit(&reason, lot_id(1), 41)).unwrap_err().code(),
        "insufficient_minutes"
    );
    assert_eq!(
        bank.run(|a| a.refund(&reason, lot_id(1), 41)).unwrap_err().code(),
        "refund_exceeds_unused"
    );
    assert_eq!(
        bank.run(|a| a.credit(&reason, lot_id(1), 0)).unwrap_err().code(),
        "invalid"
    );
    assert_eq!(bank.run(|a| a.credit(&reason, lot_id(9), 5)), Err(Refusal::NotFound));
    bank.run(|a| a.debit(&reason, lot_id(1), 40)).unwrap();
    let late = stamp(at("2026-02-11T00:00"));
    assert_eq!(
        bank.run(|a| a.credit(&late, lot_id(1), 5)).unwrap_err().code(),
        "lot_ended"
    );
}

#[test]
fn a_lot_is_voided_only_when_nothing_is_used_or_held() {
    let mut bank = Bank::with([lot(1, 100, "2026-02-10"), lot(2, 100, "2026-03-10")]);
    bank.approve(at(PLACED), 1, 1, 60, Total).unwrap();
    let void = |bank: &mut Bank, number| bank.run(|account| account.void(&stamp(at(PLACED)), lot_id(number)));
    assert_eq!(void(&mut bank, 1).unwrap_err().code(), "lot_in_use", "held");
    bank.work(at(PLACED), 1, 1, 10, 0).unwrap();
    bank.release(at(PLACED), 1).unwrap();
    assert_eq!(void(&mut bank, 1).unwrap_err().code(), "lot_in_use", "used");
    bank.reverse(at(PLACED), 1, 1, 10, false).unwrap();
    assert_eq!(void(&mut bank, 1), Ok(100), "used and given back: net nothing");
    assert_eq!(void(&mut bank, 1).unwrap_err().code(), "not_found", "no longer loaded");
    assert_eq!(bank.lots[&lot_id(1)].status, LotStatus::Voided);
    assert_eq!(bank.available(at(PLACED)), 100);
}

#[test]
fn a_bounced_payment_takes_what_is_there_and_leaves_what_was_used_as_debt() {
    let mut bank = Bank::with([lot(1, 100, "2026-02-10")]);
    bank.approve(at(PLACED), 1, 1, 50, Total).unwrap();
    bank.work(at(PLACED), 1, 1, 20, 0).unwrap();
    let before = bank.ledger.len();
    let bounced = bank
        .run(|account| account.bounce(&stamp(at(PLACED)), lot_id(1)))
        .unwrap();
    assert_eq!(
        bounced,
        Bounced {
            voided_minutes: 50,
            debt_minutes: 20
        }
    );
    bank.work(at(PLACED), 1, 2, 10, 0).unwrap();
    bank.release(at(PLACED), 1).unwrap();
    let lines = [
        "void 1 50",
        "borrow 20",
        "consume 1 10",
        "borrow 10",
        "release 1 20",
        "void 1 20",
    ];
    assert_eq!(
        bank.lines_after(before),
        lines,
        "held minutes are owed when they are used"
    );
    assert_eq!(bank.counters.debt_minutes, 30, "the minutes worked, and no others");
    assert_eq!(bank.used_by(ticket(1)), 30, "each once");
    let again = bank.run_for(None, &[lot_id(1)], |account| {
        account.bounce(&stamp(at(PLACED)), lot_id(1))
    });
    assert_eq!(again.unwrap_err().code(), "lot_voided");
    let before = bank.ledger.len();
    bank.reverse(at(PLACED), 1, 2, 10, false).unwrap();
    assert_eq!(bank.lines_after(before), ["unconsume 1 10", "unborrow 10", "void 1 10"]);
    assert_eq!(bank.counters.debt_minutes, 20);
}

#[test]
fn a_bounced_payment_takes_nothing_of_what_is_bought_after_it() {
    let mut bank = Bank::with([lot(1, 480, "2026-02-10")]);
    bank.approve(at(PLACED), 1, 1, 120, Total).unwrap();
    bank.run(|account| account.bounce(&stamp(at(PLACED)), lot_id(1)))
        .unwrap();
    bank.run(|account| account.grant(&stamp(at(PLACED)), lot(2, 480, "2026-06-10")))
        .unwrap();
    assert_eq!(
        bank.available(at(PLACED)),
        480,
        "nothing was worked, so that nothing is owed"
    );
    assert_eq!(bank.release(at(PLACED), 1), Ok(120));
    assert_eq!(bank.available(at(PLACED)), 480);
    assert_eq!(bank.counters.debt_minutes, 0);
}

#[test]
fn taking_work_back_returns_what_repaid_it_to_what_was_paid() {
    let mut bank = Bank::with([lot(1, 480, "2026-02-10")]);
    bank.approve(at(PLACED), 1, 1, 120, Total).unwrap();
    bank.work(at(PLACED), 1, 1, 60, 0).unwrap();
    bank.run(|account| account.bounce(&stamp(at(PLACED)), lot_id(1)))
        .unwrap();
    bank.run(|account| account.grant(&stamp(at(PLACED)), lot(2, 480, "2026-06-10")))
        .unwrap();
    assert_eq!(bank.available(at(PLACED)), 420, "60 were worked");
    let before = bank.ledger.len();
    bank.reverse(at(PLACED), 1, 1, 60, true).unwrap();
    assert_eq!(
        bank.lines_after(before),
        ["unconsume 1 60", "unrepay 2 60", "unborrow 60"]
    );
    assert_eq!(bank.available(at(PLACED)), 480);
    bank.work(at(PLACED), 1, 2, 120, 0).unwrap();
    assert_eq!(bank.counters.debt_minutes, 120, "what was agreed goes on, and is owed");
    bank.reverse(at(PLACED), 1, 2, 120, false).unwrap();
    assert_eq!((bank.available(at(PLACED)), bank.counters.debt_minutes), (480, 0));
}

#[test]
fn what_a_bounced_lot_had_repaid_is_not_given_back_in_the_place_of_a_paid_one() {
    let mut bank = Bank::default();
    bank.counters.debt_limit_minutes = 60;
    bank.work(at(PLACED), 1, 1, 60, 60).unwrap();
    for (number, minutes) in [(1, 30), (2, 480)] {
        bank.run(|account| account.grant(&stamp(at(PLACED)), lot(number, minutes, "2026-06-10")))
            .unwrap();
    }
    bank.run_for(None, &[lot_id(2)], |account| {
        account.bounce(&stamp(at(PLACED)), lot_id(2))
    })
    .unwrap();
    assert_eq!(bank.counters.debt_minutes, 30);
    bank.reverse(at(PLACED), 1, 1, 60, false).unwrap();
    assert_eq!((bank.available(at(PLACED)), bank.counters.debt_minutes), (30, 0));
}

#[test]
fn opening_lots_have_any_minutes_their_own_date_and_no_price() {
    let gift = |minutes, expires_on: &str| {
        let gift = GiftedLot {
            id: lot_id(5),
            organization_id: OrganizationId(id(1)),
            origin: LotOrigin::Opening,
            plan: None,
            minutes,
            system_ids: Vec::new(),
            expires_on: date(expires_on),
        };
        Lot::gift(gift, Currency::EUR, at(PLACED), date("2026-01-10"))
    };
    let lot = gift(77, "2026-01-10").unwrap();
    assert_eq!(
        (lot.price.amount_minor, lot.minutes, lot.queue),
        (0, 77, QueueLevel::Standard)
    );
    assert_eq!(lot.extended_date().unwrap_err().code(), "extension_not_allowed");
    assert!(gift(0, "2026-02-01").is_err());
    assert!(gift(10, "2026-01-09").is_err());
    assert!(
        gift(10, "2125-12-17").is_ok() && gift(10, "2126-02-11").is_err(),
        "a hundred years at most"
    );
    let mut bank = Bank::default();
    let position = lot.position(end_of(lot.expires_on, 0));
    let late = bank.run(|account| account.grant(&stamp(at("2026-01-11T00:00")), position.clone()));
    assert_eq!(late.unwrap_err().code(), "already_ended");
    bank.run(|account| account.grant(&stamp(at(PLACED)), position.clone()))
        .unwrap();
    let twice = bank.run(|account| account.grant(&stamp(at(PLACED)), position));
    assert_eq!(twice.unwrap_err().code(), "already_granted");
    assert_eq!(bank.available(at(PLACED)), 77);
}

#[test]
fn the_best_plan_that_is_active_and_not_exhausted_gives_the_queue() {
    let table = [
        (vec![], QueueLevel::Standard),
        (vec![(QueueLevel::Priority, LotStatus::Active, 1)], QueueLevel::Priority),
        (
            vec![
                (QueueLevel::FastTrack, LotStatus::Active, 0),
                (QueueLevel::Priority, LotStatus::Active, 5),
            ],
            QueueLevel::Priority,
        ),
        (
            vec![(QueueLevel::FastTrack, LotStatus::Expired, 9)],
            QueueLevel::Standard,
        ),
    ];
    for (lots, expected) in table {
        assert_eq!(queue_level(lots.clone()), expected, "{lots:?}");
    }
}

#[test]
fn another_zone_moves_ends_but_never_the_past() {
    let mut bank = Bank::with([
        lot(1, 100, "2026-02-10"),
        lot(2, 100, "2026-02-12"),
        lot(3, 100, "2026-02-08"),
    ]);
    let seen_at = at("2026-02-10T20:00");
    assert_eq!(bank.available(seen_at), 200);
    // Moving 9 hours ahead at 21:00 ends 10 February six hours ago: lot 1 is over, from now on.
    let now = at("2026-02-10T21:00");
    bank.run(|account| account.change_zone(&stamp(now), |date| end_of(date, 9)))
        .unwrap();
    assert_eq!(bank.available(now), 100);
    let lots: Vec<_> = bank.lots.values().cloned().collect();
    assert_eq!(
        balance_as_of(&bank.ledger, &lots, seen_at).available_minutes,
        200,
        "what was seen stays true"
    );
    assert_eq!(bank.available(at("2026-02-12T14:59")), 100);
    assert_eq!(bank.available(at("2026-02-12T15:00")), 0);
    // Moving back revives nothing.
    bank.run(|account| account.change_zone(&stamp(at("2026-02-10T22:00")), |date| end_of(date, -8)))
        .unwrap();
    assert_eq!(bank.available(at("2026-02-10T23:00")), 100);
    assert_eq!(
        bank.available(at("2026-02-13T07:59")),
        100,
        "lot 2 ends where the zone says now"
    );
    assert_eq!(bank.available(at("2026-02-13T08:00")), 0);
    assert_eq!(
        bank.lots[&lot_id(3)].ends_at,
        at("2026-02-09T00:00"),
        "what has expired keeps its instant"
    );
    bank.approve(at("2026-02-10T23:00"), 1, 1, 100, Total).unwrap();
    assert_eq!(bank.load(Some(ticket(1)), &[]).held_for(ticket(1)), 100);
}

#[cfg(feature = "zones")]
#[test]
fn a_lot_ends_with_the_local_day_where_the_client_is() {
    use daypack_domain::zone::Zone;
    let table = [
        // Clocks in Madrid change on 29 March 2026 at 02:00: the day after begins at 22:00 UTC.
        ("Europe/Madrid", "2026-03-28", "2026-03-28T23:00"),
        ("Europe/Madrid", "2026-03-29", "2026-03-29T22:00"),
        ("America/Mexico_City", "2026-02-28", "2026-03-01T06:00"),
        // Midnight is skipped: 6 September 2026 begins at 01:00 there.
        ("America/Santiago", "2026-09-05", "2026-09-06T04:00"),
        ("Pacific/Kiritimati", "2026-01-01", "2026-01-01T10:00"),
    ];
    for (zone, expires_on, ends_at) in table {
        let lot = Lot {
            expires_on: date(expires_on),
            ..sold("starter", 1, "2026-01-10")
        };
        assert_eq!(
            lot.ends_at(Zone::parse(zone).unwrap()),
            at(ends_at),
            "{zone} {expires_on}"
        );
    }
    let here = Zone::parse("America/Mexico_City").unwrap();
    assert_eq!(
        here.date_at(at("2025-12-01T04:00")),
        date("2025-11-30"),
        "activated on the local date"
    );
}
