//! Screens for clients: approvals, weekly summaries, the own account.

use daypack_domain::ids::OrganizationId;
use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};

use crate::{place, routes::Screen, session::use_session};

mod approval;
mod approvals;
mod approve_link;
mod decline;
mod dispute;
mod emergencies;
mod me;
mod offer;
mod other_time;
mod statement;
mod statement_parts;
mod statements;

/// The screens of this part.
#[derive(Clone, Copy, PartialEq)]
pub enum Place {
    /// What waits for an answer.
    Approvals,
    /// One estimate, and the yes to it.
    Approval,
    /// The form for another time than the one proposed for a deployment.
    OtherTime,
    /// The same from the link in a mail.
    ApproveLink,
    /// A recorded approval, from the link in a mail.
    DisputeLink,
    /// Weekly summaries.
    Statements,
    /// One of them.
    Statement,
    /// The own account.
    Me,
}

/// Loads this part of the program.
#[wasm_split(client, wasm_split_path = leptos::wasm_split, fallible)]
pub fn load(place: Place) -> Result<Screen, SplitLoaderError> {
    Ok(match place {
        Place::Approvals => approvals::approvals,
        Place::Approval => approval::approval,
        Place::OtherTime => other_time::other_time,
        Place::ApproveLink => approve_link::approve_link,
        Place::DisputeLink => dispute::dispute_link,
        Place::Statements => statements::statements,
        Place::Statement => statement::statement,
        Place::Me => me::me,
    })
}

/// A screen about the organization that is shown; the staff, who belong to none, find the same on a client's page.
fn of_organization(screen: impl Fn(OrganizationId) -> AnyView) -> AnyView {
    match untrack(move || use_session().membership()) {
        Some(membership) => screen(membership.organization_id),
        None => place::elsewhere("/clients"),
    }
}
