//! Refresh tokens. A token names its session and is signed; the next one is derived from the one before, so that a
//! client whose answer was lost gets the same successor again within the grace, and a token that was replaced earlier
//! is still known as ours: somebody else has it, and the session ends.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use daypack_domain::ids::SessionId;
use uuid::Uuid;

use super::{keys::Keys, secrets};

/// How long a session lives without being used.
pub const LIFETIME: TimeDelta = TimeDelta::days(30);
/// How long the token before the current one still works: two tabs, a lost answer.
pub const GRACE: TimeDelta = TimeDelta::seconds(20);

const ID_BYTES: usize = 16;
const SECRET_BYTES: usize = 32;
const TAG_BYTES: usize = 16;

/// A refresh token of ours.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// The session it belongs to.
    pub session_id: SessionId,
    secret: [u8; SECRET_BYTES],
}

impl RefreshToken {
    /// The first token of a session.
    #[must_use]
    pub fn first(session_id: SessionId) -> Self {
        Self {
            session_id,
            secret: rand::random(),
        }
    }

    /// The token that takes this one's place.
    #[must_use]
    pub fn successor(&self, keys: &Keys) -> Self {
        let secret = keys.sign("refresh-successor", &[self.session_id.0.as_bytes(), &self.secret]);
        Self {
            session_id: self.session_id,
            secret,
        }
    }

    /// As text for the cookie.
    #[must_use]
    pub fn encode(&self, keys: &Keys) -> String {
        let mut bytes = self.session_id.0.as_bytes().to_vec();
        bytes.extend_from_slice(&self.secret);
        let tag = keys.sign("refresh-token", &[&bytes]);
        bytes.extend_from_slice(&tag[..TAG_BYTES]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token; nothing when it is not one of ours.
    #[must_use]
    pub fn decode(text: &str, keys: &Keys) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        if bytes.len() != ID_BYTES + SECRET_BYTES + TAG_BYTES {
            return None;
        }
        let (body, tag) = bytes.split_at(ID_BYTES + SECRET_BYTES);
        if !keys.verify("refresh-token", &[body], tag) {
            return None;
        }
        let (id, secret) = body.split_at(ID_BYTES);
        Some(Self {
            session_id: Uuid::from_slice(id).ok()?.into(),
            secret: secret.try_into().ok()?,
        })
    }

    /// What the database keeps.
    #[must_use]
    pub fn hash(&self) -> String {
        secrets::hash(&URL_SAFE_NO_PAD.encode(self.secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_ours_or_nothing() {
        let keys = Keys::new(b"0123456789abcdef0123456789abcdef");
        let token = RefreshToken::first(Uuid::from_u128(5).into());
        let text = token.encode(&keys);
        assert!(RefreshToken::decode(&text, &keys).is_some_and(|read| read == token));
        assert!(RefreshToken::decode(&text, &Keys::new(b"fedcba9876543210fedcba9876543210")).is_none());
        assert!(RefreshToken::decode(&text[1..], &keys).is_none());
        assert!(RefreshToken::decode("", &keys).is_none());
        assert!(token.successor(&keys) == token.successor(&keys));
        assert_ne!(token.hash(), token.successor(&keys).hash());
    }
}
