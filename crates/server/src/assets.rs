//! The page, embedded in the program by `build.rs`: compressed beforehand, served from memory.

use std::collections::HashMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode, header},
};

use crate::edge::plain;

/// One file of the page, in every form that the build made.
pub struct Embedded {
    path: &'static str,
    content_type: &'static str,
    immutable: bool,
    etag: &'static str,
    identity: &'static [u8],
    br: Option<&'static [u8]>,
    zst: Option<&'static [u8]>,
    gz: Option<&'static [u8]>,
}

static FILES: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const INDEX: &str = "index.html";
const NOT_BUILT: &str = "Daypack runs, but its page is not built into this program. Build it: cargo xtask run";

/// No inline script: the page's loader is a file. Styles are set by CSSOM, images come from here or from blobs.
const CSP_PAGE: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// The files of the page by their path.
pub struct Assets(HashMap<&'static str, &'static Embedded>);

impl Assets {
    /// What was built into this program.
    #[must_use]
    pub fn embedded() -> Self {
        Self(FILES.iter().map(|file| (file.path, file)).collect())
    }

    /// The content security policy of the page.
    #[must_use]
    pub fn content_security_policy(&self) -> &'static str {
        CSP_PAGE
    }

    /// Answers a request outside of the API: a file of the page, or the page itself for each of its addresses.
    #[must_use]
    pub fn serve(&self, request: &HttpRequest) -> HttpResponse {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD here.");
            response
                .headers_mut()
                .insert(header::ALLOW, header::HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        let path = request.path().trim_start_matches('/');
        if let Some(file) = self.0.get(path) {
            return serve(file, request);
        }
        // The page's own addresses have no extension; a file that is not there must not look like the page.
        let is_page = !path.rsplit('/').next().unwrap_or_default().contains('.');
        match self.0.get(INDEX) {
            Some(index) if is_page => serve(index, request),
            None if is_page => plain(StatusCode::OK, NOT_BUILT),
            _ => plain(StatusCode::NOT_FOUND, "There is no such file."),
        }
    }
}

fn serve(file: &Embedded, request: &HttpRequest) -> HttpResponse {
    let text = |name: header::HeaderName| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let mut response = HttpResponse::Ok();
    let keep = if file.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    response.insert_header((header::CACHE_CONTROL, keep));
    response.insert_header((header::VARY, "accept-encoding"));
    response.insert_header((header::ETAG, file.etag));
    let known = text(header::IF_NONE_MATCH);
    if known
        .split(',')
        .any(|tag| tag.trim().trim_start_matches("W/") == file.etag)
    {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    response.insert_header((header::CONTENT_TYPE, file.content_type));
    let accepted = text(header::ACCEPT_ENCODING);
    let forms = [("br", file.br), ("zstd", file.zst), ("gzip", file.gz)];
    let form = forms
        .into_iter()
        .find_map(|(name, bytes)| Some((name, bytes.filter(|_| accepts(&accepted, name))?)));
    match form {
        Some((name, bytes)) => {
            response.insert_header((header::CONTENT_ENCODING, name));
            response.body(bytes)
        }
        None => response.body(file.identity),
    }
}

/// Whether `Accept-Encoding` names a coding with a weight above 0.
fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = parts.any(|part| {
            part.strip_prefix("q=")
                .is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0))
        });
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    static FILE: Embedded = Embedded {
        path: "assets/page-1.js",
        content_type: "text/javascript; charset=utf-8",
        immutable: true,
        etag: "\"1\"",
        identity: b"identity",
        br: Some(b"br"),
        zst: None,
        gz: Some(b"gz"),
    };
    static PAGE: Embedded = Embedded {
        path: "index.html",
        content_type: "text/html",
        immutable: false,
        ..FILE
    };

    fn get(path: &str, headers: &[(&'static str, &'static str)]) -> HttpResponse {
        let assets = Assets([&FILE, &PAGE].into_iter().map(|file| (file.path, file)).collect());
        let request = headers.iter().fold(TestRequest::get().uri(path), |request, pair| {
            request.insert_header(*pair)
        });
        assets.serve(&request.to_http_request())
    }

    fn header_of(response: &HttpResponse, name: header::HeaderName) -> &str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[test]
    fn files_come_in_the_best_form_that_is_accepted() {
        let encoding = |accepted| {
            let response = get("/assets/page-1.js", &[("accept-encoding", accepted)]);
            header_of(&response, header::CONTENT_ENCODING).to_owned()
        };
        assert_eq!(encoding("gzip, deflate, br, zstd"), "br");
        assert_eq!(encoding("gzip, zstd"), "gzip");
        assert_eq!(encoding("br;q=0, gzip"), "gzip");
        assert_eq!(encoding("deflate"), "");
    }

    #[test]
    fn hashed_files_stay_and_the_page_is_asked_for_again() {
        let file = get("/assets/page-1.js", &[]);
        assert!(header_of(&file, header::CACHE_CONTROL).contains("immutable"));
        let page = get("/tickets/ACME-1", &[]);
        assert_eq!(header_of(&page, header::CACHE_CONTROL), "no-cache");
        assert_eq!(header_of(&page, header::CONTENT_TYPE), "text/html");
        assert_eq!(
            get("/", &[("if-none-match", "\"1\"")]).status(),
            StatusCode::NOT_MODIFIED
        );
        assert_eq!(get("/assets/page-0.js", &[]).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn without_a_page_one_line_says_how_to_build_it() {
        let response = Assets(HashMap::new()).serve(&TestRequest::get().uri("/").to_http_request());
        assert_eq!(response.status(), StatusCode::OK);
        assert!(header_of(&response, header::CONTENT_TYPE).starts_with("text/plain"));
    }
}
