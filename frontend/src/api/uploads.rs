//! Sending files. `fetch` does not tell how much has gone out, so this is the one place with an older request.

use daypack_api_types::attachment::Attachment;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FormData, ProgressEvent, XmlHttpRequest};

use super::{
    ApiProblem, BASE,
    transport::{access_token, refresh},
};
use crate::i18n;

/// Most bytes of one file.
pub const MOST_BYTES: f64 = 25.0 * 1024.0 * 1024.0;

/// Sends a file. `progress` hears the share that has gone out, 0 to 1; `begun` gets each request, to abort it by.
pub async fn upload(
    file: File,
    progress: impl Fn(f64) + Clone + 'static,
    begun: impl Fn(XmlHttpRequest),
) -> Result<Attachment, ApiProblem> {
    let mut outcome = once(&file, progress.clone(), &begun).await;
    if outcome.as_ref().is_err_and(|problem| problem.status() == 401) {
        refresh().await?;
        outcome = once(&file, progress, &begun).await;
    }
    outcome
}

async fn once(
    file: &File,
    progress: impl Fn(f64) + 'static,
    begun: &impl Fn(XmlHttpRequest),
) -> Result<Attachment, ApiProblem> {
    let request = XmlHttpRequest::new().map_err(|_| ApiProblem::offline())?;
    // Lives until the answer is there: the request calls into it.
    let listener = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() && event.total() > 0.0 {
            progress(event.loaded() / event.total());
        }
    });
    let sent = prepare(&request, file, &listener).map_err(|_| ApiProblem::offline())?;
    begun(request.clone());
    let _ = JsFuture::from(sent).await;
    let request_id = request.get_response_header("x-request-id").ok().flatten();
    let body = request.response_text().ok().flatten().unwrap_or_default();
    match request.status().unwrap_or(0) {
        0 => Err(ApiProblem::offline()),
        200..=299 => super::json::read(&body).map_err(|what| ApiProblem::unreadable(what.to_owned(), request_id)),
        status => Err(ApiProblem::from_answer(status, &body, request_id)),
    }
}

/// Opens and sends the request; the promise is kept when it ends, however it does.
fn prepare(
    request: &XmlHttpRequest,
    file: &File,
    listener: &Closure<dyn Fn(ProgressEvent)>,
) -> Result<js_sys::Promise, JsValue> {
    request.open("POST", &[BASE, "/uploads"].concat())?;
    request.set_request_header("accept", "application/json, application/problem+json")?;
    request.set_request_header("accept-language", i18n::language())?;
    if let Some(token) = access_token() {
        request.set_request_header("authorization", &["Bearer ", &token].concat())?;
    }
    request
        .upload()?
        .set_onprogress(Some(listener.as_ref().unchecked_ref()));
    let ended = js_sys::Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    let body = FormData::new()?;
    body.append_with_blob_and_filename("file", file, &file.name())?;
    request.send_with_opt_form_data(Some(&body))?;
    Ok(ended)
}
