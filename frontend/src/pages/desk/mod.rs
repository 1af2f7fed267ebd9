//! Where requests are worked on: the staff's board, and the page of one request for both sides.

mod board;
mod card;
pub mod duration;
mod filters;
pub mod parts;
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

/// Loads the part of the program that a screen is in: only the staff have a board.
pub async fn load(place: Place) -> Result<Screen, SplitLoaderError> {
    match place {
        Place::Board => load_board().await,
        Place::Ticket => load_ticket().await,
    }
}

/// Loads the board.
#[wasm_split(staff, wasm_split_path = leptos::wasm_split, fallible)]
fn load_board() -> Result<Screen, SplitLoaderError> {
    Ok(board::board)
}

/// Loads the page of a request.
#[wasm_split(work, wasm_split_path = leptos::wasm_split, fallible)]
fn load_ticket() -> Result<Screen, SplitLoaderError> {
    Ok(ticket::ticket)
}
