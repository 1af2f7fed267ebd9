//! Chromium, steered through chromedriver.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};

use crate::{Failure, Look, Result, Session, process::Group};

/// A chromedriver of one test. It ends, its browsers and files with it, when this value goes.
pub struct Browser {
    /// Dropped first: the folder is in use until then.
    driver: Option<Group>,
    address: String,
    folder: PathBuf,
    sessions: AtomicU32,
}

impl Browser {
    /// Starts chromedriver on a free port.
    pub fn start() -> Result<Self> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("daypack-browser-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let mut browser = Self {
            driver: None,
            address: String::new(),
            folder,
            sessions: AtomicU32::new(0),
        };
        let mut driver = Group::start(
            Command::new("chromedriver")
                .arg("--port=0")
                .env("TMPDIR", &browser.folder),
        )
        .map_err(|failure| failure.with("`cargo xtask test` installs what the browser tests need"))?;
        let mut lines = BufReader::new(driver.output()?).lines();
        let port = lines
            .by_ref()
            .map_while(std::result::Result::ok)
            .find_map(|line| {
                line.split_once("started successfully on port ")
                    .map(|(_, port)| port.trim_end_matches('.').to_owned())
            })
            .ok_or_else(|| Failure::new("chromedriver does not say on which port it listens"))?;
        // Read on to the end, or chromedriver would stop once the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        browser.driver = Some(driver);
        browser.address = format!("http://127.0.0.1:{port}");
        Ok(browser)
    }

    /// Opens a browser with an empty profile: a person of its own, with its own cookies.
    pub async fn session(&self, look: Look) -> Result<Session> {
        let number = self.sessions.fetch_add(1, Ordering::Relaxed);
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--force-color-profile=srgb",
            "--hide-scrollbars",
        ] {
            capabilities.add_arg(argument)?;
        }
        capabilities.add_arg(&format!(
            "--user-data-dir={}",
            self.folder.join(number.to_string()).display()
        ))?;
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        daypack_server::outgoing::prepare_tls();
        let driver = WebDriver::new(&self.address, capabilities).await?;
        Session::begin(driver, look).await
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.driver = None;
        let _ = fs::remove_dir_all(&self.folder);
    }
}
