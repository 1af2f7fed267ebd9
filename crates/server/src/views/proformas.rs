//! Proformas in the buyer's language.

use chrono::TimeDelta;
use daypack_api_types::order::{Proforma, ProformaLine};
use daypack_domain::order::{Order, OrderStatus};
use daypack_store::{Conn, organizations::Party, settings};

use super::{orders::proforma_number, settings::party};
use crate::{
    api::installation::{DEFAULT_NAME, NAME_SETTING},
    documents::{Made, State},
    error::Failure,
    flows::{organizations::zone_of, proformas::Parts},
    mail::texts::{Texts, duration},
};

/// A proforma.
///
/// # Errors
/// The database.
pub fn proforma(conn: &mut Conn, parts: &Parts) -> Result<Made, Failure> {
    let (order, buyer) = (&parts.record.order, &parts.buyer);
    let zone = zone_of(buyer)?;
    let texts = Texts::of(&buyer.locale);
    let state = state(order);
    let pay_until = match order.status {
        // It lapses at that instant: the day before is the last one that is whole.
        OrderStatus::Placed => Some(zone.date_at(order.lapses_at() - TimeDelta::days(1))),
        _ => order.payment_due_at().map(|due| zone.date_at(due)),
    };
    let number = proforma_number(&parts.record);
    let agency = settings::get(conn, NAME_SETTING)?.unwrap_or_else(|| DEFAULT_NAME.to_owned());
    let proforma = Proforma {
        issued_on: zone.date_at(order.placed_at),
        pay_until,
        status: order.status,
        seller: party(&named(&parts.seller.party, &agency)),
        buyer: party(&named(&buyer.settings.billing, &buyer.name)),
        lines: vec![line(order, texts)],
        total: order.total,
        tax_note: parts.seller.tax_note.clone(),
        payment_instructions: parts.seller.payment_instructions.clone(),
        payment_reference: number.clone(),
        terms_version: order.terms.version,
        number,
    };
    Ok(Made { proforma, state, texts })
}

fn state(order: &Order) -> State {
    match order.status {
        _ if order.bounced_at.is_some() => State::Bounced,
        OrderStatus::Cancelled => State::Cancelled,
        OrderStatus::Lapsed => State::Lapsed,
        _ if order.paid_at.is_some() => State::Paid,
        OrderStatus::Placed | OrderStatus::Paid | OrderStatus::Activated => State::Waiting,
    }
}

/// Where no legal name was given, the one that is known.
fn named(party: &Party, name: &str) -> Party {
    let mut party = party.clone();
    if party.name.is_empty() {
        name.clone_into(&mut party.name);
    }
    party
}

fn line(order: &Order, texts: &Texts) -> ProformaLine {
    let plan = &order.plan;
    let (minutes, months) = (duration(plan.minutes_per_pack), plan.validity_months.to_string());
    let values = [("plan", plan.name.as_str()), ("minutes", &minutes), ("months", &months)];
    ProformaLine {
        description: texts.get("proforma.line", &values),
        packs: order.packs,
        price: plan.total(1),
        total: order.total,
    }
}
