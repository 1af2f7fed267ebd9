//! Offers of minutes, and what became of them.

use daypack_api_types::{estimate::Estimate, ticket::Ticket};
use daypack_domain::{estimate::EstimateStatus, policy::Action};
use leptos::prelude::*;

use super::Desk;
use crate::{
    components::{Button, Card, LinkButton, Look, Tag, Tone},
    format::{self, word},
    i18n::{t, t_with, text},
    pages::desk::sheets::Sheet,
    session::use_session,
    time,
};

/// The offers, newest first; nothing while there is none to see and none to make.
pub fn estimates(desk: Desk) -> AnyView {
    desk.part(move |ticket| card(desk, &ticket))
}

fn card(desk: Desk, ticket: &Ticket) -> AnyView {
    let may = |action: Action| ticket.actions.iter().any(|known| known == action.as_str());
    let may_offer = may(Action::OfferEstimate);
    if ticket.estimates.is_empty() && !may_offer {
        return ().into_any();
    }
    let approves = may(Action::ApproveEstimate);
    let offer = may_offer.then(|| {
        let press = Callback::new(move |()| desk.open(Sheet::Estimate));
        view! { <Button label=t("card.estimate") small=true on_click=press /> }.into_any()
    });
    let rows: Vec<_> = ticket
        .estimates
        .iter()
        .map(|estimate| row(desk, estimate, may_offer, approves))
        .collect();
    let content = if rows.is_empty() {
        view! { <p class="quiet small-text pad under-heading">{t("offer.none")}</p> }.into_any()
    } else {
        view! { <ul class="entries">{rows}</ul> }.into_any()
    };
    match offer {
        Some(offer) => view! { <Card title=t("offer.card") action=offer flush=true>{content}</Card> }.into_any(),
        None => view! { <Card title=t("offer.card") flush=true>{content}</Card> }.into_any(),
    }
}

fn row(desk: Desk, estimate: &Estimate, may_withdraw: bool, approves: bool) -> AnyView {
    let open = estimate.status == EstimateStatus::Offered;
    let tone = match estimate.status {
        EstimateStatus::Approved => Tone::Good,
        EstimateStatus::Offered => Tone::Warning,
        EstimateStatus::Rejected | EstimateStatus::Lapsed => Tone::Bad,
        EstimateStatus::Withdrawn | EstimateStatus::Revised => Tone::Plain,
    };
    let lines: Vec<_> = estimate
        .lines
        .iter()
        .enumerate()
        .map(|(position, line)| {
            let key = if estimate.left_out.contains(&position) {
                "approval.left_out"
            } else {
                "form.optional"
            };
            let mark = line.optional.then(|| view! { <span class="quiet">{t(key)}</span> });
            view! {
                <li class="row small">
                    <span class="grow">{line.text.clone()} " " {mark}</span>
                    <span>{format::minutes(line.minutes)}</span>
                </li>
            }
            .into_any()
        })
        .collect();
    let from: Vec<String> = estimate
        .allocations
        .iter()
        .map(|part| {
            let (time, day) = (format::minutes(part.minutes), format::day(part.expires_on));
            let plan = format::lot_name(&part.plan_code, &part.plan_name);
            t_with("offer.from", &[("time", &time), ("plan", &plan), ("day", &day)])
        })
        .collect();
    let who = match (&estimate.decided_by, estimate.decided_at) {
        (Some(person), Some(at)) => {
            let channel = estimate
                .channel
                .and_then(|channel| text(&["approval_channel.", channel.as_str()].concat()));
            let facts = [
                Some(person.name.clone()),
                Some(format::moment(at, time::now())),
                channel,
            ];
            facts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        }
        _ if open => t_with(
            "offer.until",
            &[("day", &format::moment(estimate.valid_until, time::now()))],
        ),
        _ => format!(
            "{} · {}",
            estimate.offered_by.name,
            format::moment(estimate.offered_at, time::now())
        ),
    };
    let id = estimate.id;
    let withdraw = (open && may_withdraw).then(|| {
        let press = Callback::new(move |()| desk.open(Sheet::WithdrawEstimate(id)));
        view! { <Button label=t("offer.withdraw") small=true look=Look::Ghost on_click=press /> }
    });
    let revise = (open && may_withdraw).then(|| {
        let press = Callback::new(move |()| desk.open(Sheet::ReviseEstimate(id)));
        view! { <Button label=t("offer.revise") small=true look=Look::Ghost on_click=press /> }
    });
    let records = open && desk.staff && use_session().may(Action::RecordApproval.as_str());
    let record = records.then(|| {
        let press = Callback::new(move |()| desk.open(Sheet::RecordApproval(id)));
        view! { <Button label=t("recorded.title") small=true on_click=press /> }
    });
    let dispute = estimate.dispute.as_ref().map(|dispute| {
        let values = [
            ("name", dispute.by.name.clone()),
            ("time", format::moment(dispute.at, time::now())),
        ];
        let said = t_with(
            "dispute.was",
            &values.each_ref().map(|(name, text)| (*name, text.as_str())),
        );
        view! { <p class="notice small-text">{said}</p> }
    });
    let note = estimate
        .channel_note
        .clone()
        .map(|note| view! { <p class="small-text"><q>{note}</q></p> });
    let answer = (open && !desk.staff).then(|| {
        let key = if approves { "step.approve" } else { "offer.look" };
        let look = if approves { Look::Primary } else { Look::Plain };
        view! { <LinkButton href=format!("/approvals/{id}") label=t(key) small=true look=look /> }
    });
    let includes = estimate.includes_html.clone();
    let kind = (estimate.kind.as_str() == "fixed").then(|| view! { <Tag text=t("estimate_kind.fixed_short") /> });
    view! {
        <li>
            <div class="row small">
                <b class="tabular">{format::minutes(estimate.approved_minutes.unwrap_or(estimate.minutes))}</b>
                <Tag text=word("estimate.", estimate.status.as_str()) tone=tone />
                {kind} <span class="grow"></span> {answer}
            </div>
            <div class="markdown small-text" inner_html=includes></div>
            {(!lines.is_empty()).then(|| view! { <ul class="small-text lines-of">{lines}</ul> })}
            {(!from.is_empty()).then(|| view! { <p class="quiet small-text">{from.join(", ")}</p> })}
            {estimate.reason.clone().map(|reason| view! { <p class="small-text"><q>{reason}</q></p> })}
            {note}
            {dispute}
            <p class="quiet small-text">{who}</p>
            {(open && may_withdraw).then(|| view! { <div class="row small wrap">{record} {revise} {withdraw}</div> })}
        </li>
    }
    .into_any()
}
