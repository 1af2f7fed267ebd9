//! Approvals, emergencies, time with its rounding, corrections, and what a ticket holds when it ends and begins again.

use super::Contract;
use crate::ledger_support::paper::billed_for;
use crate::ledger_support::{entry, hold_id, stamp, ticket};
use daypack_domain::estimate::Basis;
use daypack_domain::ids::LotId;
use daypack_domain::ledger::{Account, Movement, Reversal, Rounding, Work};
use daypack_domain::{Instant, Refusal};

/// What the emergency clause lets a ticket have at once.
const EMERGENCY_MINUTES: i64 = 120;
const FREE_MINUTES: i64 = 30;

#[derive(Debug, Clone)]
pub struct Logged {
    pub number: u128,
    worked: i64,
    pub billed: i64,
    pub taken_back: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Request {
    closed: bool,
    emergency: bool,
    agreed: i64,
    pub entries: Vec<Logged>,
}

/// One step of a correction, done on both sides in one go.
#[derive(Debug, Clone, Copy)]
enum Piece {
    GiveBack { entry: u128, minutes: i64 },
    Bill { entry: u128, minutes: i64 },
}

impl Contract {
    pub(super) fn approve(&mut self, of: u128, minutes: i64, further: bool) {
        let (held, used) = (self.paper.held(of), self.paper.used(of));
        let basis = if further { Basis::Further } else { Basis::Total };
        let wanted = if further { minutes } else { minutes - used - held };
        let mut draft = self.paper.clone();
        let expected = if wanted < 0 {
            draft.release(of, -wanted);
            true
        } else {
            draft.hold(of, wanted)
        };
        let hold = self.number();
        let approved = self.bank.approve(self.now, hold, of, minutes, basis);
        assert_eq!(approved.is_ok(), expected, "{approved:?}");
        if expected {
            self.paper = draft;
            let agreed = self.paper.held(of) + self.paper.used(of);
            self.requests.entry(of).or_default().agreed = agreed;
        }
    }

    pub(super) fn emergency(&mut self, of: u128) {
        let request = self.requests.entry(of).or_default();
        if request.emergency || request.closed {
            return;
        }
        request.emergency = true;
        request.agreed = request.agreed.max(EMERGENCY_MINUTES);
        self.hold_up_to(of, EMERGENCY_MINUTES);
    }

    /// Holds so many minutes, or all there are.
    fn hold_up_to(&mut self, of: u128, minutes: i64) {
        let (hold, reason) = (hold_id(self.number()), stamp(self.now));
        let expected = minutes.min(self.paper.available());
        assert!(self.paper.hold(of, expected));
        let held = self.bank.run_for(Some(ticket(of)), &[], |account| {
            account.hold_up_to(&reason, hold, ticket(of), None, minutes)
        });
        assert_eq!(held, Ok(expected));
    }

    pub(super) fn log(&mut self, of: u128, minutes: i64) {
        let number = self.number();
        let request = self.requests.entry(of).or_default().clone();
        let mut worked: Vec<i64> = counting(&request).map(|entry| entry.worked).collect();
        worked.push(minutes);
        let before: i64 = counting(&request).map(|entry| entry.billed).sum();
        let total: i64 = worked.iter().sum();
        let billed = Rounding::default().entry_minutes(total, before, request.agreed);
        let counted = (billed_for(total, FREE_MINUTES, request.agreed) - before).max(0);
        assert_eq!(billed, counted, "{worked:?} of {}", request.agreed);
        let done = self.together(
            of,
            &[Piece::Bill {
                entry: number,
                minutes: billed,
            }],
        );
        if done {
            self.requests.entry(of).or_default().entries.push(Logged {
                number,
                worked: minutes,
                billed,
                taken_back: false,
            });
        }
    }

    pub(super) fn take_back(&mut self, index: usize) {
        let all: Vec<(u128, usize)> = self
            .requests
            .iter()
            .flat_map(|(of, request)| (0..request.entries.len()).map(|place| (*of, place)))
            .collect();
        if all.is_empty() {
            return;
        }
        let (of, place) = all[index % all.len()];
        let mut request = self.requests[&of].clone();
        if request.entries[place].taken_back {
            return;
        }
        let own = request.entries[place].clone();
        request.entries[place].taken_back = true;
        let worked: Vec<i64> = counting(&request).map(|entry| entry.worked).collect();
        let anew = Rounding::default().entries_minutes(&worked, request.agreed);
        let (mut pieces, mut later, mut sum, mut billed) = (Vec::new(), Vec::new(), 0, 0);
        pieces.push(Piece::GiveBack {
            entry: own.number,
            minutes: own.billed,
        });
        for (logged, bills) in request.entries.iter_mut().filter(|entry| !entry.taken_back).zip(anew) {
            sum += logged.worked;
            let counted = (billed_for(sum, FREE_MINUTES, request.agreed) - billed).max(0);
            assert_eq!(bills, counted, "rounded anew");
            billed += counted;
            let entry = logged.number;
            if bills < logged.billed {
                pieces.push(Piece::GiveBack {
                    entry,
                    minutes: logged.billed - bills,
                });
            } else if bills > logged.billed {
                later.push(Piece::Bill {
                    entry,
                    minutes: bills - logged.billed,
                });
            }
            logged.billed = bills;
        }
        // What is taken finds what was given back.
        pieces.extend(later);
        if self.together(of, &pieces) {
            self.requests.insert(of, request);
        }
    }

