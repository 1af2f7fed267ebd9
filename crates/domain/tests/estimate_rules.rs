//! Estimates and approvals (section 5).

use chrono::{TimeDelta, TimeZone, Utc};
use daypack_domain::Instant;
use daypack_domain::estimate::{
    ApprovalChannel, Basis, EstimateKind, EstimateStatus, HoldChange, Line, Offer, RecordedChannel, approved_after,
    check_open, chosen_minutes, hold_change, may_approve, may_offer, reminders, within_minutes, within_money,
};
use daypack_domain::ids::{OrganizationId, UserId};
use daypack_domain::money::{Currency, Money};
use daypack_domain::policy::{Actor, ClientRole, Membership, Person, StaffRole};
use daypack_domain::problem::Refusal;
use proptest::prelude::*;
use uuid::Uuid;

fn now() -> Instant {
    Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap()
}

fn organization() -> OrganizationId {
    OrganizationId(Uuid::from_u128(1))
}

fn membership(role: ClientRole, approval_limit_minutes: Option<i64>, order_limit: Option<Money>) -> Membership {
    Membership {
        organization_id: organization(),
        role,
        approval_limit_minutes,
        order_limit,
    }
}

fn member(membership: Membership) -> Actor {
    let user_id = UserId(Uuid::from_u128(2));
    Actor::Person(Person {
        user_id,
        staff_role: None,
        memberships: vec![membership],
    })
}

fn euros(amount_minor: i64) -> Money {
    Money {
        amount_minor,
        currency: Currency::EUR,
    }
}

fn offer(minutes: i64, lines: Vec<Line>) -> Offer {
    Offer {
        minutes,
        includes: "Find the cause, fix the export, test it.".into(),
        basis: Basis::Total,
        kind: EstimateKind::UpTo,
        lines,
        blocking: false,
        valid_until: None,
    }
}

fn line(minutes: i64, optional: bool) -> Line {
    Line {
        text: "Part".into(),
        minutes,
        optional,
    }
}

