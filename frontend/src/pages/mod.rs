//! The screens, one file each, in parts that are loaded when one of their screens is first shown.

pub mod client;
pub mod clients;
pub mod desk;
pub mod home;
mod packs_card;
pub mod public;
pub mod requests;
mod waiting;
