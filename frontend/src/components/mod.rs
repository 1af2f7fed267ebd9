//! The parts that screens are made of. Each returns a boxed view, so that a screen's type stays small and so does the
//! program.

mod button;
mod card;
mod choice;
mod clock;
mod dialog;
mod fields;
mod form;
mod icon;
mod menu;
mod meter;
pub mod overview;
mod paged;
mod preferences;
mod remote;
mod shell;
mod states;
mod ticket_row;
mod toast;
mod upload;

pub use button::*;
pub use card::*;
pub use choice::*;
pub use clock::*;
pub use dialog::*;
pub use fields::*;
pub use form::*;
pub use icon::*;
pub use menu::*;
pub use meter::*;
pub use paged::*;
pub use preferences::*;
pub use remote::*;
pub use shell::*;
pub use states::*;
pub use ticket_row::*;
pub use toast::*;
pub use upload::*;
