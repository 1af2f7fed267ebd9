//! Demo data: every status is there, and every invariant holds on it, on both engines.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use daypack_domain::{
    Instant,
    estimate::EstimateStatus,
    event::Event,
    ids::OrganizationId,
    ledger::{Account, Movement, balance_as_of},
    statement::{Rhythm, Statement},
    ticket::{Kind, Severity, Status, Visibility},
    zone::Zone,
};
use daypack_server::{
    api::installation::DEMO_PEOPLE_SETTING,
    context::Context,
    error::Failure,
    files::Files,
    flows::{balance, tickets::clocks::Played},
    ids::IdSource,
    seed::{self, Plan, Seeded},
    versions::Versions,
};
use daypack_store::{
    Conn, Store, StoreError,
    attachments::{self, Attachment},
    closures::{self, Closure},
    comments::{self, Comment},
    estimates::{self, Estimate},
    events, ledger, lots, on_both_engines,
    organizations::{self, Organization},
    settings, standing_approvals, statements,
    testing::{self, Folder, TestDatabase},
    tickets::{self, Ticket},
    time_entries::{self, TimeEntry},
    users,
};

/// A Friday afternoon.
fn made_at() -> Instant {
    "2026-11-20T15:30:00Z".parse().expect("an instant")
}

fn fill(database: &TestDatabase, now: Instant) -> Seeded {
    fill_with_files(database, now, &Folder::new())
}

fn fill_with_files(database: &TestDatabase, now: Instant, folder: &Folder) -> Seeded {
    let plan = Plan {
        now,
        base_url: "http://127.0.0.1:8080".to_owned(),
        data_dir: folder.0.clone(),
    };
    seed::demo(&database.store, &plan, &(Arc::new(|_, _| {}) as seed::Told)).expect("demo data can be made")
}

fn read<T>(store: &Store, work: impl FnOnce(&mut Conn) -> Result<T, Failure>) -> T {
    store.read_blocking(work).expect("the database can be read")
}

fn all_organizations(store: &Store) -> Vec<Organization> {
    read(store, |conn| {
        let ids = organizations::ids(conn)?;
        Ok(organizations::find_many(conn, &ids)?)
    })
}

fn all_tickets(store: &Store) -> Vec<Ticket> {
    read(store, |conn| Ok(tickets::in_statuses(conn, None, Status::ALL)?))
}

on_both_engines! {
    demo_data_shows_everything_and_keeps_every_invariant(database) {
        let (now, folder) = (made_at(), Folder::new());
        let made = fill_with_files(database, now, &folder);
        let Seeded::Made { tickets: told, .. } = made else { panic!("the database was empty") };
        let tickets = all_tickets(&database.store);
        assert_eq!(tickets.len(), told);
        shows_everything(&tickets);
        let organizations = all_organizations(&database.store);
        assert_eq!(organizations.len(), 3);
        for organization in &organizations {
            counters_equal_the_sums(&database.store, organization, now);
            statements_follow_each_other(&database.store, organization, now);
            numbers_have_no_gaps(&tickets, organization.id);
            let mine = tickets.iter().filter(|ticket| ticket.organization_id == organization.id);
            let mine: Vec<&Ticket> = mine.collect();
            let life = read(&database.store, |conn| Ok(Life::of(conn, &mine)?));
            life.is_full(&organization.slug, now, &Files::new(&folder.0));
        }
        for ticket in &tickets {
            clocks_equal_the_replay(&database.store, ticket, now);
        }
        people_can_sign_in(&database.store);
        let given = organizations.iter().flat_map(|organization| {
            read(&database.store, |conn| Ok(standing_approvals::of_organization(conn, organization.id)?))
        });
        let given: Vec<String> = given.map(|approval| approval.name).collect();
        assert_eq!(given, ["Small updates"]);
        assert_eq!(fill(database, now), Seeded::NotEmpty, "a second time nothing happens");
    }
}

fn shows_everything(tickets: &[Ticket]) {
    let statuses: BTreeSet<Status> = tickets.iter().map(|ticket| ticket.status).collect();
    let expected: BTreeSet<Status> = Status::ALL
        .iter()
        .copied()
        .filter(|status| *status != Status::Quoted)
        .collect();
    assert_eq!(statuses, expected);
    let severities: BTreeSet<Severity> = tickets.iter().filter_map(|ticket| ticket.severity).collect();
    assert_eq!(severities.len(), Severity::ALL.len());
    let kinds: BTreeSet<Kind> = tickets.iter().filter_map(|ticket| ticket.kind).collect();
    assert_eq!(kinds.len(), Kind::ALL.len());
    assert!(tickets.iter().any(|ticket| ticket.cycle > 1), "something was reopened");
    assert!(tickets.iter().any(|ticket| ticket.sla.0.missed), "a clock was missed");
}

