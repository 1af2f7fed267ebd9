//! Signing in and out, the own account, passwords.

use daypack_api_types::{
    installation::Installation,
    session::{EditMe, Me, RequestPasswordReset, Session, SetPassword, SignIn},
};

use super::ApiProblem;

/// What the sign-in page needs to know before anybody signed in.
pub async fn installation() -> Result<Installation, ApiProblem> {
    super::get("/installation").await
}

/// Signs in; the access token is used from now on.
pub async fn sign_in(email: String, password: String) -> Result<Session, ApiProblem> {
    let session: Session = super::post("/sessions", &SignIn { email, password }).await?;
    super::set_access_token(Some(session.access_token.clone()));
    Ok(session)
}

/// Ends the session here and on the server.
pub async fn sign_out() -> Result<(), ApiProblem> {
    let outcome = super::delete("/sessions/current").await;
    super::set_access_token(None);
    outcome
}

/// Changes the own account.
pub async fn edit_me(version: i64, changes: &EditMe) -> Result<Me, ApiProblem> {
    super::patch("/me", version, changes).await
}

/// Asks for a mail with a link to set a new password. The answer is the same whether there is such an account.
pub async fn request_password_reset(email: String) -> Result<(), ApiProblem> {
    super::post_only("/password-resets", &RequestPasswordReset { email }).await
}

/// Sets the password with the token of an invitation or of a reset.
pub async fn set_password(token: &str, password: String) -> Result<(), ApiProblem> {
    let token = String::from(js_sys::encode_uri_component(token));
    super::post_only(&format!("/password-resets/{token}"), &SetPassword { password }).await
}
