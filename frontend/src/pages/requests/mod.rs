//! Requests for work: the list, and asking for more.

use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::routes::Screen;

mod impact;
mod list;
mod new;
mod similar;

/// The screens of this part.
#[derive(Clone, Copy, PartialEq)]
pub enum Place {
    /// All of them, narrowed as one likes.
    List,
    /// Asking for work.
    New,
}

/// Loads this part of the program.
#[wasm_split(work, wasm_split_path = leptos::wasm_split, fallible)]
pub fn load(place: Place) -> Result<Screen, SplitLoaderError> {
    Ok(match place {
        Place::List => list::list,
        Place::New => new::new,
    })
}
