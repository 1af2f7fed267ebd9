//! What the server does, one function for each thing: load (store), decide (domain), save state and events (store).
//! A flow runs in the transaction of its caller, with a [`Context`](crate::context::Context) that says when and who.

pub mod passwords;
pub mod people;
pub mod sessions;
