//! Every screen of every role, on the demo data: what is to be seen is accessible, fits, and speaks one language.
//!
//! Each look at a screen is kept as a picture under `target/screens`. The pictures of the README are taken anew by
//! `cargo test -p e2e --test screens -- --ignored`.

use std::{collections::BTreeSet, fs, sync::Arc};

use chrono::Utc;
use daypack_domain::Instant;
use daypack_server::{clock::ManualClock, testing::Client};
use e2e::{Browser, Failure, Look, Result, Server, Session, Theme, root};
use serde_json::Value;

const PASSWORD: &str = "daypack-demo";

/// A Thursday morning in Madrid.
const MOMENT: &str = "2026-11-19T09:24:00Z";

/// How each screen is looked at: every language in both sizes, and every language and size in both themes.
const LOOKS: [Look; 6] = [
    Look::DESKTOP,
    Look::DESKTOP.language("es").theme(Theme::Dark),
    Look::DESKTOP.language("fr"),
    Look::PHONE.theme(Theme::Dark),
    Look::PHONE.language("es"),
    Look::PHONE.language("fr").theme(Theme::Dark),
];

/// The demo data, and a browser.
struct Gallery {
    server: Server,
    browser: Browser,
}

impl Gallery {
    async fn open() -> Result<Self> {
        let moment: Instant = MOMENT.parse::<chrono::DateTime<Utc>>()?;
        let server = Server::start_with_clock(Arc::new(ManualClock::new(moment)))?;
        server.seed_demo().await?;
        Ok(Self {
            server,
            browser: Browser::start()?,
        })
    }

    /// Somebody signs in through the page.
    async fn sign_in(&self, email: &str) -> Result<Session> {
        let session = self.browser.session(Look::DESKTOP).await?;
        session.expect_refusals("/api/v1/sessions/refresh");
        session.open(&self.server.url("/login")).await?;
        session.sign_in(email, PASSWORD).await?;
        Ok(session)
    }

    async fn rest(&self, email: &str) -> Client {
        self.server.rest(email, PASSWORD).await
    }

    /// Somebody looks at screens, each with its name and its path, in every one of [`LOOKS`].
    async fn visit_as(&self, email: &str, screens: &[(String, String)]) -> Result {
        let session = self.sign_in(email).await?;
        for (name, path) in screens {
            for look in LOOKS {
                session.set_look(look).await?;
                remember_language(&session, look.language).await?;
                session.open(&self.server.url(path)).await?;
                self.look_at(&session, name).await?;
            }
        }
        session.finish().await
    }

    async fn look_at(&self, session: &Session, name: &str) -> Result {
        session.check(name).await?;
        let text = session.driver.execute(SHOWN, Vec::new()).await?;
        let text: String = text.convert()?;
        let stray: BTreeSet<&str> = text.split_whitespace().filter(|word| is_key(word)).collect();
        for word in stray {
            session.note_fault(&format!("without a text: {word}"), name);
        }
        Ok(())
    }
}

/// What is shown and what is read aloud.
const SHOWN: &str =
    "const spoken = [...document.querySelectorAll('[aria-label], [title], [placeholder]')].map((each) =>
  ['aria-label', 'title', 'placeholder'].map((name) => each.getAttribute(name) ?? '').join(' '));
return [document.title, document.body.innerText, ...spoken].join(' ')";

/// The page's language is what was chosen in this browser before.
async fn remember_language(session: &Session, language: &str) -> Result {
    let script = "localStorage.setItem('daypack.language', arguments[0])";
    session.driver.execute(script, vec![language.into()]).await?;
    Ok(())
}

