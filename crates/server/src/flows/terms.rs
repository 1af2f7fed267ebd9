//! Terms and conditions (section 2): published in versions, accepted with orders, and again when a version asks for it.

use std::collections::BTreeMap;

use daypack_api_types::terms::{AcceptTerms, PublishTerms};
use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::{OrderId, OrganizationId},
    order::TermsAcceptance,
    policy::{Action, Subject, may},
    terms,
};
use daypack_store::{
    Conn,
    catalogue::{self, Terms},
    terms_acceptances::{self, Acceptance},
};

use super::{events, organizations};
use crate::{auth::secrets, context::Context, error::Failure};

/// Publishes a version in the place of the current one.
///
/// # Errors
/// [`Refusal::Forbidden`]; `invalid` without a text; `terms_unchanged` when it is the current text.
pub fn publish(conn: &mut Conn, context: &Context, input: &PublishTerms) -> Result<Terms, Failure> {
    may(&context.actor, Action::ManageTerms, Subject::Installation)?;
    if input.body_markdown.trim().is_empty() {
        return Err(Refusal::field("/body_markdown", "too_short", "Terms have a text.").into());
    }
    catalogue::lock(conn)?;
    let before = catalogue::current_terms(conn)?;
    let hash = secrets::hash(&input.body_markdown);
    if before.as_ref().is_some_and(|before| before.hash == hash) {
        return Err(Refusal::conflict("terms_unchanged", "This is the text of the current version.").into());
    }
    let version = Terms {
        version: before.map_or(1, |before| before.version + 1),
        current: true,
        body_markdown: input.body_markdown.clone(),
        hash,
        published_at: context.now,
        requires_acceptance: input.requires_acceptance,
        published_by: context.actor.user_id(),
    };
    catalogue::publish_terms(conn, &version)?;
    let kind = EventKind::TermsPublished {
        version: version.version,
        requires_acceptance: version.requires_acceptance,
    };
    events::record(conn, context, None, [kind])?;
    Ok(version)
}

/// A version, whether or not it is current: what was accepted can be read for ever.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such version.
pub fn find(conn: &mut Conn, context: &Context, version: i64) -> Result<Terms, Failure> {
    may(&context.actor, Action::ReadCatalogue, Subject::Installation)?;
    Ok(catalogue::terms_of_version(conn, version)?.ok_or(Refusal::NotFound)?)
}

/// What was accepted for an organization, newest first, and the version that is asked now.
///
/// # Errors
/// Those of [`may`].
pub fn acceptances(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
) -> Result<(Vec<Acceptance>, Option<i64>), Failure> {
    may(&context.actor, Action::ReadPacks, organization_id.into())?;
    let accepted = terms_acceptances::of_organization(conn, organization_id)?;
    let asked = asked_of(conn, &[organization_id])?.get(&organization_id).copied();
    Ok((accepted, asked))
}

/// The version that each of these organizations is asked to accept; those that are asked nothing are left out.
///
/// # Errors
/// The database.
pub fn asked_of(conn: &mut Conn, ids: &[OrganizationId]) -> Result<BTreeMap<OrganizationId, i64>, Failure> {
    let history = catalogue::terms_history(conn)?;
    let mut asked = BTreeMap::new();
    // Nothing more has to be read as long as no version ever asked.
    if ids.is_empty() || !history.iter().any(|version| version.requires_acceptance) {
        return Ok(asked);
    }
    for organization in daypack_store::organizations::find_many(conn, ids)? {
        let accepted = terms_acceptances::newest_version(conn, organization.id)?;
        if let Some(version) = terms::asked(&history, accepted, organization.created_at) {
            asked.insert(organization.id, version);
        }
    }
    Ok(asked)
}

/// Accepts the current version for an organization. Once more by the same person has the effect of once.
///
/// # Errors
/// Those of [`may`]; `invalid` with `terms_out_of_date` for another version than the current one.
pub fn accept(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    input: &AcceptTerms,
) -> Result<Acceptance, Failure> {
    may(&context.actor, Action::AcceptTerms, organization_id.into())?;
    let accepted_by = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("a person accepts the terms and conditions"))?;
    organizations::lock(conn, organization_id)?;
    let current = catalogue::current_terms(conn)?.ok_or_else(|| Failure::internal("no terms are published"))?;
    terms::check_current("/version", input.version, current.version)?;
    let known = terms_acceptances::of_organization(conn, organization_id)?
        .into_iter()
        .find(|known| known.terms_version == current.version && known.accepted_by == accepted_by);
    if let Some(known) = known {
        return Ok(known);
    }
    let terms = TermsAcceptance {
        version: current.version,
        hash: current.hash,
        accepted_by,
        accepted_at: context.now,
    };
    let acceptance = keep(conn, context, organization_id, &terms, None)?;
    let kind = EventKind::TermsAccepted {
        version: acceptance.terms_version,
        hash: acceptance.terms_hash.clone(),
    };
    events::record(conn, context, Some(organization_id), [kind])?;
    Ok(acceptance)
}

/// Keeps an acceptance, with the address that it came from.
///
/// # Errors
/// The database.
pub fn keep(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    terms: &TermsAcceptance,
    order_id: Option<OrderId>,
) -> Result<Acceptance, Failure> {
    let acceptance = Acceptance {
        id: context.id(),
        organization_id,
        terms_version: terms.version,
        terms_hash: terms.hash.clone(),
        accepted_by: terms.accepted_by,
        accepted_at: terms.accepted_at,
        accepted_address: address(context),
        order_id,
    };
    terms_acceptances::insert(conn, &acceptance)?;
    Ok(acceptance)
}

/// From where somebody acts, as it is kept.
#[must_use]
pub fn address(context: &Context) -> String {
    context
        .remote_address
        .map(|address| address.to_string())
        .unwrap_or_default()
}
