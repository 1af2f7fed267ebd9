//! What can be done to a pack: extending, correcting, limiting, refunding, taking back.

use daypack_api_types::{
    lot::{AdjustLot, ExtendLot, LimitLot, LotDetail, RefundLot, VoidLot},
    organization::System,
};
use daypack_domain::{ids::SystemId, lot::LotStatus, policy::Action};
use leptos::prelude::*;

use super::side::Side;
use crate::{
    api::{ApiProblem, contract, packs},
    components::{ChoiceField, Form, Look, Remote, TextArea, sending},
    format::{date, lot_name, minutes, money},
    i18n::{t, t_with},
    pages::desk::{
        duration,
        parts::{duration_field, submit, text_signal},
    },
};

/// The step of the buttons beside a field for hours and minutes.
pub const STEP_MINUTES: i64 = 60;

/// Something that is done to a pack.
#[derive(Clone, Copy, PartialEq)]
pub enum Act {
    /// Makes it last longer, once.
    Extend,
    /// Adds or takes minutes.
    Adjust,
    /// Says which systems it serves.
    Limit,
    /// Pays unused minutes back.
    Refund,
    /// Takes it back as a whole.
    Void,
}

impl Act {
    /// All of them, the harmless first.
    pub const ALL: [Self; 5] = [Self::Extend, Self::Adjust, Self::Limit, Self::Refund, Self::Void];

    /// What it is called, as a verb.
    pub fn title(self) -> String {
        t(match self {
            Self::Extend => "lot.extend",
            Self::Adjust => "lot.adjust",
            Self::Limit => "lot.limit",
            Self::Refund => "lot.refund",
            Self::Void => "lot.void",
        })
    }

    /// Who may.
    pub const fn right(self) -> Action {
        match self {
            Self::Extend => Action::ExtendLot,
            Self::Adjust | Self::Limit => Action::AdjustLot,
            Self::Refund => Action::RefundLot,
            Self::Void => Action::VoidLot,
        }
    }

    /// Whether this pack allows it, as far as the page can tell.
    pub fn possible(self, lot: &LotDetail) -> bool {
        let active = lot.status == LotStatus::Active;
        match self {
            Self::Extend => lot.extends_to.is_some(),
            Self::Adjust | Self::Limit => active,
            Self::Refund => active && lot.available_minutes > 0 && lot.refundable.amount_minor > 0,
            Self::Void => active && lot.used_minutes == 0 && lot.held_minutes == 0,
        }
    }
}

/// The form of an act; `done` hears the sentence to say.
pub fn form(side: Side, act: Act, lot: LotDetail, done: Callback<String>) -> AnyView {
    match act {
        Act::Extend => extend(side, lot, done),
        Act::Adjust => adjust(lot, done),
        Act::Limit => limit(side, lot, done),
        Act::Refund => refund(lot, done),
        Act::Void => void(lot, done),
    }
}

fn extend(side: Side, lot: LotDetail, done: Callback<String>) -> AnyView {
    let (id, reason) = (lot.id, text_signal(""));
    let to = lot.extends_to.map(date).unwrap_or_default();
    let sentence = t_with(
        "lot.extend_sentence",
        &[
            ("plan", &lot_name(&lot.plan_code, &lot.plan_name)),
            ("from", &date(lot.expires_on)),
            ("to", &to),
        ],
    );
    let send = sending(move || async move {
        let body = ExtendLot {
            reason: Some(trimmed(reason)).filter(|reason| !reason.is_empty()),
        };
        let lot = packs::extend(id, &body).await?;
        done.run(t_with("lot.extended", &[("date", &date(lot.expires_on))]));
        Ok(())
    });
    let label = t_with("lot.extend_until", &[("date", &to)]);
    view! {
        <p>{sentence}</p>
        <p class="quiet small-text">{t("lot.extend_once")}</p>
        <Form send=send>{side.staff.then(|| why_field(reason, "lot.extend_reason_hint"))} {submit(label, Look::Primary)}</Form>
    }
    .into_any()
}

/// Why it is done, which the client reads.
pub fn reason_field(reason: RwSignal<String>) -> AnyView {
    why_field(reason, "lot.reason_hint")
}

/// As [`reason_field`], with another text that says who reads it where.
fn why_field(reason: RwSignal<String>, hint: &'static str) -> AnyView {
    view! { <TextArea label=t("reason.label") name="reason" value=reason hint=t(hint) rows=2 required=true /> }
        .into_any()
}

/// The minutes of the field for hours and minutes.
pub fn typed_minutes(value: RwSignal<String>) -> Result<i64, ApiProblem> {
    value
        .with_untracked(|typed| duration::parse(typed))
        .filter(|wanted| *wanted > 0)
        .ok_or_else(|| ApiProblem::fields(&[("minutes", "duration")]))
}

/// A field's text without the spaces around it.
pub fn trimmed(text: RwSignal<String>) -> String {
    text.get_untracked().trim().to_owned()
}

