//! Who may say yes to how much: the people of the organization with their roles and limits.

use daypack_api_types::organization::{ChangeMember, Member};
use daypack_domain::{
    money::Currency,
    policy::{Action, ClientRole},
};
use leptos::prelude::*;

use super::side::Side;
use crate::{
    amount,
    api::{ApiProblem, contract},
    components::{
        Avatar, Button, Card, Dialog, Form, Look, Remote, SelectField, Tag, TextField, Tone, sending, use_toasts,
    },
    format::{minutes, money, word},
    i18n::{t, t_with},
    pages::desk::{
        duration,
        parts::{filled, submit, text_signal},
    },
};

/// The people, and for owners the way to change their limits.
pub fn limits(side: Side) -> AnyView {
    let manages = side.may(Action::ManageMembers);
    let members = Remote::load(move || contract::members(side.id));
    let organization = Remote::load(move || async move { contract::organization(&side.id.to_string()).await });
    let toasts = use_toasts();
    let (changing, open) = (RwSignal::new(None::<Member>), RwSignal::new(false));
    let done = Callback::new(move |sentence: String| {
        open.set(false);
        toasts.say(sentence);
        members.reload();
    });
    let begin = Callback::new(move |member: Member| {
        changing.set(Some(member));
        open.set(true);
    });
    let list = move |members: Vec<Member>| {
        if members.is_empty() {
            return view! { <p class="quiet pad under-heading">{t("member.none")}</p> }.into_any();
        }
        let rows = members
            .into_iter()
            .map(|member| row(member, manages, begin))
            .collect_view();
        view! { <ul class="list">{rows}</ul> }.into_any()
    };
    let dialog = move || {
        let member = changing.get()?;
        let title = t_with("limits.of", &[("name", &member.name)]);
        let currency = organization
            .get_untracked()
            .and_then(|organization| Currency::parse(&organization.currency));
        let content = move || change(side, &member, currency, done);
        Some(view! { <Dialog title=title open=open>{content()}</Dialog> })
    };
    view! {
        <Card title=t("limits.title") flush=true>
            <p class="quiet small-text pad under-heading">{t("limits.text")}</p>
            {members.view(3, list)}
            {dialog}
        </Card>
    }
    .into_any()
}

/// What somebody may say yes to, in a few words.
fn may_approve(member: &Member) -> String {
    match (member.role, member.approval_limit_minutes) {
        (ClientRole::Owner, _) => t("limits.everything"),
        (ClientRole::Approver, Some(limit)) => t_with("limits.per_request", &[("time", &minutes(limit))]),
        (ClientRole::Approver, None) => t("limits.any_request"),
        (ClientRole::Member | ClientRole::Viewer, _) => t("limits.nothing"),
    }
}

fn may_order(member: &Member) -> Option<String> {
    match (member.role, member.order_limit) {
        (ClientRole::Approver, Some(limit)) => Some(t_with("limits.per_order", &[("amount", &money(limit))])),
        (ClientRole::Approver, None) => Some(t("limits.no_orders")),
        _ => None,
    }
}

fn row(member: Member, manages: bool, begin: Callback<Member>) -> AnyView {
    let facts: Vec<String> = [Some(may_approve(&member)), may_order(&member)]
        .into_iter()
        .flatten()
        .collect();
    let tone = if member.role == ClientRole::Owner {
        Tone::Good
    } else {
        Tone::Plain
    };
    let change = manages.then(|| {
        let kept = member.clone();
        let press = Callback::new(move |()| begin.run(kept.clone()));
        view! { <Button label=t("limits.change") small=true look=Look::Ghost on_click=press /> }
    });
    view! {
        <li>
            <Avatar name=member.name.clone() decorative=true />
            <div class="who wrapping">
                <span class="row small wrap">
                    <span class="name">{member.name.clone()}</span>
                    <Tag text=word("role.", member.role.as_str()) tone=tone />
                </span>
                <span class="quiet">{facts.join(" · ")}</span>
            </div>
            {change}
        </li>
    }
    .into_any()
}

fn change(side: Side, member: &Member, own: Option<Currency>, done: Callback<String>) -> AnyView {
    let (user, version) = (member.user_id, member.version);
    let role = text_signal(member.role.as_str());
    let limit = text_signal(
        member
            .approval_limit_minutes
            .map(duration::field_text)
            .unwrap_or_default(),
    );
    let order = text_signal(member.order_limit.map(amount::typed).unwrap_or_default());
    let limited = member.order_limit.map(|limit| limit.currency);
    let currency = limited.or(own).unwrap_or(Currency::EUR);
    let send = sending(move || async move {
        let Ok(wanted) = role.get_untracked().parse::<ClientRole>() else {
            return Err(ApiProblem::fields(&[("role", "required")]));
        };
        let approver = wanted == ClientRole::Approver;
        let minutes = match filled(limit).filter(|_| approver) {
            None => None,
            Some(typed) => match duration::parse(&typed) {
                Some(minutes) => Some(minutes),
                None => return Err(ApiProblem::fields(&[("approval_limit_minutes", "duration")])),
            },
        };
        let amount = match filled(order).filter(|_| approver) {
            None => None,
            Some(typed) => match amount::parsed(&typed, currency) {
                Some(limit) => Some(limit),
                None => return Err(ApiProblem::fields(&[("order_limit", "amount")])),
            },
        };
        let body = ChangeMember {
            role: Some(wanted),
            approval_limit_minutes: Some(minutes),
            order_limit: Some(amount),
        };
        contract::change_member(side.id, user, version, &body).await?;
        done.run(t("limits.saved"));
        Ok(())
    });
    let roles: Vec<_> = ClientRole::ALL
        .iter()
        .map(|role| (role.as_str().to_owned(), t(&["role_text.", role.as_str()].concat())))
        .collect();
    let approver = move || role.with(|role| role == ClientRole::Approver.as_str());
    let order_label = t_with("limits.order_label", &[("currency", currency.as_str())]);
    view! {
        <Form send=send>
            <SelectField label=t("member.role") name="role" value=role options=roles.clone() required=true />
            <div class="stack" hidden=move || !approver()>
                <TextField
                    label=t("limits.approval_label")
                    name="approval_limit_minutes"
                    value=limit
                    hint=t("limits.approval_hint")
                />
                <TextField
                    label=order_label
                    name="order_limit"
                    value=order
                    hint=t("limits.order_hint")
                />
            </div>
            {submit(t("action.save"), Look::Primary)}
        </Form>
    }
    .into_any()
}
