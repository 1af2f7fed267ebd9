//! Settings that admins make: how the agency sells, and what is agreed with one organization.

use daypack_api_types::{
    order::Party as PartyInput,
    settings::{EditOrganizationSettings, EditSellerSettings},
};
use daypack_domain::{
    event::EventKind,
    ids::OrganizationId,
    policy::{Action, Subject, may},
};
use daypack_store::{
    Conn,
    organizations::{self as store, Organization, Party},
    settings,
};
use serde::{Deserialize, Serialize};

use super::{events, organizations};
use crate::{context::Context, edge::check_version, error::Failure};

/// The setting with what proformas say about the agency, as JSON.
const SELLER_SETTING: &str = "seller";

/// How the agency sells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seller {
    /// Who sells.
    pub party: Party,
    /// A sentence about taxes.
    pub tax_note: String,
    /// How to pay.
    pub payment_instructions: String,
    /// Grows with each change; 0 before the first.
    pub version: i64,
}

/// How the agency sells, for documents.
///
/// # Errors
/// The database.
pub fn seller(conn: &mut Conn) -> Result<Seller, Failure> {
    match settings::get(conn, SELLER_SETTING)? {
        Some(json) => serde_json::from_str(&json).map_err(Failure::internal),
        None => Ok(Seller::default()),
    }
}

/// How the agency sells, for whoever may change it.
///
/// # Errors
/// [`Refusal::Forbidden`](daypack_domain::Refusal::Forbidden).
pub fn show_seller(conn: &mut Conn, context: &Context) -> Result<Seller, Failure> {
    may(&context.actor, Action::ManageSettings, Subject::Installation)?;
    seller(conn)
}

/// Changes how the agency sells.
///
/// # Errors
/// [`Refusal::Forbidden`](daypack_domain::Refusal::Forbidden), `stale_version`.
pub fn edit_seller(
    conn: &mut Conn,
    context: &Context,
    input: &EditSellerSettings,
    seen_version: i64,
) -> Result<Seller, Failure> {
    may(&context.actor, Action::ManageSettings, Subject::Installation)?;
    // The catalogue's lock serves: both are about how the agency sells.
    daypack_store::catalogue::lock(conn)?;
    let before = seller(conn)?;
    check_version(seen_version, before.version)?;
    let mut after = before.clone();
    let mut fields = Vec::new();
    let text = |given: &Option<String>, kept: &String| given.as_deref().map_or_else(|| kept.clone(), trimmed);
    after.party = input.seller.as_ref().map_or_else(|| before.party.clone(), party);
    after.tax_note = text(&input.tax_note, &before.tax_note);
    after.payment_instructions = text(&input.payment_instructions, &before.payment_instructions);
    note(&mut fields, "seller", after.party != before.party);
    note(&mut fields, "tax_note", after.tax_note != before.tax_note);
    let instructions_differ = after.payment_instructions != before.payment_instructions;
    note(&mut fields, "payment_instructions", instructions_differ);
    if fields.is_empty() {
        return Ok(before);
    }
    after.version += 1;
    let json = serde_json::to_string(&after).map_err(Failure::internal)?;
    settings::set(conn, SELLER_SETTING, &json, context.now)?;
    events::record(conn, context, None, [EventKind::SellerChanged { fields }])?;
    Ok(after)
}

/// Changes what is agreed with an organization.
///
/// # Errors
/// [`Refusal::NotFound`](daypack_domain::Refusal::NotFound), [`Refusal::Forbidden`](daypack_domain::Refusal::Forbidden), `stale_version`.
pub fn edit_organization(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    input: &EditOrganizationSettings,
    seen_version: i64,
) -> Result<Organization, Failure> {
    may(&context.actor, Action::ManageSettings, organization_id.into())?;
    let mut organization = organizations::lock(conn, organization_id)?;
    check_version(seen_version, organization.version)?;
    let before = organization.settings.0.clone();
    let mut after = before.clone();
    after.activation_before_payment = input
        .activation_before_payment
        .unwrap_or(before.activation_before_payment);
    after.increment_minutes = input.increment_minutes.unwrap_or(before.increment_minutes);
    after.minimum_minutes = input.minimum_minutes.unwrap_or(before.minimum_minutes);
    after.warranty_days = input.warranty_days.unwrap_or(before.warranty_days);
    after.billing = input.billing.as_ref().map_or_else(|| before.billing.clone(), party);
    let mut fields = Vec::new();
    let activation_differs = after.activation_before_payment != before.activation_before_payment;
    note(&mut fields, "activation_before_payment", activation_differs);
    note(
        &mut fields,
        "increment_minutes",
        after.increment_minutes != before.increment_minutes,
    );
    note(
        &mut fields,
        "minimum_minutes",
        after.minimum_minutes != before.minimum_minutes,
    );
    note(
        &mut fields,
        "warranty_days",
        after.warranty_days != before.warranty_days,
    );
    note(&mut fields, "billing", after.billing != before.billing);
    if fields.is_empty() {
        return Ok(organization);
    }
    organization.settings.0 = after;
    organization.version += 1;
    if !store::update(conn, &organization)? {
        // Nobody changes an organization without its lock.
        return Err(Failure::internal(format!(
            "the organization {organization_id} was not locked"
        )));
    }
    let kind = EventKind::OrganizationChanged { fields };
    events::record(conn, context, Some(organization_id), [kind])?;
    Ok(organization)
}

fn note(fields: &mut Vec<String>, name: &str, differs: bool) {
    if differs {
        fields.push(name.to_owned());
    }
}

fn party(input: &PartyInput) -> Party {
    Party {
        name: trimmed(&input.name),
        address: trimmed(&input.address),
        tax_number: trimmed(&input.tax_number),
        email: trimmed(&input.email),
    }
}

fn trimmed(text: &str) -> String {
    text.trim().to_owned()
}
