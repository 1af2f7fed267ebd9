//! The operations of the REST API: one file for each resource. A handler extracts, calls one flow, maps the answer.

pub mod installation;
pub mod me;
pub mod password_resets;
pub mod plans;
pub mod sessions;
pub mod terms;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers every resource below `/api/v1`.
pub fn register(config: &mut ServiceConfig) {
    config
        .configure(installation::register)
        .configure(me::register)
        .configure(password_resets::register)
        .configure(plans::register)
        .configure(sessions::register)
        .configure(terms::register);
}
