//! The weekly statement (section 11): recomputed apart from the code, and refused on any difference.
#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use chrono::{NaiveDate, TimeDelta, TimeZone, Utc, Weekday};
use daypack_domain::ids::{OrganizationId, TicketId, TimeEntryId};
use daypack_domain::ledger::MovementKind;
use daypack_domain::statement::{BalanceAt, EntryLine, Input, Period, Rhythm, Statement, Sums, TicketLine};
use daypack_domain::ticket::{Kind, Severity, Status};
use daypack_domain::zone::Zone;
use proptest::prelude::*;
use uuid::Uuid;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn madrid() -> Zone {
    Zone::parse("Europe/Madrid").unwrap()
}

fn input(before: Sums, during: Sums) -> Input {
    let zone = madrid();
    let period = Rhythm::default().week_of(zone, date("2026-03-04"));
    let end = before.plus(&during);
    Input {
        organization_id: OrganizationId(Uuid::from_u128(1)),
        organization_name: "Acme Retail".into(),
        time_zone: zone.name().into(),
        period,
        preview: false,
        made_at: Rhythm::default().due_at(zone, &period),
        before,
        during,
        balance: BalanceAt {
            posted_minutes: end.posted_minutes(),
            held_minutes: end.held_minutes(),
            available_minutes: end.posted_minutes() - end.held_minutes(),
            debt_minutes: end.debt_minutes(),
        },
        frozen_through: Some(date("2026-03-01")),
        tickets: Vec::new(),
        entries: Vec::new(),
        expiring: Vec::new(),
        outlook: None,
        waiting: Vec::new(),
        sla: Vec::new(),
        windows: Vec::new(),
        next_review_on: None,
    }
}

fn ticket(number: u128, minutes: i64, fixed_minutes: i64) -> TicketLine {
    TicketLine {
        ticket_id: TicketId(Uuid::from_u128(number)),
        reference: format!("ACME-{number}"),
        title: "The accounting export fails".into(),
        system_id: None,
        status: Status::Resolved,
        kind: Some(Kind::Corrective),
        severity: Some(Severity::P1),
        what_was_done: Some("It runs again.".into()),
        minutes,
        fixed_minutes,
        recorded_approval: false,
        borrowed_minutes: 0,
        emergency: false,
        warranty: false,
        disputed_approval: false,
        standing_approvals: Vec::new(),
    }
}

fn entry(number: u128, worked_on: &str, minutes: i64) -> EntryLine {
    EntryLine {
        time_entry_id: TimeEntryId(Uuid::from_u128(number)),
        ticket_id: TicketId(Uuid::from_u128(number)),
        reference: format!("ACME-{number}"),
        worked_on: date(worked_on),
        person: "Ana".into(),
        activity: "fix".into(),
        note: "Cleaned up".into(),
        actual_minutes: minutes,
        billable_minutes: minutes,
        late: false,
    }
}

/// 5 packs, an approval of 6 hours, 250 minutes used, the rest back.
fn story() -> Input {
    let before = Sums {
        grant: 2400,
        ..Sums::default()
    };
    let during = Sums {
        hold: 360,
        consume: 250,
        release: 110,
        ..Sums::default()
    };
    let mut input = input(before, during);
    input.tickets = vec![ticket(1, 190, 0), ticket(2, 60, 60)];
    input.entries = vec![entry(1, "2026-02-27", 100), entry(1, "2026-03-03", 90)];
    input.entries[1].time_entry_id = TimeEntryId(Uuid::from_u128(9));
    input
}

#[test]
fn the_story_reconciles() {
    let statement = Statement::make(story()).unwrap();
    let account = statement.account;
    assert_eq!(
        (account.opening_minutes, account.used_minutes, account.closing_minutes),
        (2400, 250, 2150)
    );
    assert_eq!((account.held_minutes, account.available_minutes), (0, 2150));
    assert_eq!(
        statement.entries.iter().map(|entry| entry.late).collect::<Vec<_>>(),
        [true, false]
    );
    assert!(!statement.quiet);
    let kinds: Vec<_> = statement
        .by_kind
        .iter()
        .map(|line| (line.kind, line.tickets, line.minutes))
        .collect();
    assert_eq!(kinds, [(Some(Kind::Corrective), 2, 250)]);
}

#[test]
fn what_a_bounced_payment_leaves_is_debt_and_no_work() {
    let mut input = story();
    input.during.void = 2150;
    input.during.borrow = 250 + 30;
    input.during.bounced = 250;
    input.tickets[0].minutes += 30;
    input.entries[1].billable_minutes += 30;
    input.balance = BalanceAt {
        posted_minutes: 0,
        held_minutes: 0,
        available_minutes: 0,
        debt_minutes: 280,
    };
    let statement = Statement::make(input).unwrap();
    let account = &statement.account;
    assert_eq!((account.borrowed_minutes, account.bounced_minutes), (30, 250));
    let text = statement.canonical_json().unwrap();
    assert_eq!(serde_json::from_str::<Statement>(&text).unwrap(), statement);
    let without = Statement::make(story()).unwrap().canonical_json().unwrap();
    assert!(!without.contains("bounced"), "as in statements that are frozen already");
}

#[test]
fn every_difference_is_refused() {
    type Change = fn(&mut Input);
    let spoil: [(&str, Change); 9] = [
        ("posted at the end", |input| input.balance.posted_minutes += 1),
        ("held at the end", |input| input.balance.held_minutes += 1),
        ("available at the end", |input| input.balance.available_minutes -= 1),
        ("debt at the end", |input| input.balance.debt_minutes += 1),
        ("minutes of all tickets", |input| input.tickets[0].minutes += 1),
        ("minutes of all tickets", |input| drop(input.tickets.pop())),
        ("minutes of ACME-1", |input| input.entries[1].billable_minutes -= 1),
        ("minutes of ACME-2", |input| input.tickets[1].fixed_minutes = 0),
        ("minutes of all entries", |input| {
            input.entries.push(entry(3, "2026-03-03", 15))
        }),
    ];
    for (what, change) in spoil {
        let mut input = story();
        change(&mut input);
        assert_eq!(Statement::make(input).unwrap_err().what, what);
    }
}

