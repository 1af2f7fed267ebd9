//! An address that leads nowhere.

use leptos::prelude::*;

use super::PublicFrame;
use crate::{
    components::{EmptyState, LinkButton, Look},
    dom,
    i18n::t,
};

/// Says so, and shows the way home.
pub fn not_found() -> AnyView {
    dom::name_screen(&t("not_found.title"));
    view! {
        <PublicFrame>
            <h1 class="for-reader">{t("not_found.title")}</h1>
            <EmptyState title=t("not_found.title") text=t("not_found.text") icon="search">
                <LinkButton href="/" label=t("not_found.home") look=Look::Primary />
            </EmptyState>
        </PublicFrame>
    }
    .into_any()
}
