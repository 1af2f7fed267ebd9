//! The agency's clients: all of them, everything about one, and the agency's own people.

mod client;
mod forms;
mod list;
mod staff;
mod summaries;

use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::routes::Screen;

/// The screens of this part.
#[derive(Clone, Copy, PartialEq)]
pub enum Place {
    /// All clients.
    List,
    /// One of them.
    Client,
    /// The staff.
    Staff,
}

/// Loads this part of the program.
#[wasm_split(staff, wasm_split_path = leptos::wasm_split, fallible)]
pub fn load(place: Place) -> Result<Screen, SplitLoaderError> {
    Ok(match place {
        Place::List => list::clients,
        Place::Client => client::client,
        Place::Staff => staff::staff,
    })
}
