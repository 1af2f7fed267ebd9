//! Work outside the usual yes: an emergency with the client's word on it, and a recurrence under warranty.

use daypack_api_types::{
    emergency::{Emergency, Warranty},
    ticket::Ticket,
};
use daypack_domain::{
    emergency::EmergencyStatus,
    policy::Action,
    ticket::{Kind, Status},
};
use leptos::prelude::*;

use super::Desk;
use crate::{
    api::special,
    components::{Button, Card, Look, Tag, Tone},
    format::{minutes, moment, word},
    i18n::t,
    pages::desk::{parts::fact, sheets::Sheet},
    time,
};

/// The cards; nothing where there is neither.
pub fn special(desk: Desk) -> AnyView {
    desk.part(move |ticket| {
        let emergency = match &ticket.emergency {
            Some(one) => emergency(desk, one),
            None => start(desk, &ticket),
        };
        view! { {emergency} {warranty(desk, &ticket)} }.into_any()
    })
}

/// The way to begin before a yes, where the emergency clause covers the request and nothing was approved for it yet:
/// what is deducted can go to work from there by nothing else.
fn start(desk: Desk, ticket: &Ticket) -> AnyView {
    let waits = matches!(ticket.summary.status, Status::Submitted | Status::Estimating);
    let may = waits && ticket.billable && ticket.transitions.contains(&Status::Diagnosing);
    if !(desk.staff && may) {
        return ().into_any();
    }
    let busy = RwSignal::new(false);
    let press = Callback::new(move |()| {
        let reference = desk.reference();
        let begun = async move { special::start_emergency(&reference).await.map(Some) };
        desk.act(busy, begun, "emergency.started_now");
    });
    let begin = view! { <Button label=t("emergency.start") small=true busy=busy on_click=press /> }.into_any();
    view! {
        <Card title=t("emergency.title") action=begin>
            <p class="quiet small-text">{t("emergency.start_text")}</p>
        </Card>
    }
    .into_any()
}

const fn tone(status: EmergencyStatus) -> Tone {
    match status {
        EmergencyStatus::Pending => Tone::Warning,
        EmergencyStatus::Confirmed => Tone::Good,
        EmergencyStatus::Disputed => Tone::Bad,
        EmergencyStatus::Upheld | EmergencyStatus::Rejected | EmergencyStatus::Replaced => Tone::Plain,
    }
}

fn emergency(desk: Desk, one: &Emergency) -> AnyView {
    let when = |at| moment(at, time::now());
    let named = |person: &Option<daypack_api_types::Person>, at: Option<chrono::DateTime<chrono::Utc>>| {
        let name = person.as_ref().map(|person| person.name.clone());
        let text: Vec<String> = [name, at.map(when)].into_iter().flatten().collect();
        (!text.is_empty()).then(|| text.join(" · "))
    };
    let mut facts = vec![
        fact(t("emergency.may_use"), minutes(one.clause_minutes)),
        fact(t("emergency.left"), minutes(one.left_minutes)),
    ];
    if one.borrowed_minutes > 0 {
        facts.push(fact(t("emergency.borrowed"), minutes(one.borrowed_minutes)));
    }
    let people = [
        ("emergency.started", named(&one.started_by, Some(one.started_at))),
        ("emergency.answered", named(&one.answered_by, one.answered_at)),
        ("emergency.settled", named(&one.settled_by, one.settled_at)),
    ];
    facts.extend(
        people
            .into_iter()
            .filter_map(|(key, text)| text.map(|text| fact(t(key), text))),
    );
    let said = [&one.dispute_reason, &one.settlement]
        .into_iter()
        .flatten()
        .map(|text| view! { <p class="small-text"><q>{text.clone()}</q></p> })
        .collect_view();
    let status = one.status;
    let state = view! {
        <Tag text=word("emergency.status.", status.as_str()) tone=tone(status) />
    }
    .into_any();
    view! {
        <Card title=t("emergency.title") beside=state>
            <div class="stack tight">
                <p class="small-text quiet">{t("emergency.text")}</p>
                <dl class="facts">{facts}</dl>
                {said}
                {answers(desk, status)}
            </div>
        </Card>
    }
    .into_any()
}

/// What this person can say about it now.
fn answers(desk: Desk, status: EmergencyStatus) -> AnyView {
    let owner = !desk.staff && crate::session::use_session().may(Action::ManageEmergencyClause.as_str());
    let lead = desk.staff && crate::session::use_session().may(Action::DecideWarranty.as_str());
    let busy = RwSignal::new(false);
    match status {
        EmergencyStatus::Pending if owner => {
            let confirm = Callback::new(move |()| {
                let reference = desk.reference();
                let said = async move { special::confirm_emergency(&reference).await.map(Some) };
                desk.act(busy, said, "emergency.confirmed_now");
            });
            let dispute = Callback::new(move |()| desk.open(Sheet::DisputeEmergency));
            view! {
                <div class="row small wrap">
                    <Button label=t("emergency.confirm") small=true look=Look::Primary busy=busy on_click=confirm />
                    <Button label=t("emergency.dispute") small=true on_click=dispute />
                </div>
            }
            .into_any()
        }
        EmergencyStatus::Disputed if lead => {
            let settle = Callback::new(move |()| desk.open(Sheet::SettleEmergency));
            view! { <div><Button label=t("emergency.settle") small=true look=Look::Primary on_click=settle /></div> }
                .into_any()
        }
        _ => ().into_any(),
    }
}

fn warranty(desk: Desk, ticket: &Ticket) -> AnyView {
    if let Some(decided) = &ticket.warranty {
        return decided_warranty(decided);
    }
    let summary = &ticket.summary;
    let corrective = summary.kind == Some(Kind::Corrective);
    let open = !matches!(summary.status, Status::Closed | Status::Declined);
    let lead = desk.staff && crate::session::use_session().may(Action::DecideWarranty.as_str());
    if !(lead && corrective && open) {
        return ().into_any();
    }
    let press = Callback::new(move |()| desk.open(Sheet::Warranty));
    let decide = view! { <Button label=t("warranty.decide") small=true on_click=press /> }.into_any();
    view! {
        <Card title=t("warranty.title") action=decide>
            <p class="quiet small-text">{t("warranty.ask")}</p>
        </Card>
    }
    .into_any()
}

fn decided_warranty(one: &Warranty) -> AnyView {
    let state = if one.accepted {
        view! { <Tag text=t("warranty.accepted") tone=Tone::Good /> }
    } else {
        view! { <Tag text=t("warranty.refused") /> }
    };
    let who = format!("{} · {}", one.decided_by.name, moment(one.decided_at, time::now()));
    let reason = one
        .reason
        .clone()
        .map(|reason| view! { <p class="small-text"><q>{reason}</q></p> });
    let original = one.original_reference.clone();
    let href = format!("/tickets/{original}");
    view! {
        <Card title=t("warranty.title") beside=state.into_any()>
            <div class="stack tight">
                <p class="small-text">
                    {t("warranty.of")} " " <a class="link" href=href>{original}</a>
                </p>
                {reason}
                <p class="quiet small-text">{who}</p>
            </div>
        </Card>
    }
    .into_any()
}
