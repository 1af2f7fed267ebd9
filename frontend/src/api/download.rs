//! Reading files. An address alone opens nothing: a request needs the person's token, so the page fetches the bytes and
//! gives the browser an address of its own for them.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Headers, HtmlAnchorElement, RequestInit, Response, Url};

use super::{
    ApiProblem, BASE,
    transport::{access_token, refresh},
};
use crate::i18n;

/// An address of a file's bytes within this browser. Whoever asked gives it back with [`release`].
pub async fn address(path: &str) -> Result<String, ApiProblem> {
    let mut response = once(path).await?;
    if response.status() == 401 {
        refresh().await?;
        response = once(path).await?;
    }
    if !response.ok() {
        let body = match response.text() {
            Ok(text) => JsFuture::from(text).await.ok().and_then(|text| text.as_string()),
            Err(_) => None,
        };
        let body = body.unwrap_or_default();
        return Err(ApiProblem::from_answer(response.status(), &body, None));
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

/// Puts a file into the person's downloads under this name.
pub async fn save(path: &str, file_name: &str) -> Result<(), ApiProblem> {
    let address = address(path).await?;
    let link = leptos::prelude::document()
        .create_element("a")
        .ok()
        .and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&address);
        link.set_download(file_name);
        link.click();
    }
    // The browser has begun to read the bytes when the click returns.
    release(&address);
    Ok(())
}

async fn once(path: &str) -> Result<Response, ApiProblem> {
    let headers = Headers::new().map_err(|_| ApiProblem::offline())?;
    let _ = headers.set("accept-language", i18n::language());
    if let Some(token) = access_token() {
        let _ = headers.set("authorization", &["Bearer ", &token].concat());
    }
    let options = RequestInit::new();
    options.set_headers(&headers);
    let promise = leptos::prelude::window().fetch_with_str_and_init(&[BASE, path].concat(), &options);
    let response = JsFuture::from(promise).await.map_err(|_| ApiProblem::offline())?;
    Ok(response.unchecked_into())
}
