//! What demo data has made so far, and how its people act: through the flows, each as themselves.

use std::collections::BTreeMap;

use daypack_api_types::{
    approval::GiveStandingApproval,
    installation::DemoPerson as ListedPerson,
    order::{ConfirmPayment, PlaceOrder},
    organization::{AddMember, AddSystem, CreateOrganization, Environment},
};
use daypack_domain::{
    Instant,
    ids::{AttachmentId, EstimateId, OrderId, OrganizationId, SystemId, TicketId, TimeEntryId, UserId, WindowId},
    policy::{Actor, Membership, Person},
};
use daypack_store::{Conn, catalogue, organizations as organization_rows, settings};

use super::files::File;
use super::people::{APPROVER_LIMIT_MINUTES, CLIENTS, Client, DemoClient, DemoPerson, STAFF, Who};
use crate::{
    api::installation::DEMO_PEOPLE_SETTING,
    context::Context,
    error::Failure,
    files::Kept,
    flows::{attachments, emergency, members, orders, organizations, people, standing_approvals, systems},
    ids::IdSource,
};

/// Any number: the same one gives the same identifiers.
const SEED: u64 = 20_260_105;
/// The language of everybody.
const LOCALE: &str = "en";

/// What was made so far.
#[derive(Debug, Clone, Default)]
pub struct World {
    files: BTreeMap<&'static str, Kept>,
    staff: BTreeMap<Who, UserId>,
    people: BTreeMap<(Client, Who), UserId>,
    organizations: BTreeMap<Client, OrganizationId>,
    systems: BTreeMap<(Client, &'static str), SystemId>,
    orders: BTreeMap<(Client, usize), OrderId>,
    /// By client and position of the story.
    pub(super) tickets: BTreeMap<(Client, usize), Progress>,
}

/// A ticket that was made, and what of it is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The estimate that was offered last.
    pub estimate_id: Option<EstimateId>,
    /// The window that was proposed last.
    pub window_id: Option<WindowId>,
    /// The time that was logged last.
    pub time_entry_id: Option<TimeEntryId>,
}

pub(super) fn missing(what: &str) -> Failure {
    Failure::internal(format!("demo data: there is no {what} yet"))
}

/// The facts about a client.
pub(super) fn facts(client: Client) -> Result<&'static DemoClient, Failure> {
    CLIENTS
        .iter()
        .find(|facts| facts.client == client)
        .ok_or_else(|| missing("such client"))
}

impl World {
    /// Nothing yet, except for the bytes of files, which are kept already.
    #[must_use]
    pub fn new(files: BTreeMap<&'static str, Kept>) -> Self {
        Self {
            files,
            ..Self::default()
        }
    }

    /// The agency's people. `hash` is that of the one password.
    ///
    /// # Errors
    /// Those of the flows.
    pub fn hire(&mut self, conn: &mut Conn, now: Instant, hash: &str) -> Result<(), Failure> {
        let context = Context::system(now, IdSource::seeded(SEED).at(now));
        for person in &STAFF {
            let user = people::create(conn, &context, &account(person, hash))?;
            self.staff.insert(person.who, user.id);
        }
        Ok(())
    }

    /// The circumstances of one step: its instant, its person, its own identifiers.
    pub(super) fn context(&self, step: usize, now: Instant, client: Client, who: Who) -> Result<Context, Failure> {
        Ok(Context {
            actor: self.actor(client, who)?,
            ..system_context(step, now)
        })
    }

    /// Somebody, with their place.
    fn actor(&self, client: Client, who: Who) -> Result<Actor, Failure> {
        let user_id = self.user_id(client, who)?;
        let memberships = match who.client_role() {
            None => Vec::new(),
            Some(role) => vec![Membership {
                organization_id: self.organization_id(client)?,
                role,
                approval_limit_minutes: approval_limit_minutes(who),
                order_limit: None,
            }],
        };
        Ok(Actor::Person(Person {
            user_id,
            staff_role: who.staff_role(),
            memberships,
        }))
    }

