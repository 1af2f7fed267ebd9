//! A new plan, and another version of one.

use daypack_api_types::plan::{CreatePlan, EditPlan, Plan};
use daypack_domain::{
    money::{Currency, Money},
    ticket::QueueLevel,
};
use leptos::prelude::*;

use crate::{
    amount,
    api::{ApiProblem, catalogue},
    components::{Form, FormHints, Look, SelectField, TextArea, TextField, sending},
    i18n::{t, t_with},
    pages::desk::parts::{choices, filled, submit, text_signal},
};

/// The fields that a new plan and another version have in common.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    description: RwSignal<String>,
    price: RwSignal<String>,
    currency: RwSignal<String>,
    minimum_packs: RwSignal<String>,
    minutes_per_pack: RwSignal<String>,
    validity_months: RwSignal<String>,
    extension_months: RwSignal<String>,
    queue: RwSignal<String>,
    free_minutes: RwSignal<String>,
    shown_hours: RwSignal<String>,
    position: RwSignal<String>,
}

impl Fields {
    fn of(plan: &Plan) -> Self {
        let number = |value: i64| text_signal(value.to_string());
        Self {
            name: text_signal(plan.name.clone()),
            description: text_signal(plan.description.clone()),
            price: text_signal(amount::typed(plan.price)),
            currency: text_signal(plan.price.currency.as_str()),
            minimum_packs: number(plan.minimum_packs),
            minutes_per_pack: number(plan.minutes_per_pack),
            validity_months: number(plan.validity_months),
            extension_months: number(plan.extension_months.unwrap_or(0)),
            queue: text_signal(plan.queue.as_str()),
            free_minutes: number(plan.free_minutes),
            shown_hours: number(plan.shown_hours),
            position: number(plan.position),
        }
    }

    fn new() -> Self {
        let [name, description, price, position] = [(); 4].map(|()| text_signal(""));
        Self {
            name,
            description,
            price,
            currency: text_signal("EUR"),
            minimum_packs: text_signal("1"),
            minutes_per_pack: text_signal("480"),
            validity_months: text_signal("6"),
            extension_months: text_signal("0"),
            queue: text_signal(QueueLevel::Standard.as_str()),
            free_minutes: text_signal("30"),
            shown_hours: text_signal("1"),
            position,
        }
    }

    fn money(self) -> Result<Money, ApiProblem> {
        let currency = Currency::parse(&self.currency.get_untracked().trim().to_uppercase())
            .ok_or_else(|| ApiProblem::fields(&[("currency", "invalid")]))?;
        amount::parsed(&self.price.get_untracked(), currency).ok_or_else(|| ApiProblem::fields(&[("price", "amount")]))
    }

    fn view(self) -> AnyView {
        let number = |key: &str, name: &'static str, value: RwSignal<String>| {
            view! { <TextField label=t(key) name=name value=value kind="number" required=true /> }.into_any()
        };
        view! {
            <TextField label=t("plan_edit.name") name="name" value=self.name required=true />
            <TextArea label=t("plan_edit.description") name="description" value=self.description rows=2 />
            <div class="pair">
                <TextField label=t("plan_edit.price") name="price" value=self.price required=true />
                <TextField label=t("clients.currency") name="currency" value=self.currency required=true />
                {number("plan_edit.minimum_packs", "minimum_packs", self.minimum_packs)}
                {number("plan_edit.minutes_per_pack", "minutes_per_pack", self.minutes_per_pack)}
                {number("plan_edit.validity_months", "validity_months", self.validity_months)}
                {number("plan_edit.extension_months", "extension_months", self.extension_months)}
                <SelectField
                    label=t("plan_edit.queue")
                    name="queue"
                    value=self.queue
                    options=choices("queue.", QueueLevel::ALL.iter().map(|level| level.as_str()))
                    required=true
                />
                {number("plan_edit.free_minutes", "free_minutes", self.free_minutes)}
                {number("plan_edit.shown_hours", "shown_hours", self.shown_hours)}
                <TextField label=t("plan_edit.position") name="position" value=self.position kind="number" />
            </div>
        }
        .into_any()
    }
}

