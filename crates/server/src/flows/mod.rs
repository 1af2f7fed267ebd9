//! What the server does, one function for each thing: load (store), decide (domain), save state and events (store).
//! A flow runs in the transaction of its caller, with a [`Context`](crate::context::Context) that says when and who.

pub mod alerts;
pub mod attachments;
pub mod balance;
pub mod catalogue;
pub mod checkouts;
pub mod dashboard;
pub mod emergency;
pub mod estimates;
pub mod events;
pub mod imports;
pub mod ledger;
pub mod lots;
pub mod members;
pub mod orders;
pub mod organizations;
pub mod passwords;
pub mod people;
pub mod proformas;
pub mod rescue;
pub mod sessions;
pub mod settings;
pub mod staff;
pub mod stale_holds;
pub mod standing_approvals;
pub mod statements;
pub mod systems;
pub mod terms;
pub mod tickets;
pub mod verify;
pub mod what_if;
pub mod work;
