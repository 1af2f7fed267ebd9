//! The clocks of tickets (section 7): one program, for what the files share.

#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap has failed")]

mod replay;
mod rules;
mod sla_support;
mod updates_and_order;
