//! One person at one browser.

use std::{fs, path::PathBuf, sync::Mutex, time::Duration};

use serde_json::json;
use thirtyfour::WebDriver;

use crate::{Failure, Look, Result, axe, target};

/// Where the people of these tests are.
const TIME_ZONE: &str = "Europe/Madrid";

/// What is wider than the card, the dialog or the heading it is in, and in nothing that scrolls or cuts it off.
const STICKING_OUT: &str = r#"
const held = (element, box) => {
  for (let each = element; each !== box; each = each.parentElement) {
    if (getComputedStyle(each).overflowX !== "visible") return true;
  }
  return false;
};
const found = new Set();
for (const box of document.querySelectorAll(".card, .ask, .top, .ticket-card, dialog[open]")) {
  const edge = box.getBoundingClientRect();
  for (const element of box.querySelectorAll("a, b, p, h2, h3, span, button, input, select, textarea, td, th, dd")) {
    const place = element.getBoundingClientRect();
    const by = Math.round(Math.max(place.right - edge.right, edge.left - place.left));
    if (by > 1 && place.width > 1 && element.checkVisibility() && !held(element.parentElement, box)) {
      found.add(`"${element.innerText || element.value || element.tagName}" sticks out of its ${box.className} by ${by} pixels`);
    }
  }
}
return [...found];
"#;

/// A browser with its own cookies and storage, and the look of its screen.
pub struct Session {
    /// The driver itself, for what this type does not offer.
    pub driver: WebDriver,
    look: Mutex<Look>,
    expected_refusals: Mutex<Vec<String>>,
    faults: Mutex<Vec<String>>,
}

impl Session {
    pub(crate) async fn begin(driver: WebDriver, look: Look) -> Result<Self> {
        driver.set_script_timeout(Duration::from_secs(60)).await?;
        let session = Self {
            driver,
            look: Mutex::new(look),
            expected_refusals: Mutex::default(),
            faults: Mutex::default(),
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
        let zone = json!({ "timezoneId": TIME_ZONE });
        devtools.send_raw("Emulation.setTimezoneOverride", zone).await?;
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
        self.settled().await
    }

    /// Waits until nothing on the screen is being loaded.
    pub async fn settled(&self) -> Result {
        let script = "return document.querySelector('.skeleton, [aria-busy=true]') ? null : document.body";
        self.find("a screen that has loaded", script, "").await.map(drop)
    }

    /// What every screen has to pass: a picture is taken for people to look at, axe finds nothing, nothing is wider
    /// than the screen, and the console has no errors. What is wrong is printed and fails the test in
    /// [`Session::finish`], so that one run shows what is wrong everywhere.
    pub async fn check(&self, name: &str) -> Result {
        let picture = self.screenshot(name).await?;
        let mut faults = axe::violations(&self.driver).await?;
        let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let overhang: i64 = self.driver.execute(wide, Vec::new()).await?.convert()?;
        if overhang > 0 {
            faults.push(format!("the page is {overhang} pixels wider than the screen"));
        }
        let sticking_out = self.driver.execute(STICKING_OUT, Vec::new()).await?;
        faults.extend(sticking_out.convert::<Vec<String>>()?);
        faults.extend(self.console_errors().await?);
        for fault in faults {
            self.note_fault(&fault, &picture.display().to_string());
        }
        Ok(())
    }

    /// Notes something that fails the test in the end. The same thing is told once, wherever it was seen first.
    pub fn note_fault(&self, fault: &str, place: &str) {
        let mut faults = lock(&self.faults);
        if faults.iter().all(|known| known != fault) {
            eprintln!("{fault}\n  {place}");
            faults.push(fault.to_owned());
        }
    }

    /// Saves what the screen shows to `target/screens/<name>-<width>-<theme>-<language>.png`.
    pub async fn screenshot(&self, name: &str) -> Result<PathBuf> {
        let look = self.look();
        let folder = target().join("screens");
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

    /// From now on a refusal (4xx) is part of the test when Chromium's line in the console has this text, such as its
    /// path or `a status of 401`.
    pub fn expect_refusals(&self, text: &str) {
        lock(&self.expected_refusals).push(text.to_owned());
    }

    /// Everything that the console got since the last look.
    pub(crate) async fn console(&self) -> Result<Vec<String>> {
        let entries = self.driver.browser_log().await?;
        Ok(entries
            .into_iter()
            .map(|entry| format!("console: {}", entry.message))
            .collect())
    }

    /// Errors that the console got since the last look.
    async fn console_errors(&self) -> Result<Vec<String>> {
        let expected = lock(&self.expected_refusals).clone();
        let is_expected = |message: &str| {
            message.contains("with a status of 4") && expected.iter().any(|text| message.contains(text))
        };
        let entries = self.driver.browser_log().await?;
        let errors = entries
            .into_iter()
            .filter(|entry| entry.level == "SEVERE" && !is_expected(&entry.message));
        Ok(errors.map(|entry| format!("console: {}", entry.message)).collect())
    }

    /// Closes the browser, and fails with everything that was wrong on the way.
    pub async fn finish(self) -> Result {
        for error in self.console_errors().await? {
            self.note_fault(&error, "at the end");
        }
        self.driver.clone().quit().await?;
        let faults = lock(&self.faults).clone();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Failure::new(format!("{} faults:\n{}", faults.len(), faults.join("\n"))))
        }
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
