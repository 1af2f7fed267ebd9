//! The server of Daypack as a library, so that tests run it in their own process with their own clock.
//!
//! The way of one piece of data: request → [`edge`] (who, bounds, shape) → handler in [`api`] → flow in [`flows`]
//! (load, decide, save, in one transaction) → answer. See `crates/ARCHITECTURE.md`.

pub mod api;
pub mod app;
pub mod assets;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod context;
pub mod documents;
pub mod edge;
pub mod error;
pub mod files;
pub mod flows;
pub mod health;
pub mod ids;
pub mod jobs;
pub mod mail;
pub mod openapi;
pub mod operations;
pub mod outgoing;
pub mod payments;
pub mod problem;
pub mod routes;
pub mod seed;
pub mod server;
#[cfg(feature = "testing")]
pub mod testing;
pub mod versions;
pub mod views;

pub use server::{Running, start};
