//! `/me`: the person who asks.

use actix_web::{get, patch, web::Data};
use daypack_api_types::session::{EditMe, Me, Membership};
use daypack_domain::{
    Refusal,
    policy::{Action, Actor, Permissions, Subject, may, permissions},
};
use daypack_store::{
    Conn, memberships,
    users::{self, User},
};

use crate::{
    api::installation::LOCALES,
    app::{App, Reply},
    auth,
    edge::{Answer, Body, RequiredVersion, SignedIn},
    error::Failure,
    flows::{
        passwords::{self, EditSelf},
        sessions, terms,
    },
    operations::ServiceConfig,
    problem::Problem,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(show_me).service(edit_me);
}

/// The person who asks, their places and what they may do.
#[utoipa::path(tag = "me", responses((status = 200, body = Me)))]
#[get("/me")]
pub async fn show_me(app: Data<App>, caller: SignedIn) -> Reply {
    app.read(&caller, |conn, context| {
        let user_id = context.actor.user_id().ok_or(Failure::Unauthenticated)?;
        let user = users::find(conn, user_id)?.ok_or(Failure::Unauthenticated)?;
        Ok(Answer::ok(&json(conn, &user)?)?.version(user.version))
    })
    .await
}

/// Changes one's own name, language or password. A new password needs the present one and ends every other session.
#[utoipa::path(
    tag = "me", request_body = EditMe,
    params(RequiredVersion),
    responses((status = 200, body = Me))
)]
#[patch("/me")]
pub async fn edit_me(app: Data<App>, caller: SignedIn, version: RequiredVersion, body: Body<EditMe>) -> Reply {
    let edit = checked(&app, &caller, body.0).await?;
    let session_id = caller.session_id();
    app.write(&caller, move |conn, context| {
        may(&context.actor, Action::ManageSelf, Subject::Installation)?;
        let user = passwords::edit_self(conn, context, session_id, version.0, &edit)?;
        Ok(Answer::ok(&json(conn, &user)?)?.version(user.version))
    })
    .await
}

/// The values that need more than their shape: the language, and the present password.
async fn checked(app: &App, caller: &SignedIn, edit: EditMe) -> Result<EditSelf, Problem> {
    if edit.locale.as_deref().is_some_and(|locale| !LOCALES.contains(&locale)) {
        let known = LOCALES.join(", ");
        return Err(Problem::field(
            "/locale",
            "unknown_word",
            format!("The languages are {known}."),
        ));
    }
    if edit.name.as_deref().is_some_and(|name| name.trim().is_empty()) {
        return Err(Problem::field("/name", "too_short", "A name has at least one letter."));
    }
    let password_hash = match edit.password {
        None => None,
        Some(password) => {
            check_present(app, caller, edit.current_password).await?;
            Some(app.auth.passwords.hash(password).await?)
        }
    };
    Ok(EditSelf {
        name: edit.name.map(|name| name.trim().to_owned()),
        locale: edit.locale,
        password_hash,
    })
}

async fn check_present(app: &App, caller: &SignedIn, present: Option<String>) -> Result<(), Problem> {
    let Some(present) = present else {
        return Err(Problem::field(
            "/current_password",
            "required",
            "A new password needs the present one.",
        ));
    };
    let user = app
        .load(caller, |conn, context| {
            let user_id = context.actor.user_id().ok_or(Failure::Unauthenticated)?;
            users::find(conn, user_id)?.ok_or(Failure::Unauthenticated)
        })
        .await?;
    let attempt = super::sessions::attempt(app, caller, &user.email).await?;
    if app.auth.passwords.verify(present, user.password_hash).await? {
        let account = attempt.right(app);
        return app
            .transact(caller, move |conn, _| sessions::forget_attempts(conn, &account))
            .await;
    }
    Err(Refusal::field(
        "/current_password",
        "wrong_password",
        "This is not the present password.",
    )
    .into())
}

/// A person as they see themselves.
///
/// # Errors
/// The database.
pub fn json(conn: &mut Conn, user: &User) -> Result<Me, Failure> {
    let actor = Actor::Person(auth::person(conn, user)?);
    let allowed = permissions(&actor);
    let places = if user.staff_role.is_some() {
        Vec::new()
    } else {
        memberships::of_user(conn, user.id)?
    };
    let accepting: Vec<_> = allowed
        .organizations
        .iter()
        .filter(|entry| entry.actions.contains(&Action::AcceptTerms))
        .map(|entry| entry.organization_id)
        .collect();
    let asked = terms::asked_of(conn, &accepting)?;
    let shown = places.into_iter().map(|place| {
        let asked = asked.get(&place.membership.organization_id).copied();
        place_json(place, &allowed, asked)
    });
    Ok(Me {
        id: user.id,
        email: user.email.clone(),
        name: user.name.clone(),
        locale: user.locale.clone(),
        staff_role: user.staff_role,
        memberships: shown.collect(),
        permissions: words(&allowed.everywhere),
        version: user.version,
    })
}

fn place_json(place: memberships::MembershipOf, allowed: &Permissions, asked_terms_version: Option<i64>) -> Membership {
    let organization_id = place.membership.organization_id;
    let here = allowed
        .organizations
        .iter()
        .find(|entry| entry.organization_id == organization_id);
    Membership {
        organization_id,
        slug: place.slug,
        name: place.name,
        time_zone: place.time_zone,
        role: place.membership.role,
        approval_limit_minutes: place.membership.approval_limit_minutes,
        asked_terms_version,
        permissions: here.map(|entry| words(&entry.actions)).unwrap_or_default(),
    }
}

fn words(actions: &[Action]) -> Vec<String> {
    actions.iter().map(|action| action.as_str().to_owned()).collect()
}
