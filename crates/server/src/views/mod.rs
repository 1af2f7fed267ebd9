//! From rows to the shapes of the API: one function for each, with names and figures loaded for all rows at once.

pub mod alerts;
pub mod approvals;
pub mod catalogue;
pub mod comments;
pub mod dashboard;
pub mod emergency;
pub mod estimates;
pub mod ledger;
pub mod ledger_csv;
pub mod lot_details;
pub mod lots;
pub mod markdown;
pub mod orders;
pub mod organizations;
pub mod people;
pub mod proformas;
pub mod resource;
pub mod settings;
pub mod sla;
pub mod statements;
pub mod tickets;
pub mod timeline;
pub mod work;

pub use lots::LotNames;
pub use people::People;