/// A whole number of a field.
fn whole<T: std::str::FromStr>(name: &'static str, value: RwSignal<String>) -> Result<T, ApiProblem> {
    let typed = value.get_untracked();
    typed
        .trim()
        .parse()
        .map_err(|_| ApiProblem::fields(&[(name, "number")]))
}

/// A new plan.
pub fn create(done: Callback<String>) -> AnyView {
    let fields = Fields::new();
    let code = text_signal("");
    let send = sending(move || async move {
        let extension: u32 = whole("extension_months", fields.extension_months)?;
        let body = CreatePlan {
            code: code.get_untracked().trim().to_owned(),
            name: fields.name.get_untracked().trim().to_owned(),
            description: fields.description.get_untracked().trim().to_owned(),
            price: fields.money()?,
            minimum_packs: whole("minimum_packs", fields.minimum_packs)?,
            minutes_per_pack: Some(whole("minutes_per_pack", fields.minutes_per_pack)?),
            validity_months: whole("validity_months", fields.validity_months)?,
            extension_months: Some(extension).filter(|months| *months > 0),
            queue: queue(fields)?,
            free_minutes: Some(whole("free_minutes", fields.free_minutes)?),
            shown_hours: whole("shown_hours", fields.shown_hours)?,
            position: position(fields)?,
        };
        let plan = catalogue::create_plan(&body).await?;
        done.run(t_with("plan_edit.created", &[("plan", &plan.name)]));
        Ok(())
    });
    view! {
        <Form send=send draft="plan">
            <TextField label=t("plan_edit.code") name="code" value=code hint=t("plan_edit.code_hint") required=true />
            {fields.view()}
            {submit(t("plan_edit.create"), Look::Primary)}
            <FormHints />
        </Form>
    }
    .into_any()
}

fn queue(fields: Fields) -> Result<QueueLevel, ApiProblem> {
    let typed = fields.queue.get_untracked();
    typed.parse().map_err(|_| ApiProblem::fields(&[("queue", "invalid")]))
}

fn position(fields: Fields) -> Result<Option<i64>, ApiProblem> {
    match filled(fields.position) {
        Some(_) => whole("position", fields.position).map(Some),
        None => Ok(None),
    }
}

/// Another version of a plan: what was sold keeps its terms.
pub fn edit(plan: Plan, done: Callback<String>) -> AnyView {
    let fields = Fields::of(&plan);
    let plan = StoredValue::new(plan);
    let shown = fields.description.get_untracked();
    let shown = StoredValue::new(shown);
    let send = sending(move || async move {
        let description = fields.description.get_untracked().trim().to_owned();
        let body = EditPlan {
            name: Some(fields.name.get_untracked().trim().to_owned()),
            // A text that ships stays translated as long as nobody writes another.
            description: Some(description).filter(|text| shown.with_value(|shown| shown != text)),
            price: Some(fields.money()?),
            minimum_packs: Some(whole("minimum_packs", fields.minimum_packs)?),
            minutes_per_pack: Some(whole("minutes_per_pack", fields.minutes_per_pack)?),
            validity_months: Some(whole("validity_months", fields.validity_months)?),
            extension_months: Some(whole("extension_months", fields.extension_months)?),
            queue: Some(queue(fields)?),
            free_minutes: Some(whole("free_minutes", fields.free_minutes)?),
            shown_hours: Some(whole("shown_hours", fields.shown_hours)?),
            position: position(fields)?,
        };
        let (code, version) = plan.with_value(|plan| (plan.code.clone(), plan.version));
        let plan = catalogue::edit_plan(&code, version, &body).await?;
        done.run(t_with("plan_edit.saved", &[("version", &plan.version.to_string())]));
        Ok(())
    });
    view! {
        <p class="quiet small-text">{t("plan_edit.keeps")}</p>
        <Form send=send>
            {fields.view()}
            {submit(t("plan_edit.publish"), Look::Primary)}
        </Form>
    }
    .into_any()
}
