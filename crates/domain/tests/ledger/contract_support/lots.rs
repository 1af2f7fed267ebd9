//! What happens to lots as a whole.

use super::Contract;
use super::acts::Act;
use super::orders::coded;
use crate::ledger_support::paper::{Mark, PaperLot, Sold, end_of_day, months_later};
use crate::ledger_support::{id, lot_id, stamp, system, ticket};
use chrono::{Days, NaiveDate};
use daypack_domain::Refusal;
use daypack_domain::ids::{OrganizationId, SystemId};
use daypack_domain::ledger::Account;
use daypack_domain::lot::{GiftedLot, Lot, LotOrigin, LotStatus};
use daypack_domain::money::Currency;
use daypack_domain::zone::Zone;

/// The systems of a lot: the one that tickets 1 and 2 are for, or all.
fn systems(limited: bool) -> Vec<SystemId> {
    limited.then(|| system(1)).into_iter().collect()
}

impl Contract {
    pub(super) fn gift(&mut self, minutes: i64, days: u64, limited: bool) {
        let number = self.number();
        let today = self.zone.local(self.now).date();
        let gift = GiftedLot {
            id: lot_id(number),
            organization_id: OrganizationId(id(1)),
            origin: LotOrigin::Goodwill,
            plan: None,
            minutes,
            system_ids: systems(limited),
            expires_on: today + Days::new(days),
        };
        let lot = Lot::gift(gift, Currency::EUR, self.now, today).unwrap();
        let on_paper = PaperLot {
            limited,
            ..self.new_lot(number, minutes, today + Days::new(days))
        };
        self.grant(lot, on_paper);
    }

    pub(super) fn grant_sold(&mut self, number: u128, lot: Lot, sold: Sold) {
        let today = self.zone.local(self.now).date();
        let on_paper = PaperLot {
            sold: Some(sold),
            ..self.new_lot(number, sold.minutes, months_later(today, sold.months))
        };
        self.grant(lot, on_paper);
    }

    fn new_lot(&self, number: u128, minutes: i64, expires_on: NaiveDate) -> PaperLot {
        PaperLot {
            number,
            activated_at: self.now,
            activated_on: self.zone.local(self.now).date(),
            expires_on,
            ends_at: end_of_day(expires_on, self.zone),
            status: LotStatus::Active,
            limited: false,
            sold: None,
            extended: false,
            paid_back_minor: 0,
            marks: vec![Mark::Free; minutes as usize],
        }
    }

    fn grant(&mut self, lot: Lot, on_paper: PaperLot) {
        let position = lot.position(lot.ends_at(self.zone));
        let reason = stamp(self.now);
        self.bank.run(|account| account.grant(&reason, position)).unwrap();
        self.paper.grant(on_paper);
        self.lots.push(lot);
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
        let (Act::Extend { lot }
        | Act::LimitLot { lot, .. }
        | Act::Refund { lot, .. }
        | Act::Adjust { lot, .. }
        | Act::Void { lot }) = *act
        else {
            unreachable!("other acts are done elsewhere")
        };
        if self.lots.is_empty() {
            return;
        }
        let index = lot % self.lots.len();
        let (lot_id, reason) = (self.lots[index].id, stamp(self.now));
        match *act {
            Act::Extend { .. } => self.extend(index),
            Act::LimitLot { limited, .. } => self.limit_lot(index, limited),
            Act::Refund { minutes, .. } => self.refund(index, minutes),
            Act::Adjust { minutes, up: true, .. } => {
                let done = self.on(index, |account| account.credit(&reason, lot_id, minutes));
                assert_eq!(done.is_ok(), self.paper.credit(index, minutes), "{done:?}");
            }
            Act::Adjust { minutes, .. } => {
                let done = self.on(index, |account| account.debit(&reason, lot_id, minutes));
                assert_eq!(done.is_ok(), self.paper.take_out(index, minutes), "{done:?}");
            }
            _ => self.void(index),
        }
    }

