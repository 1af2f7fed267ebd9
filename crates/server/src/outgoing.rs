//! HTTP requests that the server makes itself.

use std::{sync::Once, time::Duration};

use crate::error::StartError;

/// How long the other side may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Chooses the cryptography of TLS for the whole process; once more does nothing. Whoever makes an HTTP client without
/// [`client`] calls it first.
pub fn prepare_tls() {
    static PREPARED: Once = Once::new();
    PREPARED.call_once(|| {
        // Somebody else was faster: then there is one.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// A client that follows no redirects and does not wait for long.
///
/// # Errors
/// The machine has no certificates to trust.
pub fn client() -> Result<reqwest::Client, StartError> {
    prepare_tls();
    let builder = reqwest::Client::builder()
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("daypack/", env!("CARGO_PKG_VERSION")));
    builder
        .build()
        .map_err(|error| StartError::new(format!("no HTTP client can be made: {error}")))
}
