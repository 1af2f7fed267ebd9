//! The rules of section 2 about orders; those about the lots that come of them stand below.

mod lots;
mod payments;

use crate::ledger_support::{at, date, id};
use chrono::TimeDelta;
use daypack_domain::Refusal;
use daypack_domain::ids::{LotId, OrderId, OrganizationId, UserId};
use daypack_domain::lot::Lot;
use daypack_domain::money::Currency;
use daypack_domain::order::{CurrentTerms, Order, OrderStatus, PaymentEffect, Placement};
use daypack_domain::plan::{Plan, shipped};

const PLACED: &str = "2026-01-10T12:00";

fn plan(code: &str) -> Plan {
    shipped(Currency::EUR)
        .into_iter()
        .find(|plan| plan.code.as_str() == code)
        .unwrap()
}

fn terms() -> CurrentTerms {
    CurrentTerms {
        version: 3,
        hash: "ab".repeat(32),
    }
}

fn place(plan: &Plan, packs: i64, terms_version: i64) -> Result<Order, Refusal> {
    let placement = Placement {
        order_id: OrderId(id(1)),
        organization_id: OrganizationId(id(1)),
        placed_by: UserId(id(1)),
        currency: Currency::EUR,
        plan,
        packs,
        terms_version,
    };
    Order::place(&placement, &terms(), at(PLACED))
}

fn order(code: &str, packs: i64) -> Order {
    place(&plan(code), packs, 3).unwrap()
}

fn sold(code: &str, packs: i64, activated_on: &str) -> Lot {
    Lot::of_order(LotId(id(1)), &order(code, packs), at(PLACED), date(activated_on)).unwrap()
}

#[test]
fn a_payment_after_the_start_is_reminded_of_when_it_is_due_and_a_week_later() {
    let mut order = order("flexi", 5);
    assert_eq!(
        order.payment_reminders(at(PLACED) + TimeDelta::days(40)),
        None,
        "it lapses"
    );
    order.activate(at(PLACED), true).unwrap();
    let due = at(PLACED) + TimeDelta::days(30);
    let (again, tick) = (due + TimeDelta::days(7), TimeDelta::microseconds(1));
    for (now, expected) in [
        (due - tick, None),
        (due, Some((1, due))),
        (again - tick, Some((1, due))),
        (again, Some((2, again))),
        (again + TimeDelta::days(400), Some((2, again))),
    ] {
        assert_eq!(order.payment_reminders(now), expected, "{now}");
    }
    order.confirm_payment("late", again).unwrap();
    assert_eq!(order.payment_reminders(again), None);
}

#[test]
fn an_order_needs_the_plans_minimum_and_the_current_terms() {
    let Err(Refusal::Invalid(problems)) = place(&plan("flexi"), 4, 2) else {
        panic!("accepted")
    };
    let codes: Vec<_> = problems
        .iter()
        .map(|problem| (problem.pointer.as_str(), problem.code))
        .collect();
    assert_eq!(
        codes,
        [("/packs", "below_minimum"), ("/terms_version", "terms_out_of_date")]
    );
    assert!(place(&plan("flexi"), 10_001, 3).is_err());
    let order = order("flexi", 5);
    assert_eq!(
        (order.status, order.total.amount_minor, order.minutes()),
        (OrderStatus::Placed, 200_000, 2_400)
    );
    assert_eq!(
        (order.terms.version, order.terms.hash.len(), order.terms.accepted_at),
        (3, 64, at(PLACED))
    );
}

#[test]
fn a_later_edit_of_the_plan_changes_nothing_sold() {
    let mut plan = plan("flexi");
    let order = place(&plan, 5, 3).unwrap();
    plan.price_minor = 1;
    plan.minutes_per_pack = 1;
    assert_eq!((order.total.amount_minor, order.minutes()), (200_000, 2_400));
}

