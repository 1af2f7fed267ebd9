//! One estimate: the minutes, the packs they would come from, what is left, and yes or no. Made for a phone: the mail
//! leads here, and one more tap says yes.

use daypack_api_types::{
    estimate::{Estimate, Preview},
    ledger::{Balance, LotBalance},
};
use daypack_domain::estimate::{EstimateKind, EstimateStatus};
use leptos::{prelude::*, task::spawn_local};

use super::decline::ask_or_decline;
use crate::{
    api::{approvals, contract},
    components::{Button, Icon, LinkButton, Look, Remote, Tag, overview, use_toasts},
    dom, format,
    format::{minutes, word},
    i18n::{t, t_count, t_with},
    routes::parameter,
    session::use_session,
    time,
};

/// What a yes would take, and the yes.
pub fn approval() -> AnyView {
    dom::name_screen(&t("approval.title"));
    let id = parameter("id");
    let wanted = id.clone();
    let estimate = Remote::load(move || {
        let id = wanted.clone();
        async move { approvals::estimate(&id).await }
    });
    let preview = Remote::load(move || {
        let id = id.parse();
        async move {
            match id {
                Ok(id) => approvals::preview(id).await,
                Err(_) => Err(crate::api::ApiProblem::from_answer(404, "", None)),
            }
        }
    });
    let balance = untrack(move || use_session().membership()).map(|membership| {
        let id = membership.organization_id;
        Remote::load(move || contract::balance(id))
    });
    let page = Page {
        estimate,
        preview,
        balance,
        notice: RwSignal::new(None),
    };
    view! { <article class="approval">{estimate.view(8, move |estimate| page.show(estimate))}</article> }.into_any()
}

/// What the screen is made from.
#[derive(Clone, Copy)]
pub struct Page {
    pub estimate: Remote<Estimate>,
    preview: Remote<Preview>,
    balance: Option<Remote<Balance>>,
    /// What has changed since the figures were first shown.
    notice: RwSignal<Option<String>>,
}

impl Page {
    fn show(self, estimate: Estimate) -> AnyView {
        let head = view! {
            <header class="stack tight">
                <div class="row">
                    <a class="link small-text" href=format!("/tickets/{}", estimate.ticket_reference)>{estimate.ticket_reference.clone()}</a>
                    {(estimate.status != EstimateStatus::Offered).then(|| view! {
                        <Tag text=word("estimate.", estimate.status.as_str()) />
                    })}
                </div>
                <h1>{estimate.ticket_title.clone()}</h1>
                <div class="prose quiet" inner_html=estimate.includes_html.clone()></div>
                {lines(&estimate)}
            </header>
        }
        .into_any();
        let rest = if estimate.status == EstimateStatus::Offered {
            let estimate = StoredValue::new(estimate);
            self.preview
                .view(5, move |preview| self.offered(estimate.get_value(), preview))
        } else {
            decided(&estimate)
        };
        view! { {head} {rest} }.into_any()
    }

    fn offered(self, estimate: Estimate, preview: Preview) -> AnyView {
        let explained = match estimate.kind {
            EstimateKind::UpTo => t("approval.up_to"),
            EstimateKind::Fixed => t("approval.fixed"),
        };
        let notice = move || {
            self.notice
                .get()
                .map(|text| view! { <p class="notice" role="alert"><Icon name="alert" />{text}</p> })
        };
        let shown = preview.clone();
        let table = move || {
            let lots = self.balance.and_then(Remote::get).map(|balance| balance.lots);
            lots_table(&shown, lots.unwrap_or_default())
        };
        let now = time::now();
        let limit = preview
            .limit_minutes
            .map(|limit| t_with("approval.your_limit", &[("time", &minutes(limit))]));
        let offered = [
            t_with(
                "approval.offered_by",
                &[
                    ("name", &estimate.offered_by.name),
                    ("time", &format::instant_near(estimate.offered_at, now)),
                ],
            ),
            t_with(
                "approval.valid_until",
                &[("time", &format::instant_near(estimate.valid_until, now))],
            ),
        ];
        let foot: Vec<String> = offered.into_iter().chain(limit).collect();
        view! {
            <div>
                <p class="huge">{minutes(preview.minutes)}</p>
                <p class="quiet small-text">{explained}</p>
            </div>
            {notice}
            <section class="card plain"><div class="pad">{table}</div></section>
            {self.answers(&estimate, &preview)}
            <p class="quiet small-text centered">{foot.join(" · ")}</p>
        }
        .into_any()
    }

