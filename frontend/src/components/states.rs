//! What a screen shows when it has nothing to show: not yet, nothing there, or something went wrong.

use leptos::prelude::*;

use super::{Button, Icon};
use crate::{
    api::ApiProblem,
    i18n::{t, t_with},
};

/// Grey lines where content will be, read as "loading".
#[component]
pub fn Skeleton(
    /// How many.
    #[prop(default = 3)]
    lines: usize,
) -> AnyView {
    let lines: Vec<_> = (0..lines).map(|_| view! { <span></span> }).collect();
    view! { <div class="skeleton" role="status"><span class="for-reader">{t("state.loading")}</span>{lines}</div> }
        .into_any()
}

/// Nothing is there; says what to do next.
#[component]
pub fn EmptyState(
    /// What is not there.
    #[prop(into)]
    title: String,
    /// What to do about it.
    #[prop(into)]
    text: String,
    /// An icon above.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Buttons that do it.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    view! {
        <div class="empty">
            {icon.map(|name| view! { <Icon name=name /> })} <h2>{title}</h2> <p>{text}</p>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// Something went wrong: what happened, the request's number when it was unexpected, and the way on.
#[component]
pub fn ErrorState(
    /// What happened.
    problem: ApiProblem,
    /// Tries again.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> AnyView {
    let number = problem.request_id().map(|id| t_with("problem.request", &[("id", id)]));
    view! {
        <div class="empty failed" role="alert">
            <Icon name="alert" />
            <h2>{t("problem.title")}</h2>
            <p>{problem.sentence()}</p>
            {number.map(|number| view! { <p class="quiet small-text">{number}</p> })}
            {retry.map(|retry| {
                view! {
                    <div class="actions"><Button label=t("action.try_again") icon="refresh" on_click=retry /></div>
                }
            })}
        </div>
    }
    .into_any()
}
