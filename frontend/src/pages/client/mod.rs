//! Screens for clients: packs, approvals, weekly summaries, the own account.

use daypack_domain::ids::OrganizationId;
use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};
use leptos_router::components::Redirect;

use crate::{routes::Screen, session::use_session};

mod approval;
mod approvals;
mod burn_down;
mod decline;
mod ledger;
mod me;
mod order;
mod other_time;
mod packs;
mod statement;
mod statement_parts;
mod statements;

/// The screens of this part.
#[derive(Clone, Copy, PartialEq)]
pub enum Place {
    /// Minutes, and why there are so many.
    Packs,
    /// Ordering more.
    Order,
    /// What waits for an answer.
    Approvals,
    /// One estimate, and the yes to it.
    Approval,
    /// The form for another time than the one proposed for a deployment.
    OtherTime,
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
        Place::Packs => packs::packs,
        Place::Order => order::order,
        Place::Approvals => approvals::approvals,
        Place::Approval => approval::approval,
        Place::OtherTime => other_time::other_time,
        Place::Statements => statements::statements,
        Place::Statement => statement::statement,
        Place::Me => me::me,
    })
}

/// A screen about the organization that is shown; the staff, who belong to none, find the same on a client's page.
fn of_organization(screen: impl Fn(OrganizationId) -> AnyView) -> AnyView {
    match untrack(move || use_session().membership()) {
        Some(membership) => screen(membership.organization_id),
        None => view! { <Redirect path="/clients" /> }.into_any(),
    }
}