    fn on<T>(
        &mut self,
        index: usize,
        operation: impl FnOnce(&mut Account) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.bank.run_for(None, &[self.lots[index].id], operation)
    }

    fn limit_lot(&mut self, index: usize, limited: bool) {
        let (lot_id, reason, system_ids) = (self.lots[index].id, stamp(self.now), systems(limited));
        // With what is held for ticket 3, that nothing of it is given up.
        let done = self.bank.run_for(Some(ticket(3)), &[lot_id], |account| {
            account.limit(&reason, lot_id, system_ids.clone())
        });
        assert_eq!(done.is_ok(), self.paper.limit_lot(index, limited), "{done:?}");
        if done.is_ok() {
            self.lots[index].system_ids = system_ids;
            let of_others = |mark: Mark| matches!(mark, Mark::Held(of, _) if of > 2);
            if limited && self.paper.lots[index].count(of_others) > 0 {
                self.reached
                    .insert("a lot is limited while another's work holds some of it");
            }
        }
    }

    fn refund(&mut self, index: usize, minutes: i64) {
        let (lot_id, reason) = (self.lots[index].id, stamp(self.now));
        let worth = self.paper.lots[index].worth_minor(minutes);
        assert_eq!(self.lots[index].refund_minor(minutes), worth);
        let done = self.on(index, |account| account.refund(&reason, lot_id, minutes));
        assert_eq!(done.is_ok(), self.paper.take_out(index, minutes), "{done:?}");
        if done.is_ok() {
            self.lots[index].refunded_minor += worth;
            let lot = &mut self.paper.lots[index];
            lot.paid_back_minor += worth;
            let price = lot.sold.map_or(0, |sold| sold.price_minor);
            assert!(lot.paid_back_minor <= price, "more money back than was paid");
        }
    }

    fn void(&mut self, index: usize) {
        let (lot_id, reason) = (self.lots[index].id, stamp(self.now));
        let done = self.on(index, |account| account.void(&reason, lot_id));
        assert_eq!(done.is_ok(), self.paper.void(index), "{done:?}");
        let Some(sold) = self.paper.lots[index].sold.filter(|_| done.is_ok()) else {
            return;
        };
        let ends = self.paper.orders[sold.order].lot_voided();
        assert_eq!(
            self.orders[sold.order].lot_voided(),
            ends,
            "nobody pays for it any more"
        );
    }

    fn extend(&mut self, index: usize) {
        let (reason, zone) = (stamp(self.now), self.zone);
        let expected = self.paper.extend(index, zone);
        let mut extended = self.lots[index].clone();
        let done = extended.extend(self.now).and_then(|expires_on| {
            let (lot_id, ends_at) = (extended.id, zone.end_of(expires_on));
            self.on(index, |account| account.extend(&reason, lot_id, expires_on, ends_at))
        });
        assert_eq!(coded(done), expected);
        if expected.is_ok() {
            self.lots[index] = extended;
        }
    }

    /// Every lot is what it is on paper, once what is due has happened.
    pub(super) fn check_lots(&self, settled: &Account) {
        for (index, paper) in self.paper.lots.iter().enumerate() {
            let id = lot_id(paper.number);
            let lot = settled.lot(id).unwrap_or(&self.bank.lots[&id]);
            let (posted, held) = (paper.free() + paper.held(), paper.held());
            assert_eq!((lot.posted_minutes, lot.held_minutes), (posted, held), "lot {index}");
            assert_eq!(
                (lot.used_minutes, lot.status),
                (paper.used(), paper.status),
                "lot {index}"
            );
            assert_eq!(
                (lot.expires_on, lot.ends_at),
                (paper.expires_on, paper.ends_at),
                "lot {index}"
            );
            assert_eq!(lot.system_ids, systems(paper.limited), "lot {index}");
            let sold = &self.lots[index];
            assert_eq!(
                (sold.expires_on, sold.extended_at.is_some()),
                (paper.expires_on, paper.extended),
                "lot {index}"
            );
            assert_eq!(sold.price.amount_minor, paper.sold.map_or(0, |sold| sold.price_minor));
        }
    }
}
