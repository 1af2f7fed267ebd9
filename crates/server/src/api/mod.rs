//! The operations of the REST API: one file for each resource. A handler extracts, calls one flow, maps the answer.

pub mod alerts;
pub mod approvals;
pub mod attachments;
pub mod board;
pub mod checkouts;
pub mod dashboard;
pub mod emergencies;
pub mod estimates;
pub mod imports;
pub mod installation;
pub mod ledger;
pub mod lots;
pub mod me;
pub mod members;
pub mod orders;
pub mod organizations;
pub mod password_resets;
pub mod plans;
pub mod proformas;
pub mod sessions;
pub mod settings;
pub mod standing_approvals;
pub mod statements;
pub mod terms;
pub mod tickets;
pub mod time_entries;
pub mod users;
pub mod windows;
pub mod work;

use crate::operations::ServiceConfig;

/// Registers every resource below `/api/v1`.
pub fn register(config: &mut ServiceConfig) {
    config
        .configure(alerts::register)
        .configure(approvals::register)
        .configure(attachments::register)
        .configure(board::register)
        .configure(checkouts::register)
        .configure(emergencies::register)
        .configure(estimates::register)
        .configure(dashboard::register)
        .configure(imports::register)
        .configure(installation::register)
        .configure(ledger::register)
        .configure(lots::register)
        .configure(me::register)
        .configure(members::register)
        .configure(orders::register)
        .configure(organizations::register)
        .configure(password_resets::register)
        .configure(plans::register)
        .configure(proformas::register)
        .configure(sessions::register)
        .configure(settings::register)
        .configure(standing_approvals::register)
        .configure(statements::register)
        .configure(terms::register)
        .configure(tickets::register)
        .configure(time_entries::register)
        .configure(users::register)
        .configure(windows::register)
        .configure(work::register);
}
