//! `/users`: the agency's own people.

use actix_web::{get, post, web::Data};
use daypack_api_types::{
    Items,
    organization::{AddStaff, StaffMember},
};
use garde::Validate;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::{App, Reply},
    auth::secrets,
    edge::{Answer, Body, FromQuery, SignedIn},
    error::Failure,
    flows::staff,
    mail::{
        account::{LinkFor, link_mail},
        outbox,
    },
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(list_users).service(add_user);
}

/// Which people.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UsersQuery {
    /// `true`: the people on the staff. Those of clients are listed by their organizations.
    #[garde(custom(is_true))]
    pub staff: bool,
}

fn is_true(staff: &bool, (): &()) -> garde::Result {
    if *staff {
        Ok(())
    } else {
        Err(garde::Error::new("Only the people on the staff are listed here."))
    }
}

/// Everybody on the staff, by name. The staff.
#[utoipa::path(tag = "users", params(UsersQuery), responses((status = 200, body = Items<StaffMember>)))]
#[get("/users")]
pub async fn list_users(app: Data<App>, caller: SignedIn, _query: FromQuery<UsersQuery>) -> Reply {
    app.read(&caller, |conn, context| {
        let rows = staff::list(conn, context)?;
        let items = rows
            .iter()
            .filter_map(|(user, in_work)| views::people::staff_member(user, *in_work))
            .collect();
        Answer::ok(&Items::<StaffMember>::new(items))
    })
    .await
}

/// Adds somebody to the staff, who is sent a link to set a password, good once within 7 days. Admins.
#[utoipa::path(tag = "users", request_body = AddStaff, responses((status = 201, body = StaffMember)))]
#[post("/users")]
pub async fn add_user(app: Data<App>, caller: SignedIn, body: Body<AddStaff>) -> Reply {
    let (token, base_url) = (secrets::one_time_token(), app.config.base_url.clone());
    app.write(&caller, move |conn, context| {
        let user = staff::add(conn, context, &body.0, &token)?;
        let mail = link_mail(&user, LinkFor::Invitation, &base_url, &token)?;
        outbox::post(conn, context, None, &mail)?;
        let added = views::people::staff_member(&user, 0);
        Answer::created(&added.ok_or_else(|| Failure::internal("somebody on the staff without a role"))?)
    })
    .await
}
