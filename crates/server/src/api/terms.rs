//! `/terms`: the conditions that orders accept, and who accepted them.

use actix_web::{get, post, web::Data};
use daypack_api_types::{
    Items,
    plan::Terms,
    terms::{AcceptTerms, PublishTerms, TermsAcceptance, TermsAcceptances},
};
use daypack_domain::policy::{Action, Subject, may};
use daypack_store::catalogue;

use crate::{
    app::{App, Reply},
    edge::{Answer, Body, FromPath, Public, SignedIn},
    flows::{organizations, terms},
    operations::ServiceConfig,
    views::{self, resource::only},
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(list_terms)
        .service(publish_terms)
        .service(show_terms)
        .service(list_terms_acceptances)
        .service(accept_terms);
}

/// Every version of the terms and conditions, newest first. Public.
#[utoipa::path(tag = "catalogue", security(()), responses((status = 200, body = Items<Terms>)))]
#[get("/terms")]
pub async fn list_terms(app: Data<App>, caller: Public) -> Reply {
    app.read(&caller, |conn, context| {
        may(&context.actor, Action::ReadCatalogue, Subject::Installation)?;
        let items = catalogue::all_terms(conn)?
            .into_iter()
            .map(views::catalogue::terms)
            .collect();
        Answer::ok(&Items::<Terms>::new(items))
    })
    .await
}

/// Publishes a version of the terms and conditions, which is the current one from then on. Admins.
#[utoipa::path(tag = "catalogue", request_body = PublishTerms, responses((status = 201, body = Terms)))]
#[post("/terms")]
pub async fn publish_terms(app: Data<App>, caller: SignedIn, body: Body<PublishTerms>) -> Reply {
    app.write(&caller, move |conn, context| {
        Answer::created(&views::catalogue::terms(terms::publish(conn, context, &body.0)?))
    })
    .await
}

/// A version of the terms and conditions, current or not. Public, for ever.
#[utoipa::path(
    tag = "catalogue", security(()),
    params(("version" = i64, Path, description = "Which one")),
    responses((status = 200, body = Terms))
)]
#[get("/terms/{version}")]
pub async fn show_terms(app: Data<App>, caller: Public, version: FromPath<i64>) -> Reply {
    app.read(&caller, move |conn, context| {
        Answer::ok(&views::catalogue::terms(terms::find(conn, context, version.0)?))
    })
    .await
}

/// The versions that were accepted for an organization, newest first, and the one that is asked now.
#[utoipa::path(
    tag = "organizations",
    params(("id" = String, Path, description = "Its id, or its short name")),
    responses((status = 200, body = TermsAcceptances))
)]
#[get("/organizations/{id}/terms-acceptances")]
pub async fn list_terms_acceptances(app: Data<App>, caller: SignedIn, id: FromPath<String>) -> Reply {
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadPacks)?;
        let (rows, asked) = terms::acceptances(conn, context, organization.id)?;
        Answer::ok(&views::catalogue::acceptances(conn, &rows, asked)?)
    })
    .await
}

/// Accepts the current terms and conditions for an organization. Owners and approvers.
#[utoipa::path(
    tag = "organizations", request_body = AcceptTerms,
    params(("id" = String, Path, description = "Its id, or its short name")),
    responses((status = 201, body = TermsAcceptance))
)]
#[post("/organizations/{id}/terms-acceptances")]
pub async fn accept_terms(app: Data<App>, caller: SignedIn, id: FromPath<String>, body: Body<AcceptTerms>) -> Reply {
    app.write(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::AcceptTerms)?;
        let row = terms::accept(conn, context, organization.id, &body.0)?;
        let shown = views::catalogue::acceptances(conn, &[row], None)?;
        Answer::created(&only(shown.items)?)
    })
    .await
}
