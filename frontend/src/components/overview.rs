//! What a client's home shows, kept while one goes from screen to screen: the counts of the navigation come from it,
//! and the home is there at once when one returns.

use daypack_api_types::dashboard::Dashboard;
use leptos::prelude::*;

use super::Remote;
use crate::{
    api::{ApiProblem, summaries},
    session::Session,
};

/// The dashboard of the organization that is shown.
pub type Overview = Remote<Dashboard>;

/// Provides it to everything below, and loads it again for another organization.
pub fn provide(session: Session) {
    let organization = Memo::new(move |_| session.membership().map(|membership| membership.organization_id));
    let overview = Remote::load(move || async move {
        match organization.try_get_untracked().flatten() {
            Some(id) => summaries::dashboard(id).await,
            None => Err(ApiProblem::from_answer(404, "", None)),
        }
    });
    Effect::new(move |before: Option<_>| {
        let now = organization.get();
        if before.is_some_and(|before| before != now) {
            overview.restart();
        }
        now
    });
    provide_context(overview);
}

/// The dashboard; none on the staff's screens.
pub fn find() -> Option<Overview> {
    use_context()
}
