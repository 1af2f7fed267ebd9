//! Minutes without an order.

use daypack_api_types::lot::{GiveLot, GivenAs};
use leptos::prelude::*;

use super::{
    lot_forms::{STEP_MINUTES, reason_field, system_choice, trimmed, typed_minutes},
    side::Side,
};
use crate::{
    api::{ApiProblem, catalogue, contract, packs},
    components::{ChoiceField, Form, Look, Remote, SelectField, TextField, sending},
    format::minutes,
    i18n::{t, t_with},
    pages::desk::parts::{duration_field, filled, submit, text_signal},
    zone,
};

/// Minutes without an order: a gift, or a contract that already runs.
pub fn give(side: Side, done: Callback<String>) -> AnyView {
    let [kind, amount, reason, plan, until] = ["goodwill", "8:00", "", "", ""].map(text_signal);
    let chosen = RwSignal::new(Vec::new());
    let offer = Remote::load(move || async move { Ok((catalogue::plans().await?, contract::systems(side.id).await?)) });
    let send = sending(move || async move {
        let Some(expires_on) = zone::parse(&until.get_untracked()).map(|day| day.date()) else {
            return Err(ApiProblem::fields(&[("expires_on", "required")]));
        };
        let body = GiveLot {
            kind: match kind.with_untracked(|kind| kind == "opening") {
                true => GivenAs::Opening,
                false => GivenAs::Goodwill,
            },
            minutes: typed_minutes(amount)?,
            expires_on,
            reason: trimmed(reason),
            plan_code: filled(plan),
            system_ids: chosen.get_untracked(),
        };
        let lot = packs::give(side.id, &body).await?;
        done.run(t_with("lot.given", &[("time", &minutes(lot.granted_minutes))]));
        Ok(())
    });
    let kinds = || {
        vec![
            ("goodwill", t("lot.origin.goodwill")),
            ("opening", t("lot.origin.opening")),
        ]
    };
    view! {
        <Form send=send>
            <ChoiceField label=t("lot.kind") name="kind" value=kind options=kinds() required=true />
            {duration_field(t("lot.minutes"), String::new(), amount, STEP_MINUTES)}
            <TextField label=t("lot.last_day") name="expires_on" value=until kind="date" required=true />
            {reason_field(reason)}
            {offer.view(3, move |(plans, systems)| {
                let none = (String::new(), t("lot.no_plan"));
                let plans = plans.into_iter().map(|plan| (plan.code, plan.name));
                let options: Vec<_> = std::iter::once(none).chain(plans).collect();
                view! {
                    <SelectField label=t("lot.plan") name="plan_code" value=plan options=options hint=t("lot.plan_hint") />
                    {system_choice(systems, chosen)}
                }
                .into_any()
            })}
            {submit(t("lot.give"), Look::Primary)}
        </Form>
    }
    .into_any()
}
