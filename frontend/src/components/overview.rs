//! What a client's home shows, kept while one goes from screen to screen: the counts of the navigation come from it,
//! and the home is there at once when one returns.
//!
//! The frame of clients asks for it whatever screen comes first; the staff's has none.

use daypack_api_types::dashboard::Dashboard;
use daypack_domain::ids::OrganizationId;
use leptos::prelude::*;

use super::Remote;
use crate::{
    api::{ApiProblem, summaries},
    session::Session,
};

/// The dashboard of the organization that is shown.
pub type Overview = Remote<Dashboard>;

/// How much waits on the person, and how many requests are in work.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct Counts {
    /// Things that wait on this person, emergencies that began without them among them.
    pub waiting: i64,
    /// Requests in work.
    pub active: i64,
}

/// The place that the frame keeps.
#[derive(Clone)]
struct Place {
    overview: StoredValue<Option<Overview>>,
    counts: RwSignal<Counts>,
    organization: Memo<Option<OrganizationId>>,
    /// The frame's, for which the overview lives.
    owner: Option<Owner>,
}

/// Keeps a place for it, for everything below.
pub fn provide(session: Session) {
    provide_context(Place {
        overview: StoredValue::new(None),
        counts: RwSignal::new(Counts::default()),
        organization: Memo::new(move |_| session.membership().map(|membership| membership.organization_id)),
        owner: Owner::current(),
    });
}

/// What the navigation counts, once the dashboard is here.
pub fn counts() -> Counts {
    use_context::<Place>().map_or_else(Counts::default, |place| place.counts.get())
}

/// The dashboard, to load it again after something changed; none on the staff's screens.
pub fn known() -> Option<Overview> {
    use_context::<Place>()?.overview.get_value()
}

/// The dashboard, loaded when somebody first asks; none on the staff's screens.
pub fn find() -> Option<Overview> {
    let place = use_context::<Place>()?;
    if let Some(overview) = place.overview.get_value() {
        return Some(overview);
    }
    let owner = place.owner.clone()?;
    let overview = owner.with(|| begin(&place));
    place.overview.set_value(Some(overview));
    Some(overview)
}

fn begin(place: &Place) -> Overview {
    let (organization, counts) = (place.organization, place.counts);
    let overview: Overview = Remote::load(move || async move {
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
    Effect::new(move |_| {
        let dashboard = overview.get();
        counts.set(dashboard.map_or_else(Counts::default, |dashboard| Counts {
            waiting: i64::try_from(dashboard.waiting.len() + dashboard.emergencies.len()).unwrap_or(0),
            active: dashboard.active_count,
        }));
    });
    overview
}
