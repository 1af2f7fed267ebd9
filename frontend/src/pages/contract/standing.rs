//! Standing approvals: a yes given once for everything within its limits.

use std::str::FromStr;

use daypack_api_types::approval::{GiveStandingApproval, StandingApproval};
use daypack_domain::{
    policy::Action,
    ticket::{Kind, Severity},
};
use leptos::prelude::*;

use super::side::Side;
use crate::{
    api::{ApiProblem, agreements},
    components::{Button, Card, Dialog, EmptyState, Form, Look, Remote, Tag, TextField, Tone, sending, use_toasts},
    format::{self, date, minutes, share, word},
    i18n::{t, t_with},
    pages::desk::{
        duration,
        parts::{submit, text_signal, tick_box},
    },
    time,
};

/// The list, and for owners the way to one more.
pub fn standing(side: Side) -> AnyView {
    let manages = side.may(Action::ManageStandingApprovals);
    let all = Remote::load(move || agreements::standing_approvals(side.id));
    let toasts = use_toasts();
    let (giving, ending) = (RwSignal::new(false), RwSignal::new(None::<StandingApproval>));
    let ends = RwSignal::new(false);
    let done = Callback::new(move |sentence: String| {
        giving.set(false);
        ends.set(false);
        toasts.say(sentence);
        all.reload();
    });
    let end = Callback::new(move |one: StandingApproval| {
        ending.set(Some(one));
        ends.set(true);
    });
    let list = move |all: Vec<StandingApproval>| {
        if all.is_empty() {
            return view! { <EmptyState title=t("standing.none_title") text=t("standing.none_text") icon="shield" /> }
                .into_any();
        }
        let rows = all.into_iter().map(|one| row(one, manages, end)).collect_view();
        view! { <ul class="list">{rows}</ul> }.into_any()
    };
    let content = view! {
        {all.view(3, list)}
        <Dialog title=t("standing.give") open=giving>{give(side, done)}</Dialog>
        {move || ending.get().map(|one| {
            let content = move || end_form(&one, done);
            view! { <Dialog title=t("standing.end") open=ends>{content()}</Dialog> }
        })}
    }
    .into_any();
    if !manages {
        return view! { <Card title=t("standing.title") flush=true>{content}</Card> }.into_any();
    }
    let press = Callback::new(move |()| giving.set(true));
    let add = view! { <Button label=t("standing.give") icon="plus" small=true on_click=press /> }.into_any();
    view! { <Card title=t("standing.title") action=add flush=true>{content}</Card> }.into_any()
}

/// The words of some kinds or severities; all of them where none is named.
fn named(group: &str, all: &str, words: impl Iterator<Item = &'static str>) -> String {
    let words: Vec<String> = words.map(|stable| word(group, stable)).collect();
    if words.is_empty() { t(all) } else { words.join(", ") }
}

fn row(one: StandingApproval, manages: bool, end: Callback<StandingApproval>) -> AnyView {
    let covers = [
        named(
            "kind.",
            "standing.all_kinds",
            one.kinds.iter().map(|kind| kind.as_str()),
        ),
        named(
            "severity.",
            "standing.all_severities",
            one.severities.iter().map(|one| one.as_str()),
        ),
        t_with("standing.per_ticket", &[("time", &minutes(one.minutes_per_ticket))]),
    ];
    let small = one
        .small_works
        .then(|| view! { <Tag text=t("standing.small_works") /> });
    let used = t_with(
        "standing.used",
        &[
            ("used", &minutes(one.used_this_month_minutes)),
            ("all", &minutes(one.minutes_per_month)),
        ],
    );
    let given = t_with(
        "standing.given",
        &[
            ("name", &one.given_by.name),
            ("time", &format::instant_near(one.given_at, time::now())),
        ],
    );
    let width = share(
        one.used_this_month_minutes.clamp(0, one.minutes_per_month),
        one.minutes_per_month,
    );
    let state = match (one.ended_at, &one.ended_by) {
        (Some(at), by) => {
            let by = by.as_ref().map(|person| person.name.clone()).unwrap_or_default();
            let text = t_with(
                "standing.ended",
                &[("name", &by), ("date", &format::instant_day_year(at))],
            );
            view! { <Tag text=text /> }.into_any()
        }
        (None, _) => view! { <Tag text=t("standing.active") tone=Tone::Good /> }.into_any(),
    };
    let over = one.ended_at.is_some();
    let month = date(one.month);
    let button = (manages && !over).then(|| {
        let kept = one.clone();
        let press = Callback::new(move |()| end.run(kept.clone()));
        view! { <Button label=t("standing.end") small=true look=Look::Ghost on_click=press /> }
    });
    view! {
        <li class="lot">
            <div class="lot-line">
                <div class="grow who wrapping">
                    <span class="row small wrap"><span class="name">{one.name}</span>{state}{small}</span>
                    <span class="quiet">{covers.join(" · ")}</span>
                    {(!over).then(|| view! {
                        <span class="quiet" title=month>{used}</span>
                        <svg class="meter thin" width="100%" height="4" aria-hidden="true">
                            <rect class="available" width=width height="4"></rect>
                        </svg>
                    })}
                    <span class="facts">{given}</span>
                </div>
                {button}
            </div>
        </li>
    }
    .into_any()
}