    /// A person's account.
    pub(super) fn user_id(&self, client: Client, who: Who) -> Result<UserId, Failure> {
        let found = if who.staff_role().is_some() {
            self.staff.get(&who)
        } else {
            self.people.get(&(client, who))
        };
        found.copied().ok_or_else(|| missing("such person"))
    }

    /// A client's organization.
    pub(super) fn organization_id(&self, client: Client) -> Result<OrganizationId, Failure> {
        self.organizations
            .get(&client)
            .copied()
            .ok_or_else(|| missing("such organization"))
    }

    /// A client's system.
    pub(super) fn system_id(&self, client: Client, name: &'static str) -> Result<SystemId, Failure> {
        self.systems.get(&(client, name)).copied().ok_or_else(|| missing(name))
    }

    /// Sets up a client: organization, people, systems.
    pub(super) fn set_up(
        &mut self,
        conn: &mut Conn,
        step: usize,
        now: Instant,
        client: Client,
        hash: &str,
    ) -> Result<(), Failure> {
        let facts = facts(client)?;
        let context = self.context(step, now, client, Who::Admin)?;
        let input = CreateOrganization {
            name: facts.name.to_owned(),
            prefix: facts.prefix.to_owned(),
            time_zone: facts.zone.to_owned(),
            locale: LOCALE.to_owned(),
            currency: "EUR".to_owned(),
        };
        let organization_id = organizations::create(conn, &context, &input)?.id;
        self.organizations.insert(client, organization_id);
        for person in &facts.people {
            let Some(role) = person.who.client_role() else { continue };
            // They have an account with a password already, so nobody is sent a link.
            let user = people::create(conn, &context, &account(person, hash))?;
            let input = AddMember {
                email: person.email.to_owned(),
                name: person.name.to_owned(),
                role,
                approval_limit_minutes: approval_limit_minutes(person.who),
                order_limit: None,
            };
            members::join(conn, &context, organization_id, &input)?;
            self.people.insert((client, person.who), user.id);
        }
        for system in facts.systems {
            let environment = |name: &str, window_required| Environment {
                name: name.to_owned(),
                window_required,
            };
            let input = AddSystem {
                name: system.name.to_owned(),
                description: system.description.to_owned(),
                components: system.components.iter().map(|name| (*name).to_owned()).collect(),
                environments: vec![
                    environment("production", system.window_required),
                    environment("staging", false),
                ],
            };
            let made = systems::add(conn, &context, organization_id, &input)?;
            self.systems.insert((client, system.name), made.id);
        }
        self.agree_on_emergencies(conn, &context, client)
    }

    /// The owner switches the emergency clause on, where the client has one.
    fn agree_on_emergencies(&self, conn: &mut Conn, context: &Context, client: Client) -> Result<(), Failure> {
        if !facts(client)?.emergency_clause {
            return Ok(());
        }
        let organization_id = self.organization_id(client)?;
        let owner = self.actor(client, Who::Owner)?;
        let version = organization_rows::find(conn, organization_id)?.map_or(0, |organization| organization.version);
        let agreed = emergency::Changed {
            enabled: Some(true),
            ..emergency::Changed::default()
        };
        emergency::change(conn, &context.acting_as(owner), organization_id, version, &agreed)?;
        Ok(())
    }

    /// The owner approves small work without being asked each time.
    pub(super) fn stand(&self, conn: &mut Conn, step: usize, now: Instant, client: Client) -> Result<(), Failure> {
        let standing = facts(client)?.standing.ok_or_else(|| missing("standing approval"))?;
        let context = self.context(step, now, client, Who::Owner)?;
        let input = GiveStandingApproval {
            name: standing.name.to_owned(),
            kinds: vec![standing.kind],
            severities: vec![standing.severity],
            minutes_per_ticket: standing.minutes_per_ticket,
            minutes_per_month: standing.minutes_per_month,
            small_works: Some(true),
        };
        standing_approvals::give(conn, &context, self.organization_id(client)?, &input)?;
        Ok(())
    }

