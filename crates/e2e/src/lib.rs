//! What the browser tests stand on: a server of their own, Chromium with one [`Session`] for each person, and the checks
//! that every screen has to pass.
//!
//! ```no_run
//! # async fn example() -> e2e::Result {
//! let server = e2e::Server::start()?;
//! let browser = e2e::Browser::start()?;
//! let session = browser.session(e2e::Look::DESKTOP).await?;
//! session.open(&server.url("/login")).await?;
//! session.field("Email").await?.send_keys("owner@acme.example").await?;
//! session.button("Sign in").await?.click().await?;
//! session.check("dashboard").await?;
//! session.finish().await
//! # }
//! ```

mod act;
mod axe;
mod browser;
mod find;
mod look;
mod mail;
mod process;
mod provider;
mod server;
mod session;

pub use browser::Browser;
pub use look::{Look, Theme};
pub use mail::{Mail, mails};
pub use provider::Provider;
pub use server::Server;
pub use session::Session;

/// What a browser test fails with: text for the person who reads the test's output, shown with its line breaks.
pub struct Failure(String);

impl Failure {
    /// A failure with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The same failure with another line, such as where to find a picture.
    fn with(self, line: impl std::fmt::Display) -> Self {
        Self(format!("{}\n  {line}", self.0))
    }
}

impl std::fmt::Debug for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// The result of a browser test and of its steps.
pub type Result<T = ()> = std::result::Result<T, Failure>;

/// The folder of the workspace.
pub fn root() -> std::path::PathBuf {
    let manifest = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_owned()
}

/// Where cargo puts what it builds, as `cargo xtask` sees it.
fn target() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}
