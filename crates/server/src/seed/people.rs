//! The organizations of the demo data, their people and systems, the packs they bought, and the agency's staff.

use daypack_domain::{
    policy::{ClientRole, StaffRole},
    ticket::{Kind, Severity},
};

use super::{
    moment::{Moment, d},
    stories::{BACK_OFFICE, CRM, SHOP, WEB_SHOP, WORKSHOP},
};

/// A client organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Client {
    /// Acme Retail.
    Acme,
    /// Nordic Bikes.
    Nord,
    /// Luma Studio.
    Luma,
}

/// Somebody, as stories name them: a role of the client that the story is about, or a person of the staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// The client's owner.
    Owner,
    /// Who may approve up to a limit.
    Approver,
    /// Who asks.
    Member,
    /// Who reads.
    Viewer,
    /// The agency's admin.
    Admin,
    /// The lead, Jordi.
    Lead,
    /// An agent.
    Sofia,
    /// An agent.
    Nuria,
    /// An agent.
    Mateo,
}

/// A person.
#[derive(Debug, Clone, Copy)]
pub struct DemoPerson {
    /// Who that is.
    pub who: Who,
    /// Their name.
    pub name: &'static str,
    /// They sign in with it.
    pub email: &'static str,
}

/// A client organization and what it has.
#[derive(Debug, Clone, Copy)]
pub struct DemoClient {
    /// Which.
    pub client: Client,
    /// Its name.
    pub name: &'static str,
    /// The beginning of its references.
    pub prefix: &'static str,
    /// IANA zone.
    pub zone: &'static str,
    /// The owner has switched the emergency clause on.
    pub emergency_clause: bool,
    /// Owner, approver, member, viewer.
    pub people: [DemoPerson; 4],
    /// Software under maintenance.
    pub systems: &'static [DemoSystem],
    /// What it bought, in order.
    pub orders: &'static [DemoOrder],
    /// What its owner approves without being asked each time.
    pub standing: Option<DemoStanding>,
}

/// A standing approval.
#[derive(Debug, Clone, Copy)]
pub struct DemoStanding {
    /// When it was given.
    pub at: Moment,
    /// What it is called.
    pub name: &'static str,
    /// The kind of work that it covers.
    pub kind: Kind,
    /// The severity that it covers.
    pub severity: Severity,
    /// Most minutes for one ticket.
    pub minutes_per_ticket: i64,
    /// Most minutes in a month.
    pub minutes_per_month: i64,
}

/// A system.
#[derive(Debug, Clone, Copy)]
pub struct DemoSystem {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// Its parts.
    pub components: &'static [&'static str],
    /// A deployment to production needs a window.
    pub window_required: bool,
}

/// When an order was placed.
#[derive(Debug, Clone, Copy)]
pub enum Placed {
    /// So that its packs expire so many days from today, being valid for so many months.
    ExpiringIn {
        /// From today; negative: it was then.
        days: i64,
        /// The plan's.
        months: u32,
    },
    /// At a moment.
    At(Moment),
}

/// An order.
#[derive(Debug, Clone, Copy)]
pub struct DemoOrder {
    /// The plan.
    pub plan: &'static str,
    /// How many packs.
    pub packs: i64,
    /// When.
    pub placed: Placed,
    /// The bank's reference; not paid yet when there is none.
    pub payment: Option<&'static str>,
}

const fn person(who: Who, name: &'static str, email: &'static str) -> DemoPerson {
    DemoPerson { who, name, email }
}

/// The password of everybody.
pub const PASSWORD: &str = "daypack-demo";
/// What an approver of the demo data may approve for one ticket: 16 hours.
pub const APPROVER_LIMIT_MINUTES: i64 = 960;

/// The agency's people.
pub const STAFF: [DemoPerson; 5] = [
    person(Who::Admin, "Marta Soler", "admin@daypack.example"),
    person(Who::Lead, "Jordi Vidal", "lead@daypack.example"),
    person(Who::Sofia, "Sofía Ortiz", "agent@daypack.example"),
    person(Who::Nuria, "Núria Roca", "nuria@daypack.example"),
    person(Who::Mateo, "Mateo Ferrer", "mateo@daypack.example"),
];

