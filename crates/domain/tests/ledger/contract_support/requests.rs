//! What a ticket is on paper: what was said yes to, how much of it counts, and the time on it.

use crate::ledger_support::paper::Terms;
use crate::ledger_support::{entry, hold_id, system, ticket};
use daypack_domain::estimate::{Basis, offered_in_all};
use daypack_domain::ids::SystemId;
use daypack_domain::ledger::{Agreement, Approved, BilledEntry, Clause, EntryFigures, Rounding, TicketFigures};

/// Tickets 1 and 2 are for the system that limited lots serve, ticket 3 is for none.
pub fn system_of(of: u128) -> Option<SystemId> {
    (of <= 2).then(|| system(1))
}

#[derive(Debug, Clone)]
pub struct Logged {
    pub number: u128,
    pub worked: i64,
    /// What of that is not billed any more, because no yes covered it.
    pub waived: i64,
    pub billed: i64,
    pub taken_back: bool,
    /// The act at which it billed something for the first time.
    pub first_billed: Option<u64>,
}

impl Logged {
    /// For the clock of the ticket.
    pub fn counted(&self) -> i64 {
        self.worked - self.waived
    }

    pub fn figures(&self) -> EntryFigures {
        EntryFigures {
            entry_id: entry(self.number),
            worked_minutes: self.counted(),
            billed_minutes: self.billed,
        }
    }
}

/// The hold that a yes made.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    pub number: u128,
    pub on_paper: u64,
    /// The act that made it.
    pub act: u64,
}

/// A yes, which may replace those before it, and may be for a fixed size.
#[derive(Debug, Clone, Copy)]
pub struct Yes {
    pub minutes: i64,
    pub further: bool,
    pub fixed: bool,
    /// None where nothing more had to be held.
    pub hold: Option<Made>,
    pub used_before: i64,
    /// Whoever it was recorded for did not say it.
    pub disputed: bool,
}

impl Yes {
    pub fn basis(&self) -> Basis {
        if self.further { Basis::Further } else { Basis::Total }
    }

    fn fixed_minutes(&self) -> i64 {
        if self.fixed { self.minutes } else { 0 }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Request {
    pub closed: bool,
    /// Work began as an emergency after so many times that somebody said yes.
    pub began: Option<usize>,
    /// It is not as severe any more as an emergency must be.
    pub milder: bool,
    /// The lead said that it was no emergency.
    pub upheld: bool,
    pub said: Vec<Yes>,
    pub approved: i64,
    /// What counted when it was resolved last, of what was said: that many.
    pub resolved: Option<usize>,
    pub entries: Vec<Logged>,
}

impl Request {
    /// What the last total and those after it come to, of those that nobody disputed.
    fn sum(said: &[Yes], of: impl Fn(&Yes) -> i64) -> i64 {
        let stand: Vec<&Yes> = said.iter().filter(|yes| !yes.disputed).collect();
        let from = stand.iter().rposition(|yes| !yes.further).unwrap_or(0);
        stand[from..].iter().map(|yes| of(yes)).sum()
    }

    pub fn said_in_all(&self) -> i64 {
        Self::sum(&self.said, |yes| yes.minutes)
    }

    /// The fixed sizes among all that was said.
    pub fn fixed_in_all(&self) -> i64 {
        Self::sum(&self.said, Yes::fixed_minutes)
    }

    /// The fixed size that counted when it was resolved last.
    pub fn fixed(&self) -> i64 {
        self.resolved
            .map_or(0, |count| Self::sum(&self.said[..count], Yes::fixed_minutes))
    }

    /// What was approved at the moment of an act; a total counts from the beginning.
    pub fn said_by(&self, act: u64) -> i64 {
        let by_then = |yes: &&Yes| !yes.further || yes.hold.is_none_or(|made| made.act <= act);
        let said: Vec<Yes> = self.said.iter().filter(by_then).copied().collect();
        Self::sum(&said, |yes| yes.minutes)
    }

    /// What counts as approved, when somebody did not say what was recorded: one yes after the other, anew. One on top
    /// of others counts what was used before it. Not so where an emergency was none.
    pub fn approved_anew(&self) -> i64 {
        if self.upheld {
            return self.said_in_all();
        }
        let mut approved = 0;
        for yes in self.said.iter().filter(|yes| !yes.disputed) {
            if !yes.further {
                approved = 0;
            } else if approved < yes.used_before {
                approved = yes.used_before;
            }
            approved += yes.minutes;
        }
        approved
    }

    /// Work began as an emergency, nobody was given right that it was none, and no yes to all of it took its place.
    pub fn is_emergency(&self) -> bool {
        let goes_on = |from: usize| self.said[from..].iter().all(|yes| yes.further || yes.disputed);
        !self.upheld && self.began.is_some_and(goes_on)
    }

    /// Work may go on before a yes.
    pub fn clause_counts(&self) -> bool {
        self.is_emergency() && !self.milder
    }

    /// In an emergency what was approved on top adds to what it may have, which is never less than what is approved.
    pub fn agreed(&self, terms: &Terms) -> i64 {
        let with_clause = terms.emergency + self.said_in_all().min(self.approved);
        if self.clause_counts() && with_clause > self.approved {
            with_clause
        } else {
            self.approved
        }
    }

    pub fn counting(&self) -> impl Iterator<Item = &Logged> {
        self.entries.iter().filter(|entry| !entry.taken_back)
    }

    pub fn counted(&self) -> i64 {
        self.counting().map(Logged::counted).sum()
    }

    /// The same agreement, as the flows say it.
    pub fn agreement(&self, of: u128, used_minutes: i64, terms: &Terms) -> Agreement {
        let stand = self.said.iter().filter(|yes| !yes.disputed);
        let clause = Clause {
            minutes: terms.emergency,
            further_minutes: offered_in_all(stand.map(|yes| (yes.basis(), yes.minutes))),
        };
        Agreement {
            ticket_id: ticket(of),
            system_id: system_of(of),
            approved_minutes: self.approved,
            clause: self.clause_counts().then_some(clause),
            used_minutes,
            fixed_minutes: self.fixed(),
            rounding: Rounding {
                increment_minutes: terms.increment,
                minimum_minutes: terms.minimum,
                free_minutes: terms.free,
            },
        }
    }

    /// What was said, as the store keeps it.
    pub fn approvals(&self) -> Vec<Approved> {
        let approved = |yes: &Yes| Approved {
            basis: yes.basis(),
            minutes: yes.minutes,
            hold_id: yes.hold.map(|made| hold_id(made.number)),
            disputed: yes.disputed,
        };
        self.said.iter().map(approved).collect()
    }

    /// What the store keeps with the ticket.
    pub fn stored(&self, of: u128, used_minutes: i64, terms: &Terms) -> TicketFigures {
        TicketFigures {
            ticket_id: ticket(of),
            approved_minutes: self.approved,
            actual_minutes: self.counting().map(|entry| entry.worked).sum(),
            billed_minutes: self.counting().map(|entry| entry.billed).sum(),
            used_minutes,
            approvals: self.approvals(),
            upheld: self.upheld,
            clause_minutes: self.began.filter(|_| !self.upheld).map(|_| terms.emergency),
        }
    }

    pub fn stored_entries(&self, of: u128) -> impl Iterator<Item = BilledEntry> {
        self.entries.iter().map(move |logged| BilledEntry {
            entry_id: entry(logged.number),
            ticket_id: ticket(of),
            actual_minutes: logged.worked,
            billable_minutes: logged.billed,
            taken_back: logged.taken_back,
        })
    }
}
