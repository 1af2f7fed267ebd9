//! The catalogue: what is sold, what was sold before, and every version of it.

use daypack_api_types::plan::{Plan, PlanVersion};
use leptos::{prelude::*, task::spawn_local};

use super::{framed, plan_form};
use crate::{
    api::catalogue,
    components::{Button, Dialog, Look, Remote, Tag, Tone, use_toasts},
    format::{self, money, word},
    i18n::{t, t_count, t_with},
};

/// What the dialog is about.
#[derive(Clone)]
enum Doing {
    /// A new plan.
    Create,
    /// Another version of a plan.
    Edit(Plan),
    /// What a plan was before.
    Versions(Plan),
}

/// The list with its dialog.
#[derive(Clone, Copy)]
struct Desk {
    plans: Remote<Vec<Plan>>,
    doing: RwSignal<Option<Doing>>,
    open: RwSignal<bool>,
}

impl Desk {
    fn begin(self, doing: Doing) {
        self.doing.set(Some(doing));
        self.open.set(true);
    }
}

/// All plans, on sale or not.
pub fn plans() -> AnyView {
    let toasts = use_toasts();
    let desk = Desk {
        plans: Remote::load(catalogue::all_plans),
        doing: RwSignal::new(None),
        open: RwSignal::new(false),
    };
    let done = Callback::new(move |sentence: String| {
        desk.open.set(false);
        toasts.say(sentence);
        desk.plans.reload();
    });
    let dialog = move || {
        let doing = desk.doing.get()?;
        let title = match &doing {
            Doing::Create => t("plan_edit.create"),
            Doing::Edit(plan) => t_with("plan_edit.edit_one", &[("plan", &plan.name)]),
            Doing::Versions(plan) => t_with("plan_edit.versions_of", &[("plan", &plan.name)]),
        };
        let content = move || match doing.clone() {
            Doing::Create => plan_form::create(done),
            Doing::Edit(plan) => plan_form::edit(plan, done),
            Doing::Versions(plan) => versions(&plan),
        };
        Some(view! { <Dialog title=title open=desk.open>{content()}</Dialog> })
    };
    let press = Callback::new(move |()| desk.begin(Doing::Create));
    let add = view! { <Button label=t("plan_edit.create") icon="plus" look=Look::Primary on_click=press /> };
    let list = move |plans: Vec<Plan>| {
        let rows = plans.into_iter().map(|plan| row(desk, plan)).collect_view();
        view! { <section class="card"><ul class="list">{rows}</ul></section> }.into_any()
    };
    let content = view! { {desk.plans.view(4, list)} {dialog} };
    framed("/admin", "plan_edit.text", add.into_any(), content.into_any())
}

/// The terms of a plan in one line.
fn facts(plan: &Plan) -> Vec<String> {
    let months = |count: i64| t_count("plans.months", count, &[]);
    let extension = match plan.extension_months {
        Some(count) => t_with("plans.extension", &[("months", &months(count))]),
        None => t("plans.no_extension"),
    };
    vec![
        t_count("plans.from_packs", plan.minimum_packs, &[]),
        t_with("plans.valid", &[("months", &months(plan.validity_months))]),
        extension,
        word("queue.", plan.queue.as_str()),
        t_with("plan_edit.free", &[("time", &format::minutes(plan.free_minutes))]),
    ]
}

fn row(desk: Desk, plan: Plan) -> AnyView {
    let (toasts, busy) = (use_toasts(), RwSignal::new(false));
    let (code, on_sale) = (StoredValue::new(plan.code.clone()), plan.on_sale);
    let turn = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            let code = code.get_value();
            let (outcome, key) = if on_sale {
                (catalogue::retire(&code).await, "plan_edit.retired_now")
            } else {
                (catalogue::restore(&code).await, "plan_edit.restored_now")
            };
            match outcome {
                Ok(()) => {
                    toasts.say(t(key));
                    desk.plans.reload();
                }
                Err(problem) => toasts.fail(&problem),
            }
            busy.try_set(false);
        });
    });
    let key = if on_sale {
        "plan_edit.retire"
    } else {
        "plan_edit.restore"
    };
    let state = if on_sale {
        view! { <Tag text=t("plan_edit.on_sale") tone=Tone::Good /> }
    } else {
        view! { <Tag text=t("plan_edit.retired") tone=Tone::Plain /> }
    };
    let version = t_with("order.terms_version", &[("version", &plan.version.to_string())]);
    let description = plan.description.clone();
    let price = money(plan.price);
    let (edited, looked) = (plan.clone(), plan.clone());
    let edit = Callback::new(move |()| desk.begin(Doing::Edit(edited.clone())));
    let look = Callback::new(move |()| desk.begin(Doing::Versions(looked.clone())));
    view! {
        <li class="lot plan-row">
            <div class="lot-line">
                <div class="grow who wrapping">
                    <span class="row small wrap">
                        <span class="name">{plan.name.clone()}</span>
                        <b>{price}</b>
                        <span class="quiet small-text">{t("plans.per_pack")}</span>
                        {state}
                        <Tag text=version />
                    </span>
                    <span class="quiet">{description}</span>
                    <span class="facts">{facts(&plan).join(" · ")}</span>
                </div>
                <div class="row small wrap">
                    <Button label=t("plan_edit.edit") small=true on_click=edit />
                    <Button label=t("plan_edit.versions") small=true look=Look::Ghost on_click=look />
                    <Button label=t(key) small=true look=Look::Ghost busy=busy on_click=turn />
                </div>
            </div>
        </li>
    }
    .into_any()
}

/// What a plan was, newest first.
fn versions(plan: &Plan) -> AnyView {
    let code = StoredValue::new(plan.code.clone());
    let all = Remote::load(move || {
        let code = code.get_value();
        async move { catalogue::plan_versions(&code).await }
    });
    all.view(4, |versions| {
        let row = |version: PlanVersion| {
            let by = version.published_by.map(|person| person.name);
            let when = format::instant_in_full(version.published_at);
            let who: Vec<String> = [Some(when), by].into_iter().flatten().collect();
            let name = t_with("order.terms_version", &[("version", &version.plan.version.to_string())]);
            let title = format!("{name} · {} · {}", version.plan.name, money(version.plan.price));
            view! {
                <li>
                    <b>{title}</b>
                    <span class="quiet small-text">{facts(&version.plan).join(" · ")}</span>
                    <span class="facts">{who.join(" · ")}</span>
                </li>
            }
            .into_any()
        };
        view! { <ul class="entries flush">{versions.into_iter().map(row).collect_view()}</ul> }.into_any()
    })
}
