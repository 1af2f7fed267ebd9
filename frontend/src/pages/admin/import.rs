//! Taking running contracts over from a table: first what would become of each row, then the deed.

use daypack_api_types::lot::{ContractsImport, ImportedRow, RowResult};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::framed;
use crate::{
    api::imports,
    components::{Button, Card, EmptyState, Form, Look, Tag, TextArea, Tone, sending, use_form, use_toasts},
    format::{date, minutes, number},
    i18n::{language, t, t_count, t_with, text},
    pages::desk::parts::text_signal,
};

/// The text, its result, and the deed.
pub fn import() -> AnyView {
    let rows = text_signal("");
    let result = RwSignal::new(None::<ContractsImport>);
    // What was looked at is what is taken over: another text must be looked at first.
    Effect::new(move |before: Option<()>| {
        rows.track();
        if before.is_some() {
            result.set(None);
        }
    });
    let send = sending(move || async move {
        let found = imports::contracts(rows.get_untracked(), true).await?;
        result.try_set(Some(found));
        Ok(())
    });
    let shown = move || match result.get() {
        Some(found) => outcome(rows, result, &found),
        None => view! { <EmptyState title=t("import.none_title") text=t("import.none_text") icon="list" /> }.into_any(),
    };
    let content = view! {
        <div class="stack wide-gap">
            <Card>
                <Form send=send>
                    {file(rows)}
                    <TextArea
                        label=t("import.rows")
                        name="file"
                        value=rows
                        hint=t("import.rows_hint")
                        rows=6
                        required=true
                    />
                    <Check />
                </Form>
            </Card>
            <div aria-live="polite">{shown}</div>
        </div>
    };
    framed("/admin/import", "import.text", ().into_any(), content.into_any())
}

#[component]
fn Check() -> AnyView {
    let busy = use_form().busy();
    view! { <div><Button label=t("import.check") look=Look::Primary submit=true busy=busy /></div> }.into_any()
}

/// A file's text goes into the field, where it can be seen and corrected.
fn file(rows: RwSignal<String>) -> AnyView {
    let id = crate::dom::next_id("file");
    let chosen = move |event: leptos::ev::Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(file) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) else {
            return;
        };
        spawn_local(async move {
            let text = JsFuture::from(file.unchecked_ref::<web_sys::Blob>().text()).await;
            if let Some(text) = text.ok().and_then(|text| text.as_string()) {
                rows.try_set(text);
            }
        });
    };
    view! {
        <div class="field">
            <label for=id.clone()>{t("import.file")}</label>
            <input id=id type="file" accept=".csv,.tsv,.txt,text/csv,text/plain" on:change=chosen />
        </div>
    }
    .into_any()
}

/// Each row's result, and below a clean table the deed.
fn outcome(rows: RwSignal<String>, result: RwSignal<Option<ContractsImport>>, found: &ContractsImport) -> AnyView {
    let accepted = t_count("import.accepted", found.accepted, &[("time", &minutes(found.minutes))]);
    let refused = (found.refused > 0).then(|| t_count("import.refused", found.refused, &[]));
    let sum: Vec<String> = std::iter::once(accepted).chain(refused).collect();
    let title = if found.dry_run {
        t("import.dry_run")
    } else {
        t("import.done")
    };
    let ready = found.dry_run && found.refused == 0 && found.accepted > 0;
    let deed = ready.then(|| take_over(rows, result, found.accepted));
    let body = found.rows.iter().map(row).collect_view();
    let after = (!found.dry_run).then(|| view! { <p class="small-text">{t("import.done_text")}</p> });
    let refused = (found.dry_run && found.refused > 0).then(|| {
        view! { <p class="notice">{t("import.all_or_none")}</p> }
    });
    view! {
        <Card title=title>
            <div class="stack">
                <p>{sum.join(" · ")}</p>
                {refused}
                <div class="scrolls" tabindex="0" role="region" aria-label=t("import.result")>
                    <table class="import">
                        <thead>
                            <tr>
                                <th scope="col" class="number">{t("import.row")}</th>
                                <th scope="col">{t("import.outcome")}</th>
                                <th scope="col">{t("import.client")}</th>
                                <th scope="col">{t("import.plan")}</th>
                                <th scope="col" class="number">{t("import.minutes")}</th>
                                <th scope="col">{t("import.expires")}</th>
                                <th scope="col">{t("import.detail")}</th>
                            </tr>
                        </thead>
                        <tbody>{body}</tbody>
                    </table>
                </div>
                {after}
                {deed}
            </div>
        </Card>
    }
    .into_any()
}

fn row(row: &ImportedRow) -> AnyView {
    let fine = row.result == RowResult::Ok;
    let (text, tone) = if fine {
        (t("import.ok"), Tone::Good)
    } else {
        (t("import.error"), Tone::Bad)
    };
    let column = row
        .column
        .clone()
        .map(|column| t_with("import.column", &[("column", &column)]));
    let detail: Vec<String> = [column, Some(what_becomes(row))].into_iter().flatten().collect();
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    view! {
        <tr>
            <td class="number">{number(row.row as f64)}</td>
            <td><Tag text=text tone=tone /></td>
            <td>{or_dash(row.organization_name.clone())}</td>
            <td>{or_dash(row.plan_code.clone())}</td>
            <td class="number">{or_dash(row.minutes.map(minutes))}</td>
            <td>{or_dash(row.expires_on.map(date))}</td>
            <td>{detail.join(": ")}</td>
        </tr>
    }
    .into_any()
}

/// What becomes of a row, or why nothing does: the server says that in English.
fn what_becomes(row: &ImportedRow) -> String {
    if let (RowResult::Ok, Some(client), Some(time), Some(day)) =
        (row.result, &row.organization_name, row.minutes, row.expires_on)
    {
        let (time, day) = (minutes(time), date(day));
        return t_with("import.becomes", &[("time", &time), ("client", client), ("date", &day)]);
    }
    let own = row.code.as_ref().filter(|_| language() != "en");
    own.and_then(|code| text(&["field.", code].concat()))
        .unwrap_or_else(|| row.detail.clone())
}

fn take_over(rows: RwSignal<String>, result: RwSignal<Option<ContractsImport>>, count: i64) -> AnyView {
    let (toasts, busy) = (use_toasts(), RwSignal::new(false));
    let press = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            match imports::contracts(rows.get_untracked(), false).await {
                Ok(done) => {
                    toasts.say(t_count("import.taken_over", done.accepted, &[]));
                    result.try_set(Some(done));
                }
                Err(problem) => toasts.fail(&problem),
            }
            busy.try_set(false);
        });
    });
    let label = t_count("import.take_over", count, &[]);
    view! { <div><Button label=label look=Look::Primary busy=busy on_click=press /></div> }.into_any()
}