fn adjust(lot: LotDetail, done: Callback<String>) -> AnyView {
    let id = lot.id;
    let (amount, reason) = (text_signal("1:00"), text_signal(""));
    let way = text_signal("add");
    let send = sending(move || async move {
        let wanted = typed_minutes(amount)?;
        let minutes = if way.with_untracked(|way| way == "take") {
            -wanted
        } else {
            wanted
        };
        let body = AdjustLot {
            minutes,
            reason: trimmed(reason),
        };
        packs::adjust(id, &body).await?;
        done.run(t("lot.adjusted"));
        Ok(())
    });
    let now = t_with("lot.available_now", &[("time", &minutes(lot.available_minutes))]);
    let ways = || vec![("add", t("lot.add")), ("take", t("lot.take"))];
    view! {
        <p class="quiet">{format!("{} · {now}", lot_name(&lot.plan_code, &lot.plan_name))}</p>
        <Form send=send>
            <ChoiceField label=t("lot.way") name="way" value=way options=ways() required=true />
            {duration_field(t("lot.minutes"), String::new(), amount, STEP_MINUTES)}
            {reason_field(reason)}
            {submit(t("lot.adjust"), Look::Primary)}
        </Form>
    }
    .into_any()
}

fn refund(lot: LotDetail, done: Callback<String>) -> AnyView {
    let id = lot.id;
    let (amount, reason) = (
        text_signal(duration::field_text(lot.available_minutes)),
        text_signal(""),
    );
    let (all, worth) = (lot.available_minutes, lot.refundable);
    let send = sending(move || async move {
        let body = RefundLot {
            minutes: Some(typed_minutes(amount)?),
            reason: trimmed(reason),
        };
        let refund = packs::refund(id, &body).await?;
        let values = [("time", minutes(refund.minutes)), ("amount", money(refund.amount))];
        done.run(t_with(
            "lot.refunded_now",
            &values.each_ref().map(|(name, text)| (*name, text.as_str())),
        ));
        Ok(())
    });
    // The server rounds down in the same way; what it answers is what counts.
    let value = move || {
        let wanted = amount.with(|typed| duration::parse(typed))?.clamp(0, all);
        let part = i128::from(worth.amount_minor) * i128::from(wanted) / i128::from(all.max(1));
        let part = daypack_domain::money::Money {
            amount_minor: i64::try_from(part).unwrap_or(0),
            ..worth
        };
        Some(t_with("lot.refund_value", &[("amount", &money(part))]))
    };
    let now = t_with("lot.available_now", &[("time", &minutes(all))]);
    view! {
        <p class="quiet">{format!("{} · {now}", lot_name(&lot.plan_code, &lot.plan_name))}</p>
        <Form send=send>
            {duration_field(t("lot.minutes"), String::new(), amount, STEP_MINUTES)}
            <p aria-live="polite">{value}</p>
            {reason_field(reason)}
            {submit(t("lot.refund"), Look::Danger)}
        </Form>
    }
    .into_any()
}

fn void(lot: LotDetail, done: Callback<String>) -> AnyView {
    let id = lot.id;
    let reason = text_signal("");
    let send = sending(move || async move {
        packs::void(
            id,
            &VoidLot {
                reason: trimmed(reason),
            },
        )
        .await?;
        done.run(t("lot.voided"));
        Ok(())
    });
    let sentence = t_with(
        "lot.void_sentence",
        &[
            ("plan", &lot_name(&lot.plan_code, &lot.plan_name)),
            ("time", &minutes(lot.posted_minutes)),
        ],
    );
    view! {
        <p>{sentence}</p>
        <Form send=send>{reason_field(reason)} {submit(t("lot.void"), Look::Danger)}</Form>
    }
    .into_any()
}

fn limit(side: Side, lot: LotDetail, done: Callback<String>) -> AnyView {
    let id = lot.id;
    let reason = text_signal("");
    let chosen = RwSignal::new(lot.systems.iter().map(|system| system.id).collect::<Vec<_>>());
    let send = sending(move || async move {
        let body = LimitLot {
            system_ids: chosen.get_untracked(),
            reason: trimmed(reason),
        };
        packs::limit(id, &body).await?;
        done.run(t("lot.limited_now"));
        Ok(())
    });
    let systems = Remote::load(move || contract::systems(side.id));
    view! {
        <Form send=send>
            {systems.view(2, move |systems| system_choice(systems, chosen))}
            {reason_field(reason)}
            {submit(t("lot.limit"), Look::Primary)}
        </Form>
    }
    .into_any()
}

/// Boxes for the systems; none ticked means all of them.
pub fn system_choice(systems: Vec<System>, chosen: RwSignal<Vec<SystemId>>) -> AnyView {
    if systems.is_empty() {
        return view! { <p class="quiet small-text">{t("system.none")}</p> }.into_any();
    }
    let option = move |system: System| {
        let id = system.id;
        let ticked = move || chosen.with(|chosen| chosen.contains(&id));
        let tick = move |event| {
            let on = event_target_checked(&event);
            chosen.update(|chosen| {
                chosen.retain(|other| *other != id);
                if on {
                    chosen.push(id);
                }
            });
        };
        view! {
            <label class="tick">
                <input type="checkbox" prop:checked=ticked on:change=tick />
                <span>{system.name}</span>
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="field">
            <legend>{t("lot.systems")}</legend>
            {systems.into_iter().map(option).collect_view()}
            <p class="field-hint">{t("lot.systems_hint")}</p>
        </fieldset>
    }
    .into_any()
}
