//! Orders from placing to bouncing, and what happens to lots as a whole.

use super::Contract;
use super::acts::Act;
use crate::ledger_support::paper::{Mark, PaperLot, end_of_day, months_later};
use crate::ledger_support::{id, lot_id, stamp};
use chrono::{NaiveDate, TimeDelta};
use daypack_domain::ids::{OrderId, OrganizationId, UserId};
use daypack_domain::lot::{GiftedLot, Lot, LotOrigin, LotStatus};
use daypack_domain::money::Currency;
use daypack_domain::order::{CurrentTerms, Order, Placement};
use daypack_domain::plan::shipped;
use daypack_domain::zone::Zone;

impl Contract {
    pub(super) fn place(&mut self, packs: i64, months: u32, extension: Option<u32>) {
        let mut plan = shipped(Currency::EUR).remove(0);
        (plan.minimum_packs, plan.minutes_per_pack, plan.price_minor) = (2, 120, 3_333);
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
        assert_eq!(placed.is_ok(), packs >= 2);
        self.orders.extend(placed);
    }

    fn order(&self, index: usize) -> Option<usize> {
        (!self.orders.is_empty()).then(|| index % self.orders.len())
    }

    /// Its lot was made void by hand.
    fn is_void(&self, order: &Order) -> bool {
        let lot = self.lots.iter().position(|lot| lot.order_id == Some(order.id));
        lot.is_some_and(|index| self.paper.lots[index].status == LotStatus::Voided) && order.bounced_at.is_none()
    }

    /// Still waiting for its payment.
    fn waits(&self, order: &Order) -> bool {
        let idle = order.paid_at.is_none() && order.activated_at.is_none() && order.bounced_at.is_none();
        idle && order.status.as_str() != "cancelled" && self.now - order.placed_at < TimeDelta::days(30)
    }

    pub(super) fn pay(&mut self, index: usize, reference: u8) {
        let Some(index) = self.order(index) else { return };
        let order = &self.orders[index];
        let text = format!("bank {reference}");
        // A payment that bounced is no payment any more, by whichever reference it is told again.
        let again = order.payment_reference.as_ref() == Some(&text) && order.bounced_at.is_none();
        let on_credit = order.payment_reference.is_none() && order.activated_at.is_some() && order.bounced_at.is_none();
        let late = on_credit && !self.is_void(order);
        let expected = again || late || self.waits(order);
        let result = self.orders[index].confirm_payment(&text, self.now);
        assert_eq!(result.is_ok(), expected, "{result:?}");
    }

    pub(super) fn activate(&mut self, index: usize, on_credit: bool) {
        let Some(index) = self.order(index) else { return };
        let order = &self.orders[index];
        let paid = order.paid_at.is_some() && order.activated_at.is_none() && order.bounced_at.is_none();
        let expected = paid || (on_credit && self.waits(order));
        let result = self.orders[index].activate(self.now, on_credit);
        assert_eq!(result.is_ok(), expected, "{result:?}");
        if !expected {
            return;
        }
        let number = self.number();
        let order = &self.orders[index];
        let lot = Lot::of_order(lot_id(number), order, self.now, self.zone.date_at(self.now)).unwrap();
        let today = self.zone.local(self.now).date();
        let expires_on = months_later(today, order.plan.validity_months);
        self.grant(number, lot, expires_on);
    }

    pub(super) fn gift(&mut self, minutes: i64, days: u64) {
        let number = self.number();
        let today = self.zone.local(self.now).date();
        let gift = GiftedLot {
            id: lot_id(number),
            organization_id: OrganizationId(id(1)),
            origin: LotOrigin::Goodwill,
            plan: None,
            minutes,
            system_ids: Vec::new(),
            expires_on: today + chrono::Days::new(days),
        };
        let lot = Lot::gift(gift.clone(), Currency::EUR, self.now, today).unwrap();
        self.grant(number, lot, gift.expires_on);
    }

    fn grant(&mut self, number: u128, lot: Lot, expires_on: NaiveDate) {
        let position = lot.position(lot.ends_at(self.zone));
        let reason = stamp(self.now);
        self.bank.run(|account| account.grant(&reason, position)).unwrap();
        self.paper.grant(PaperLot {
            number,
            activated_at: self.now,
            expires_on,
            ends_at: end_of_day(expires_on, self.zone),
            status: LotStatus::Active,
            marks: vec![Mark::Free; lot.minutes as usize],
        });
        self.lots.push(lot);
    }

    pub(super) fn cancel(&mut self, index: usize) {
        let Some(index) = self.order(index) else { return };
        let expected = self.waits(&self.orders[index]);
        let result = self.orders[index].cancel(self.now);
        assert_eq!(result.is_ok(), expected, "{result:?}");
    }