/// Whether a word is the key of a text that is missing, or a placeholder that nothing was put into.
fn is_key(word: &str) -> bool {
    let word = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric() && !"{}".contains(letter));
    if word.starts_with('{') && word.ends_with('}') {
        return true;
    }
    // Addresses and names of files look alike.
    let known_endings = ["example", "log", "png", "pdf", "csv", "txt", "json", "zip"];
    let mut parts = word.split('.');
    let ending = parts.clone().next_back().unwrap_or_default();
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    word.contains('.') && parts.all(is_word) && !known_endings.contains(&ending)
}

/// Paths of one ticket in each of these statuses.
async fn tickets(client: &Client, statuses: &[&str]) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for status in statuses {
        let page = client.get(&format!("/tickets?status={status}&limit=1")).await.ok();
        let reference = text(&page["items"][0]["reference"], &format!("a ticket that is {status}"))?;
        found.push((format!("ticket-{status}"), format!("/tickets/{reference}")));
    }
    Ok(found)
}

/// Path of the first offer that waits for this person of a client.
async fn offer(client: &Client) -> Result<String> {
    let id = organization(client).await?;
    let dashboard = client.get(&format!("/dashboard?organization_id={id}")).await.ok();
    let mut waiting = dashboard["waiting"].as_array().into_iter().flatten();
    let offered = waiting.find(|one| one["estimate"]["id"].is_string());
    let estimate = text(
        &offered.unwrap_or(&Value::Null)["estimate"]["id"],
        "an offer that waits",
    )?;
    Ok(format!("/approvals/{estimate}"))
}

/// The organization of somebody of a client.
async fn organization(client: &Client) -> Result<String> {
    let me = client.get("/me").await.ok();
    text(&me["memberships"][0]["organization_id"], "a membership")
}

/// A text of the demo data. Without it a screen would be left out, or the wrong one visited.
fn text(value: &Value, what: &str) -> Result<String> {
    let found = value.as_str().map(str::to_owned);
    found.ok_or_else(|| Failure::new(format!("the demo data does not have {what}")))
}

#[tokio::test]
async fn screens_for_clients() -> Result {
    let gallery = Gallery::open().await?;
    let rest = gallery.rest("owner@acme.example").await;
    let id = organization(&rest).await?;
    let weeks = rest.get(&format!("/statements?organization_id={id}")).await.ok();
    let mut screens: Vec<(String, String)> = [
        ("client-home", "/"),
        ("client-requests", "/tickets"),
        ("client-new", "/tickets/new"),
        ("client-packs", "/packs"),
        ("client-order", "/packs/order"),
        ("client-ledger", "/packs/ledger"),
        ("client-ledger-narrowed", "/packs/ledger?kind=expire"),
        ("client-ledger-as-of", "/packs/ledger?as_of=2026-10-25"),
        ("client-agreements", "/packs/agreements"),
        ("client-approvals", "/approvals"),
        ("client-weeks", "/statements"),
        ("client-me", "/me"),
    ]
    .map(|(name, path)| (name.to_owned(), path.to_owned()))
    .to_vec();
    let orders = rest.get(&format!("/orders?organization_id={id}&limit=1")).await.ok();
    let placed = text(&orders["items"][0]["id"], "an order")?;
    screens.push(("client-placed".to_owned(), format!("/packs/orders/{placed}")));
    let week = text(&weeks["items"][0]["id"], "a weekly summary")?;
    screens.push(("client-week".to_owned(), format!("/statements/{week}")));
    screens.push(("client-approval".to_owned(), offer(&rest).await?));
    let statuses = [
        "awaiting_approval",
        "awaiting_window",
        "needs_info",
        "resolved",
        "closed",
    ];
    for (name, path) in tickets(&rest, &statuses).await? {
        screens.push((format!("client-{name}"), path));
    }
    let mut outcome = gallery.visit_as("owner@acme.example", &screens).await;
    // Another client has work that goes on while more of it is offered.
    let rest = gallery.rest("approver@nord.example").await;
    let mut screens = tickets(&rest, &["fixing"]).await?;
    screens.push(("further-approval".to_owned(), offer(&rest).await?));
    outcome = outcome.and(gallery.visit_as("approver@nord.example", &screens).await);
    // The others see less of the same screens.
    for (who, paths) in [
        ("approver", ["/", "/approvals"]),
        ("member", ["/", "/packs"]),
        ("viewer", ["/", "/tickets"]),
    ] {
        let screens = paths.map(|path| (format!("{who}-{}", path.trim_start_matches('/')), path.to_owned()));
        let visited = gallery.visit_as(&format!("{who}@luma.example"), &screens).await;
        outcome = outcome.and(visited);
    }
    outcome
}

