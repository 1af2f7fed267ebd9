//! What is low or ends soon, and the work that would fit into minutes which would expire unused.

use daypack_api_types::alert::{Alert, Rescue, RescueItem, RescueLot, UnestimatedItem};
use daypack_domain::ledger::{AlertKind, CandidateKind};
use leptos::prelude::*;

use super::side::Side;
use crate::{
    api::packs,
    components::{Icon, LinkButton, Remote, Tag, Tone},
    format::{date, lot_name, minutes},
    i18n::{t, t_count, t_with},
};

/// What needs a look, the most urgent first; nothing where nothing does.
pub fn rescue(side: Side) -> AnyView {
    let alerts = Remote::load(move || packs::alerts(side.id));
    let rescue = Remote::load(move || packs::rescue(side.id));
    let low = move || alerts.get().filter(|alerts| !alerts.is_empty()).map(alert_list);
    let lost = move || {
        let rescue = rescue.get().filter(|rescue| rescue.unused_minutes > 0)?;
        Some(rescued(side, &rescue))
    };
    view! { {low} {lost} }.into_any()
}

fn alert_list(alerts: Vec<Alert>) -> AnyView {
    view! { <ul class="alerts">{alerts.into_iter().map(alert).collect_view()}</ul> }.into_any()
}

fn alert(alert: Alert) -> AnyView {
    let plan = lot_name(
        &alert.plan_code.unwrap_or_default(),
        &alert.plan_name.unwrap_or_default(),
    );
    let left = minutes(alert.available_minutes);
    let text = match alert.kind {
        AlertKind::LotUsed => {
            let percent = crate::format::percent(alert.value as f64 / 100.0);
            t_with(
                "alert.lot_used",
                &[("plan", &plan), ("percent", &percent), ("time", &left)],
            )
        }
        AlertKind::LotExpiring if alert.value <= 0 => {
            t_with("alert.lot_ends_today", &[("plan", &plan), ("time", &left)])
        }
        AlertKind::LotExpiring => {
            let on = alert.expires_on.map(date).unwrap_or_default();
            t_count(
                "alert.lot_expiring",
                alert.value,
                &[("plan", &plan), ("time", &left), ("date", &on)],
            )
        }
        AlertKind::RunningOut if alert.available_minutes == 0 => t("alert.nothing_left"),
        AlertKind::RunningOut => t_count("alert.running_out", alert.value, &[("time", &left)]),
    };
    view! { <li class="notice"><Icon name="alert" /><p>{text}</p></li> }.into_any()
}

/// How much would be lost and which work keeps it, pack by pack.
fn rescued(side: Side, rescue: &Rescue) -> AnyView {
    let fits: usize = rescue.lots.iter().map(|lot| lot.fits.len()).sum();
    let count = i64::try_from(fits).unwrap_or(0);
    let lost = minutes(rescue.unused_minutes);
    let soonest = rescue.lots.first().map_or(0, |lot| lot.days_left);
    let heading = t_count("rescue.heading", soonest, &[("time", &lost)]);
    let sentence = if fits == 0 {
        t("rescue.nothing_fits")
    } else {
        t_count("rescue.fit", count, &[("time", &minutes(rescue.fitting_minutes))])
    };
    let pace = t_with("burn.pace", &[("time", &minutes(rescue.weekly_minutes))]);
    let unestimated: Vec<_> = rescue.unestimated.iter().map(to_estimate).collect();
    let unestimated = (!unestimated.is_empty()).then(|| {
        let text = t("rescue.unestimated");
        view! { <div><p class="small-text">{text}</p><ul class="rescue-items">{unestimated}</ul></div> }
    });
    let ask = (!side.staff && fits == 0 && unestimated.is_none()).then(|| {
        view! { <div><LinkButton href="/tickets/new" label=t("ticket.new") icon="plus" /></div> }
    });
    let lots: Vec<_> = rescue.lots.iter().map(|lot| kept(side, lot)).collect();
    view! {
        <section class="card soft rescue">
            <div class="pad stack tight">
                <h2 class="row"><Icon name="timer" />{heading}</h2>
                <p class="small-text">{sentence}" "<span class="quiet">{pace}</span></p>
                {lots}
                {unestimated}
                {ask}
            </div>
        </section>
    }
    .into_any()
}

fn kept(side: Side, lot: &RescueLot) -> AnyView {
    let until = t_with("packs.until", &[("date", &date(lot.expires_on))]);
    let title = format!(
        "{} · {until} · {}",
        lot_name(&lot.plan_code, &lot.plan_name),
        minutes(lot.unused_minutes)
    );
    let rest = (lot.left_minutes > 0 && !lot.fits.is_empty()).then(|| {
        let text = t_with("rescue.still", &[("time", &minutes(lot.left_minutes))]);
        view! { <p class="quiet small-text">{text}</p> }
    });
    let items: Vec<_> = lot.fits.iter().map(|item| work(side, item)).collect();
    view! {
        <div>
            <p class="small-text"><b>{title}</b></p>
            <ul class="rescue-items">{items}</ul>
            {rest}
        </div>
    }
    .into_any()
}

fn to_estimate(item: &UnestimatedItem) -> AnyView {
    let href = format!("/tickets/{}", item.reference);
    view! { <li class="row">{link(href, &item.reference, &item.title)}</li> }.into_any()
}

fn link(href: String, reference: &str, title: &str) -> AnyView {
    view! {
        <a class="grow clip" href=href><span class="quiet">{reference.to_owned()}</span>" "{title.to_owned()}</a>
    }
    .into_any()
}

fn work(side: Side, item: &RescueItem) -> AnyView {
    let waiting = item.kind == CandidateKind::Waiting;
    let href = if waiting && !side.staff {
        format!("/approvals/{}", item.estimate_id)
    } else {
        format!("/tickets/{}", item.reference)
    };
    let (text, tone) = if waiting {
        (t("rescue.waiting"), Tone::Warning)
    } else {
        (t("rescue.backlog"), Tone::Plain)
    };
    view! {
        <li class="row">
            {link(href, &item.reference, &item.title)}
            <Tag text=text tone=tone />
            <b class="tabular">{minutes(item.minutes)}</b>
        </li>
    }
    .into_any()
}