#[test]
fn the_same_payment_twice_is_one_effect_and_another_is_refused() {
    let mut order = order("starter", 1);
    assert_eq!(order.confirm_payment(" ", at(PLACED)).unwrap_err().code(), "invalid");
    assert_eq!(
        order.confirm_payment("BANK-1", at(PLACED)),
        Ok(PaymentEffect::Confirmed)
    );
    assert_eq!(
        order.confirm_payment(" BANK-1 ", at(PLACED)),
        Ok(PaymentEffect::AlreadyConfirmed)
    );
    assert_eq!(
        order.confirm_payment("BANK-2", at(PLACED)).unwrap_err().code(),
        "already_paid"
    );
    order.activate(at(PLACED), false).unwrap();
    assert_eq!(
        order.confirm_payment("BANK-1", at("2026-06-01T00:00")),
        Ok(PaymentEffect::AlreadyConfirmed)
    );
    assert_eq!(
        order.confirm_payment("BANK-2", at(PLACED)).unwrap_err().code(),
        "already_paid"
    );
    assert_eq!(order.paid_at, Some(at(PLACED)));
}

#[test]
fn activation_waits_for_payment_unless_the_client_may_pay_afterwards() {
    let mut waiting = order("starter", 1);
    assert_eq!(
        waiting.activate(at(PLACED), false).unwrap_err().code(),
        "payment_required"
    );
    assert_eq!(waiting.payment_due_at(), None);
    waiting.activate(at(PLACED), true).unwrap();
    assert_eq!(
        waiting.activate(at(PLACED), true).unwrap_err().code(),
        "already_activated"
    );
    assert_eq!(waiting.payment_due_at(), Some(waiting.lapses_at()));
    assert!(
        !waiting.settle(waiting.lapses_at()),
        "what was activated does not lapse"
    );
    assert_eq!(
        waiting.confirm_payment("BANK-1", at("2026-03-10T00:00")),
        Ok(PaymentEffect::Confirmed)
    );
    assert_eq!(
        (waiting.status, waiting.payment_due_at()),
        (OrderStatus::Activated, None)
    );
}

#[test]
fn an_order_nobody_pays_lapses_after_thirty_days() {
    let mut lapsing = order("starter", 1);
    let due = lapsing.lapses_at();
    assert_eq!(due, at("2026-02-09T12:00"));
    assert!(!lapsing.settle(due - TimeDelta::microseconds(1)));
    assert_eq!(
        lapsing.confirm_payment("BANK-1", due).unwrap_err().code(),
        "order_lapsed"
    );
    assert_eq!(lapsing.cancel(due).unwrap_err().code(), "order_lapsed");
    assert_eq!(lapsing.activate(due, true).unwrap_err().code(), "order_lapsed");
    assert_eq!(lapsing.check_payable(due).unwrap_err().code(), "order_lapsed");
    assert_eq!(lapsing.status, OrderStatus::Lapsed);
    assert!(!lapsing.settle(due), "once");
    let mut paid = order("starter", 1);
    paid.confirm_payment("BANK-1", at(PLACED)).unwrap();
    assert!(!paid.settle(due), "a paid order does not lapse");
}

#[test]
fn what_an_order_can_still_become() {
    let mut cancelled = order("starter", 1);
    cancelled.cancel(at(PLACED)).unwrap();
    for refused in [
        cancelled.cancel(at(PLACED)),
        cancelled.activate(at(PLACED), true),
        cancelled.confirm_payment("BANK-1", at(PLACED)).map(drop),
        cancelled.check_payable(at(PLACED)),
    ] {
        assert_eq!(refused.unwrap_err().code(), "order_cancelled");
    }
    assert_eq!(cancelled.bounce(at(PLACED)).unwrap_err().code(), "invalid_transition");
    let mut bounced = order("starter", 1);
    assert!(bounced.bounce(at(PLACED)).is_err(), "nothing was paid");
    bounced.confirm_payment("BANK-1", at(PLACED)).unwrap();
    assert!(
        bounced.cancel(at(PLACED)).is_err(),
        "a paid order is refunded, not cancelled"
    );
    bounced.bounce(at(PLACED)).unwrap();
    assert_eq!(bounced.status, OrderStatus::Cancelled, "no minutes were granted");
    assert_eq!(bounced.bounce(at(PLACED)).unwrap_err().code(), "already_bounced");
    let mut active = order("starter", 1);
    active.activate(at(PLACED), true).unwrap();
    active.bounce(at(PLACED)).unwrap();
    assert_eq!(active.status, OrderStatus::Activated);
    assert_eq!(active.bounce(at(PLACED)).unwrap_err().code(), "already_bounced");
    assert_eq!(
        active.confirm_payment("BANK-1", at(PLACED)).unwrap_err().code(),
        "payment_bounced",
        "the debt is paid by another order"
    );
}