    /// All pieces on both sides, or none on either.
    fn together(&mut self, of: u128, pieces: &[Piece]) -> bool {
        let request = self.requests.entry(of).or_default().clone();
        let mut draft = self.paper.clone();
        let expected = pieces.iter().all(|piece| match *piece {
            Piece::GiveBack { entry, minutes } => minutes == 0 || draft.reverse(entry, minutes, !request.closed),
            Piece::Bill { entry, minutes } => {
                let (held, used) = (draft.held(of), draft.used(of));
                let again = (minutes - held)
                    .min(request.agreed - used - held)
                    .min(draft.available());
                let held_again = again <= 0 || draft.hold(of, again);
                let allowed = if request.emergency {
                    EMERGENCY_MINUTES - used - held - again.max(0)
                } else {
                    0
                };
                held_again && (minutes == 0 || draft.work(of, entry, minutes, allowed.max(0)))
            }
        });
        let first_hold = self.next + 1;
        self.next += pieces.len() as u128;
        let entries: Vec<u128> = pieces.iter().map(|piece| piece.entry()).collect();
        let of_entries = |m: &&Movement| {
            m.entry_id
                .is_some_and(|id| entries.iter().any(|number| entry(*number) == id))
        };
        let movements: Vec<Movement> = self.bank.ledger.iter().filter(of_entries).cloned().collect();
        let common = self.bank.ledger.iter().filter(|movement| movement.is_common_debt());
        let debts: Vec<Movement> = common.cloned().collect();
        let also: Vec<LotId> = movements.iter().chain(&debts).filter_map(|m| m.lot_id).collect();
        let used = self.bank.used_by(ticket(of));
        let by_rule = RuleSide {
            of,
            now: self.now,
            request: &request,
            first_hold,
            movements,
            debts,
            used,
        };
        if expected {
            self.paper = draft;
            self.bank
                .run_for(Some(ticket(of)), &also, |account| by_rule.apply(account, pieces))
                .unwrap();
        } else {
            let refused = by_rule
                .apply(&mut self.bank.load(Some(ticket(of)), &also), pieces)
                .unwrap_err();
            assert_eq!(refused.code(), "approved_minutes_exhausted");
        }
        expected
    }

    pub(super) fn finish(&mut self, of: u128) {
        let held = self.paper.held(of);
        self.paper.release(of, held);
        assert_eq!(self.bank.release(self.now, of), Ok(held));
        self.requests.entry(of).or_default().closed = true;
    }

    pub(super) fn reopen(&mut self, of: u128) {
        let request = self.requests.entry(of).or_default();
        if !request.closed {
            return;
        }
        request.closed = false;
        let rest = request.agreed - self.paper.used(of);
        if rest > 0 {
            self.hold_up_to(of, rest);
        }
    }
}

impl Piece {
    const fn entry(self) -> u128 {
        match self {
            Self::GiveBack { entry, .. } | Self::Bill { entry, .. } => entry,
        }
    }
}

/// The pieces of a correction as the flows do them with the account.
struct RuleSide<'a> {
    of: u128,
    now: Instant,
    request: &'a Request,
    first_hold: u128,
    movements: Vec<Movement>,
    debts: Vec<Movement>,
    used: i64,
}

impl RuleSide<'_> {
    fn apply(&self, account: &mut Account, pieces: &[Piece]) -> Result<(), Refusal> {
        let (stamp, ticket_id) = (stamp(self.now), ticket(self.of));
        let mut used = self.used;
        for (place, piece) in pieces.iter().enumerate() {
            match *piece {
                Piece::GiveBack { minutes: 0, .. } | Piece::Bill { minutes: 0, .. } => {}
                Piece::GiveBack { entry: number, minutes } => {
                    let own = |m: &&Movement| m.entry_id == Some(entry(number));
                    let movements: Vec<Movement> = self.movements.iter().filter(own).cloned().collect();
                    let reversal = Reversal {
                        ticket_id,
                        ticket_open: !self.request.closed,
                        minutes,
                        movements: &movements,
                        debts: &self.debts,
                    };
                    account.reverse(&stamp, &reversal)?;
                    used -= minutes;
                }
                Piece::Bill { entry: number, minutes } => {
                    account.settle(self.now)?;
                    let held = account.held_for(ticket_id);
                    let again = (minutes - held).min(self.request.agreed - used - held);
                    if again > 0 {
                        let hold = hold_id(self.first_hold + place as u128);
                        account.hold_up_to(&stamp, hold, ticket_id, None, again)?;
                    }
                    let allowed = EMERGENCY_MINUTES - used - account.held_for(ticket_id);
                    let work = Work {
                        ticket_id,
                        entry_id: entry(number),
                        minutes,
                        borrow_up_to_minutes: if self.request.emergency { allowed.max(0) } else { 0 },
                    };
                    account.consume(&stamp, &work)?;
                    used += minutes;
                }
            }
        }
        Ok(())
    }
}

fn counting(request: &Request) -> impl Iterator<Item = &Logged> {
    request.entries.iter().filter(|entry| !entry.taken_back)
}
