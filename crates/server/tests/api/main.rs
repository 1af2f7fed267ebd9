//! The API from outside, on both engines. One program, so that it links once; one file for each resource.

mod assets;
mod catalogue;
mod document;
mod edge;
mod health;
mod idempotency;
mod me;
mod password_resets;
mod sessions;
mod starting;

#[path = "../access/mod.rs"]
mod access;
