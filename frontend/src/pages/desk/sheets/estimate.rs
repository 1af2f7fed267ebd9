//! Offering minutes, and taking an offer back.

use chrono::TimeDelta;
use daypack_api_types::estimate::{EstimateLine, OfferEstimate};
use daypack_domain::{
    estimate::{Basis, EstimateKind, VALIDITY_DAYS},
    ids::EstimateId,
    ticket::Status,
};
use leptos::prelude::*;

use super::Around;
use crate::{
    api::{ApiProblem, approvals},
    components::{Button, Form, FormHints, Look, SelectField, TextArea, TextField, sending},
    format,
    i18n::{t, t_with},
    pages::desk::{
        duration,
        parts::{choices, duration_field, filled, submit, text_signal, tick_box},
    },
    zone,
};

/// Estimates are made in steps of this many minutes.
const STEP_MINUTES: i64 = 15;

/// One part of the offer in the making.
#[derive(Clone, Copy)]
struct Line {
    id: u32,
    text: RwSignal<String>,
    minutes: RwSignal<String>,
    optional: RwSignal<bool>,
}

/// The parts of the offer in the making.
#[derive(Clone, Copy)]
struct Lines {
    all: RwSignal<Vec<Line>>,
    last: StoredValue<u32>,
}

impl Lines {
    fn add(self) {
        self.put(&EstimateLine {
            text: String::new(),
            minutes: 60,
            optional: false,
        });
    }

    fn put(self, line: &EstimateLine) {
        let id = self.last.get_value() + 1;
        self.last.set_value(id);
        let line = Line {
            id,
            text: RwSignal::new(line.text.clone()),
            minutes: RwSignal::new(duration::field_text(line.minutes)),
            optional: RwSignal::new(line.optional),
        };
        self.all.update(|all| all.push(line));
    }

    fn total(self) -> i64 {
        let minutes = |line: &Line| line.minutes.with(|typed| duration::parse(typed)).unwrap_or(0);
        self.all.with(|all| all.iter().map(minutes).sum())
    }

    fn body(self) -> Vec<EstimateLine> {
        let line = |line: &Line| EstimateLine {
            text: line.text.get_untracked().trim().to_owned(),
            minutes: line.minutes.with_untracked(|typed| duration::parse(typed)).unwrap_or(0),
            optional: line.optional.get_untracked(),
        };
        self.all.with_untracked(|all| all.iter().map(line).collect())
    }
}

