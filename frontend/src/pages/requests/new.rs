//! Asking for work: what is happening, whom it affects, and evidence. What is known already is not asked.

use daypack_api_types::{
    organization::{Organization, System},
    ticket::{OpenTicket, Ticket},
};
use daypack_domain::{ids::OrganizationId, sla::ClockKind};
use leptos::prelude::*;

use super::{
    impact::{Hurt, promise, questions},
    similar::similar,
};
use crate::{
    api::{ApiProblem, contract, tickets},
    components::{
        Button, Card, Form, FormHints, Look, Remote, SelectField, TextArea, TextField, UploadField, Uploads, overview,
        sending, use_form, use_toasts,
    },
    dom, format,
    i18n::{t, t_with},
    place::{self, Way},
    session::use_session,
    time,
};

/// The form.
pub fn new() -> AnyView {
    dom::name_screen(&t("ticket.new"));
    let session = use_session();
    let staff = untrack(move || session.is_staff());
    let own = untrack(move || session.membership())
        .filter(|_| !staff)
        .map(|one| one.organization_id);
    let form = match own {
        Some(id) => form(RwSignal::new(id.to_string()), Vec::new()),
        None => {
            let organizations = Remote::load(|| contract::organizations(None));
            organizations.view(6, |page| form(RwSignal::new(String::new()), page.items))
        }
    };
    view! {
        <div class="top"><div class="grow"><h1>{t("ticket.new")}</h1><p class="quiet small-text">{t("ask.text")}</p></div></div>
        {form}
    }
    .into_any()
}

/// What is being written.
#[derive(Clone, Copy)]
struct Draft {
    organization: RwSignal<String>,
    title: RwSignal<String>,
    description: RwSignal<String>,
    affected: RwSignal<String>,
    system: RwSignal<String>,
    hurt: Hurt,
    uploads: Uploads,
}

impl Draft {
    async fn send(self) -> Result<Ticket, ApiProblem> {
        if untrack(move || self.uploads.is_busy()) {
            return Err(ApiProblem::fields(&[("attachment_ids", "uploads_under_way")]));
        }
        let organization_id = self.organization.get_untracked().parse();
        let body = OpenTicket {
            organization_id: organization_id.map_err(|_| ApiProblem::fields(&[("organization_id", "required")]))?,
            title: self.title.get_untracked().trim().to_owned(),
            description: self.description.get_untracked(),
            affected: self.affected.get_untracked().trim().to_owned(),
            system_id: self.system.get_untracked().parse().ok(),
            impact: untrack(move || self.hurt.answers()),
            suggested_severity: None,
            attachment_ids: self.uploads.ids(),
        };
        tickets::open_ticket(&body).await
    }
}

fn form(organization: RwSignal<String>, organizations: Vec<Organization>) -> AnyView {
    let (toasts, overview) = (use_toasts(), overview::known());
    let [title, description, affected, system] = [(); 4].map(|()| RwSignal::new(String::new()));
    let draft = Draft {
        organization,
        title,
        description,
        affected,
        system,
        hurt: Hurt::new(),
        uploads: Uploads::new(Some("ticket".to_owned())),
    };
    let id: Memo<Option<OrganizationId>> = Memo::new(move |_| organization.with(|id| id.parse().ok()));
    let send = sending(move || async move {
        let ticket = draft.send().await?;
        draft.uploads.clear();
        toasts.say(promised(&ticket));
        if let Some(overview) = overview {
            overview.reload();
        }
        place::go(&format!("/tickets/{}", ticket.summary.reference), Way::On);
        Ok(())
    });
    // Made within the form, which a field looks for when it is made.
    let whose = move || {
        let options = organizations.into_iter().map(|one| (one.id.to_string(), one.name));
        let options: Vec<_> = [(String::new(), String::new())].into_iter().chain(options).collect();
        let label = t("ask.client");
        (options.len() > 1).then(|| {
            view! { <SelectField label=label name="organization_id" value=organization options=options required=true /> }
        })
    };
    let targets = Remote::load(move || async move {
        match id.try_get_untracked().flatten() {
            Some(id) => contract::sla_targets(id).await.map(Some),
            None => Ok(None),
        }
    });
    let systems = Remote::load(move || async move {
        match id.try_get_untracked().flatten() {
            Some(id) => contract::systems(id).await,
            None => Ok(Vec::new()),
        }
    });
    Effect::new(move |before: Option<_>| {
        let now = id.get();
        if before.is_some_and(|before| before != now) {
            targets.reload();
            systems.reload();
        }
        now
    });
    view! {
        <Form send=send draft="ticket">
            <div class="cols ask-form">
                <div class="stack">
                    {whose()}
                    <TextField label=t("ask.title") name="title" value=title hint=t("ask.title_hint") required=true />
                    {similar(title, id.into())}
                    <TextArea
                        label=t("ask.description")
                        name="description"
                        value=description
                        rows=6
                        hint=t("ask.description_hint")
                        required=true
                    />
                    <TextField label=t("ask.affected") name="affected" value=affected hint=t("ask.affected_hint") required=true />
                    {move || systems.get().map(|systems| system_field(system, systems))}
                    <UploadField uploads=draft.uploads label=t("ask.evidence") />
                    <Evidence />
                </div>
                <div class="stack">
                    <Card title=t("ask.impact")><div class="stack">{questions(draft.hurt)}</div></Card>
                    {promise(draft.hurt, targets)}
                    <Send />
                </div>
            </div>
        </Form>
    }
    .into_any()
}

/// What is wrong with the files as a whole.
#[component]
fn Evidence() -> AnyView {
    let form = use_form();
    form.register("attachment_ids", RwSignal::new(String::new()), false, true);
    view! { <p class="field-error">{move || form.error("attachment_ids")}</p> }.into_any()
}

fn system_field(value: RwSignal<String>, systems: Vec<System>) -> AnyView {
    // Of one system there is nothing to ask.
    match systems.as_slice() {
        [] => return ().into_any(),
        [only] => {
            value.set(only.id.to_string());
            return ().into_any();
        }
        _ => {}
    }
    let options = systems.into_iter().map(|one| (one.id.to_string(), one.name));
    let options = [(String::new(), t("ask.system_unknown"))]
        .into_iter()
        .chain(options)
        .collect();
    view! { <SelectField label=t("ask.system") name="system_id" value=value options=options /> }.into_any()
}

#[component]
fn Send() -> AnyView {
    let busy = use_form().busy();
    view! {
        <div class="stack tight">
            <div class="wide"><Button label=t("ask.send") look=Look::Primary submit=true busy=busy /></div>
            <FormHints />
        </div>
    }
    .into_any()
}

/// The reference, and by when somebody answers.
fn promised(ticket: &Ticket) -> String {
    let reference = ticket.summary.reference.as_str();
    let first = ticket
        .summary
        .sla
        .next
        .as_ref()
        .filter(|next| next.clock == ClockKind::FirstResponse);
    match first.and_then(|next| next.due_at) {
        Some(due) => {
            let by = format::instant_near(due, time::now());
            t_with("ask.sent_promise", &[("ticket", reference), ("time", &by)])
        }
        None => t_with("ask.sent", &[("ticket", reference)]),
    }
}