/// The agency's clients.
pub const CLIENTS: [DemoClient; 3] = [
    DemoClient {
        client: Client::Acme,
        name: "Acme Retail",
        prefix: "ACME",
        zone: "Europe/Madrid",
        emergency_clause: true,
        people: [
            person(Who::Owner, "Laura Marín", "owner@acme.example"),
            person(Who::Approver, "Carlos Rey", "approver@acme.example"),
            person(Who::Member, "Elena Soto", "member@acme.example"),
            person(Who::Viewer, "Pablo Nieto", "viewer@acme.example"),
        ],
        systems: &[
            DemoSystem {
                name: BACK_OFFICE,
                description: "Orders, invoices, purchasing and the export to accounting, for 11 shops.",
                components: &["Accounting", "Billing", "Operations", "Purchasing", "Reports"],
                window_required: true,
            },
            DemoSystem {
                name: SHOP,
                description: "The online shop and the customer app.",
                components: &["Catalogue", "Checkout", "Search", "Customer accounts", "App"],
                window_required: true,
            },
        ],
        orders: &[
            DemoOrder {
                plan: "flexi",
                packs: 6,
                placed: Placed::ExpiringIn { days: 9, months: 6 },
                payment: Some("TRF-2093-ACME"),
            },
            DemoOrder {
                plan: "flexi",
                packs: 5,
                placed: Placed::At(d(13, 11, 0)),
                payment: Some("TRF-2311-ACME"),
            },
        ],
        standing: Some(DemoStanding {
            at: d(9, 12, 20),
            name: "Small updates",
            kind: Kind::Preventive,
            severity: Severity::P3,
            minutes_per_ticket: 60,
            minutes_per_month: 240,
        }),
    },
    DemoClient {
        client: Client::Nord,
        name: "Nordic Bikes",
        prefix: "NORD",
        zone: "Europe/Copenhagen",
        emergency_clause: true,
        people: [
            person(Who::Owner, "Mette Holm", "owner@nord.example"),
            person(Who::Approver, "Lars Kjær", "approver@nord.example"),
            person(Who::Member, "Freja Dahl", "member@nord.example"),
            person(Who::Viewer, "Oskar Lind", "viewer@nord.example"),
        ],
        systems: &[
            DemoSystem {
                name: WEB_SHOP,
                description: "Shop for bikes and parts in five countries, and what dispatch works with.",
                components: &["Checkout", "Payments", "Stock", "Returns", "Content"],
                window_required: true,
            },
            DemoSystem {
                name: WORKSHOP,
                description: "Bookings, work orders and parts of six workshops.",
                components: &["Bookings", "Work orders", "Parts"],
                window_required: true,
            },
        ],
        orders: &[DemoOrder {
            plan: "pro",
            packs: 15,
            placed: Placed::ExpiringIn { days: 258, months: 12 },
            payment: Some("DK-77-10442"),
        }],
        standing: None,
    },
    DemoClient {
        client: Client::Luma,
        name: "Luma Studio",
        prefix: "LUMA",
        zone: "America/Mexico_City",
        emergency_clause: false,
        people: [
            person(Who::Owner, "Valeria Cruz", "owner@luma.example"),
            person(Who::Approver, "Diego Ramos", "approver@luma.example"),
            person(Who::Member, "Camila Torres", "member@luma.example"),
            person(Who::Viewer, "Andrés Peña", "viewer@luma.example"),
        ],
        systems: &[DemoSystem {
            name: CRM,
            description: "Contacts, quotes, contracts and reports of a design studio.",
            components: &["Contacts", "Quotes", "Contracts", "Reports"],
            window_required: false,
        }],
        orders: &[
            DemoOrder {
                plan: "starter",
                packs: 1,
                placed: Placed::ExpiringIn { days: -10, months: 3 },
                payment: Some("SPEI-550182"),
            },
            DemoOrder {
                plan: "starter",
                packs: 2,
                placed: Placed::At(d(34, 10, 30)),
                payment: Some("SPEI-561940"),
            },
            DemoOrder {
                plan: "starter",
                packs: 1,
                placed: Placed::At(d(2, 16, 40)),
                payment: None,
            },
        ],
        standing: None,
    },
];

impl Who {
    /// The role on the client's side.
    pub fn client_role(self) -> Option<ClientRole> {
        match self {
            Self::Owner => Some(ClientRole::Owner),
            Self::Approver => Some(ClientRole::Approver),
            Self::Member => Some(ClientRole::Member),
            Self::Viewer => Some(ClientRole::Viewer),
            Self::Admin | Self::Lead | Self::Sofia | Self::Nuria | Self::Mateo => None,
        }
    }

    /// The role on the staff.
    pub fn staff_role(self) -> Option<StaffRole> {
        match self {
            Self::Admin => Some(StaffRole::Admin),
            Self::Lead => Some(StaffRole::Lead),
            Self::Sofia | Self::Nuria | Self::Mateo => Some(StaffRole::Agent),
            Self::Owner | Self::Approver | Self::Member | Self::Viewer => None,
        }
    }
}
