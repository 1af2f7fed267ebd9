//! Documents that people keep: as a page and as PDF, in the language of whoever they are for.

pub mod money;
pub mod pdf;
mod proforma;

pub use proforma::{Made, State, html, pdf};
