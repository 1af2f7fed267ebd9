//! Packs one by one: what each has left, until when, where it came from, and what can be done to it.

use daypack_api_types::lot::LotDetail;
use daypack_domain::{
    lot::{LotOrigin, LotStatus},
    policy::Action,
};
use leptos::prelude::*;

use super::{
    give::give,
    lot_forms::{self, Act},
    side::Side,
};
use crate::{
    api::packs,
    components::{Button, Dialog, EmptyState, Look, Menu, Paged, Tag, Tone, use_toasts},
    format::{self, date, lot_name, minutes, money, word},
    i18n::{t, t_with},
    pages::desk::parts::fact,
    time,
};

/// Days before its end from which a pack is shown as expiring.
const SOON_DAYS: i64 = 30;

/// All packs of the organization, newest first. `changed` hears when minutes have moved.
pub fn lots(side: Side, changed: Callback<()>) -> AnyView {
    let lots = Paged::load(move |cursor| packs::lots(side.id, cursor));
    let desk = Desk::new(side, lots, changed);
    let empty = || view! { <EmptyState title=t("lot.none_title") text=t("packs.none") icon="pack" /> }.into_any();
    let around = |rows: AnyView| view! { <ul class="list lot-list">{rows}</ul> }.into_any();
    let give = side.may(Action::GrantGoodwill).then(|| {
        let press = Callback::new(move |()| desk.open(Doing::Give));
        view! { <Button label=t("lot.give") icon="plus" small=true on_click=press /> }
    });
    view! {
        <section class="card">
            <header><h2>{t("lot.list")}</h2><span class="grow"></span>{give}</header>
            {lots.view(3, empty, move |lot| row(desk, lot), around)}
        </section>
        {desk.dialog()}
    }
    .into_any()
}

/// What is being done in the dialog.
#[derive(Clone, PartialEq)]
enum Doing {
    /// Minutes without an order.
    Give,
    /// Something to one pack.
    To(Act, Box<LotDetail>),
}

/// The list with its dialog.
#[derive(Clone, Copy)]
struct Desk {
    side: Side,
    doing: RwSignal<Option<Doing>>,
    open: RwSignal<bool>,
    done: Callback<String>,
}

impl Desk {
    fn new(side: Side, lots: Paged<LotDetail>, changed: Callback<()>) -> Self {
        let (toasts, open) = (use_toasts(), RwSignal::new(false));
        let done = Callback::new(move |sentence: String| {
            open.set(false);
            toasts.say(sentence);
            lots.restart();
            changed.run(());
        });
        Self {
            side,
            doing: RwSignal::new(None),
            open,
            done,
        }
    }

    fn open(self, doing: Doing) {
        self.doing.set(Some(doing));
        self.open.set(true);
    }

    fn dialog(self) -> AnyView {
        (move || {
            let doing = self.doing.get()?;
            let title = match &doing {
                Doing::Give => t("lot.give"),
                Doing::To(act, _) => act.title(),
            };
            let content = move || match doing.clone() {
                Doing::Give => give(self.side, self.done),
                Doing::To(act, lot) => lot_forms::form(self.side, act, *lot, self.done),
            };
            Some(view! { <Dialog title=title open=self.open>{content()}</Dialog> })
        })
        .into_any()
    }
}

fn row(desk: Desk, lot: LotDetail) -> AnyView {
    let amount = if lot.status == LotStatus::Active {
        let left = t_with(
            "client.lot_left",
            &[
                ("left", &minutes(lot.posted_minutes)),
                ("all", &minutes(lot.granted_minutes)),
            ],
        );
        let held = (lot.held_minutes > 0).then(|| t_with("meter.held", &[("time", &minutes(lot.held_minutes))]));
        [Some(left), held].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    } else {
        let used = ("used", minutes(lot.used_minutes));
        let all = ("all", minutes(lot.granted_minutes));
        t_with(
            "lot.used_of",
            &[used, all].each_ref().map(|(name, text)| (*name, text.as_str())),
        )
    };
    // What was given without a plan is called by how it came: that need not be said twice.
    let name = lot_name(&lot.plan_code, &lot.plan_name);
    let origin = (lot.origin != LotOrigin::Order && lot.plan_code != lot.origin.as_str()).then(|| {
        view! { <Tag text=word("lot.origin.", lot.origin.as_str()) /> }
    });
    let share = format::share(lot.posted_minutes.max(0), lot.granted_minutes.max(1));
    let bar = (lot.status == LotStatus::Active).then(|| {
        view! {
            <svg class="meter thin" width="100%" height="4" aria-hidden="true">
                <rect class="available" width=share height="4"></rect>
            </svg>
        }
    });
    view! {
        <li class="lot">
            <div class="lot-line">
                <div class="grow who wrapping">
                    <span class="row small wrap"><span class="name">{name}</span>{origin}{state(&lot)}</span>
                    <span class="quiet">{amount}</span>
                    {bar}
                </div>
                {acts(desk, &lot)}
            </div>
            <details class="small-text">
                <summary class="link">{t("lot.facts")}</summary>
                {facts(&lot)}
            </details>
        </li>
    }
    .into_any()
}

