//! The rules of Daypack, and nothing else: no I/O, no clock of its own (`now` is an argument), no async.
//!
//! The crate compiles for the server and for the page. Amounts are integers with the unit in their name
//! (`minutes`, `price_minor`); instants compare in full precision. Where a rule has a number, the number is data
//! and the one written here is its default.

mod words;

pub mod calendar;
pub mod closure;
pub mod emergency;
pub mod estimate;
pub mod event;
pub mod ids;
pub mod ledger;
pub mod lot;
pub mod money;
pub mod order;
pub mod plan;
pub mod policy;
pub mod problem;
pub mod sla;
pub mod standing;
pub mod statement;
pub mod terms;
pub mod ticket;
pub mod time;
pub mod warranty;
pub mod work;
pub mod workflow;
#[cfg(feature = "zones")]
pub mod zone;

pub use problem::Refusal;
pub use time::Instant;