#[test]
fn a_week_with_nothing_is_quiet_and_still_reconciles() {
    let statement = Statement::make(input(
        Sums {
            grant: 480,
            ..Sums::default()
        },
        Sums::default(),
    ))
    .unwrap();
    assert!(statement.quiet);
    assert_eq!(statement.account.closing_minutes, 480);
    let expired = Sums {
        expire: 480,
        ..Sums::default()
    };
    assert!(
        !Statement::make(input(
            Sums {
                grant: 480,
                ..Sums::default()
            },
            expired
        ))
        .unwrap()
        .quiet
    );
}

#[test]
fn the_frozen_text_is_always_the_same_and_reads_back() {
    let statement = Statement::make(story()).unwrap();
    let text = statement.canonical_json().unwrap();
    assert_eq!(text, Statement::make(story()).unwrap().canonical_json().unwrap());
    let read: Statement = serde_json::from_str(&text).unwrap();
    assert_eq!(read, statement);
    assert_eq!(read.canonical_json().unwrap(), text);
    let mut forged = read;
    forged.account.used_minutes -= 10;
    assert_eq!(forged.reconcile().unwrap_err().what, "closing");
}

#[test]
fn weeks_follow_the_clock_of_the_organization() {
    let zone = madrid();
    // The clocks go forward on Sunday 29 March 2026: that week has an hour less.
    let week = Rhythm::default().week_of(zone, date("2026-03-29"));
    assert_eq!(
        (week.first_day, week.last_day),
        (date("2026-03-23"), date("2026-03-29"))
    );
    assert_eq!(week.until - week.from, TimeDelta::hours(7 * 24 - 1));
    let due = Rhythm::default().due_at(zone, &week);
    assert_eq!(due, Utc.with_ymd_and_hms(2026, 3, 30, 6, 0, 0).unwrap());
    assert_eq!(Rhythm::default().last_due(zone, due), week);
    let earlier = Rhythm::default().last_due(zone, due - TimeDelta::microseconds(1));
    assert_eq!(earlier.until, week.from);
    let sunday = Rhythm {
        starts_on: Weekday::Sun,
        ..Rhythm::default()
    }
    .week_of(zone, date("2026-03-29"));
    assert_eq!(
        (sunday.first_day, sunday.last_day),
        (date("2026-03-29"), date("2026-04-04"))
    );
    assert_eq!(Period::of_days(zone, date("2026-03-02"), date("2026-03-01")), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn weeks_join_without_gap_in_every_zone(zone in 0..4_usize, start in 0..7_u8, day in 0..4000_i64, weeks in 1..9_i64) {
        let zone = ["Europe/Madrid", "America/Mexico_City", "Pacific/Apia", "America/Santiago"][zone];
        let zone = Zone::parse(zone).unwrap();
        let rhythm = Rhythm { starts_on: Weekday::try_from(start).unwrap(), ..Rhythm::default() };
        let since = date("2010-01-01") + TimeDelta::days(day);
        let first = rhythm.week_of(zone, since);
        prop_assert!(first.first_day <= since && since <= first.last_day);
        let now = rhythm.due_at(zone, &first) + TimeDelta::days(7 * weeks - 6);
        let due = rhythm.due_since(zone, since, now);
        prop_assert_eq!(due[0], first);
        prop_assert_eq!(*due.last().unwrap(), rhythm.last_due(zone, now));
        for pair in due.windows(2) {
            prop_assert_eq!(pair[0].until, pair[1].from);
            prop_assert_eq!(pair[0].last_day + TimeDelta::days(1), pair[1].first_day);
        }
    }

    #[test]
    fn the_account_is_what_a_naive_ledger_says(
        movements in proptest::collection::vec((0..MovementKind::ALL.len(), any::<bool>(), 1..500_i64), 0..60),
        cut in 0..60_usize,
    ) {
        let (mut before, mut during) = (Sums::default(), Sums::default());
        let (mut opening, mut posted, mut held, mut debt, mut worked) = (0, 0, 0, 0, 0);
        for (index, (kind, to_hold, minutes)) in movements.into_iter().enumerate() {
            let kind = MovementKind::ALL[kind];
            let early = index < cut;
            if early { &mut before } else { &mut during }.add(kind, to_hold, minutes);
            posted += kind.posted_sign() * minutes;
            held += kind.held_sign(to_hold) * minutes;
            debt += kind.debt_sign() * minutes;
            if early {
                opening = posted;
            } else {
                worked += match kind {
                    MovementKind::Consume | MovementKind::Borrow => minutes,
                    MovementKind::Unconsume | MovementKind::Unborrow => -minutes,
                    _ => 0,
                };
            }
        }
        let mut input = input(before, during);
        let balance = BalanceAt {
            posted_minutes: posted, held_minutes: held, available_minutes: posted - held, debt_minutes: debt,
        };
        input.balance = balance;
        input.tickets = vec![ticket(1, worked, 0)];
        input.entries = vec![entry(1, "2026-03-03", worked)];
        let account = Statement::make(input).unwrap().account;
        prop_assert_eq!((account.opening_minutes, account.closing_minutes), (opening, posted));
        prop_assert_eq!((account.held_minutes, account.debt_minutes), (held, debt));
    }
}
