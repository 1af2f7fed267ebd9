//! `/password-resets`: a link by mail, and the password that it sets. Invitations use the same link.

use actix_web::{post, web::Data};
use daypack_api_types::session::{RequestPasswordReset, SetPassword};

use crate::{
    app::{App, Reply},
    edge::{Answer, Body, FromPath, Public},
    flows::passwords::{self, Asked},
    jobs::{Task, enqueue},
    operations::ServiceConfig,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(request_password_reset).service(set_password);
}

/// Sends a link to set another password. The answer is the same whether or not somebody has this address, and so is
/// the time it takes: a job looks. Public.
#[utoipa::path(
    tag = "sessions", security(()), request_body = RequestPasswordReset,
    responses((status = 202, description = "A link is on its way if somebody has this address"))
)]
#[post("/password-resets")]
pub async fn request_password_reset(app: Data<App>, caller: Public, body: Body<RequestPasswordReset>) -> Reply {
    let task = Task::SendPasswordLink {
        email: body.0.email.trim().to_lowercase(),
    };
    app.transact(&caller, move |conn, context| enqueue(conn, context, &task, context.now))
        .await?;
    Ok(Answer::accepted().into_response())
}

/// Sets the password by the token of the link, which works once; every session of the person ends. The link of an
/// invitation leads into its organization; whoever has a password gives that one, and it stays. Public.
#[utoipa::path(
    tag = "sessions", security(()), request_body = SetPassword,
    params(("token" = String, Path, description = "From the link")),
    responses((status = 204))
)]
#[post("/password-resets/{token}")]
pub async fn set_password(app: Data<App>, caller: Public, token: FromPath<String>, body: Body<SetPassword>) -> Reply {
    let (token, keys) = (token.0, app.keys.clone());
    let looked_at = token.clone();
    let asked = app
        .load(&caller, move |conn, context| {
            passwords::asked(conn, context, &looked_at)
        })
        .await?;
    match asked {
        Asked::NewPassword => {
            let hash = app.auth.passwords.hash(body.0.password).await?;
            app.transact(&caller, move |conn, context| {
                passwords::set_by_link(conn, context, &keys, &token, &hash)
            })
            .await?;
        }
        Asked::PresentPassword(user) => {
            let attempt = super::sessions::attempt(&app, &caller, &user.email).await?;
            let hash = user.password_hash.clone();
            if !app.auth.passwords.verify(body.0.password, hash).await? {
                return Err(passwords::wrong_password().into());
            }
            attempt.right(&app);
            app.transact(&caller, move |conn, context| {
                passwords::join_by_link(conn, context, &keys, &token, &user)
            })
            .await?;
        }
    }
    Ok(Answer::no_content().into_response())
}