    /// The yes where it can be said, else why not and what to do about it; and the way to ask or decline.
    fn answers(self, estimate: &Estimate, preview: &Preview) -> AnyView {
        let session = use_session();
        let yes = if let Some(missing) = preview.shortfall_minutes {
            shortfall(missing, preview)
        } else if preview.may_approve {
            self.yes(estimate, preview)
        } else {
            let text = match preview.limit_minutes {
                Some(limit) => t_with("approval.over_limit", &[("time", &minutes(limit))]),
                None => t("approval.not_yours"),
            };
            view! { <p class="notice"><Icon name="shield" />{text}</p> }.into_any()
        };
        let asking = session
            .may("ask_about_estimate")
            .then(|| ask_or_decline(self, estimate.clone()));
        view! { <div class="stack tight wide">{yes}{asking}</div> }.into_any()
    }

    fn yes(self, estimate: &Estimate, preview: &Preview) -> AnyView {
        let toasts = use_toasts();
        let overview = overview::known();
        let busy = RwSignal::new(false);
        let (id, reference, amount) = (estimate.id, estimate.ticket_reference.clone(), minutes(preview.minutes));
        let token = preview.preview_token.clone();
        let label = t_with("approval.approve", &[("time", &amount)]);
        let approve = Callback::new(move |()| {
            busy.set(true);
            let (token, reference, amount) = (token.clone(), reference.clone(), amount.clone());
            spawn_local(async move {
                match approvals::approve(id, token).await {
                    Ok(estimate) => {
                        toasts.say(t_with("approval.done", &[("time", &amount), ("ticket", &reference)]));
                        self.estimate.set(estimate);
                        if let Some(overview) = overview {
                            overview.reload();
                        }
                    }
                    Err(problem) => {
                        let changed = matches!(problem.code(), "balance_changed" | "insufficient_minutes");
                        self.notice.set(Some(if changed {
                            t("approval.changed")
                        } else {
                            problem.sentence()
                        }));
                        self.look_again();
                    }
                }
                busy.try_set(false);
            });
        });
        view! { <Button label=label look=Look::Primary busy=busy on_click=approve /> }.into_any()
    }

    /// Loads the figures again.
    pub fn look_again(self) {
        self.preview.reload();
        self.estimate.reload();
        if let Some(balance) = self.balance {
            balance.reload();
        }
    }
}

/// The parts of the estimate, where it names them.
fn lines(estimate: &Estimate) -> AnyView {
    if estimate.lines.is_empty() {
        return ().into_any();
    }
    let line = |line: &daypack_api_types::estimate::EstimateLine| {
        view! { <li class="row"><span class="grow">{line.text.clone()}</span><b>{minutes(line.minutes)}</b></li> }
            .into_any()
    };
    view! { <ul class="parts small-text">{estimate.lines.iter().map(line).collect_view()}</ul> }.into_any()
}

