//! What people do on a page: press, type, choose, paste, attach.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use serde_json::json;
use thirtyfour::{WebElement, error::WebDriverErrorInner};

use crate::{
    Failure, Result, Session,
    find::{NAMES, PATIENCE},
};

impl Session {
    /// Signs in on the sign-in page that is open, and waits for the first screen.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result {
        self.fill("Email", email).await?;
        self.fill("Password", password).await?;
        self.press("Sign in").await?;
        self.visible(".app main h1").await?;
        Ok(())
    }

    /// Presses a button.
    pub async fn press(&self, name: &str) -> Result {
        let button = self.button(name).await?;
        self.click(&button).await
    }

    /// Presses a button of the card or the row with this text: of the smallest that has both.
    pub async fn press_in(&self, place: &str, name: &str) -> Result {
        self.click_in(place, "button:not([role]), summary", name).await
    }

    /// Follows a link of the card or the row with this text.
    pub async fn follow_in(&self, place: &str, name: &str) -> Result {
        self.click_in(place, "a[href]", name).await
    }

    async fn click_in(&self, place: &str, selector: &str, name: &str) -> Result {
        let script = format!(
            "{NAMES}
            const within = (each) => [...each.querySelectorAll({0})].filter(visible)
              .find((button) => nameOf(button) === {1}) ?? null;
            const places = [...scope.querySelectorAll('section, li, article')].filter(visible)
              .filter((each) => clean(each.innerText).includes(wanted) && within(each));
            places.sort((one, other) => one.innerText.length - other.innerText.length);
            return places.length ? within(places[0]) : null;",
            json!(selector),
            json!(name)
        );
        let found = self.find(&format!("`{name}` in"), &script, place).await?;
        self.click(&found).await
    }

    /// Ticks a box, or takes its tick away.
    pub async fn tick(&self, label: &str) -> Result {
        let field = self.field(label).await?;
        self.click(&field).await
    }

    /// Follows a link.
    pub async fn follow(&self, name: &str) -> Result {
        let link = self.link(name).await?;
        self.click(&link).await
    }

    /// Presses a button that may be among those behind `menu`.
    pub async fn press_in_menu(&self, menu: &str, name: &str) -> Result {
        let script = format!("{NAMES}\nreturn pick('button:not([role])') ?? null");
        if self.driver.execute(script, vec![json!(name)]).await?.json().is_null() {
            self.press(menu).await?;
        }
        self.press(name).await
    }

    /// Types into a field, in place of what it has.
    pub async fn fill(&self, label: &str, text: &str) -> Result {
        let field = self.field(label).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Gives a field a value that is not typed letter by letter: a date, a time.
    pub async fn set(&self, label: &str, value: &str) -> Result {
        let field = self.field(label).await?;
        let script = "arguments[0].value = arguments[1];
            for (const kind of ['input', 'change']) arguments[0].dispatchEvent(new Event(kind, { bubbles: true }));";
        self.driver
            .execute(script, vec![field.to_json()?, json!(value)])
            .await?;
        Ok(())
    }

    /// Chooses the option of a select whose text begins so.
    pub async fn choose(&self, label: &str, option: &str) -> Result {
        let field = self.field(label).await?;
        let script =
            "const option = [...arguments[0].options].find((each) => each.text.trim().startsWith(arguments[1]));
            if (!option) return [...arguments[0].options].map((each) => each.text).join(', ');
            arguments[0].value = option.value;
            arguments[0].dispatchEvent(new Event('change', { bubbles: true }));
            return null;";
        let answer = self
            .driver
            .execute(script, vec![field.to_json()?, json!(option)])
            .await?;
        match answer.json().as_str() {
            None => Ok(()),
            Some(there) => Err(Failure::new(format!("`{label}` has no `{option}`, only: {there}"))),
        }
    }

    /// Chooses one of the answers that stand side by side below a question, or ticks a box.
    pub async fn answer(&self, question: &str, answer: &str) -> Result {
        let script = format!(
            "const answer = {};
            const clean = (text) => text.replace(/\\s+/g, ' ').trim();
            const set = [...document.querySelectorAll('fieldset')].find((each) =>
              clean(each.querySelector('legend')?.textContent ?? '').startsWith(arguments[0]));
            return [...set?.querySelectorAll('label') ?? []].find((each) => clean(each.textContent) === answer) ?? null",
            json!(answer)
        );
        let label = self.find("answers below", &script, question).await?;
        self.click(&label).await
    }

    /// Pastes a screenshot, as the clipboard of an operating system would give it.
    pub async fn paste_screenshot(&self, label: &str) -> Result {
        let field = self.field(label).await?;
        let script = "const [field, done] = arguments;
            const canvas = Object.assign(document.createElement('canvas'), { width: 720, height: 360 });
            const paint = canvas.getContext('2d');
            paint.fillStyle = '#f4f5f7'; paint.fillRect(0, 0, 720, 360);
            paint.fillStyle = '#ffffff'; paint.fillRect(90, 90, 540, 180);
            paint.fillStyle = '#b42318'; paint.font = '600 24px sans-serif';
            paint.fillText('Export failed', 120, 150);
            paint.fillStyle = '#333a44'; paint.font = '18px sans-serif';
            paint.fillText('Line 1842: 31/02/2026 is not a date', 120, 200);
            canvas.toBlob((blob) => {
              const clipboardData = new DataTransfer();
              clipboardData.items.add(new File([blob], 'image.png', { type: 'image/png' }));
              field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
              done(null);
            });";
        self.driver.execute_async(script, vec![field.to_json()?]).await?;
        Ok(())
    }

    /// Chooses a file for a field.
    pub async fn attach(&self, label: &str, file: &Path) -> Result {
        let field = self.field(label).await?;
        Ok(field.send_keys(file.display().to_string()).await?)
    }

    /// Waits until so many files have arrived.
    pub async fn has_sent_files(&self, count: usize) -> Result {
        let script = "const all = [...document.querySelectorAll('.uploads li')];
            const done = all.filter((each) => !each.querySelector('progress'));
            return done.length === Number(arguments[0]) ? document.body : null";
        self.find("files sent", script, &count.to_string()).await.map(drop)
    }

    /// Waits until no dialog is open.
    pub async fn dialog_closes(&self) -> Result {
        let script = "return document.querySelector('dialog[open]') ? null : document.body";
        self.find("a closed dialog", script, "").await.map(drop)
    }

    /// Clicks in the middle of the screen, away from bars at its edges. Some buttons come when the pointer does, and a
    /// message that lies over one goes by itself.
    pub async fn click(&self, element: &WebElement) -> Result {
        let script = "arguments[0].scrollIntoView({ block: 'center', inline: 'nearest' })";
        self.driver.execute(script, vec![element.to_json()?]).await?;
        let chain = self.driver.action_chain();
        chain.move_to_element_center(element).perform().await?;
        let begun = Instant::now();
        loop {
            match element.click().await {
                Err(error)
                    if begun.elapsed() < PATIENCE
                        && matches!(error.as_inner(), WebDriverErrorInner::ElementClickIntercepted(_)) =>
                {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                outcome => return Ok(outcome?),
            }
        }
    }
}