    /// The owner orders packs.
    pub(super) fn place(
        &mut self,
        conn: &mut Conn,
        step: usize,
        now: Instant,
        client: Client,
        index: usize,
    ) -> Result<(), Failure> {
        let order = facts(client)?.orders.get(index).ok_or_else(|| missing("such order"))?;
        let terms = catalogue::current_terms(conn)?.ok_or_else(|| missing("version of the terms"))?;
        let context = self.context(step, now, client, Who::Owner)?;
        let input = PlaceOrder {
            organization_id: self.organization_id(client)?,
            plan_code: order.plan.to_owned(),
            packs: order.packs,
            terms_version: terms.version,
        };
        let placed = orders::place(conn, &context, &input)?;
        self.orders.insert((client, index), placed.order.id);
        Ok(())
    }

    /// The lead confirms that an order was paid.
    pub(super) fn pay(
        &mut self,
        conn: &mut Conn,
        step: usize,
        now: Instant,
        client: Client,
        index: usize,
    ) -> Result<(), Failure> {
        let order = facts(client)?.orders.get(index).ok_or_else(|| missing("such order"))?;
        let order_id = self
            .orders
            .get(&(client, index))
            .copied()
            .ok_or_else(|| missing("such order"))?;
        let context = self.context(step, now, client, Who::Lead)?;
        let input = ConfirmPayment {
            payment_reference: order.payment.unwrap_or_default().to_owned(),
            paid_on: Some(now.date_naive()),
        };
        orders::confirm_payment(conn, &context, order_id, &input, None)?;
        Ok(())
    }
}

impl World {
    /// Uploads files, as whoever acts.
    pub(super) fn upload(
        &self,
        conn: &mut Conn,
        context: &Context,
        files: &[File],
    ) -> Result<Vec<AttachmentId>, Failure> {
        let add = |file: &File| {
            let kept = self.files.get(file.name).ok_or_else(|| missing(file.name))?;
            Ok(attachments::add(conn, context, file.name, kept)?.id)
        };
        files.iter().map(add).collect()
    }
}

/// The circumstances of what Daypack does by itself.
pub(super) fn system_context(step: usize, now: Instant) -> Context {
    let own = SEED
        .wrapping_add(u64::try_from(step).unwrap_or_default())
        .wrapping_add(1);
    Context::system(now, IdSource::seeded(own).at(now))
}

fn approval_limit_minutes(who: Who) -> Option<i64> {
    (who == Who::Approver).then_some(APPROVER_LIMIT_MINUTES)
}

fn account(person: &DemoPerson, hash: &str) -> people::NewPerson {
    people::NewPerson {
        email: person.email.to_owned(),
        name: person.name.to_owned(),
        locale: LOCALE.to_owned(),
        staff_role: person.who.staff_role(),
        password_hash: Some(hash.to_owned()),
    }
}

/// Lists the people for the login page: this marks the data as demo data.
///
/// # Errors
/// The database.
pub(super) fn list_people(conn: &mut Conn, now: Instant) -> Result<(), Failure> {
    let listed = |person: &DemoPerson, role: String, organization: Option<&str>| ListedPerson {
        name: person.name.to_owned(),
        email: person.email.to_owned(),
        role,
        organization: organization.map(str::to_owned),
    };
    let mut all = Vec::new();
    for client in &CLIENTS {
        for person in &client.people {
            let Some(role) = person.who.client_role() else { continue };
            all.push(listed(person, role.to_string(), Some(client.name)));
        }
    }
    for person in &STAFF {
        let Some(role) = person.who.staff_role() else { continue };
        all.push(listed(person, role.to_string(), None));
    }
    let json = serde_json::to_string(&all).map_err(Failure::internal)?;
    Ok(settings::set(conn, DEMO_PEOPLE_SETTING, &json, now)?)
}
