//! Rows that tests begin with.

use daypack_domain::calendar::{CalendarDefinition, Week};
use daypack_domain::ids::{CalendarId, OrganizationId, TicketId, UserId};
use daypack_domain::money::Currency;
use daypack_domain::sla::QueueEntry;
use daypack_domain::ticket::{Channel, QueueLevel, Severity, Status};
use daypack_store::calendars::{self, CalendarVersion};
use daypack_store::organizations::{self, Organization, OrganizationSettings};
use daypack_store::testing::start;
use daypack_store::tickets::{self, StoredSla, Ticket};
use daypack_store::users::User;
use daypack_store::{Conn, Json, STANDARD_POLICY, Store, StoreError};
use uuid::Uuid;

/// The `number`th id of any kind.
pub fn id<Id: From<Uuid>>(number: u128) -> Id {
    Id::from(Uuid::from_u128(number))
}

/// A person whose address begins with `name`.
pub fn user(number: u128, name: &str) -> User {
    User {
        id: id(number),
        email: format!("{name}@acme.example"),
        name: name.to_owned(),
        locale: "en".to_owned(),
        staff_role: None,
        password_hash: None,
        disabled_at: None,
        created_at: start(),
        version: 1,
    }
}

/// Adds the organization `ACME` with a calendar and the standard policy.
pub fn acme(store: &Store) -> OrganizationId {
    let organization = id(100);
    store
        .write_blocking(move |conn| {
            let calendar_id: CalendarId = id(101);
            let definition = CalendarDefinition {
                zone: "Europe/Madrid".to_owned(),
                week: Week::default(),
                ..Default::default()
            };
            let calendar = CalendarVersion {
                id: calendar_id,
                name: "acme".to_owned(),
                version: 1,
                current: true,
                definition: Json(definition),
                created_at: start(),
            };
            calendars::insert_calendar(conn, &calendar)?;
            let policy = calendars::find_current_policy(conn, STANDARD_POLICY)?.expect("the policy that ships");
            let acme = Organization {
                id: organization,
                prefix: "ACME".to_owned(),
                slug: "acme".to_owned(),
                name: "Acme Retail".to_owned(),
                time_zone: "Europe/Madrid".to_owned(),
                locale: "es".to_owned(),
                currency: Currency::EUR,
                created_at: start(),
                version: 1,
                write_sequence: 0,
                movement_sequence: 0,
                event_sequence: 0,
                ticket_number: 0,
                debt_minutes: 0,
                debt_limit_minutes: 0,
                last_effective_at: None,
                settings: Json(OrganizationSettings::default()),
                calendar_id,
                sla_policy_id: policy.id,
            };
            organizations::insert(conn, &acme)
        })
        .expect("an organization can be added");
    organization
}

/// Adds a person.
pub fn add_user(store: &Store, user: &User) -> UserId {
    let row = user.clone();
    store
        .write_blocking(move |conn| daypack_store::users::insert(conn, &row))
        .expect("a person can be added");
    user.id
}

/// Opens the first ticket of an organization, as far as foreign keys ask for one.
pub fn add_ticket(
    conn: &mut Conn,
    ticket_id: TicketId,
    organization_id: OrganizationId,
    reporter_id: UserId,
) -> Outcome<()> {
    let organization = organizations::find(conn, organization_id)?.expect("it was added");
    let ticket = Ticket {
        id: ticket_id,
        organization_id,
        number: 1,
        system_id: None,
        component: None,
        component_version: None,
        title: "The export fails".to_owned(),
        description: "Since this morning.".to_owned(),
        affected: "Accounting".to_owned(),
        impact: None,
        kind: None,
        suggested_severity: None,
        severity: None,
        scope: None,
        billable: true,
        not_billable_reason: None,
        status: Status::Submitted,
        resume_status: None,
        status_since: start(),
        assignee_id: None,
        reporter_id,
        channel: Channel::Portal,
        tags: Json(Vec::new()),
        agreed_on: None,
        queue_level: QueueLevel::Standard,
        cycle: 1,
        next_deadline_at: None,
        sla: Json(StoredSla {
            queue: QueueEntry {
                waits_for_work: true,
                severity: Severity::P2,
                queue_level: QueueLevel::Standard,
                created_at: start(),
                next_deadline_at: None,
                late_from: None,
                runs_from: None,
            },
            open: Vec::new(),
            missed: false,
        }),
        created_at: start(),
        updated_at: start(),
        version: 1,
    };
    let work = tickets::Work::new(ticket_id, &organization);
    tickets::insert(conn, &ticket, &work)
}

/// Nothing but errors of the store.
pub type Outcome<T> = Result<T, StoreError>;
