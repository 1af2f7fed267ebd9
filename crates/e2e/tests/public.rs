//! What everybody can see: the plan chooser and the sign-in page, on every kind of screen.

use e2e::{Browser, Look, Result, Server};

/// What the two screens say in a language.
struct Texts {
    plans_heading: &'static str,
    order: &'static str,
    email: &'static str,
    sign_in: &'static str,
}

fn texts(language: &str) -> Texts {
    match language {
        "es" => Texts {
            plans_heading: "Mantenimiento por días, pagado por adelantado",
            order: "Inicia sesión para pedir",
            email: "Correo electrónico",
            sign_in: "Iniciar sesión",
        },
        "fr" => Texts {
            plans_heading: "La maintenance à la journée, payée d’avance",
            order: "Se connecter pour commander",
            email: "Adresse e-mail",
            sign_in: "Se connecter",
        },
        _ => Texts {
            plans_heading: "Maintenance by the day, paid in advance",
            order: "Sign in to order",
            email: "Email",
            sign_in: "Sign in",
        },
    }
}

#[tokio::test]
async fn plans_and_login_on_every_screen() -> Result {
    let server = Server::start()?;
    let browser = Browser::start()?;
    let session = browser.session(Look::DESKTOP).await?;
    // Whether somebody is signed in is asked at the start.
    session.expect_refusals("/api/v1/sessions/refresh");
    for look in Look::all() {
        session.set_look(look).await?;
        let texts = texts(look.language);
        session.open(&server.url("/plans")).await?;
        session.heading(texts.plans_heading).await?;
        session.link(texts.order).await?;
        for plan in ["Starter", "Flexi", "Pro"] {
            session.sees(plan).await?;
        }
        session.check("plans").await?;
        session.open(&server.url("/login")).await?;
        session.heading(texts.sign_in).await?;
        session.field(texts.email).await?;
        session.button(texts.sign_in).await?;
        session.check("login").await?;
    }
    session.finish().await
}

#[tokio::test]
async fn unknown_people_are_refused_and_may_try_again() -> Result {
    let server = Server::start()?;
    let browser = Browser::start()?;
    let session = browser.session(Look::PHONE).await?;
    session.expect_refusals("/api/v1/sessions");
    session.open(&server.url("/login")).await?;
    session.field("Email").await?.send_keys("nobody@acme.example").await?;
    session.field("Password").await?.send_keys("not the password").await?;
    session.button("Sign in").await?.click().await?;
    session.visible("[role=alert]").await?;
    session.check("login-refused").await?;
    session.arrives_at("/login").await?;
    session.button("Sign in").await?;
    session.finish().await
}