#[tokio::test]
async fn screens_for_the_staff() -> Result {
    let gallery = Gallery::open().await?;
    let rest = gallery.rest("lead@daypack.example").await;
    let mut screens: Vec<(String, String)> = [
        ("staff-board", "/board"),
        ("staff-requests", "/tickets"),
        ("staff-new", "/tickets/new"),
        ("staff-clients", "/clients"),
        ("staff-client", "/clients/acme"),
        ("staff-packs", "/clients/acme/packs"),
        ("staff-ledger", "/clients/acme/ledger"),
        ("staff-ledger-as-of", "/clients/acme/ledger?as_of=2026-11-10T14:30"),
        ("staff-agreements", "/clients/acme/agreements"),
        ("staff-me", "/me"),
    ]
    .map(|(name, path)| (name.to_owned(), path.to_owned()))
    .to_vec();
    let statuses = [
        "submitted",
        "estimating",
        "awaiting_approval",
        "approved",
        "diagnosing",
        "fixing",
        "awaiting_validation",
        "awaiting_window",
        "waiting_third_party",
        "resolved",
        "closed",
    ];
    for (name, path) in tickets(&rest, &statuses).await? {
        screens.push((format!("staff-{name}"), path));
    }
    let outcome = gallery.visit_as("lead@daypack.example", &screens).await;
    let screens = [
        ("admin-clients", "/clients"),
        ("admin-staff", "/admin/staff"),
        ("admin-plans", "/admin"),
        ("admin-terms", "/admin/terms"),
        ("admin-seller", "/admin/seller"),
        ("admin-import", "/admin/import"),
        ("admin-agreements", "/clients/luma/agreements"),
    ];
    let screens = screens.map(|(name, path)| (name.to_owned(), path.to_owned()));
    outcome.and(gallery.visit_as("admin@daypack.example", &screens).await)
}

#[tokio::test]
#[ignore = "takes the README's pictures anew: cargo test -p e2e --test screens -- --ignored"]
async fn pictures_of_the_readme() -> Result {
    let gallery = Gallery::open().await?;
    let owner = gallery.sign_in("owner@acme.example").await?;
    let offer = offer(&gallery.rest("owner@acme.example").await).await?;
    picture(&gallery, &owner, "dashboard", Look::DESKTOP, "/").await?;
    picture(&gallery, &owner, "approval", Look::PHONE, &offer).await?;
    owner.finish().await?;
    let lead = gallery.sign_in("lead@daypack.example").await?;
    let fixing = tickets(&gallery.rest("lead@daypack.example").await, &["fixing"]).await?;
    picture(&gallery, &lead, "board", Look::DESKTOP, "/board").await?;
    picture(&gallery, &lead, "ticket", Look::DESKTOP, &fixing[0].1).await?;
    lead.finish().await
}

async fn picture(gallery: &Gallery, session: &Session, name: &str, look: Look, path: &str) -> Result {
    let folder = root().join("docs/pictures");
    fs::create_dir_all(&folder)?;
    for theme in Theme::ALL {
        session.set_look(look.theme(theme)).await?;
        session.open(&gallery.server.url(path)).await?;
        let made = session.screenshot(&format!("picture-{name}")).await?;
        fs::copy(made, folder.join(format!("{name}-{}.png", theme.word())))?;
    }
    Ok(())
}
