//! The whole story, from an empty installation to the weekly summary, as the people in it see it.

mod before_the_yes;
mod books;
mod setting_up;
mod stage;
mod work;

use e2e::{Look, Result};

use before_the_yes::{approves, estimates, reports, triages};
use books::{reads_the_week, the_books_agree, the_week_was_mailed};
use setting_up::{confirms_payment, orders, sets_up};
use stage::{ADMIN, AGENT, APPROVER, LEAD, MEMBER, OWNER, Stage, instant};
use work::{accepts_window, confirms, resolves, works};

#[tokio::test]
async fn from_an_empty_installation_to_the_weekly_summary() -> Result {
    let mut stage = Stage::set()?;
    let link = stage.create_admin().await?;
    let admin = stage.joins(ADMIN, &link, Look::DESKTOP).await?;
    sets_up(&stage, &admin).await?;
    let lead = stage.invited(LEAD, Look::DESKTOP).await?;
    let agent = stage.invited(AGENT, Look::DESKTOP).await?;
    let owner = stage.invited(OWNER, Look::DESKTOP).await?;
    let approver = stage.invited(APPROVER, Look::PHONE).await?;
    let member = stage.invited(MEMBER, Look::DESKTOP).await?;

    stage.note(0, 0, 10).await;
    orders(&stage, &owner).await?;
    stage.note(0, 0, 10).await;
    confirms_payment(&stage, &lead).await?;
    stage.note(2_400, 0, 20).await;
    reports(&stage, &member).await?;
    stage.note(2_400, 0, 10).await;
    triages(&stage, &lead).await?;
    stage.note(2_400, 0, 15).await;
    estimates(&stage, &agent).await?;
    stage.note(2_400, 0, 15).await;
    approves(&stage, &approver).await?;
    stage.note(2_040, 360, 180).await;
    works(&stage, &agent).await?;
    // 130 minutes, of which 30 are free and the rest goes in steps of 15.
    stage.note(2_040, 255, 30).await;
    accepts_window(&stage, &approver).await?;
    stage.note(2_040, 255, 0).await;
    stage.clock.set(instant("2026-03-04T06:30:00Z"));
    resolves(&stage, &agent).await?;
    stage.note(2_295, 0, 150).await;
    confirms(&stage, &member).await?;
    stage.note(2_295, 0, 0).await;

    stage.clock.set(instant("2026-03-09T07:00:00Z"));
    stage.server.run_jobs().await?;
    reads_the_week(&stage, &owner).await?;
    the_week_was_mailed(&stage)?;
    the_books_agree(&stage).await;
    let mut outcome = Ok(());
    for session in [admin, lead, agent, owner, approver, member] {
        outcome = session.finish().await.and(outcome);
    }
    outcome
}
