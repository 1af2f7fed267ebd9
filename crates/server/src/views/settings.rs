//! Settings of the installation and of organizations.

use daypack_api_types::{order, settings as api};
use daypack_store::organizations::{Organization, Party};

use crate::flows::settings::Seller;

/// How the agency sells.
#[must_use]
pub fn seller(seller: &Seller) -> api::SellerSettings {
    api::SellerSettings {
        seller: party(&seller.party),
        tax_note: seller.tax_note.clone(),
        payment_instructions: seller.payment_instructions.clone(),
        version: seller.version,
    }
}

/// What is agreed with an organization.
#[must_use]
pub fn organization(row: &Organization) -> api::OrganizationSettings {
    let settings = &row.settings.0;
    api::OrganizationSettings {
        activation_before_payment: settings.activation_before_payment,
        increment_minutes: settings.increment_minutes,
        minimum_minutes: settings.minimum_minutes,
        warranty_days: settings.warranty_days,
        billing: party(&settings.billing),
        version: row.version,
    }
}

/// One side of a sale.
#[must_use]
pub fn party(party: &Party) -> order::Party {
    order::Party {
        name: party.name.clone(),
        address: party.address.clone(),
        tax_number: party.tax_number.clone(),
        email: party.email.clone(),
    }
}
