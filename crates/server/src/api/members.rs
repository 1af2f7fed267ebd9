//! `/organizations/{id}/members`: who may do what for a client, and up to which limits.

use actix_web::{delete, get, patch, post, web::Data};
use daypack_api_types::{
    Items,
    organization::{AddMember, ChangeMember, Member},
};
use daypack_domain::{ids::UserId, policy::Action};

use crate::{
    app::{App, Reply},
    auth::secrets,
    edge::{Answer, Body, ExpectedVersion, FromPath, RequiredVersion, SignedIn},
    flows::{members, organizations},
    mail::{
        account::{LinkFor, link_mail},
        outbox,
    },
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(list_members)
        .service(add_member)
        .service(change_member)
        .service(remove_member);
}

/// The people of an organization and those who are invited to it, by name.
#[utoipa::path(
    tag = "organizations",
    params(("id" = String, Path, description = "Its id, or its short name")),
    responses((status = 200, body = Items<Member>))
)]
#[get("/organizations/{id}/members")]
pub async fn list_members(app: Data<App>, caller: SignedIn, id: FromPath<String>) -> Reply {
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadOrganization)?;
        let rows = members::list_with_invited(conn, context, organization.id)?;
        let items = rows
            .iter()
            .map(|(place, user)| views::people::member(place, user, organization.currency))
            .collect();
        Answer::ok(&Items::<Member>::new(items))
    })
    .await
}

/// Invites somebody to a role in the organization, by a link that is good once within 7 days: who has no password sets
/// one by it. Until they have accepted they are shown by the name that was typed. Owners and admins.
#[utoipa::path(
    tag = "organizations", request_body = AddMember,
    params(("id" = String, Path, description = "Its id, or its short name")),
    responses((status = 201, body = Member))
)]
#[post("/organizations/{id}/members")]
pub async fn add_member(app: Data<App>, caller: SignedIn, id: FromPath<String>, body: Body<AddMember>) -> Reply {
    let (token, base_url) = (secrets::one_time_token(), app.config.base_url.clone());
    app.write(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ManageMembers)?;
        let added = members::add(conn, context, organization.id, &body.0, &token)?;
        let reason = match added.user.password_hash {
            Some(_) => LinkFor::Joining {
                organization: &organization.name,
            },
            None => LinkFor::Invitation,
        };
        let mail = link_mail(&added.user, reason, &base_url, &token)?;
        outbox::post(conn, context, Some(organization.id), &mail)?;
        let member = views::people::member(&added.membership, &added.user, organization.currency);
        Ok(Answer::created(&member)?.version(member.version))
    })
    .await
}

/// Changes the role or the limits of a member. Owners and admins.
#[utoipa::path(
    tag = "organizations", request_body = ChangeMember,
    params(("id" = String, Path, description = "Its id, or its short name"),
        ("user_id" = Uuid, Path, description = "The member"), RequiredVersion),
    responses((status = 200, body = Member))
)]
#[patch("/organizations/{id}/members/{user_id}")]
pub async fn change_member(
    app: Data<App>,
    caller: SignedIn,
    path: FromPath<(String, UserId)>,
    version: RequiredVersion,
    body: Body<ChangeMember>,
) -> Reply {
    app.write(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &path.0.0, Action::ManageMembers)?;
        let (place, user) = members::change(conn, context, organization.id, path.0.1, &body.0, version.0)?;
        let member = views::people::member(&place, &user, organization.currency);
        Ok(Answer::ok(&member)?.version(member.version))
    })
    .await
}

/// Takes a person out of the organization. Owners and admins.
#[utoipa::path(
    tag = "organizations",
    params(("id" = String, Path, description = "Its id, or its short name"),
        ("user_id" = Uuid, Path, description = "The member"), ExpectedVersion),
    responses((status = 204))
)]
#[delete("/organizations/{id}/members/{user_id}")]
pub async fn remove_member(
    app: Data<App>,
    caller: SignedIn,
    path: FromPath<(String, UserId)>,
    version: ExpectedVersion,
) -> Reply {
    app.write(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &path.0.0, Action::ManageMembers)?;
        members::remove(conn, context, organization.id, path.0.1, version.0)?;
        Ok(Answer::no_content())
    })
    .await
}
