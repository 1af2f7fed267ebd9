//! Secrets that travel: refresh tokens and one-time links. The database has only their hashes.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// 256 bits that cannot be guessed, as text for an address.
#[must_use]
pub fn one_time_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What the database keeps of a secret: its SHA-256 in hexadecimal. (The secrets are long and random; a slow hash is
/// for passwords.)
#[must_use]
pub fn hash(secret: &str) -> String {
    Sha256::digest(secret.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
