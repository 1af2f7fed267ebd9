//! Passwords: argon2id, off the async threads, at most a few at once.

use std::sync::Arc;

use actix_web::web;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::error::Failure;

/// 19 MiB, two passes, one lane: what OWASP recommends at least.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;

/// How many passwords are checked at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 4;

/// Salt and hash of nobody's password, 16 and 32 bytes drawn at random: checking against it takes as long as against
/// any other, and making it at each start would take 19 MiB and a core.
const NOBODY: &str = "$YU0ba2BR8D2PT02SzU+SxQ$+qhRHFUpF/nec+CP4HFzTDgFB4fRre1b0wNg8PAp4Ow";

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    nobody: Arc<str>,
}

impl Passwords {
    /// A hasher with the bound on how many at once.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn new() -> Result<Self, Failure> {
        let nobody = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1{NOBODY}");
        PasswordHash::new(&nobody).map_err(Failure::internal)?;
        Ok(Self {
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            nobody: nobody.into(),
        })
    }

    /// The hash to keep.
    ///
    /// # Errors
    /// A fault of ours.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        let _permit = self.permits.acquire().await.map_err(Failure::internal)?;
        web::block(move || hash_blocking(&password))
            .await
            .map_err(Failure::internal)?
    }

    /// Whether the password is the one of this hash. Without a hash (nobody has this address, or no password was set)
    /// it takes the same time and says no.
    ///
    /// # Errors
    /// A fault of ours.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Failure> {
        let _permit = self.permits.acquire().await.map_err(Failure::internal)?;
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        let matches = web::block(move || verify_blocking(&password, &hash))
            .await
            .map_err(Failure::internal)??;
        Ok(matches && known)
    }
}

fn hasher() -> Result<Argon2<'static>, Failure> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(Failure::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash to keep, on the calling thread; for the command line and for demo data.
///
/// # Errors
/// A fault of ours.
pub fn hash_blocking(password: &str) -> Result<String, Failure> {
    let salt = rand::random::<[u8; 16]>();
    let hash: PasswordHash = hasher()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(Failure::internal)?;
    Ok(hash.to_string())
}

fn verify_blocking(password: &str, hash: &str) -> Result<bool, Failure> {
    let parsed = PasswordHash::new(hash).map_err(Failure::internal)?;
    Ok(hasher()?.verify_password(password.as_bytes(), &parsed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn passwords_are_checked_and_nobody_is_refused() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(
            passwords
                .verify("correct horse".to_owned(), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(!passwords.verify("wrong horse".to_owned(), Some(hash)).await.unwrap());
        assert!(
            !passwords
                .verify("nobody has this password".to_owned(), None)
                .await
                .unwrap()
        );
        // Refused after the same work, not for want of a hash that can be read.
        let parsed = PasswordHash::new(&passwords.nobody).unwrap();
        assert_eq!(parsed.params.get_str("m"), Some("19456"));
        assert!(parsed.hash.is_some() && parsed.salt.is_some());
    }
}