fn problems(offer: &Offer) -> Vec<(String, &'static str)> {
    match offer.validate(15, now()) {
        Ok(_) => Vec::new(),
        Err(Refusal::Invalid(problems)) => problems.into_iter().map(|p| (p.pointer, p.code)).collect(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn an_offer_stands_for_fourteen_days() {
    assert_eq!(
        offer(360, Vec::new()).validate(15, now()),
        Ok(now() + TimeDelta::days(14))
    );
    let until = now() + TimeDelta::days(3);
    assert_eq!(
        Offer {
            valid_until: Some(until),
            ..offer(360, Vec::new())
        }
        .validate(15, now()),
        Ok(until)
    );
}

#[test]
fn everything_wrong_is_said_at_once() {
    let wrong = Offer {
        includes: " ".into(),
        valid_until: Some(now()),
        ..offer(50, Vec::new())
    };
    let expected = [
        ("/minutes", "not_a_multiple"),
        ("/includes", "required"),
        ("/valid_until", "in_the_past"),
    ];
    assert_eq!(
        problems(&wrong),
        expected.map(|(pointer, code)| (pointer.to_owned(), code))
    );
    for (minutes, code) in [
        (0, "too_small"),
        (-15, "too_small"),
        (i64::MAX, "too_large"),
        (14, "not_a_multiple"),
    ] {
        assert_eq!(problems(&offer(minutes, Vec::new())), [("/minutes".to_owned(), code)]);
    }
}

#[test]
fn lines_add_up_and_leave_something_to_do() {
    assert_eq!(problems(&offer(90, vec![line(60, false), line(30, true)])), []);
    assert_eq!(
        problems(&offer(90, vec![line(60, false), line(15, true)])),
        [("/lines".to_owned(), "sum_differs")]
    );
    assert_eq!(
        problems(&offer(90, vec![line(60, true), line(30, true)])),
        [("/lines".to_owned(), "all_optional")]
    );
    let huge = offer(90, vec![line(i64::MAX, false), line(i64::MAX, false)]);
    assert_eq!(problems(&huge).len(), 3);
}

#[test]
fn only_optional_lines_can_be_left_out() {
    let lines = [line(60, false), line(30, true), line(15, true)];
    assert_eq!(chosen_minutes(105, &lines, &[]), Ok(105));
    assert_eq!(chosen_minutes(105, &lines, &[1]), Ok(75));
    assert_eq!(chosen_minutes(105, &lines, &[1, 2, 1]), Ok(60));
    for wrong in [0, 3, usize::MAX] {
        assert_eq!(chosen_minutes(105, &lines, &[wrong]).unwrap_err().code(), "invalid");
    }
}

#[test]
fn a_total_counts_what_was_used_and_held() {
    assert_eq!(hold_change(Basis::Total, 360, 0, 0), HoldChange::Hold { minutes: 360 });
    assert_eq!(
        hold_change(Basis::Total, 360, 90, 30),
        HoldChange::Hold { minutes: 240 }
    );
    assert_eq!(
        hold_change(Basis::Total, 120, 90, 120),
        HoldChange::Release { minutes: 90 }
    );
    assert_eq!(
        hold_change(Basis::Total, 60, 90, 10),
        HoldChange::Release { minutes: 10 }
    );
    assert_eq!(hold_change(Basis::Total, 60, 90, 0), HoldChange::Keep);
    assert_eq!(
        hold_change(Basis::Further, 60, 90, 30),
        HoldChange::Hold { minutes: 60 }
    );
}

#[test]
fn what_is_approved_in_all_counts_what_was_used() {
    assert_eq!(approved_after(Basis::Total, 240, 600, 90), 240);
    assert_eq!(approved_after(Basis::Further, 240, 600, 90), 840);
    assert_eq!(
        approved_after(Basis::Further, 240, 60, 600),
        840,
        "a smaller total came in between"
    );
    assert_eq!(approved_after(Basis::Further, i64::MAX, 60, 0), i64::MAX);
}

#[test]
fn recorded_approvals_are_known_by_their_channel() {
    let recorded: Vec<ApprovalChannel> = RecordedChannel::ALL.iter().map(|channel| (*channel).into()).collect();
    let marked = ApprovalChannel::ALL
        .iter()
        .copied()
        .filter(|channel| channel.is_recorded());
    assert_eq!(marked.collect::<Vec<_>>(), recorded);
}

#[test]
fn only_an_open_offer_can_be_answered() {
    let until = now() + TimeDelta::days(1);
    assert_eq!(
        check_open(EstimateStatus::Offered, until, until - TimeDelta::microseconds(1)),
        Ok(())
    );
    assert_eq!(
        check_open(EstimateStatus::Offered, until, until).unwrap_err().code(),
        "estimate_lapsed"
    );
    for status in EstimateStatus::ALL
        .iter()
        .copied()
        .filter(|status| *status != EstimateStatus::Offered)
    {
        let code = check_open(status, until, now()).unwrap_err().code();
        assert_eq!(code, format!("estimate_{status}"));
    }
}

#[test]
fn reminders_come_at_half_and_a_day_before() {
    let day = TimeDelta::days(1);
    assert_eq!(reminders(now(), now() + day * 14), [now() + day * 7, now() + day * 13]);
    assert_eq!(reminders(now(), now() + day), [now() + day / 2]);
}

#[test]
fn an_approvers_limit_counts_the_whole_ticket() {
    let subject = organization().into();
    let approver = member(membership(ClientRole::Approver, Some(480), None));
    assert_eq!(may_approve(&approver, subject, 0, 480), Ok(()));
    assert_eq!(may_approve(&approver, subject, 360, 120), Ok(()));
    assert_eq!(
        may_approve(&approver, subject, 360, 135).unwrap_err().code(),
        "limit_exceeded"
    );
    assert_eq!(
        may_approve(&approver, subject, 1, i64::MAX).unwrap_err().code(),
        "limit_exceeded"
    );
    assert_eq!(
        may_approve(&member(membership(ClientRole::Approver, None, None)), subject, 0, 9600),
        Ok(())
    );
    let owner = member(membership(ClientRole::Owner, Some(15), None));
    assert_eq!(
        may_approve(&owner, subject, 9600, 9600),
        Ok(()),
        "owners have no limits"
    );
}

#[test]
fn only_clients_approve_and_only_staff_offer() {
    let subject = organization().into();
    let lead = Person {
        user_id: UserId(Uuid::nil()),
        staff_role: Some(StaffRole::Lead),
        memberships: Vec::new(),
    };
    let lead = Actor::Person(lead);
    assert_eq!(may_approve(&lead, subject, 0, 15).unwrap_err().code(), "forbidden");
    assert_eq!(may_offer(&lead, subject), Ok(()));
    for role in [ClientRole::Viewer, ClientRole::Member] {
        assert_eq!(
            may_approve(&member(membership(role, None, None)), subject, 0, 15)
                .unwrap_err()
                .code(),
            "forbidden"
        );
        assert!(within_minutes(&membership(role, Some(9600), None), 0, 15).is_err());
    }
    assert_eq!(
        may_offer(&member(membership(ClientRole::Owner, None, None)), subject)
            .unwrap_err()
            .code(),
        "forbidden"
    );
}

#[test]
fn money_without_a_limit_is_for_owners() {
    let dollars = Money {
        amount_minor: 1,
        currency: Currency::parse("USD").unwrap(),
    };
    let limited = membership(ClientRole::Approver, None, Some(euros(200_000)));
    let refused = |membership: &Membership, amount| within_money(membership, amount).unwrap_err().code();
    assert_eq!(within_money(&limited, euros(200_000)), Ok(()));
    assert_eq!(refused(&limited, euros(200_001)), "limit_exceeded");
    assert_eq!(refused(&limited, dollars), "limit_exceeded", "limits are not converted");
    assert_eq!(
        refused(&membership(ClientRole::Approver, None, None), euros(1)),
        "limit_exceeded"
    );
    assert_eq!(
        refused(&membership(ClientRole::Member, None, Some(euros(9))), euros(1)),
        "forbidden"
    );
    assert_eq!(
        within_money(&membership(ClientRole::Owner, None, None), euros(i64::MAX)),
        Ok(())
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_a_total_approval_used_and_held_are_never_beyond_what_was_there_or_approved(
        minutes in 1..5000_i64, used in 0..5000_i64, held in 0..5000_i64,
    ) {
        let held_after = match hold_change(Basis::Total, minutes, used, held) {
            HoldChange::Hold { minutes } => { prop_assert!(minutes > 0); held + minutes }
            HoldChange::Release { minutes } => { prop_assert!(minutes > 0 && minutes <= held); held - minutes }
            HoldChange::Keep => held,
        };
        prop_assert_eq!(held_after, (minutes - used).max(0));
    }
}
