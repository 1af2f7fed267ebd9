//! Orders from placing to bouncing.

use super::Contract;
use crate::ledger_support::paper::{PaperOrder, Refused, Sold};
use crate::ledger_support::{id, lot_id, stamp};
use daypack_domain::Refusal;
use daypack_domain::ids::{OrderId, OrganizationId, UserId};
use daypack_domain::lot::Lot;
use daypack_domain::money::Currency;
use daypack_domain::order::{CurrentTerms, Order, PaymentEffect, Placement};
use daypack_domain::plan::shipped;

const LEAST_PACKS: i64 = 2;
const PACK_MINUTES: i64 = 120;
const PACK_PRICE_MINOR: i64 = 3_333;

/// What somebody was told, by its code.
pub fn coded<T>(result: Result<T, Refusal>) -> Result<T, Refused> {
    result.map_err(|refusal| refusal.code())
}

impl Contract {
    pub(super) fn place(&mut self, packs: i64, months: u32, extension: Option<u32>) {
        let mut plan = shipped(Currency::EUR).remove(0);
        (plan.minimum_packs, plan.minutes_per_pack, plan.price_minor) = (LEAST_PACKS, PACK_MINUTES, PACK_PRICE_MINOR);
        (plan.validity_months, plan.extension_months) = (months, extension);
        let terms = CurrentTerms {
            version: 1,
            hash: "ab".repeat(32),
        };
        let placement = Placement {
            order_id: OrderId(id(self.number())),
            organization_id: OrganizationId(id(1)),
            placed_by: UserId(id(1)),
            currency: Currency::EUR,
            plan: &plan,
            packs,
            terms_version: 1,
        };
        let placed = Order::place(&placement, &terms, self.now);
        assert_eq!(placed.is_ok(), packs >= LEAST_PACKS);
        if let Ok(order) = placed {
            self.orders.push(order);
            let on_paper = PaperOrder::new(packs, months, extension, self.now);
            self.paper.orders.push(on_paper);
        }
    }

    fn order(&self, index: usize) -> Option<usize> {
        (!self.orders.is_empty()).then(|| index % self.orders.len())
    }

    pub(super) fn pay(&mut self, index: usize, reference: u8) {
        let Some(index) = self.order(index) else { return };
        let expected = self.paper.orders[index].pay(reference, self.now);
        let done = self.orders[index].confirm_payment(&reference_text(reference), self.now);
        let paid_now = coded(done).map(|effect| effect == PaymentEffect::Confirmed);
        assert_eq!(paid_now, expected);
    }

    pub(super) fn activate(&mut self, index: usize, on_credit: bool) {
        let Some(index) = self.order(index) else { return };
        let expected = self.paper.orders[index].start(on_credit, self.now);
        let done = self.orders[index].activate(self.now, on_credit);
        assert_eq!(coded(done), expected);
        if expected.is_err() {
            return;
        }
        let number = self.number();
        let order = &self.orders[index];
        let lot = Lot::of_order(lot_id(number), order, self.now, self.zone.date_at(self.now)).unwrap();
        let on_paper = &mut self.paper.orders[index];
        on_paper.lot = Some(self.paper.lots.len());
        let sold = Sold {
            order: index,
            months: on_paper.months,
            extension: on_paper.extension,
            price_minor: on_paper.packs * PACK_PRICE_MINOR,
            minutes: on_paper.packs * PACK_MINUTES,
        };
        self.grant_sold(number, lot, sold);
    }

    pub(super) fn cancel(&mut self, index: usize) {
        let Some(index) = self.order(index) else { return };
        let expected = self.paper.orders[index].cancel();
        assert_eq!(coded(self.orders[index].cancel(self.now)), expected);
    }

    pub(super) fn bounce(&mut self, index: usize) {
        let Some(index) = self.order(index) else { return };
        let expected = self.paper.orders[index].bounce(self.now);
        assert_eq!(coded(self.orders[index].bounce(self.now)), expected);
        let Some(lot) = self.paper.orders[index].lot.filter(|_| expected.is_ok()) else {
            return;
        };
        let (reason, lot_id) = (stamp(self.now), self.lots[lot].id);
        let bounced = self
            .bank
            .run_for(None, &[lot_id], |account| account.bounce(&reason, lot_id));
        assert_eq!(bounced.is_ok(), self.paper.bounce(lot), "{bounced:?}");
    }

    /// Every order stands where it stands on paper, also one that nobody looked at since it lapsed.
    pub(super) fn check_orders(&self) {
        for (order, paper) in self.orders.iter().zip(&self.paper.orders) {
            let mut seen = order.clone();
            let lapses_now = seen.settle(self.now);
            assert_eq!(lapses_now, paper.lapsed && order.status.as_str() == "placed");
            assert!(!seen.settle(self.now), "it lapses once");
            assert_eq!(seen.status.as_str(), paper.status(), "{paper:?}");
            let reference = paper.paid.map(|(reference, _)| reference_text(reference));
            assert_eq!(
                (seen.payment_reference.as_ref(), seen.paid_at),
                (reference.as_ref(), paper.paid.map(|(_, at)| at)),
                "{paper:?}"
            );
            assert_eq!(
                (seen.placed_at, seen.activated_at, seen.bounced_at),
                (paper.placed_at, paper.started, paper.bounced),
                "{paper:?}"
            );
            assert_eq!(seen.payment_due_at(), paper.due_at(), "{paper:?}");
        }
    }
}

fn reference_text(reference: u8) -> String {
    format!("bank {reference}")
}
