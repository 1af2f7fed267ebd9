//! Terms and conditions: their versions, and a new one with a look at it before it is published.

use daypack_api_types::{plan::Terms, terms::PublishTerms};
use leptos::prelude::*;

use super::framed;
use crate::{
    api::{catalogue, contract},
    components::{Card, Form, FormHints, Look, Remote, Tag, TextArea, Tone, sending, use_toasts},
    format,
    i18n::{t, t_with},
    pages::{
        desk::parts::{submit, text_signal, tick_box},
        terms_text::{paragraphs, terms_text},
    },
};

/// The versions, and the editor.
pub fn terms() -> AnyView {
    let all = Remote::load(contract::terms);
    let content = all.view(8, move |versions| editor_and_versions(all, versions));
    framed("/admin/terms", "terms_edit.text", ().into_any(), content)
}

fn editor_and_versions(all: Remote<Vec<Terms>>, versions: Vec<Terms>) -> AnyView {
    let current = versions.iter().find(|terms| terms.current).cloned();
    let rows = versions.iter().map(version).collect_view();
    view! {
        <div class="cols even">
            {editor(all, current)}
            <Card title=t("terms_edit.versions") flush=true><ul class="list terms-list">{rows}</ul></Card>
        </div>
    }
    .into_any()
}

fn editor(all: Remote<Vec<Terms>>, current: Option<Terms>) -> AnyView {
    let toasts = use_toasts();
    let body = text_signal(current.map(|terms| terms.body_markdown).unwrap_or_default());
    let asks = RwSignal::new(false);
    let looking = RwSignal::new(false);
    let send = sending(move || async move {
        let terms = PublishTerms {
            body_markdown: body.get_untracked(),
            requires_acceptance: asks.get_untracked(),
        };
        let published = catalogue::publish_terms(&terms).await?;
        toasts.say(t_with(
            "terms_edit.published",
            &[("version", &published.version.to_string())],
        ));
        all.reload();
        Ok(())
    });
    let preview = move || {
        looking.get().then(|| {
            view! {
                <div class="terms-text preview" tabindex="0" role="region" aria-label=t("terms_edit.preview")>
                    {move || body.with(|body| paragraphs(body))}
                </div>
            }
        })
    };
    view! {
        <Card title=t("terms_edit.new")>
            <Form send=send>
                <TextArea
                    label=t("terms_edit.body")
                    name="body_markdown"
                    value=body
                    hint=t("terms_edit.body_hint")
                    rows=16
                    required=true
                />
                {tick_box(t("terms_edit.look"), looking)}
                {preview}
                {tick_box(t("terms_edit.asks"), asks)}
                <p class="quiet small-text">{t("terms_edit.for_ever")}</p>
                {submit(t("terms_edit.publish"), Look::Primary)}
                <FormHints />
            </Form>
        </Card>
    }
    .into_any()
}

fn version(terms: &Terms) -> AnyView {
    let current = terms
        .current
        .then(|| view! { <Tag text=t("terms_edit.current") tone=Tone::Good /> });
    let asked = terms
        .requires_acceptance
        .then(|| view! { <Tag text=t("terms_edit.asked") /> });
    view! {
        <li class="lot">
            <div class="who wrapping">
                <span class="row small wrap">
                    <span class="name">{t_with("order.terms_version", &[("version", &terms.version.to_string())])}</span>
                    {current}
                    {asked}
                </span>
                <span class="quiet">{format::instant_in_full(terms.published_at)}</span>
                <span class="facts hash">{t_with("terms.hash", &[("hash", &terms.hash)])}</span>
            </div>
            {terms_text(terms)}
        </li>
    }
    .into_any()
}
