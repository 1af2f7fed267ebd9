//! What a yes to some minutes would take and leave, before anybody asks for them.

use daypack_api_types::ledger::WhatIf;
use leptos::prelude::*;

use super::side::Side;
use crate::{
    api::packs,
    components::{Button, Card, Form, LinkButton, Look, sending},
    format::{date, lot_name, minutes},
    i18n::{t, t_count, t_with},
    pages::desk::{
        duration,
        parts::{duration_field, text_signal},
    },
};

const STEP_MINUTES: i64 = 60;

/// A field, and below it what would be.
pub fn what_if(side: Side) -> AnyView {
    let typed = text_signal("4:00");
    let found = RwSignal::new(None::<WhatIf>);
    let send = sending(move || async move {
        let wanted = typed
            .with_untracked(|typed| duration::parse(typed))
            .filter(|wanted| *wanted > 0);
        let Some(wanted) = wanted else {
            return Err(crate::api::ApiProblem::fields(&[("minutes", "duration")]));
        };
        found.try_set(Some(packs::what_if(side.id, wanted).await?));
        Ok(())
    });
    let shown = move || found.get().map(|found| outcome(side, &found));
    view! {
        <Card title=t("what_if.title")>
            <div class="stack">
                <p class="quiet small-text">{t("what_if.text")}</p>
                <Form send=send>
                    {duration_field(t("what_if.minutes"), String::new(), typed, STEP_MINUTES)}
                    <Ask />
                </Form>
                <div aria-live="polite">{shown}</div>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Ask() -> AnyView {
    let busy = crate::components::use_form().busy();
    view! { <div><Button label=t("what_if.ask") submit=true busy=busy /></div> }.into_any()
}

fn outcome(side: Side, found: &WhatIf) -> AnyView {
    if found.shortfall_minutes > 0 {
        let missing = t_with("approval.shortfall", &[("time", &minutes(found.shortfall_minutes))]);
        let order = found
            .covering_order
            .as_ref()
            .filter(|_| !side.staff && side.may(daypack_domain::policy::Action::PlaceOrder))
            .map(|order| {
                let href = format!("/packs/order?plan={}&packs={}", order.plan_code, order.packs);
                let label = t_count("approval.order_covering", order.packs, &[]);
                view! { <LinkButton href=href label=label icon="pack" look=Look::Plain /> }
            });
        return view! { <div class="stack tight"><p class="notice">{missing}</p>{order}</div> }.into_any();
    }
    let part = |one: &daypack_api_types::estimate::Allocation| {
        view! {
            <tr>
                <th scope="row">
                    {lot_name(&one.plan_code, &one.plan_name)}
                    <span class="until">{t_with("packs.until", &[("date", &date(one.expires_on))])}</span>
                </th>
                <td>{minutes(one.minutes)}</td>
            </tr>
        }
        .into_any()
    };
    let after = found
        .forecast
        .runs_out_on
        .map(|on| view! { <p class="quiet small-text">{t_with("what_if.runs_out", &[("date", &date(on))])}</p> });
    view! {
        <div class="stack tight">
            <table class="sums">
                <thead>
                    <tr><th scope="col">{t("approval.from")}</th><th scope="col">{t("approval.takes")}</th></tr>
                </thead>
                <tbody>{found.allocations.iter().map(part).collect_view()}</tbody>
                <tfoot>
                    <tr><th scope="row">{t("what_if.left")}</th><td>{minutes(found.available_after_minutes)}</td></tr>
                </tfoot>
            </table>
            {after}
        </div>
    }
    .into_any()
}
