//! The rules of section 2 about money that comes through a provider.

use super::{PLACED, order};
use crate::ledger_support::{at, id};
use daypack_domain::ids::OrderId;
use daypack_domain::money::Money;
use daypack_domain::order::Order;

/// What is said of the order's own money under this reference, and whether it changed the order.
fn said(order: &Order, reference: &str, now: &str) -> Result<(), &'static str> {
    let before = order.clone();
    let said = order.check_money(reference, Some(order.id), Some(order.total), at(now));
    assert_eq!(*order, before);
    said.map_err(|refusal| refusal.code())
}

#[test]
fn money_counts_for_an_order_that_waits_for_it() {
    let waiting = order("starter", 1);
    assert_eq!(said(&waiting, "pi_1", PLACED), Ok(()));
    assert_eq!(said(&waiting, "pi_1", "2026-02-09T11:59"), Ok(()));
    assert_eq!(said(&waiting, "pi_1", "2026-02-09T12:00"), Err("order_lapsed"));
    assert_eq!(said(&waiting, " ", PLACED), Err("invalid"));

    let mut paid = order("starter", 1);
    paid.confirm_payment("pi_1", at(PLACED)).unwrap();
    assert_eq!(said(&paid, "pi_1", PLACED), Ok(()), "the same again");
    assert_eq!(said(&paid, "pi_2", PLACED), Err("already_paid"));
    paid.bounce(at(PLACED)).unwrap();
    assert_eq!(said(&paid, "pi_1", PLACED), Err("payment_bounced"));

    let mut cancelled = order("starter", 1);
    cancelled.cancel(at(PLACED)).unwrap();
    assert_eq!(said(&cancelled, "pi_1", PLACED), Err("order_cancelled"));

    let mut on_credit = order("starter", 1);
    on_credit.activate(at(PLACED), true).unwrap();
    assert_eq!(said(&on_credit, "pi_1", "2026-06-01T12:00"), Ok(()), "it is owed");
}

#[test]
fn money_for_something_else_does_not_count() {
    let order = order("starter", 1);
    let total = order.total;
    let less = Money {
        amount_minor: total.amount_minor - 1,
        ..total
    };
    for (named, amount) in [
        (Some(order.id), Some(less)),
        (Some(order.id), None),
        (Some(OrderId(id(2))), Some(total)),
        (None, Some(total)),
    ] {
        let refused = order.check_money("pi_1", named, amount, at(PLACED));
        assert_eq!(refused.unwrap_err().code(), "payment_mismatch");
    }
    let mut cancelled = order.clone();
    cancelled.cancel(at(PLACED)).unwrap();
    let refused = cancelled.check_money("pi_1", None, Some(less), at(PLACED));
    assert_eq!(refused.unwrap_err().code(), "order_cancelled", "whatever it is");
}

#[test]
fn a_payment_under_way_keeps_an_order_from_being_paid_on_another_page() {
    let mut waiting = order("starter", 1);
    assert_eq!(waiting.check_payable_online(at(PLACED), false), Ok(()));
    let refused = waiting.check_payable_online(at(PLACED), true);
    assert_eq!(refused.unwrap_err().code(), "payment_pending");
    waiting.confirm_payment("bank 1", at(PLACED)).unwrap();
    let refused = waiting.check_payable_online(at(PLACED), true);
    assert_eq!(refused.unwrap_err().code(), "already_paid", "that comes first");
}
