//! The API from outside, on both engines. One program, so that it links once; one file for each resource.

mod assets;
mod catalogue;
mod document;
mod edge;
mod health;
mod idempotency;
mod me;
mod orders;
mod organizations;
mod organizations_balance;
mod packs;
mod password_resets;
mod sessions;
mod starting;
mod users;

#[path = "../access/mod.rs"]
mod access;
