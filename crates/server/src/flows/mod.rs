//! What the server does, one function for each thing: load (store), decide (domain), save state and events (store).
//! A flow runs in the transaction of its caller, with a [`Context`](crate::context::Context) that says when and who.

pub mod attachments;
pub mod balance;
pub mod dashboard;
pub mod estimates;
pub mod events;
pub mod ledger;
pub mod members;
pub mod orders;
pub mod organizations;
pub mod passwords;
pub mod people;
pub mod sessions;
pub mod staff;
pub mod stale_holds;
pub mod statements;
pub mod systems;
pub mod tickets;
pub mod work;
