//! The screens, one file each, in parts that are loaded when one of their screens is first shown.

pub mod admin;
pub mod client;
pub mod clients;
pub mod contract;
pub mod desk;
pub mod home;
mod packs_card;
pub mod public;
pub mod requests;
mod terms_text;
mod waiting;
