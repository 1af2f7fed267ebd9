//! One person at one browser.

use std::{fs, path::PathBuf, sync::Mutex, time::Duration};

use serde_json::json;
use thirtyfour::WebDriver;

use crate::{Failure, Look, Result, axe, root};

/// A browser with its own cookies and storage, and the look of its screen.
pub struct Session {
    /// The driver itself, for what this type does not offer.
    pub driver: WebDriver,
    look: Mutex<Look>,
    expected_refusals: Mutex<Vec<String>>,
}

impl Session {
    pub(crate) async fn begin(driver: WebDriver, look: Look) -> Result<Self> {
        driver.set_script_timeout(Duration::from_secs(60)).await?;
        let session = Self {
            driver,
            look: Mutex::new(look),
            expected_refusals: Mutex::default(),
        };
        session.set_look(look).await?;
        Ok(session)
    }

    /// Changes size, theme and language of the screen. Texts follow at the next [`Session::open`].
    pub async fn set_look(&self, look: Look) -> Result {
        let devtools = self.driver.cdp();
        let size = json!({
            "width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": look.width < 600,
        });
        devtools.send_raw("Emulation.setDeviceMetricsOverride", size).await?;
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": look.theme.word() },
            // Nothing moves while it is looked at.
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        devtools.send_raw("Emulation.setEmulatedMedia", features).await?;
        let agent = self.driver.execute("return navigator.userAgent", Vec::new()).await?;
        let agent = json!({ "userAgent": agent.json(), "acceptLanguage": look.language });
        devtools.send_raw("Emulation.setUserAgentOverride", agent).await?;
        *lock(&self.look) = look;
        Ok(())
    }

    /// How the screen is now.
    pub fn look(&self) -> Look {
        *lock(&self.look)
    }

    /// Opens an address and waits until the page shows its main part.
    pub async fn open(&self, url: &str) -> Result {
        self.driver.goto(url).await?;
        self.find(
            "the main part",
            "return document.querySelector('main h1')?.closest('main')",
            "",
        )
        .await?;
        Ok(())
    }

    /// What every screen has to pass: a picture is taken for people to look at, axe finds nothing, nothing is wider
    /// than the screen, and the console has no errors.
    pub async fn check(&self, name: &str) -> Result {
        let picture = self.screenshot(name).await?;
        let place = |failure: Failure| failure.with(format!("picture: {}", picture.display()));
        axe::check(&self.driver).await.map_err(place)?;
        let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let overhang: i64 = self.driver.execute(wide, Vec::new()).await?.convert()?;
        if overhang > 0 {
            return Err(place(Failure::new(format!(
                "the page is {overhang} pixels wider than the screen"
            ))));
        }
        self.check_console().await.map_err(place)
    }

    /// Saves what the screen shows to `target/screens/<name>-<width>-<theme>-<language>.png`.
    pub async fn screenshot(&self, name: &str) -> Result<PathBuf> {
        let look = self.look();
        let folder = root().join("target/screens");
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!(
            "{name}-{}-{}-{}.png",
            look.width,
            look.theme.word(),
            look.language
        ));
        self.driver.screenshot(&path).await?;
        Ok(path)
    }

    /// From now on a refusal (4xx) at this path is part of the test: Chromium reports each in the console.
    pub fn expect_refusals_at(&self, path: &str) {
        lock(&self.expected_refusals).push(path.to_owned());
    }

    /// Fails when the console got errors since the last check.
    pub async fn check_console(&self) -> Result {
        let expected = lock(&self.expected_refusals).clone();
        let is_expected = |message: &str| {
            message.contains("with a status of 4") && expected.iter().any(|path| message.contains(path))
        };
        let entries = self.driver.browser_log().await?;
        let errors: Vec<String> = entries
            .into_iter()
            .filter(|entry| entry.level == "SEVERE" && !is_expected(&entry.message))
            .map(|entry| entry.message)
            .collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Failure::new(format!("console: {}", errors.join("\n  "))))
        }
    }

    /// Checks the console a last time and closes the browser.
    pub async fn finish(self) -> Result {
        let checked = self.check_console().await;
        self.driver.clone().quit().await?;
        checked
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // After a failure the browser ends with its chromedriver. The driver's own way would be a request from here,
        // which blocks the test's only thread until it times out. After `finish` there is nothing left to let go.
        let _ = self.driver.clone().leak();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
