//! What an offer of minutes looks like, wherever it is answered: on the page or from a mail.

use daypack_api_types::{
    estimate::{Estimate, EstimateLine, Preview},
    ledger::LotBalance,
};
use daypack_domain::estimate::{EstimateKind, EstimateStatus, Line, chosen_minutes};
use leptos::prelude::*;

use crate::{
    components::{Icon, Tag},
    format,
    format::{minutes, word},
    i18n::{t, t_with},
    time,
};

/// Positions of the optional lines that are left out, from 0.
pub type LeftOut = RwSignal<Vec<usize>>;

/// What it is about. `reference` is a link where the person may follow it.
pub fn head(estimate: &Estimate, reference: AnyView) -> AnyView {
    let over = estimate.status != EstimateStatus::Offered;
    view! {
        <header class="stack tight">
            <div class="row">
                {reference}
                {over.then(|| view! { <Tag text=word("estimate.", estimate.status.as_str()) /> })}
            </div>
            <h1>{estimate.ticket_title.clone()}</h1>
            <div class="prose quiet" inner_html=estimate.includes_html.clone()></div>
        </header>
    }
    .into_any()
}

/// The minutes that are asked for now, by the same rule as the server's.
pub fn chosen(estimate: &Estimate, left_out: &[usize]) -> i64 {
    let lines: Vec<Line> = estimate
        .lines
        .iter()
        .map(|line| Line {
            text: line.text.clone(),
            minutes: line.minutes,
            optional: line.optional,
        })
        .collect();
    chosen_minutes(estimate.minutes, &lines, left_out).unwrap_or(estimate.minutes)
}

/// The parts of the estimate, where it names them; optional ones can be left out, and the sum follows at once.
pub fn lines(estimate: &Estimate, left_out: LeftOut) -> AnyView {
    if estimate.lines.is_empty() {
        return ().into_any();
    }
    let optional = estimate.lines.iter().any(|line| line.optional);
    let rows: Vec<_> = estimate
        .lines
        .iter()
        .enumerate()
        .map(|(position, line)| choice(position, line, left_out))
        .collect();
    let hint = optional.then(|| view! { <p class="quiet small-text">{t("approval.optional_hint")}</p> });
    view! {
        <div class="stack tight">
            <ul class="parts small-text">{rows}</ul>
            {hint}
        </div>
    }
    .into_any()
}

fn choice(position: usize, line: &EstimateLine, left_out: LeftOut) -> AnyView {
    let (text, time) = (line.text.clone(), minutes(line.minutes));
    if !line.optional {
        return view! { <li class="row"><span class="grow">{text}</span><b>{time}</b></li> }.into_any();
    }
    let wanted = move || left_out.with(|left_out| !left_out.contains(&position));
    let tick = move |event| {
        let on = event_target_checked(&event);
        left_out.update(|left_out| {
            left_out.retain(|other| *other != position);
            if !on {
                left_out.push(position);
                left_out.sort_unstable();
            }
        });
    };
    view! {
        <li class="row">
            <label class="tick grow">
                <input type="checkbox" prop:checked=wanted on:change=tick />
                <span class="grow">{text}" "<span class="quiet">{t("form.optional")}</span></span>
            </label>
            <b class:left-out=move || !wanted()>{time}</b>
        </li>
    }
    .into_any()
}

/// The lines as they were answered.
pub fn answered_lines(estimate: &Estimate) -> AnyView {
    let row = |(position, line): (usize, &EstimateLine)| {
        let out = estimate.left_out.contains(&position);
        let mark = out.then(|| view! { <Tag text=t("approval.left_out") /> });
        let class = if out { "left-out" } else { "" };
        view! {
            <li class="row"><span class="grow">{line.text.clone()}</span>{mark}<b class=class>{minutes(line.minutes)}</b></li>
        }
        .into_any()
    };
    let rows: Vec<_> = estimate.lines.iter().enumerate().map(row).collect();
    (!rows.is_empty())
        .then(|| view! { <ul class="parts small-text">{rows}</ul> })
        .into_any()
}

/// The minutes, and what becomes of them.
pub fn amount(estimate: &Estimate, left_out: LeftOut) -> AnyView {
    let explained = match estimate.kind {
        EstimateKind::UpTo => t("approval.up_to"),
        EstimateKind::Fixed => t("approval.fixed"),
    };
    let estimate = estimate.clone();
    let sum = move || left_out.with(|left_out| minutes(chosen(&estimate, left_out)));
    view! {
        <div>
            <p class="huge" aria-live="polite">{sum}</p>
            <p class="quiet small-text">{explained}</p>
        </div>
    }
    .into_any()
}

/// Who offers it, and until when.
pub fn foot(estimate: &Estimate, more: Option<String>) -> AnyView {
    let now = time::now();
    let offered = [
        t_with(
            "approval.offered_by",
            &[
                ("name", &estimate.offered_by.name),
                ("time", &format::instant_near(estimate.offered_at, now)),
            ],
        ),
        t_with(
            "approval.valid_until",
            &[("time", &format::instant_near(estimate.valid_until, now))],
        ),
    ];
    let foot: Vec<String> = offered.into_iter().chain(more).collect();
    view! { <p class="quiet small-text centered">{foot.join(" · ")}</p> }.into_any()
}

/// One line of the table of packs.
struct Source {
    name: String,
    expires: chrono::NaiveDate,
    before: Option<i64>,
    takes: i64,
}