fn end_form(one: &StandingApproval, done: Callback<String>) -> AnyView {
    let id = one.id;
    let send = sending(move || async move {
        agreements::end_standing_approval(id).await?;
        done.run(t("standing.ended_now"));
        Ok(())
    });
    let sentence = t_with("standing.end_text", &[("name", &one.name)]);
    view! { <p>{sentence}</p> <Form send=send>{submit(t("standing.end"), Look::Danger)}</Form> }.into_any()
}

/// Boxes for words; none ticked means all of them.
fn boxes(
    legend: String,
    hint: String,
    words: Vec<(&'static str, String)>,
    chosen: RwSignal<Vec<&'static str>>,
) -> AnyView {
    let option = move |(stable, text): (&'static str, String)| {
        let ticked = RwSignal::new(false);
        Effect::new(move |_| {
            let on = ticked.get();
            chosen.update(|chosen| {
                chosen.retain(|other| *other != stable);
                if on {
                    chosen.push(stable);
                }
            });
        });
        tick_box(text, ticked)
    };
    view! {
        <fieldset class="field">
            <legend>{legend}</legend>
            <div class="ticks">{words.into_iter().map(option).collect_view()}</div>
            <p class="field-hint">{hint}</p>
        </fieldset>
    }
    .into_any()
}

fn parsed<T: FromStr>(chosen: RwSignal<Vec<&'static str>>) -> Vec<T> {
    chosen.with_untracked(|chosen| chosen.iter().filter_map(|stable| stable.parse().ok()).collect())
}

fn give(side: Side, done: Callback<String>) -> AnyView {
    let [name, ticket, month] = ["", "2:00", "8:00"].map(text_signal);
    let (kinds, severities) = (RwSignal::new(Vec::new()), RwSignal::new(Vec::new()));
    let small_works = RwSignal::new(false);
    let send = sending(move || async move {
        let read = |value: RwSignal<String>| value.with_untracked(|typed| duration::parse(typed));
        let per = [("minutes_per_ticket", read(ticket)), ("minutes_per_month", read(month))];
        let wrong: Vec<_> = per
            .iter()
            .filter(|(_, value)| value.is_none_or(|value| value == 0))
            .map(|(name, _)| (*name, "duration"))
            .collect();
        if !wrong.is_empty() {
            return Err(ApiProblem::fields(&wrong));
        }
        let body = GiveStandingApproval {
            name: name.get_untracked().trim().to_owned(),
            kinds: parsed::<Kind>(kinds),
            severities: parsed::<Severity>(severities),
            minutes_per_ticket: per[0].1.unwrap_or(0),
            minutes_per_month: per[1].1.unwrap_or(0),
            small_works: Some(small_works.get_untracked()),
        };
        agreements::give_standing_approval(side.id, &body).await?;
        done.run(t("standing.given_now"));
        Ok(())
    });
    let words_of = |group: &str, words: Vec<&'static str>| -> Vec<(&'static str, String)> {
        words.into_iter().map(|stable| (stable, word(group, stable))).collect()
    };
    let all_kinds = words_of("kind.", Kind::ALL.iter().map(|kind| kind.as_str()).collect());
    let all_severities = words_of("severity.", Severity::ALL.iter().map(|one| one.as_str()).collect());
    view! {
        <p class="quiet small-text">{t("standing.give_text")}</p>
        <Form send=send>
            <TextField label=t("standing.name") name="name" value=name hint=t("standing.name_hint") required=true />
            {boxes(t("standing.kinds"), t("standing.kinds_hint"), all_kinds.clone(), kinds)}
            {boxes(t("standing.severities"), t("standing.severities_hint"), all_severities.clone(), severities)}
            <div class="pair">
                <TextField label=t("standing.most_ticket") name="minutes_per_ticket" value=ticket required=true />
                <TextField label=t("standing.most_month") name="minutes_per_month" value=month required=true />
            </div>
            {tick_box(t("standing.small_works_label"), small_works)}
            {submit(t("standing.give"), Look::Primary)}
        </Form>
    }
    .into_any()
}
