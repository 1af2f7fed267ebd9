//! `/terms`: the conditions that orders accept.

use actix_web::{get, web::Data};
use daypack_api_types::{Items, plan::Terms};
use daypack_domain::policy::{Action, Subject, may};
use daypack_store::catalogue;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    app::{App, Reply},
    edge::{Answer, Public},
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(list_terms);
}

/// Every version of the terms and conditions, newest first. Public.
#[utoipa::path(tag = "catalogue", security(()), responses((status = 200, body = Items<Terms>)))]
#[get("/terms")]
pub async fn list_terms(app: Data<App>, caller: Public) -> Reply {
    app.read(&caller, |conn, context| {
        may(&context.actor, Action::ReadCatalogue, Subject::Installation)?;
        let items = catalogue::all_terms(conn)?.into_iter().map(json).collect();
        Answer::ok(&Items::<Terms> { items })
    })
    .await
}

fn json(terms: catalogue::Terms) -> Terms {
    Terms {
        version: terms.version,
        current: terms.current,
        body_markdown: terms.body_markdown,
        hash: terms.hash,
        published_at: terms.published_at,
    }
}