/// From which packs: what each has now, what the yes takes, what stays. Packs that nothing is taken from are shown too,
/// where they are known.
pub fn lots_table(preview: &Preview, lots: Vec<LotBalance>) -> AnyView {
    let mut all: Vec<Source> = preview
        .allocations
        .iter()
        .map(|one| Source {
            name: format::lot_name(&one.plan_code, &one.plan_name),
            expires: one.expires_on,
            before: one.available_before_minutes.or_else(|| {
                lots.iter()
                    .find(|lot| lot.id == one.lot_id)
                    .map(|lot| lot.available_minutes)
            }),
            takes: one.minutes,
        })
        .collect();
    let untouched =
        |lot: &&LotBalance| lot.available_minutes > 0 && preview.allocations.iter().all(|one| one.lot_id != lot.id);
    all.extend(lots.iter().filter(untouched).map(|lot| Source {
        name: format::lot_name(&lot.plan_code, &lot.plan_name),
        expires: lot.expires_on,
        before: Some(lot.available_minutes),
        takes: 0,
    }));
    let or_dash = |value: Option<i64>| value.map_or_else(|| "–".to_owned(), minutes);
    let taken: i64 = preview.allocations.iter().map(|one| one.minutes).sum();
    let left = preview
        .shortfall_minutes
        .is_none()
        .then_some(preview.available_after_minutes);
    let released = (preview.released_minutes > 0).then(|| {
        let text = t_with("approval.released", &[("time", &minutes(preview.released_minutes))]);
        view! { <p class="quiet small-text">{text}</p> }
    });
    view! {
        <table class="sums">
            <thead>
                <tr>
                    <th scope="col">{t("approval.from")}</th>
                    <th scope="col">{t("approval.now")}</th>
                    <th scope="col">{t("approval.takes")}</th>
                    <th scope="col">{t("approval.left")}</th>
                </tr>
            </thead>
            <tbody>{all.iter().map(source).collect_view()}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">{t("approval.all_packs")}</th>
                    <td>{minutes(preview.available_before_minutes)}</td>
                    <td>{or_dash(Some(if taken > 0 { taken } else { preview.minutes }))}</td>
                    <td>{or_dash(left)}</td>
                </tr>
            </tfoot>
        </table>
        {released}
    }
    .into_any()
}

fn source(line: &Source) -> AnyView {
    let or_dash = |value: Option<i64>| value.map_or_else(|| "–".to_owned(), minutes);
    let class = if line.takes > 0 { "until soon" } else { "until" };
    view! {
        <tr>
            <th scope="row">
                {line.name.clone()}
                <span class=class>{t_with("packs.until", &[("date", &format::date(line.expires))])}</span>
            </th>
            <td>{or_dash(line.before)}</td>
            <td>{or_dash(Some(line.takes).filter(|takes| *takes > 0))}</td>
            <td>{or_dash(line.before.map(|before| before - line.takes))}</td>
        </tr>
    }
    .into_any()
}

/// What was answered, by whom and how, and from which packs the minutes are held.
pub fn decided(estimate: &Estimate) -> AnyView {
    let who = estimate.decided_by.as_ref().map(|person| person.name.clone());
    let when = estimate.decided_at.map(|at| format::instant_near(at, time::now()));
    let text = match estimate.status {
        EstimateStatus::Approved => t("approval.was_approved"),
        EstimateStatus::Rejected => t("approval.was_rejected"),
        _ => t("approval.is_over"),
    };
    let channel = estimate
        .channel
        .map(|channel| crate::i18n::text(&["approval_channel.", channel.as_str()].concat()).unwrap_or_default())
        .map(|text| text.trim_matches(['(', ')']).to_owned())
        .filter(|text| !text.is_empty());
    let by: Vec<String> = [who, when, channel, estimate.reason.clone()]
        .into_iter()
        .flatten()
        .collect();
    let more = [
        estimate
            .standing_approval
            .as_ref()
            .map(|one| t_with("approval.by_standing", &[("name", &one.name)])),
        estimate
            .recorded_by
            .as_ref()
            .map(|person| t_with("approval.recorded_by", &[("name", &person.name)])),
    ];
    let note = estimate
        .channel_note
        .clone()
        .map(|note| view! { <p class="small-text"><q>{note}</q></p> });
    let dispute = estimate.dispute.as_ref().map(|dispute| {
        let values = [
            ("name", dispute.by.name.clone()),
            ("time", format::instant_near(dispute.at, time::now())),
        ];
        let text = t_with(
            "dispute.was",
            &values.each_ref().map(|(name, text)| (*name, text.as_str())),
        );
        let note = dispute
            .note
            .clone()
            .map(|note| view! { <p class="small-text"><q>{note}</q></p> });
        view! { <div class="notice"><Icon name="alert" /><div><p>{text}</p>{note}</div></div> }
    });
    let from: Vec<String> = estimate
        .allocations
        .iter()
        .map(|part| {
            let values = [
                ("time", minutes(part.minutes)),
                ("plan", format::lot_name(&part.plan_code, &part.plan_name)),
                ("day", format::day(part.expires_on)),
            ];
            t_with(
                "offer.from",
                &values.each_ref().map(|(name, text)| (*name, text.as_str())),
            )
        })
        .collect();
    let good = estimate.status == EstimateStatus::Approved;
    let said = more
        .into_iter()
        .flatten()
        .map(|text| view! { <p class="quiet small-text">{text}</p> });
    view! {
        {answered_lines(estimate)}
        <p class="huge">{minutes(estimate.approved_minutes.unwrap_or(estimate.minutes))}</p>
        {dispute}
        <section class=if good { "card soft" } else { "card plain" }>
            <div class="pad stack tight">
                <p class="row"><Icon name=if good { "check" } else { "close" } /><b>{text}</b></p>
                <p class="quiet small-text">{by.join(" · ")}</p>
                {said.collect_view()}
                {note}
                {(!from.is_empty()).then(|| view! { <p class="quiet small-text">{from.join(", ")}</p> })}
            </div>
        </section>
    }
    .into_any()
}