/// What was said, kept, offered, worked and delivered in one organization.
#[derive(Default)]
struct Life {
    comments: Vec<Comment>,
    files: Vec<Attachment>,
    estimates: Vec<Estimate>,
    entries: Vec<TimeEntry>,
    closures: Vec<Closure>,
}

impl Life {
    fn of(conn: &mut Conn, tickets: &[&Ticket]) -> Result<Self, StoreError> {
        let mut life = Self::default();
        for ticket in tickets {
            life.comments
                .extend(comments::page(conn, ticket.id, true, None, 100)?.items);
            life.files.extend(attachments::of_ticket(conn, ticket.id)?);
            life.estimates.extend(estimates::of_ticket(conn, ticket.id)?);
            life.entries.extend(time_entries::of_ticket(conn, ticket.id)?);
            life.closures.extend(closures::of_ticket(conn, ticket.id)?);
        }
        Ok(life)
    }

    /// Conversations, notes, files, offers, work and deliveries, of every week until `now`.
    fn is_full(&self, slug: &str, now: Instant, kept: &Files) {
        let said = |visibility| {
            self.comments
                .iter()
                .filter(move |comment| comment.visibility == visibility)
        };
        assert!(said(Visibility::Public).count() >= 10, "{slug} has messages");
        assert!(said(Visibility::Internal).count() >= 1, "{slug} has notes");
        let mut speakers: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for comment in said(Visibility::Public) {
            speakers.entry(comment.ticket_id).or_default().insert(comment.author_id);
        }
        let answered = speakers.values().any(|of_ticket| of_ticket.len() > 1);
        assert!(answered, "{slug} has a conversation");

        assert!(!self.files.is_empty(), "{slug} has files");
        for file in &self.files {
            let bytes = kept.open(&file.sha256).and_then(|file| file.metadata());
            assert_eq!(
                bytes.expect("it is kept").len(),
                file.size_bytes as u64,
                "{}",
                file.file_name
            );
        }
        let offered: BTreeSet<_> = self.estimates.iter().map(|estimate| estimate.status).collect();
        assert!(offered.contains(&EstimateStatus::Offered), "{slug}: {offered:?}");
        assert!(offered.contains(&EstimateStatus::Approved), "{slug}: {offered:?}");
        let confirmed = self.closures.iter().filter(|closure| closure.confirmed_at.is_some());
        assert!(confirmed.count() >= 3, "{slug} has deliveries that were confirmed");

        let deducted = self.entries.iter().filter(|entry| entry.billable_minutes > 0);
        assert!(deducted.count() >= 5, "{slug} has work");

        let worked = self.entries.iter().map(|entry| entry.created_at);
        let spoken = self.comments.iter().map(|comment| comment.created_at);
        let weeks: BTreeSet<i64> = worked.chain(spoken).map(|at| (now - at).num_weeks()).collect();
        assert_eq!(weeks, (0..8).collect(), "{slug}: something in each of eight weeks");
    }
}

fn counters_equal_the_sums(store: &Store, organization: &Organization, now: Instant) {
    let (movements, records) = read(store, |conn| {
        Ok((
            ledger::until(conn, organization.id, now)?,
            lots::of_organization(conn, organization.id)?,
        ))
    });
    assert!(movements.len() > 10, "{} has a ledger", organization.slug);
    assert_eq!(
        movements.len() as i64,
        organization.movement_sequence,
        "no sequence is left out"
    );
    let positions: Vec<_> = records.into_iter().map(|record| record.position).collect();
    let replayed = Account::replay(positions.iter().cloned(), &movements).expect("the ledger keeps its invariants");
    for stored in &positions {
        let counted = replayed.lot(stored.lot_id).expect("a lot of the ledger");
        assert_eq!(
            (counted.posted_minutes, counted.held_minutes, counted.used_minutes),
            (stored.posted_minutes, stored.held_minutes, stored.used_minutes),
        );
    }
    balances_agree(store, organization, &positions, &movements, now);
}

