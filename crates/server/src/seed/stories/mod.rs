//! What people asked for and what was done about it, in the words of an agency that looks after software.

use super::{people::Client, story::Story};

mod acme_first_weeks;
mod acme_later_weeks;
mod acme_open;
mod luma;
mod nord_first_weeks;
mod nord_later_weeks;
mod nord_open;

/// Acme Retail's online shop.
pub const SHOP: &str = "Online shop";
/// Acme Retail's back office.
pub const BACK_OFFICE: &str = "Back office";
/// Nordic Bikes' web shop.
pub const WEB_SHOP: &str = "Web shop";
/// Nordic Bikes' system of the workshop.
pub const WORKSHOP: &str = "Workshop";
/// Luma Studio's customers.
pub const CRM: &str = "Studio CRM";

/// Every story of a client.
pub fn of(client: Client) -> Vec<Story> {
    match client {
        Client::Acme => [
            acme_first_weeks::stories(),
            acme_later_weeks::stories(),
            acme_open::stories(),
        ]
        .concat(),
        Client::Nord => [
            nord_first_weeks::stories(),
            nord_later_weeks::stories(),
            nord_open::stories(),
        ]
        .concat(),
        Client::Luma => luma::stories(),
    }
}
