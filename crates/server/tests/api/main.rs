//! The API from outside, on both engines. One program, so that it links once; one file for each resource.
#![allow(clippy::unwrap_used, reason = "a test that unwraps in vain fails, as it should")]

mod alerts;
mod approval_links;
mod assets;
mod catalogue;
mod catalogue_edits;
mod corrections;
mod dashboard;
mod document;
mod edge;
mod emergencies;
mod estimates;
mod estimates_lines;
mod health;
mod idempotency;
mod imports;
mod jobs;
mod lots;
mod lots_expiry;
mod mails;
mod me;
mod members;
mod orders;
mod orders_credit;
mod orders_proforma;
mod organizations;
mod organizations_balance;
mod organizations_ledger;
mod packs;
mod password_resets;
mod payments;
mod queries;
mod query_plans;
mod recorded_approvals;
mod refusals;
mod requests;
mod sessions;
mod settings;
mod standing_approvals;
mod starting;
mod statements;
mod terms;
mod tickets;
mod tickets_comments;
mod tickets_sla;
mod tickets_triage;
mod two_servers;
mod uploads;
mod users;
mod verify;
mod warranty;
mod weeks;
mod work;

#[path = "../access/mod.rs"]
mod access;