/// The balance at each of many instants is what the movements until then come to.
fn balances_agree(
    store: &Store,
    organization: &Organization,
    positions: &[daypack_domain::ledger::LotPosition],
    movements: &[Movement],
    now: Instant,
) {
    let instants = movements
        .iter()
        .step_by(9)
        .map(|movement| movement.effective_at)
        .chain([now]);
    for as_of in instants {
        let context = Context::system(now, IdSource::seeded(1).at(now));
        let standing = read(store, |conn| balance::read(conn, &context, organization, Some(as_of)));
        let expected = balance_as_of(movements, positions, as_of);
        assert_eq!(
            standing.balance.available_minutes, expected.available_minutes,
            "{} at {as_of}",
            organization.slug
        );
        assert_eq!(
            standing.balance.held_minutes, expected.held_minutes,
            "{} at {as_of}",
            organization.slug
        );
    }
}

/// One for each week until the last Monday at 08:00, each opening with what the one before closed with.
fn statements_follow_each_other(store: &Store, organization: &Organization, now: Instant) {
    let mut rows = read(store, |conn| {
        Ok(statements::page(conn, organization.id, None, 100)?.items)
    });
    rows.reverse();
    let zone = Zone::parse(&organization.time_zone).expect("a zone");
    let last_week = Rhythm::default().last_due(zone, now);
    assert_eq!(rows.last().map(|row| row.to_on), Some(last_week.last_day));
    let made: Vec<Statement> = rows
        .iter()
        .map(|row| serde_json::from_str(&row.content).expect("a statement reads back"))
        .collect();
    assert!(made.len() >= 8);
    assert!(made.iter().any(|statement| !statement.quiet));
    for statement in &made {
        statement.reconcile().expect("a statement reconciles");
    }
    for pair in made.windows(2) {
        assert_eq!(pair[0].account.closing_minutes, pair[1].account.opening_minutes);
    }
}

fn numbers_have_no_gaps(tickets: &[Ticket], organization_id: OrganizationId) {
    let of_it = tickets
        .iter()
        .filter(|ticket| ticket.organization_id == organization_id);
    let mut numbers: Vec<i64> = of_it.map(|ticket| ticket.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>());
}

fn clocks_equal_the_replay(store: &Store, ticket: &Ticket, now: Instant) {
    let replayed = read(store, |conn| {
        let work = tickets::work_of(conn, &[ticket.id])?
            .pop()
            .expect("each ticket has its work");
        Played::load(conn, &Versions::default(), ticket, &work, now)?.sla(now)
    });
    assert_eq!(
        ticket.next_deadline_at,
        replayed.next_deadline_at(),
        "{} {}",
        ticket.number,
        ticket.title
    );
    let missed = replayed
        .clocks
        .iter()
        .any(|clock| clock.breached_at.is_some_and(|at| at <= ticket.updated_at));
    assert!(!missed || ticket.sla.0.missed, "{} {}", ticket.number, ticket.title);
}

fn people_can_sign_in(store: &Store) {
    let listed = read(store, |conn| Ok(settings::get(conn, DEMO_PEOPLE_SETTING)?)).expect("they are listed");
    let people: Vec<daypack_api_types::installation::DemoPerson> =
        serde_json::from_str(&listed).expect("the list reads back");
    assert_eq!(people.len(), 17);
    for person in &people {
        let user = read(store, |conn| Ok(users::find_by_email(conn, &person.email)?)).expect("an account");
        assert!(user.password_hash.is_some(), "{}", person.email);
    }
}

#[test]
fn the_same_moment_gives_the_same_data() {
    let told = |database: &TestDatabase| -> Vec<Event> {
        fill(database, made_at());
        let organizations = all_organizations(&database.store);
        let all = organizations.iter().flat_map(|organization| {
            read(&database.store, |conn| {
                Ok(events::after(conn, organization.id, 0, 100_000)?)
            })
        });
        all.collect()
    };
    let first = told(&testing::sqlite());
    assert!(first.len() > 500);
    assert!(first == told(&testing::sqlite()));
}

/// Rules must accept the stories whenever they are told: at the weekend, early on a Monday, when clocks change.
#[test]
fn demo_data_can_be_made_at_any_moment() {
    for now in ["2026-11-21T21:40:00Z", "2026-11-23T07:30:00Z", "2026-03-29T00:30:00Z"] {
        let now: Instant = now.parse().expect("an instant");
        let database = testing::sqlite();
        assert!(matches!(fill(&database, now), Seeded::Made { .. }));
        let tickets = all_tickets(&database.store);
        shows_everything(&tickets);
        for organization in &all_organizations(&database.store) {
            counters_equal_the_sums(&database.store, organization, now);
            statements_follow_each_other(&database.store, organization, now);
        }
    }
}
