//! One estimate: the minutes, the packs they would come from, what is left, and yes or no. Made for a phone: the mail
//! leads here, and one more tap says yes.

use daypack_api_types::{
    estimate::{Estimate, Preview},
    ledger::Balance,
};
use daypack_domain::estimate::EstimateStatus;
use leptos::{prelude::*, task::spawn_local};

use super::{
    decline::ask_or_decline,
    dispute::not_me,
    offer::{self, LeftOut, amount, head, lines, lots_table},
};
use crate::{
    api::{ApiProblem, approvals, contract, tickets},
    components::{Button, Icon, LinkButton, Look, Remote, overview, ticket_severity, use_toasts},
    dom,
    format::minutes,
    i18n::{t, t_count, t_with},
    routes::parameter,
    session::use_session,
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
    let left_out: LeftOut = RwSignal::new(Vec::new());
    let preview = Remote::load(move || {
        let (id, left_out) = (id.parse(), left_out.get_untracked());
        async move {
            match id {
                Ok(id) => approvals::preview(id, &left_out).await,
                Err(_) => Err(ApiProblem::from_answer(404, "", None)),
            }
        }
    });
    let balance = untrack(move || use_session().membership()).map(|membership| {
        let id = membership.organization_id;
        Remote::load(move || contract::balance(id))
    });
    Effect::new(move |before: Option<()>| {
        left_out.track();
        if before.is_some() {
            preview.reload();
        }
    });
    let page = Page {
        estimate,
        preview,
        left_out,
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
    left_out: LeftOut,
    balance: Option<Remote<Balance>>,
    /// What has changed since the figures were first shown.
    notice: RwSignal<Option<String>>,
}

impl Page {
    fn show(self, estimate: Estimate) -> AnyView {
        let href = format!("/tickets/{}", estimate.ticket_reference);
        let number = estimate.ticket_reference.clone();
        let reference = view! { {severity(number.clone())} <a class="link small-text" href=href>{number}</a> };
        let head = head(&estimate, reference.into_any());
        let rest = if estimate.status == EstimateStatus::Offered {
            self.offered(estimate)
        } else {
            self.decided(&estimate)
        };
        view! { {head} {rest} }.into_any()
    }

    fn offered(self, estimate: Estimate) -> AnyView {
        let notice = move || {
            self.notice
                .get()
                .map(|text| view! { <p class="notice" role="alert"><Icon name="alert" />{text}</p> })
        };
        let kept = StoredValue::new(estimate.clone());
        view! {
            {lines(&estimate, self.left_out)}
            {amount(&estimate, self.left_out)}
            {notice}
            {self.preview.view(5, move |preview| kept.with_value(|estimate| self.figures(estimate, preview)))}
        }
        .into_any()
    }

    fn figures(self, estimate: &Estimate, preview: Preview) -> AnyView {
        let limit = preview
            .limit_minutes
            .map(|limit| t_with("approval.your_limit", &[("time", &minutes(limit))]));
        let shown = preview.clone();
        let table = move || {
            let lots = self.balance.and_then(Remote::get).map(|balance| balance.lots);
            lots_table(&shown, lots.unwrap_or_default())
        };
        view! {
            <section class="card plain"><div class="pad">{table}</div></section>
            {self.answers(estimate, &preview)}
            {offer::foot(estimate, limit)}
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
        let shown = StoredValue::new(preview.clone());
        // Figures of another choice may still be on the screen: what is approved is what they say.
        let behind = move || shown.with_value(|shown| self.left_out.with(|now| *now != shown.left_out));
        let waiting = Signal::derive(move || busy.get() || behind());
        let label = t_with("approval.approve", &[("time", &amount)]);
        let approve = Callback::new(move |()| {
            busy.set(true);
            let (token, left_out) = shown.with_value(|shown| (shown.preview_token.clone(), shown.left_out.clone()));
            let (reference, amount) = (reference.clone(), amount.clone());
            spawn_local(async move {
                match approvals::approve(id, token, left_out).await {
                    Ok(()) => {
                        toasts.say(t_with("approval.done", &[("time", &amount), ("ticket", &reference)]));
                        self.estimate.reload();
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
        view! { <Button label=label look=Look::Primary busy=waiting on_click=approve /> }.into_any()
    }

    /// Loads the figures again.
    pub fn look_again(self) {
        self.preview.reload();
        self.estimate.reload();
        if let Some(balance) = self.balance {
            balance.reload();
        }
    }

    /// What was answered, and for whom it was recorded the way to say that it was not them.
    fn decided(self, estimate: &Estimate) -> AnyView {
        view! {
            {offer::decided(estimate)}
            {not_me(self, estimate)}
            <div class="stack tight wide">
                <LinkButton
                    href=format!("/tickets/{}", estimate.ticket_reference)
                    label=t("approval.to_ticket")
                    look=Look::Primary
                />
                <LinkButton href="/" label=t("not_found.home") />
            </div>
        }
        .into_any()
    }
}

/// How bad the request is: the reader knows what is urgent before reading on.
fn severity(reference: String) -> AnyView {
    let ticket = Remote::load(move || {
        let reference = reference.clone();
        async move { tickets::summary(&reference).await }
    });
    // Without an answer nothing is missing that one needs to say yes or no.
    (move || ticket.get().map(|ticket| ticket_severity(&ticket))).into_any()
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
