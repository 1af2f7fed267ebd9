//! Finding things as people do: by their role and the name they show or say.

use std::time::{Duration, Instant};

use serde_json::json;
use thirtyfour::{WebElement, error::WebDriverErrorInner};

use crate::{Failure, Result, Session};

/// How long something may take to appear. It is long because machines that test are busy; nobody waits that long
/// unless it never comes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Helpers of the searches: what is visible, and the accessible name as far as the page's own markup needs it.
pub(crate) const NAMES: &str = r"
const wanted = arguments[0];
const visible = (element) => element.checkVisibility();
const clean = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const byIds = (ids) => (ids ?? '').split(' ').map((id) => clean(document.getElementById(id)?.textContent)).join(' ');
const label = (element) => clean([...element.labels ?? []].map((each) => each.textContent).join(' '));
const nameOf = (element) => clean(element.getAttribute('aria-label')) || clean(byIds(element.getAttribute('aria-labelledby')))
  || label(element) || clean(element.innerText) || clean(element.value);
// While a dialog is open, nothing behind it can be reached.
const scope = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
const pick = (selector) => {
  const found = [...scope.querySelectorAll(selector)].filter(visible);
  return found.find((each) => nameOf(each) === wanted) ?? found.find((each) => nameOf(each).startsWith(wanted));
};
";

impl Session {
    /// A button with this name.
    pub async fn button(&self, name: &str) -> Result<WebElement> {
        self.named(
            "button",
            "button:not([role]), [role=button], input[type=submit], summary",
            name,
        )
        .await
    }

    /// A link with this name.
    pub async fn link(&self, name: &str) -> Result<WebElement> {
        self.named("link", "a[href]", name).await
    }

    /// A field with this label.
    pub async fn field(&self, label: &str) -> Result<WebElement> {
        self.named(
            "field",
            "input, select, textarea, [role=textbox], [role=combobox], [contenteditable=true]",
            label,
        )
        .await
    }

    /// A heading with this text.
    pub async fn heading(&self, text: &str) -> Result<WebElement> {
        self.named("heading", "h1, h2, h3, h4, [role=heading]", text).await
    }

    /// Anything with this accessible name that a selector finds: `session.named("card", "article", "Flexi")`.
    pub async fn named(&self, what: &str, selector: &str, name: &str) -> Result<WebElement> {
        let script = format!("{NAMES}\nreturn pick({})", json!(selector));
        self.find(what, &script, name).await
    }

    /// The first visible thing that a selector finds, for what has no name of its own, such as `[role=alert]`.
    pub async fn visible(&self, selector: &str) -> Result<WebElement> {
        let script = "return [...document.querySelectorAll(arguments[0])].find((each) => each.checkVisibility())";
        self.find("something visible", script, selector).await
    }

    /// Waits until the page shows a text somewhere.
    pub async fn sees(&self, text: &str) -> Result {
        let script = "const clean = (text) => text.replace(/\\s+/g, ' ');
            return clean(document.body.innerText).includes(clean(arguments[0])) ? document.body : null";
        self.find("text", script, text).await.map(drop)
    }

    /// Waits until the address has this path.
    pub async fn arrives_at(&self, path: &str) -> Result {
        let script = "return location.pathname === arguments[0] ? document.body : null";
        self.find("path", script, path).await.map(drop)
    }

    /// Waits until a script, with the wanted name as its argument, returns an element.
    pub(crate) async fn find(&self, what: &str, script: &str, name: &str) -> Result<WebElement> {
        let begun = Instant::now();
        loop {
            match self.driver.execute(script, vec![json!(name)]).await {
                Ok(found) if !found.json().is_null() => return Ok(found.element()?),
                Ok(_) => {}
                // The page is being replaced by another.
                Err(error) if matches!(error.as_inner(), WebDriverErrorInner::JavascriptError(_)) => {}
                Err(error) => return Err(error.into()),
            }
            if begun.elapsed() > PATIENCE {
                let picture = self.screenshot("not-found").await?;
                let url = self.driver.current_url().await?;
                let failure = Failure::new(format!("{what} `{name}` is not on {url}"));
                let failure = failure.with(format!("picture: {}", picture.display()));
                return Err(self.console().await?.into_iter().fold(failure, Failure::with));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
