//! Calendars (section 7): when an organization's people work, and the arithmetic of business time.
//!
//! A [`Calendar`] says it in local times of an IANA zone. Everything that counts time works on [`OpenIntervals`], the
//! same hours in UTC, so the page does the same sums without a zone table. Business time is the real time of the
//! intersection with the open intervals; clock changes need no rule of their own.

mod definition;
#[cfg(feature = "zones")]
mod expand;
mod open;
mod week;

pub use definition::{Calendar, CalendarDefinition, Hours};
#[cfg(feature = "zones")]
pub use expand::LazyIntervals;
pub use open::{OpenIntervals, OutsideIntervals, Part};
pub use week::{Holiday, LocalInterval, TimeOfDay, Week};
