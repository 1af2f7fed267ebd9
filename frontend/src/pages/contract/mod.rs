//! Contracts: packs and where their minutes went, orders, and what was agreed once for all. Clients look at their own,
//! the staff at everybody's.

mod about;
mod agreements;
mod as_of;
mod burn_down;
mod clause;
mod course;
mod give;
mod ledger;
mod limits;
mod lot_forms;
mod lots;
mod online;
mod order;
mod order_forms;
mod orders;
mod packs;
mod placed;
mod proforma;
mod rescue;
mod settings;
mod side;
mod standing;
mod terms;
mod thresholds;
mod what_if;

use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::routes::Screen;

/// The screens of this part.
#[derive(Clone, Copy, PartialEq)]
pub enum Place {
    /// Minutes: how many there are, how long they last, packs and orders.
    Packs,
    /// Why there are so many minutes.
    Ledger,
    /// Ordering more.
    Order,
    /// One order.
    Placed,
    /// Standing approvals, emergencies, limits.
    Agreements,
    /// A client's packs and orders, for the staff.
    ClientPacks,
    /// A client's ledger, for the staff.
    ClientLedger,
    /// A client's agreements, for the staff.
    ClientAgreements,
}

/// Loads this part of the program.
#[wasm_split(contract, wasm_split_path = leptos::wasm_split, fallible)]
pub fn load(place: Place) -> Result<Screen, SplitLoaderError> {
    Ok(match place {
        Place::Packs => packs::packs,
        Place::Ledger => ledger::ledger,
        Place::Order => order::order,
        Place::Placed => placed::placed,
        Place::Agreements => agreements::agreements,
        Place::ClientPacks => packs::client_packs,
        Place::ClientLedger => ledger::client_ledger,
        Place::ClientAgreements => agreements::client_agreements,
    })
}
