//! What the admins of the agency set up: plans, terms, what proformas say, and contracts that are taken over.

mod import;
mod plan_form;
mod plans;
mod seller;
mod terms;

use daypack_domain::policy::Action;
use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};

use crate::{dom, i18n::t, place, routes::Screen, session::use_session};

/// The screens of this part.
#[derive(Clone, Copy, PartialEq)]
pub enum Place {
    /// What is sold.
    Plans,
    /// On which conditions.
    Terms,
    /// What proformas say about the agency.
    Seller,
    /// Contracts from elsewhere.
    Import,
}

/// Loads this part of the program.
#[wasm_split(staff, wasm_split_path = leptos::wasm_split, fallible)]
pub fn load(place: Place) -> Result<Screen, SplitLoaderError> {
    Ok(match place {
        Place::Plans => plans::plans,
        Place::Terms => terms::terms,
        Place::Seller => seller::seller,
        Place::Import => import::import,
    })
}

/// The screens with their addresses and the keys of their names.
const PLACES: [(&str, &str); 5] = [
    ("/admin", "plan_edit.title"),
    ("/admin/terms", "terms.title"),
    ("/admin/seller", "seller.title"),
    ("/admin/import", "import.title"),
    ("/admin/staff", "staff.title"),
];

/// The heading of a screen, the way to the others, and its content.
pub fn framed(address: &'static str, text_key: &str, action: AnyView, content: AnyView) -> AnyView {
    // The server refuses everybody else; they are spared screens on which nothing would work.
    if !untrack(|| use_session().may(Action::ManagePlans.as_str())) {
        return place::elsewhere("/");
    }
    let key = PLACES
        .iter()
        .find(|(other, _)| *other == address)
        .map_or("plan_edit.title", |(_, key)| *key);
    dom::name_screen(&t(key));
    let link = |(href, key): (&'static str, &'static str)| {
        let current = (href == address).then_some("page");
        view! { <a href=href aria-current=current>{t(key)}</a> }.into_any()
    };
    view! {
        <div class="top">
            <div class="grow"><h1>{t(key)}</h1><p class="quiet small-text">{t(text_key)}</p></div>
            {action}
        </div>
        <nav class="subnav" aria-label=t("admin.label")>{PLACES.map(link).into_iter().collect_view()}</nav>
        {content}
    }
    .into_any()
}
