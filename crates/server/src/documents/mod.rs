//! Documents that people keep: as a page and as PDF, in the language of whoever they are for.
//!
//! PDF is written by krilla with Inter in it (`fonts/OFL.txt`): the letters of Latin, Greek and Cyrillic, all digits of
//! one width, 70 kB for each weight.

pub mod money;
pub mod pdf;
mod proforma;

pub use proforma::{Made, State, html, pdf};
