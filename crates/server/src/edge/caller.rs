//! Who calls, as a parameter of the handler. [`SignedIn`] proves that the access token is ours and has not ended;
//! whether its session still stands is asked in the transaction that does the work ([`crate::app::App::read`]), so
//! that a session that was ended, a person disabled or a role changed counts at once.

use std::{
    future::{Ready, ready},
    net::IpAddr,
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use daypack_domain::ids::SessionId;

use crate::{auth::token::Claims, mail::texts::LANGUAGES, problem::Problem};

/// What the edge knows of a request before its handler runs.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub request_id: String,
    pub remote_address: Option<IpAddr>,
    /// What `Accept-Language` asks for, among the languages that there are.
    pub language: &'static str,
    pub token: Presented,
}

/// The access token of a request.
#[derive(Debug, Clone)]
pub(crate) enum Presented {
    None,
    Valid(Claims),
    Refused(&'static str),
}

/// A request and who made it: [`SignedIn`] or [`Public`].
pub trait Caller {
    /// The request.
    fn request(&self) -> &HttpRequest;
    /// What the access token says; nothing for public operations.
    fn claims(&self) -> Option<&Claims>;

    /// Where the request comes from.
    fn address(&self) -> Option<IpAddr> {
        arrival(self.request()).remote_address
    }

    /// The text of a header; empty when it is not there.
    fn header(&self, name: &str) -> String {
        let value = self.request().headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    }
}

impl SignedIn {
    /// The session that the access token belongs to.
    #[must_use]
    pub fn session_id(&self) -> SessionId {
        self.claims.session_id
    }
}

impl Public {
    /// What a valid access token says, for the one public operation that also takes one.
    #[must_use]
    pub fn presented(&self) -> Option<Claims> {
        match arrival(&self.request).token {
            Presented::Valid(claims) => Some(claims),
            Presented::None | Presented::Refused(_) => None,
        }
    }
}

/// Somebody with a valid access token.
#[derive(Debug, Clone)]
pub struct SignedIn {
    request: HttpRequest,
    claims: Claims,
}

/// Anybody: for the few operations that need no sign-in.
#[derive(Debug, Clone)]
pub struct Public {
    request: HttpRequest,
}

impl Caller for SignedIn {
    fn request(&self) -> &HttpRequest {
        &self.request
    }

    fn claims(&self) -> Option<&Claims> {
        Some(&self.claims)
    }
}

impl Caller for Public {
    fn request(&self) -> &HttpRequest {
        &self.request
    }

    fn claims(&self) -> Option<&Claims> {
        None
    }
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let claims = match arrival(request).token {
            Presented::Valid(claims) => Ok(claims),
            Presented::Refused(why) => Err(Problem::unauthenticated(why)),
            Presented::None => Err(Problem::unauthenticated("Sign in first.")),
        };
        ready(claims.map(|claims| Self {
            request: request.clone(),
            claims,
        }))
    }
}

impl FromRequest for Public {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self {
            request: request.clone(),
        }))
    }
}

/// What the edge left with the request.
pub(crate) fn arrival(request: &HttpRequest) -> Arrival {
    request.extensions().get::<Arrival>().cloned().unwrap_or(Arrival {
        request_id: String::new(),
        remote_address: None,
        language: LANGUAGES[0],
        token: Presented::None,
    })
}
