//! Keys for each purpose, derived from the one signing key, so that a signature made for one is worth nothing for
//! another.

use std::{fmt, sync::Arc};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Signs and verifies.
#[derive(Clone)]
pub struct Keys(Arc<[u8]>);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.id())
    }
}

impl Keys {
    /// Keys from the signing key.
    #[must_use]
    pub fn new(signing_key: &[u8]) -> Self {
        Self(Arc::from(signing_key))
    }

    /// The key for one purpose.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        mac(&self.0, &[b"daypack", purpose.as_bytes()])
    }

    /// The signature of `parts`, for one purpose.
    #[must_use]
    pub fn sign(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.derive(purpose), parts)
    }

    /// Whether `tag` begins the signature of `parts`, in the same time whatever it is. Tags are 16 bytes or more.
    #[must_use]
    pub fn verify(&self, purpose: &str, parts: &[&[u8]], tag: &[u8]) -> bool {
        let expected = self.sign(purpose, parts);
        let Some(expected) = expected.get(..tag.len()).filter(|_| tag.len() >= 16) else {
            return false;
        };
        expected
            .iter()
            .zip(tag)
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
    }

    /// Names the signing key, so that a token says by which one it was signed.
    #[must_use]
    pub fn id(&self) -> String {
        let hash = Sha256::digest(self.derive("key-id"));
        hash[..4].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length; the length of each part keeps parts apart.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
