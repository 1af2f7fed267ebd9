//! The ledger of minutes (section 3): movements, what they do to lots, holds and debt, and what that leaves.
//!
//! [`Account`] is an organization's ledger as far as a decision needs it: the counters of its live lots and holds,
//! never the movements themselves, so that a decision costs the same however long the history is. Every operation
//! first settles the expiries that are due, and either does all of itself or nothing. All of them go through one
//! function, [`Account::apply`], which holds every invariant.

mod account;
mod agreement;
mod alert;
mod apply;
mod approvals;
mod approve;
mod balance;
mod contract;
mod correct;
mod forecast;
mod movement;
mod position;
mod rescue;
mod rounding;
mod verify;
mod verify_tickets;
mod work;

pub use account::{Account, AccountCounters};
pub use agreement::{Agreement, Clause, Corrected, Correction, EntryFigures};
pub use alert::{Alert, AlertKind, AlertThresholds, alerts, most_urgent, newly_crossed, without_milder};
pub use approvals::{Approved, TicketUse};
pub use approve::{Allocation, Approval, Preview};
pub use balance::{Balance, LotBalance, MovementSum, balance_as_of, balance_of_sums};
pub use contract::Bounced;
pub use correct::Reversal;
pub use forecast::{Forecast, PACE_DAYS, UnusedLot, WhatIf};
pub use movement::{Movement, MovementKind, Stamp};
pub use position::{HoldPart, HoldPosition, LotPosition};
pub use rescue::{Candidate, CandidateKind, Rescued, rescue};
pub use rounding::Rounding;
pub use verify::Books;
pub use verify_tickets::{BilledEntry, TicketFigures};
pub use work::{Consumed, HoldAllocation, Work};