/// Minutes, what they include, their parts, and until when the offer stands. `revised` is the open offer in whose
/// place it comes.
pub fn offer(revised: Option<EstimateId>, around: Around) -> AnyView {
    let Around { ticket, zone, done, .. } = around;
    let zone = StoredValue::new(zone);
    let reference = StoredValue::new(ticket.summary.reference.clone());
    let before = revised.and_then(|id| ticket.estimates.iter().find(|one| one.id == id));
    let again = ticket.summary.approved_minutes > 0;
    let usual = if again { Basis::Further } else { Basis::Total };
    let minutes = text_signal(duration::field_text(before.map_or(240, |before| before.minutes)));
    let includes = text_signal(before.map_or_else(String::new, |before| before.includes.clone()));
    let basis = text_signal(before.map_or(usual, |before| before.basis).as_str());
    let kind = text_signal(before.map_or(EstimateKind::UpTo, |before| before.kind).as_str());
    let blocking = RwSignal::new(before.is_some_and(|before| before.blocking));
    let last_day = zone.with_value(|zone| zone::today(zone)) + TimeDelta::days(VALIDITY_DAYS);
    let valid_until = text_signal(last_day.to_string());
    let lines = Lines {
        all: RwSignal::new(Vec::new()),
        last: StoredValue::new(0),
    };
    before
        .iter()
        .flat_map(|before| &before.lines)
        .for_each(|line| lines.put(line));
    // The lines add up to the minutes: who names parts need not do the sum.
    Effect::new(move |_| {
        if lines.all.with(|all| !all.is_empty()) {
            minutes.set(duration::field_text(lines.total()));
        }
    });
    let send = sending(move || async move {
        let Some(wanted) = minutes
            .with_untracked(|typed| duration::parse(typed))
            .filter(|wanted| *wanted > 0)
        else {
            return Err(ApiProblem::fields(&[("minutes", "duration")]));
        };
        // The offer stands through its last day, by the client's calendar.
        let last_minute = filled(valid_until)
            .and_then(|day| zone::parse(&day))
            .map(|day| zone.with_value(|zone| zone::instant(day + TimeDelta::minutes(24 * 60 - 1), zone)));
        let body = OfferEstimate {
            minutes: wanted,
            includes: includes.get_untracked().trim().to_owned(),
            basis: basis.get_untracked().parse().ok(),
            kind: kind.get_untracked().parse().ok(),
            lines: lines.body(),
            blocking: again.then(|| blocking.get_untracked()),
            valid_until: last_minute,
        };
        let outcome = match revised {
            Some(id) => approvals::revise(id, &body).await,
            None => approvals::offer(&reference.get_value(), &body).await,
        };
        done.other(outcome, "offer.sent")
    });
    let in_work = matches!(
        ticket.summary.status,
        Status::Approved | Status::Diagnosing | Status::Fixing
    );
    // Fields find their form when they are made: within it.
    let sums = [
        ("approved", ticket.summary.approved_minutes),
        ("used", ticket.summary.used_minutes),
    ]
    .map(|(name, amount)| (name, format::minutes(amount)));
    let further = move || {
        again.then(|| {
            view! {
                <p class="quiet small-text">
                    {t_with("offer.before", &sums.each_ref().map(|(name, text)| (*name, text.as_str())))}
                </p>
                <SelectField
                    label=t("offer.basis")
                    name="basis"
                    value=basis
                    options=choices("basis.", Basis::ALL.iter().map(|word| word.as_str()))
                    required=true
                />
                {in_work.then(|| tick_box(t("offer.blocking"), blocking))}
            }
        })
    };
    let draft = format!("estimate.{}", ticket.summary.reference);
    view! {
        <Form send=send>
            {duration_field(t("offer.minutes"), t("offer.minutes_hint"), minutes, STEP_MINUTES)}
            {further()}
            <TextArea
                label=t("offer.includes")
                name="includes"
                value=includes
                hint=t("offer.includes_hint")
                required=true
            />
            {line_editor(lines, draft)}
            <div class="pair">
                <SelectField
                    label=t("offer.kind")
                    name="kind"
                    value=kind
                    options=choices("estimate_kind.", EstimateKind::ALL.iter().map(|word| word.as_str()))
                    required=true
                />
                <TextField label=t("offer.valid_until") name="valid_until" value=valid_until kind="date" />
            </div>
            {submit(t("offer.submit"), Look::Primary)}
            <FormHints />
        </Form>
    }
    .into_any()
}

fn line_editor(lines: Lines, group: String) -> AnyView {
    let row = move |line: Line| {
        let remove = Callback::new(move |()| lines.all.update(|all| all.retain(|other| other.id != line.id)));
        view! {
            <li class="line">
                <input
                    type="text"
                    aria-label=t("offer.line_text")
                    placeholder=t("offer.line_text")
                    prop:value=move || line.text.get()
                    on:input=move |event| line.text.set(event_target_value(&event))
                />
                <input
                    type="text"
                    class="short"
                    aria-label=t("offer.line_minutes")
                    prop:value=move || line.minutes.get()
                    on:input=move |event| line.minutes.set(event_target_value(&event))
                />
                <label class="tick small-text">
                    <input
                        type="checkbox"
                        prop:checked=move || line.optional.get()
                        on:change=move |event| line.optional.set(event_target_checked(&event))
                    />
                    {t("offer.line_optional")}
                </label>
                <Button
                    label=t("offer.line_remove")
                    icon="close"
                    icon_only=true
                    look=Look::Ghost
                    on_click=remove
                />
            </li>
        }
        .into_any()
    };
    view! {
        <fieldset class="field lines" id=group>
            <legend>{t("offer.lines")} " " <span class="quiet">{t("form.optional")}</span></legend>
            <ul class="stack"><For each=move || lines.all.get() key=|line| line.id children=row /></ul>
            <div>
                <Button
                    label=t("offer.line_add")
                    icon="plus"
                    small=true
                    on_click=Callback::new(move |()| lines.add())
                />
            </div>
        </fieldset>
    }
    .into_any()
}

/// Takes an offer back, with the reason that the client reads.
pub fn withdraw(id: EstimateId, around: Around) -> AnyView {
    let done = around.done;
    let reason = RwSignal::new(String::new());
    let send = sending(move || async move {
        let outcome = approvals::withdraw(id, filled(reason)).await;
        done.other(outcome, "offer.taken_back")
    });
    view! {
        <Form send=send>
            <TextArea label=t("reason.label") name="reason" value=reason hint=t("reason.client_reads") rows=2 />
            {submit(t("offer.withdraw"), Look::Danger)}
        </Form>
    }
    .into_any()
}
