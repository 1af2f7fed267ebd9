//! Recording a yes that was given by phone or mail.

use daypack_api_types::{
    approval::RecordApproval,
    estimate::{Estimate, Preview},
    organization::Member,
};
use daypack_domain::{estimate::RecordedChannel, ids::EstimateId, policy::ClientRole};
use leptos::prelude::*;

use super::Around;
use crate::{
    api::{ApiProblem, approvals, contract},
    components::{ChoiceField, Form, FormHints, Look, Remote, SelectField, TextArea, sending},
    format::{self, minutes, word},
    i18n::{t, t_with},
    pages::desk::parts::{submit, text_signal, tick_box},
};

/// Who said yes, how, and by which words.
pub fn record(id: EstimateId, around: Around) -> AnyView {
    let Around { ticket, done, .. } = around;
    let organization = ticket.summary.organization.id;
    let members = Remote::load(move || contract::members(organization));
    let estimate = ticket.estimates.iter().find(|one| one.id == id).cloned();
    let Some(estimate) = estimate else {
        return ().into_any();
    };
    let left_out = RwSignal::new(Vec::<usize>::new());
    let preview = Remote::load(move || {
        let left_out = left_out.get_untracked();
        async move { approvals::preview(id, &left_out).await }
    });
    Effect::new(move |before: Option<()>| {
        left_out.track();
        if before.is_some() {
            preview.reload();
        }
    });
    let (approver, channel, note) = (
        text_signal(""),
        text_signal(RecordedChannel::Phone.as_str()),
        text_signal(""),
    );
    let send = sending(move || async move {
        let (Ok(approver_id), Ok(channel)) = (approver.get_untracked().parse(), channel.get_untracked().parse()) else {
            return Err(ApiProblem::fields(&[("approver_id", "required")]));
        };
        let body = RecordApproval {
            approver_id,
            channel,
            note: note.get_untracked().trim().to_owned(),
            left_out: left_out.get_untracked(),
            preview_token: preview
                .get_untracked()
                .filter(|preview| preview.left_out == left_out.get_untracked())
                .and_then(|preview| preview.preview_token),
        };
        let outcome = approvals::record(id, &body).await;
        if outcome.is_err() {
            preview.reload();
        }
        done.other(outcome, "recorded.done")
    });
    let ways = || {
        RecordedChannel::ALL
            .iter()
            .map(|channel| (channel.as_str(), word("recorded.channel.", channel.as_str())))
            .collect::<Vec<_>>()
    };
    let people = move |members: Vec<Member>| {
        view! {
            <SelectField
                label=t("recorded.approver")
                name="approver_id"
                value=approver
                options=approvers(members)
                required=true
            />
        }
        .into_any()
    };
    let draft = format!("recorded.{id}");
    view! {
        <p class="quiet small-text">{t("recorded.text")}</p>
        {preview.view(2, figures)}
        <Form send=send draft=draft>
            {options(&estimate, left_out)}
            {members.view(2, people)}
            <ChoiceField label=t("recorded.channel_label") name="channel" value=channel options=ways() required=true />
            <TextArea label=t("recorded.note") name="note" value=note hint=t("recorded.note_hint") rows=3 required=true />
            {submit(t("recorded.submit"), Look::Primary)}
            <FormHints />
        </Form>
    }
    .into_any()
}

/// People who may say yes, with their limits; nobody first, so that somebody is chosen.
fn approvers(members: Vec<Member>) -> Vec<(String, String)> {
    let nobody = (String::new(), t("recorded.choose"));
    let person = |member: Member| {
        let limit = member
            .approval_limit_minutes
            .map(|limit| t_with("member.limit", &[("time", &minutes(limit))]));
        let facts: Vec<String> = [Some(member.name), Some(word("role.", member.role.as_str())), limit]
            .into_iter()
            .flatten()
            .collect();
        (member.user_id.to_string(), facts.join(" · "))
    };
    let may = |member: &Member| matches!(member.role, ClientRole::Approver | ClientRole::Owner);
    std::iter::once(nobody)
        .chain(members.into_iter().filter(may).map(person))
        .collect()
}

/// Boxes for the optional lines that they wanted.
fn options(estimate: &Estimate, left_out: RwSignal<Vec<usize>>) -> AnyView {
    let optional: Vec<_> = estimate
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.optional)
        .map(|(position, line)| {
            let wanted = RwSignal::new(true);
            Effect::new(move |before: Option<()>| {
                let wanted = wanted.get();
                if before.is_some() {
                    left_out.update(|left_out| {
                        left_out.retain(|other| *other != position);
                        if !wanted {
                            left_out.push(position);
                            left_out.sort_unstable();
                        }
                    });
                }
            });
            tick_box(format!("{} · {}", line.text, minutes(line.minutes)), wanted)
        })
        .collect();
    if optional.is_empty() {
        return ().into_any();
    }
    view! { <fieldset class="field"><legend>{t("recorded.lines")}</legend>{optional}</fieldset> }.into_any()
}

/// What the yes takes now.
fn figures(preview: Preview) -> AnyView {
    if let Some(missing) = preview.shortfall_minutes {
        let text = t_with("approval.shortfall", &[("time", &minutes(missing))]);
        return view! { <p class="notice">{text}</p> }.into_any();
    }
    let from: Vec<String> = preview
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
    let left = t_with("facts.left", &[("time", &minutes(preview.available_after_minutes))]);
    view! { <p><b>{minutes(preview.minutes)}</b>": "{from.join(", ")}" · "{left}</p> }.into_any()
}
