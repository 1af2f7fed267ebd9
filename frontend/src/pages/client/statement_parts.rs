//! What a week's page says beside the work: what expires, what waits, what was promised, what is ahead.

use daypack_domain::statement::{Expiring, SlaLine, Statement, Waiting, WindowAhead};
use leptos::prelude::*;

use crate::{
    components::{Card, Tag, Tone},
    format::{self, date, minutes, word},
    i18n::{t, t_with},
};

/// The cards that have something to say.
pub fn ahead(statement: &Statement) -> AnyView {
    let pace = statement.outlook.map(|outlook| match outlook.runs_out_on {
        Some(on) => {
            let values = [("time", minutes(outlook.minutes_per_week)), ("date", date(on))];
            t_with(
                "burn.runs_out",
                &values.each_ref().map(|(name, value)| (*name, value.as_str())),
            )
        }
        None if outlook.minutes_per_week == 0 => t("burn.no_use"),
        None => t_with("burn.pace", &[("time", &minutes(outlook.minutes_per_week))]),
    });
    let review = statement
        .next_review_on
        .map(|on| t_with("week.next_review", &[("date", &date(on))]));
    let expiring = !statement.expiring.is_empty() || pace.is_some() || review.is_some();
    let lots = statement.expiring.iter().map(lot).collect_view();
    let expiring = expiring.then(|| {
        view! {
            <Card title=t("week.ahead")>
                <div class="stack tight small-text">
                    <ul class="lots">{lots}</ul>
                    {pace.map(|text| view! { <p class="quiet">{text}</p> })}
                    {review.map(|text| view! { <p class="quiet">{text}</p> })}
                </div>
            </Card>
        }
        .into_any()
    });
    let rows = |rows: Vec<AnyView>| view! { <ul class="facts-list small-text">{rows}</ul> }.into_any();
    let card = |title: &str, all: Vec<AnyView>| {
        (!all.is_empty()).then(|| view! { <Card title=t(title)>{rows(all)}</Card> }.into_any())
    };
    view! {
        {card("week.sla", statement.sla.iter().map(clock).collect())}
        {card("week.waiting", statement.waiting.iter().map(waiting).collect())}
        {card("week.windows", statement.windows.iter().map(window).collect())}
        {expiring}
    }
    .into_any()
}

fn lot(lot: &Expiring) -> AnyView {
    let text = t_with("packs.until", &[("date", &date(lot.expires_on))]);
    view! {
        <li><Tag text=text tone=Tone::Warning /><span class="grow"></span><span>{minutes(lot.available_minutes)}</span></li>
    }
    .into_any()
}

fn clock(line: &SlaLine) -> AnyView {
    let met = t_with("week.met", &[("count", &format::number(line.met as f64))]);
    let missed = (line.missed > 0).then(|| {
        let text = t_with("week.missed", &[("count", &format::number(line.missed as f64))]);
        view! { <Tag text=text tone=Tone::Bad /> }
    });
    view! {
        <li class="row">
            <span class="grow">{word("sla_clock.", &line.clock)}</span>
            <Tag text=met tone=Tone::Good />
            {missed}
        </li>
    }
    .into_any()
}

fn waiting(line: &Waiting) -> AnyView {
    let until = t_with(
        "approval.valid_until",
        &[("time", &format::instant_near(line.valid_until, crate::time::now()))],
    );
    view! {
        <li class="row">
            <a class="grow" href=format!("/approvals/{}", line.estimate_id)>
                <span class="title">{line.title.clone()}</span>
                <span class="facts">{line.reference.clone()}" · "{until}</span>
            </a>
            <b>{minutes(line.minutes)}</b>
        </li>
    }
    .into_any()
}

fn window(line: &WindowAhead) -> AnyView {
    let state = if line.accepted { "week.agreed" } else { "week.proposed" };
    let tone = if line.accepted { Tone::Good } else { Tone::Warning };
    view! {
        <li class="row">
            <a class="grow" href=format!("/tickets/{}", line.reference)>
                <span class="title">{format::window(line.starts_at, line.ends_at)}</span>
                <span class="facts">{line.reference.clone()}</span>
            </a>
            <Tag text=t(state) tone=tone />
        </li>
    }
    .into_any()
}
