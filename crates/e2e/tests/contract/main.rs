//! Contracts as people see them, on the demo data: ordering and paying, packs and what is done to them, what is agreed
//! once for all, approvals and emergencies, and what admins set up. After each step the API is asked what is true now;
//! dialogs are looked at while they are open.

mod agreements;
mod approvals;
mod catalogue;
mod chooser;
mod ledger;
mod orders;
mod packs;
mod stage;

use e2e::{Look, Result};
use stage::{Stage, finish};

/// Clients do this on a phone.
#[tokio::test]
async fn packs_are_ordered_and_paid() -> Result {
    let stage = Stage::set().await?;
    let owner = stage.sign_in("owner@luma.example", Look::PHONE).await?;
    let lead = stage.sign_in("lead@daypack.example", Look::DESKTOP).await?;
    let admin = stage.sign_in("admin@daypack.example", Look::DESKTOP).await?;
    orders::chooses(&stage, &owner).await?;
    orders::pays_online(&stage, &owner).await?;
    orders::confirms_a_transfer(&stage, &lead).await?;
    orders::takes_a_payment_back(&stage, &lead).await?;
    orders::starts_before_payment(&stage, &admin).await?;
    orders::pays_what_has_started(&stage, &owner).await?;
    orders::cancels(&stage, &owner).await?;
    finish([owner, lead, admin]).await
}

#[tokio::test]
async fn packs_are_given_changed_and_explained() -> Result {
    let stage = Stage::set().await?;
    let owner = stage.sign_in("owner@acme.example", Look::PHONE).await?;
    let lead = stage.sign_in("lead@daypack.example", Look::DESKTOP).await?;
    let admin = stage.sign_in("admin@daypack.example", Look::DESKTOP).await?;
    packs::gives(&stage, &lead).await?;
    packs::corrects(&stage, &lead).await?;
    packs::takes_back(&stage, &lead).await?;
    packs::pays_back(&stage, &admin).await?;
    packs::reads_how_long_it_lasts(&stage, &owner).await?;
    packs::extends(&stage, &owner).await?;
    packs::asks_what_if(&stage, &owner).await?;
    packs::reads_the_ledger(&stage, &owner).await?;
    ledger::looks_back(&stage, &owner, &lead).await?;
    packs::takes_contracts_over(&stage, &admin).await?;
    finish([owner, lead, admin]).await
}

#[tokio::test]
async fn agreements_are_made_and_changed() -> Result {
    let stage = Stage::set().await?;
    let owner = stage.sign_in("owner@acme.example", Look::PHONE).await?;
    let admin = stage.sign_in("admin@daypack.example", Look::DESKTOP).await?;
    agreements::changes_the_clause(&stage, &owner).await?;
    agreements::changes_the_thresholds(&stage, &owner).await?;
    agreements::gives_and_ends_a_standing_approval(&stage, &owner).await?;
    agreements::changes_limits(&stage, &owner).await?;
    agreements::changes_the_client(&stage, &admin).await?;
    catalogue::edits_plans(&stage, &admin).await?;
    catalogue::publishes_terms(&stage, &admin).await?;
    catalogue::accepts_them(&stage, &owner).await?;
    let visitor = stage.visitor(Look::DESKTOP).await?;
    chooser::chooses_among_all(&stage, &visitor).await?;
    chooser::orders_in_its_currency(&stage, &owner).await?;
    finish([owner, admin, visitor]).await
}

#[tokio::test]
async fn work_begins_with_a_yes_or_is_answered_for() -> Result {
    let stage = Stage::set().await?;
    let owner = stage.sign_in("owner@acme.example", Look::PHONE).await?;
    let lead = stage.sign_in("lead@daypack.example", Look::DESKTOP).await?;
    approvals::offers_and_revises(&stage, &lead).await?;
    approvals::approves_a_part(&stage, &owner).await?;
    approvals::declines(&stage, &owner).await?;
    approvals::records_and_disputes(&stage, &lead, &owner).await?;
    approvals::starts_at_once_and_settles(&stage, &lead, &owner).await?;
    approvals::decides_about_warranty(&stage, &lead).await?;
    finish([owner, lead]).await
}
