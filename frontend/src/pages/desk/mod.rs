//! Where requests are worked on: the staff's board, and the page of one request for both sides.

mod board;
mod card;
mod duration;
mod filters;
mod parts;
mod sheets;
mod ticket;

use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::routes::Screen;

/// The screens of this part.
#[derive(Clone, Copy, PartialEq)]
pub enum Place {
    /// The staff's board.
    Board,
    /// One request.
    Ticket,
}

/// Loads this part of the program.
#[wasm_split(desk, wasm_split_path = leptos::wasm_split, fallible)]
pub fn load(place: Place) -> Result<Screen, SplitLoaderError> {
    Ok(match place {
        Place::Board => board::board,
        Place::Ticket => ticket::ticket,
    })
}