    pub(super) fn bounce(&mut self, index: usize) {
        let Some(index) = self.order(index) else { return };
        let order = &self.orders[index];
        let owed = order.activated_at.is_some() && !self.is_void(order);
        let expected = order.bounced_at.is_none() && (order.paid_at.is_some() || owed);
        let result = self.orders[index].bounce(self.now);
        assert_eq!(result.is_ok(), expected, "{result:?}");
        let order_id = self.orders[index].id;
        let Some(lot) = self.lots.iter().position(|lot| lot.order_id == Some(order_id)) else {
            return;
        };
        if expected {
            let (reason, lot_id) = (stamp(self.now), self.lots[lot].id);
            let bounced = self
                .bank
                .run_for(None, &[lot_id], |account| account.bounce(&reason, lot_id));
            assert_eq!(bounced.is_ok(), self.paper.bounce(lot), "{bounced:?}");
        }
    }

    pub(super) fn change_zone(&mut self, name: &str) {
        self.zone = Zone::parse(name).unwrap();
        let (zone, reason) = (self.zone, stamp(self.now));
        self.bank
            .run(|account| account.change_zone(&reason, |date| zone.end_of(date)))
            .unwrap();
        self.paper.change_zone(zone, self.now);
    }

    pub(super) fn change_lot(&mut self, act: &Act) {
        let (Act::Extend { lot } | Act::Refund { lot, .. } | Act::Adjust { lot, .. } | Act::Void { lot }) = *act else {
            unreachable!("other acts are done elsewhere")
        };
        if self.lots.is_empty() {
            return;
        }
        let index = lot % self.lots.len();
        let (lot_id, reason) = (self.lots[index].id, stamp(self.now));
        let also = [lot_id];
        match *act {
            Act::Extend { .. } => self.extend(index),
            Act::Refund { minutes, .. } => {
                let lot = &self.lots[index];
                let worth = lot.refund_minor(minutes);
                let price = lot.price.amount_minor;
                assert_eq!(worth, (price * minutes / lot.minutes).min(price - lot.refunded_minor));
                let done = self
                    .bank
                    .run_for(None, &also, |account| account.refund(&reason, lot_id, minutes));
                assert_eq!(done.is_ok(), self.paper.take_out(index, minutes), "{done:?}");
                if done.is_ok() {
                    self.lots[index].refunded_minor += worth;
                    assert!(
                        self.lots[index].refunded_minor <= price,
                        "more money back than was paid"
                    );
                }
            }
            Act::Adjust { minutes, up: true, .. } => {
                let done = self
                    .bank
                    .run_for(None, &also, |account| account.credit(&reason, lot_id, minutes));
                assert_eq!(done.is_ok(), self.paper.credit(index, minutes), "{done:?}");
            }
            Act::Adjust { minutes, .. } => {
                let done = self
                    .bank
                    .run_for(None, &also, |account| account.debit(&reason, lot_id, minutes));
                assert_eq!(done.is_ok(), self.paper.take_out(index, minutes), "{done:?}");
            }
            _ => {
                let done = self.bank.run_for(None, &also, |account| account.void(&reason, lot_id));
                assert_eq!(done.is_ok(), self.paper.void(index), "{done:?}");
                let bought = self.lots[index].order_id;
                if let Some(order) = self
                    .orders
                    .iter_mut()
                    .find(|order| done.is_ok() && Some(order.id) == bought)
                {
                    assert_eq!(
                        order.lot_voided(),
                        order.paid_at.is_none(),
                        "nobody pays for it any more"
                    );
                }
            }
        }
    }

    fn extend(&mut self, index: usize) {
        let (reason, zone) = (stamp(self.now), self.zone);
        let lot = &mut self.lots[index];
        let once = lot.extension_months.is_some() && lot.extended_at.is_none();
        let mut extended = lot.clone();
        let decided = extended.extend(self.now);
        assert_eq!(decided.is_ok(), once, "{decided:?}");
        let Ok(expires_on) = decided else { return };
        let months = lot.validity_months.unwrap() + lot.extension_months.unwrap();
        let counted = months_later(lot.activated_on, months);
        let (lot_id, ends_at) = (lot.id, zone.end_of(expires_on));
        let done = self.bank.run_for(None, &[lot_id], |account| {
            account.extend(&reason, lot_id, expires_on, ends_at)
        });
        assert_eq!(done.is_ok(), self.paper.extend(index, counted, zone), "{done:?}");
        if done.is_ok() {
            self.lots[index] = extended;
        }
    }
}
