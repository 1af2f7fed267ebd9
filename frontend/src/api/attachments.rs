//! Reading files. An address alone opens nothing: a request needs the person's token, so the page fetches the bytes and
//! gives the browser an address of its own for them.

use daypack_domain::ids::AttachmentId;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Headers, RequestInit, Response, Url};

use super::{
    ApiProblem, BASE,
    transport::{access_token, refresh},
};

/// An address of a file's bytes within this browser. Whoever asked gives it back with [`release`].
pub async fn address(id: AttachmentId) -> Result<String, ApiProblem> {
    let mut response = once(id).await?;
    if response.status() == 401 {
        refresh().await?;
        response = once(id).await?;
    }
    if !response.ok() {
        return Err(ApiProblem::from_answer(response.status(), "", None));
    }
    let bytes = response.blob().map_err(|_| ApiProblem::offline())?;
    let bytes: Blob = JsFuture::from(bytes)
        .await
        .map_err(|_| ApiProblem::offline())?
        .unchecked_into();
    Url::create_object_url_with_blob(&bytes).map_err(|_| ApiProblem::offline())
}

/// The browser may forget the bytes.
pub fn release(address: &str) {
    let _ = Url::revoke_object_url(address);
}

async fn once(id: AttachmentId) -> Result<Response, ApiProblem> {
    let headers = Headers::new().map_err(|_| ApiProblem::offline())?;
    if let Some(token) = access_token() {
        let _ = headers.set("authorization", &["Bearer ", &token].concat());
    }
    let options = RequestInit::new();
    options.set_headers(&headers);
    let path = format!("{BASE}/attachments/{id}");
    let promise = leptos::prelude::window().fetch_with_str_and_init(&path, &options);
    let response = JsFuture::from(promise).await.map_err(|_| ApiProblem::offline())?;
    Ok(response.unchecked_into())
}
