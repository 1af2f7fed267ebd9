//! Whose contract a screen is about, and from which side it is looked at.

use daypack_api_types::organization::Organization;
use daypack_domain::{ids::OrganizationId, policy::Action};
use leptos::prelude::*;

use crate::{
    api::contract,
    components::{LinkButton, Look, Remote},
    dom,
    i18n::t,
    place,
    routes::parameter,
    session::use_session,
};

/// The organization, and who looks.
#[derive(Clone, Copy)]
pub struct Side {
    /// Whose contract it is.
    pub id: OrganizationId,
    /// The staff look at a client's.
    pub staff: bool,
    /// Short name and name of the client, where the staff look.
    client: StoredValue<Option<Organization>>,
}

/// The screens of a contract, which lead to each other.
#[derive(Clone, Copy, PartialEq)]
pub enum Tab {
    /// Minutes, packs, orders.
    Packs,
    /// Movements.
    Ledger,
    /// What was agreed once for all.
    Agreements,
}

impl Side {
    /// A screen about the organization that the person belongs to; the staff, who belong to none, go to their clients.
    pub fn own(tab: Tab, screen: fn(Side) -> AnyView) -> AnyView {
        dom::name_screen(&tab.name());
        match untrack(move || use_session().membership()) {
            Some(membership) => {
                let side = Self {
                    id: membership.organization_id,
                    staff: false,
                    client: StoredValue::new(None),
                };
                side.framed(tab, screen(side))
            }
            None => place::elsewhere("/clients"),
        }
    }

    /// A screen about the client of the address, for the staff.
    pub fn of_client(tab: Tab, screen: fn(Side) -> AnyView) -> AnyView {
        dom::name_screen(&tab.name());
        let slug = StoredValue::new(parameter("slug"));
        let client = Remote::load(move || {
            let slug = slug.get_value();
            async move { contract::organization(&slug).await }
        });
        client.view(10, move |client| {
            untrack(move || {
                dom::document().set_title(&format!("{} · {} · {}", client.name, tab.name(), t("app.name")));
                let side = Self {
                    id: client.id,
                    staff: true,
                    client: StoredValue::new(Some(client)),
                };
                side.framed(tab, screen(side))
            })
        })
    }

    /// Loads something again whenever something else of the organization has changed: they have one version.
    pub fn follow<T: Clone + Send + Sync + 'static>(self, revision: RwSignal<u32>, remote: Remote<T>) {
        Effect::new(move |before: Option<()>| {
            revision.track();
            if before.is_some() {
                remote.reload();
            }
        });
    }

    /// Whether the person may do something here.
    pub fn may(self, action: Action) -> bool {
        untrack(move || use_session().may(action.as_str()))
    }

    /// Where one of the screens is.
    pub fn address(self, tab: Tab) -> String {
        let client = self
            .client
            .with_value(|client| client.as_ref().map(|client| client.slug.clone()));
        match (client, tab) {
            (None, Tab::Packs) => "/packs".to_owned(),
            (None, Tab::Ledger) => "/packs/ledger".to_owned(),
            (None, Tab::Agreements) => "/packs/agreements".to_owned(),
            (Some(slug), Tab::Packs) => format!("/clients/{slug}/packs"),
            (Some(slug), Tab::Ledger) => format!("/clients/{slug}/ledger"),
            (Some(slug), Tab::Agreements) => format!("/clients/{slug}/agreements"),
        }
    }

    /// The IANA time zone of the organization.
    pub fn zone(self) -> String {
        let client = self
            .client
            .with_value(|client| client.as_ref().map(|client| client.time_zone.clone()));
        let own = || untrack(move || use_session().membership()).map(|membership| membership.time_zone);
        client.or_else(own).unwrap_or_else(|| "UTC".to_owned())
    }

    /// The heading, and the way to the other screens.
    fn framed(self, tab: Tab, screen: AnyView) -> AnyView {
        let path = self.client.with_value(|client| {
            client.as_ref().map(|client| {
                let href = format!("/clients/{}", client.slug);
                view! {
                    <p class="quiet small-text path">
                        <a class="link" href="/clients">{t("nav.clients")}</a> " / "
                        <a class="link" href=href>{client.name.clone()}</a>
                    </p>
                }
                .into_any()
            })
        });
        let order = (!self.staff && self.may(Action::PlaceOrder)).then(|| {
            view! {
                <LinkButton href="/packs/order" label=t("packs.order") icon="plus" look=Look::Primary />
            }
        });
        let link = |other: Tab| {
            let current = (other == tab).then_some("page");
            view! { <a href=self.address(other) aria-current=current>{other.short()}</a> }.into_any()
        };
        view! {
            <div class="top">
                <div class="grow">{path}<h1>{tab.name()}</h1><p class="quiet small-text">{tab.text()}</p></div>
                {order}
            </div>
            <nav class="subnav" aria-label=t("contract.label")>
                {[Tab::Packs, Tab::Ledger, Tab::Agreements].map(link).into_iter().collect_view()}
            </nav>
            {screen}
        }
        .into_any()
    }
}

impl Tab {
    fn name(self) -> String {
        t(match self {
            Self::Packs => "nav.packs",
            Self::Ledger => "packs.ledger",
            Self::Agreements => "agreements.title",
        })
    }

    fn short(self) -> String {
        t(match self {
            Self::Packs => "contract.packs",
            Self::Ledger => "packs.ledger",
            Self::Agreements => "agreements.short",
        })
    }

    fn text(self) -> String {
        t(match self {
            Self::Packs => "packs.text",
            Self::Ledger => "ledger.text",
            Self::Agreements => "agreements.text",
        })
    }
}