/// Until when, or why no longer.
fn state(lot: &LotDetail) -> AnyView {
    if lot.status != LotStatus::Active {
        return view! { <Tag text=word("lot.status.", lot.status.as_str()) /> }.into_any();
    }
    if lot.posted_minutes == 0 {
        return view! { <Tag text=t("lot.status.exhausted") /> }.into_any();
    }
    let days = (lot.ends_at - time::now()).num_days();
    let values = [("day", date(lot.expires_on)), ("distance", format::relative_days(days))];
    let text = t_with(
        "client.expires",
        &values.each_ref().map(|(name, text)| (*name, text.as_str())),
    );
    let tone = if days <= SOON_DAYS { Tone::Warning } else { Tone::Plain };
    view! { <Tag text=text tone=tone /> }.into_any()
}

/// What this person can do to it now.
fn acts(desk: Desk, lot: &LotDetail) -> AnyView {
    let possible: Vec<Act> = Act::ALL
        .into_iter()
        .filter(|act| desk.side.may(act.right()) && act.possible(lot))
        .collect();
    let button = |act: Act, look: Look| {
        let doing = Doing::To(act, Box::new(lot.clone()));
        let press = Callback::new(move |()| desk.open(doing.clone()));
        view! { <Button label=act.title() small=true look=look on_click=press /> }.into_any()
    };
    match possible.as_slice() {
        [] => ().into_any(),
        [only] => button(*only, Look::Plain),
        several => {
            let buttons: Vec<_> = several.iter().map(|act| button(*act, Look::Ghost)).collect();
            let summary = view! { <span class="button small">{t("lot.change")}</span> }.into_any();
            view! { <Menu summary=summary><div class="menu-list">{buttons}</div></Menu> }.into_any()
        }
    }
}

/// Everything there is to know about it.
fn facts(lot: &LotDetail) -> AnyView {
    let mut all = vec![
        fact(t("lot.started"), format::instant_in_full(lot.activated_at)),
        fact(
            t("lot.ends"),
            t_with("lot.ends_exactly", &[("time", &format::instant_in_full(lot.ends_at))]),
        ),
    ];
    if lot.original_expires_on != lot.expires_on {
        all.push(fact(t("lot.original"), date(lot.original_expires_on)));
    }
    if let Some(to) = lot.extends_to {
        all.push(fact(
            t("lot.extension"),
            t_with("lot.extends_to", &[("date", &date(to))]),
        ));
    }
    if let Some(reason) = lot.extension_reason.clone() {
        all.push(fact(t("lot.extension_reason"), reason));
    }
    all.push(fact(t("meter_name.used"), minutes(lot.used_minutes)));
    if lot.price.amount_minor > 0 {
        all.push(fact(t("lot.price"), money(lot.price)));
    }
    if lot.refunded.amount_minor > 0 {
        all.push(fact(t("lot.refunded"), money(lot.refunded)));
    }
    if !lot.systems.is_empty() {
        let names: Vec<_> = lot.systems.iter().map(|system| system.name.clone()).collect();
        all.push(fact(t("lot.limited"), names.join(", ")));
    }
    if let Some(reason) = lot.reason.clone().filter(|reason| !reason.is_empty()) {
        all.push(fact(t("lot.reason"), reason));
    }
    if let Some(person) = &lot.created_by {
        all.push(fact(t("lot.by"), person.name.clone()));
    }
    view! { <dl class="facts">{all}</dl> }.into_any()
}
