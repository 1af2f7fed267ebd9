//! Access tokens: JWT by one algorithm, short-lived, checked against our clock.

use chrono::TimeDelta;
use daypack_domain::{
    Instant,
    ids::{SessionId, UserId},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::keys::Keys;
use crate::error::Failure;

/// How long an access token is good for.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(15);
/// How far another process' clock may be ahead.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);
const ISSUER: &str = "daypack";
const AUDIENCE: &str = "daypack-api";
const KIND: &str = "access";

/// What an access token says: who, and by which session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// Who signed in.
    pub user_id: UserId,
    /// The session: when it ends, the token is worth nothing.
    pub session_id: SessionId,
}

#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    typ: String,
    iat: i64,
    exp: i64,
}

/// Makes and reads access tokens.
pub struct AccessTokens {
    key_id: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl AccessTokens {
    /// By the keys of this installation.
    #[must_use]
    pub fn new(keys: &Keys) -> Self {
        let key = keys.derive("access-token");
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        // The library would read the system's clock; `read` compares with ours.
        validation.validate_exp = false;
        Self {
            key_id: keys.id(),
            encoding: EncodingKey::from_secret(&key),
            decoding: DecodingKey::from_secret(&key),
            validation,
        }
    }

    /// A token for a session.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn issue(&self, claims: Claims, now: Instant) -> Result<String, Failure> {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(self.key_id.clone());
        let payload = Payload {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: claims.user_id.0,
            sid: claims.session_id.0,
            typ: KIND.to_owned(),
            iat: now.timestamp(),
            exp: (now + LIFETIME).timestamp(),
        };
        encode(&header, &payload, &self.encoding).map_err(Failure::internal)
    }

    /// Who presents this token.
    ///
    /// # Errors
    /// A sentence for the caller: it has ended, or it is not ours.
    pub fn read(&self, token: &str, now: Instant) -> Result<Claims, &'static str> {
        const FOREIGN: &str = "This access token is not one of this server.";
        let data = decode::<Payload>(token, &self.decoding, &self.validation).map_err(|_| FOREIGN)?;
        let payload = data.claims;
        if data.header.kid.as_deref() != Some(self.key_id.as_str()) || payload.typ != KIND {
            return Err(FOREIGN);
        }
        if payload.iat > (now + LEEWAY).timestamp() {
            return Err(FOREIGN);
        }
        if payload.exp <= now.timestamp() {
            return Err("This access token has ended. Refresh the session.");
        }
        Ok(Claims {
            user_id: payload.sub.into(),
            session_id: payload.sid.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn claims() -> Claims {
        Claims {
            user_id: Uuid::from_u128(1).into(),
            session_id: Uuid::from_u128(2).into(),
        }
    }

    #[test]
    fn a_token_is_good_for_its_lifetime_by_our_clock() {
        let tokens = AccessTokens::new(&Keys::new(b"0123456789abcdef0123456789abcdef"));
        // Far from the system's time, which must not matter.
        let now = DateTime::from_timestamp(1_000_000_000, 0).unwrap();
        let token = tokens.issue(claims(), now).unwrap();
        assert_eq!(tokens.read(&token, now), Ok(claims()));
        assert_eq!(
            tokens.read(&token, now + LIFETIME - TimeDelta::seconds(1)),
            Ok(claims())
        );
        assert!(tokens.read(&token, now + LIFETIME).is_err());
        assert!(tokens.read(&token, now - TimeDelta::minutes(5)).is_err());
    }

    #[test]
    fn tokens_of_others_are_refused() {
        let now = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        let keys = Keys::new(b"0123456789abcdef0123456789abcdef");
        let tokens = AccessTokens::new(&keys);
        let other = AccessTokens::new(&Keys::new(b"fedcba9876543210fedcba9876543210"));
        assert!(tokens.read(&other.issue(claims(), now).unwrap(), now).is_err());
        let good = tokens.issue(claims(), now).unwrap();
        let mut parts: Vec<&str> = good.split('.').collect();
        let none = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, br#"{"alg":"none"}"#);
        parts[0] = &none;
        assert!(tokens.read(&parts.join("."), now).is_err());
        assert!(tokens.read("", now).is_err());
        assert!(tokens.read(&good[..good.len() - 2], now).is_err());
        // The right key, but made for something else.
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(keys.id());
        for (name, value) in [("typ", "refresh"), ("iss", "other"), ("aud", "other")] {
            let mut payload = serde_json::json!({
                "iss": ISSUER, "aud": AUDIENCE, "typ": KIND, "sub": Uuid::nil(), "sid": Uuid::nil(),
                "iat": now.timestamp(), "exp": now.timestamp() + 60,
            });
            payload[name] = value.into();
            let token = encode(&header, &payload, &tokens.encoding).unwrap();
            assert!(tokens.read(&token, now).is_err(), "{name}");
        }
    }
}
