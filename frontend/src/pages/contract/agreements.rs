//! What was agreed once for all: standing approvals, what may happen in an emergency, who may say yes to how much.

use leptos::prelude::*;

use super::{
    about::about_card,
    clause::clause,
    limits::limits,
    settings::settings_card,
    side::{Side, Tab},
    standing::standing,
    thresholds::thresholds,
};

/// The own agreements.
pub fn agreements() -> AnyView {
    Side::own(Tab::Agreements, screen)
}

/// Those of a client, for the staff.
pub fn client_agreements() -> AnyView {
    Side::of_client(Tab::Agreements, screen)
}

fn screen(side: Side) -> AnyView {
    // Clause, settings and thresholds are changes of one resource: after one of them the others are read again.
    let revision = RwSignal::new(0);
    view! {
        <div class="cols">
            <div class="stack wide-gap">{standing(side)} {limits(side)}</div>
            <aside class="stack wide-gap">{clause(side, revision)} {thresholds(side, revision)} {settings_card(side, revision)} {about_card(side, revision)}</aside>
        </div>
    }
    .into_any()
}
