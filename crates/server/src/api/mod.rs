//! The operations of the REST API: one file for each resource. A handler extracts, calls one flow, maps the answer.

pub mod attachments;
pub mod estimates;
pub mod installation;
pub mod ledger;
pub mod me;
pub mod orders;
pub mod organizations;
pub mod password_resets;
pub mod plans;
pub mod sessions;
pub mod statements;
pub mod terms;
pub mod tickets;
pub mod users;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers every resource below `/api/v1`.
pub fn register(config: &mut ServiceConfig) {
    config
        .configure(attachments::register)
        .configure(estimates::register)
        .configure(installation::register)
        .configure(ledger::register)
        .configure(me::register)
        .configure(orders::register)
        .configure(organizations::register)
        .configure(password_resets::register)
        .configure(plans::register)
        .configure(sessions::register)
        .configure(statements::register)
        .configure(terms::register)
        .configure(tickets::register)
        .configure(users::register);
}