/// From which packs: what each has now, what the yes takes, what stays. Packs that nothing is taken from are shown too,
/// where they are known.
fn lots_table(preview: &Preview, lots: Vec<LotBalance>) -> AnyView {
    struct Line {
        name: String,
        expires: chrono::NaiveDate,
        before: Option<i64>,
        takes: i64,
    }
    let mut all: Vec<Line> = preview
        .allocations
        .iter()
        .map(|one| Line {
            name: one.plan_name.clone(),
            expires: one.expires_on,
            before: one.available_before_minutes.or_else(|| {
                lots.iter()
                    .find(|lot| lot.id == one.lot_id)
                    .map(|lot| lot.available_minutes)
            }),
            takes: one.minutes,
        })
        .collect();
    let untouched =
        |lot: &&LotBalance| lot.available_minutes > 0 && preview.allocations.iter().all(|one| one.lot_id != lot.id);
    all.extend(lots.iter().filter(untouched).map(|lot| Line {
        name: lot.plan_name.clone(),
        expires: lot.expires_on,
        before: Some(lot.available_minutes),
        takes: 0,
    }));
    let or_dash = |value: Option<i64>| value.map_or_else(|| "–".to_owned(), minutes);
    let row = |line: &Line| {
        let class = if line.takes > 0 { "until soon" } else { "until" };
        view! {
            <tr>
                <th scope="row">
                    {line.name.clone()}
                    <span class=class>{t_with("packs.until", &[("date", &format::date(line.expires))])}</span>
                </th>
                <td>{or_dash(line.before)}</td>
                <td>{or_dash(Some(line.takes).filter(|takes| *takes > 0))}</td>
                <td>{or_dash(line.before.map(|before| before - line.takes))}</td>
            </tr>
        }
        .into_any()
    };
    view! {
        <table class="sums">
            <thead>
                <tr>
                    <th scope="col">{t("approval.from")}</th>
                    <th scope="col">{t("approval.now")}</th>
                    <th scope="col">{t("approval.takes")}</th>
                    <th scope="col">{t("approval.left")}</th>
                </tr>
            </thead>
            <tbody>{all.iter().map(row).collect_view()}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">{t("approval.all_packs")}</th>
                    <td>{minutes(preview.available_before_minutes)}</td>
                    <td>{minutes(preview.minutes)}</td>
                    <td>{or_dash(preview.shortfall_minutes.is_none().then_some(preview.available_after_minutes))}</td>
                </tr>
            </tfoot>
        </table>
    }
    .into_any()
}

/// How much is missing, and the order that would cover it.
fn shortfall(missing: i64, preview: &Preview) -> AnyView {
    let missing = t_with("approval.shortfall", &[("time", &minutes(missing))]);
    let order = preview
        .covering_order
        .clone()
        .filter(|_| use_session().may("place_order"));
    let link = match order {
        Some(order) => {
            let href = format!("/packs/order?plan={}&packs={}", order.plan_code, order.packs);
            let label = t_count("approval.order_covering", order.packs, &[]);
            view! { <LinkButton href=href label=label icon="pack" look=Look::Primary /> }.into_any()
        }
        None => ().into_any(),
    };
    view! { <p class="notice"><Icon name="alert" />{missing}</p> {link} }.into_any()
}

/// What was answered, by whom, and what follows.
fn decided(estimate: &Estimate) -> AnyView {
    let who = estimate.decided_by.as_ref().map(|person| person.name.clone());
    let when = estimate.decided_at.map(|at| format::instant_near(at, time::now()));
    let text = match estimate.status {
        EstimateStatus::Approved => t("approval.was_approved"),
        EstimateStatus::Rejected => t("approval.was_rejected"),
        _ => t("approval.is_over"),
    };
    let by: Vec<String> = [who, when, estimate.reason.clone()].into_iter().flatten().collect();
    let good = estimate.status == EstimateStatus::Approved;
    view! {
        <p class="huge">{minutes(estimate.minutes)}</p>
        <section class=if good { "card soft" } else { "card plain" }>
            <div class="pad stack tight">
                <p class="row"><Icon name=if good { "check" } else { "close" } /><b>{text}</b></p>
                <p class="quiet small-text">{by.join(" · ")}</p>
            </div>
        </section>
        <div class="stack tight wide">
            <LinkButton href=format!("/tickets/{}", estimate.ticket_reference) label=t("approval.to_ticket") look=Look::Primary />
            <LinkButton href="/" label=t("not_found.home") />
        </div>
    }
    .into_any()
}
