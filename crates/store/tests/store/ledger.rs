//! The ledger on both engines: what an account decided is what the next one is loaded with.

use crate::common::{Outcome, acme, add_ticket, add_user, id, user};
use chrono::TimeDelta;
use daypack_domain::estimate::Basis;
use daypack_domain::ids::{LotId, OrganizationId, SystemId, TicketId, UserId};
use daypack_domain::ledger::{Account, Approval, Movement, Reversal, Stamp, Work, balance_as_of};
use daypack_domain::lot::{GiftedLot, Lot, LotOrigin};
use daypack_domain::money::Currency;
use daypack_domain::work::Activity;
use daypack_domain::zone::Zone;
use daypack_domain::{Instant, Refusal};
use daypack_store::lots::{self, LotRecord};
use daypack_store::systems::{self, System};
use daypack_store::testing::start;
use daypack_store::time_entries::{self, TimeEntry};
use daypack_store::{Conn, Json, Store, StoreError, ledger, on_both_engines, organizations};

const TICKET: u128 = 300;
const ENTRY: u128 = 400;

fn today() -> chrono::NaiveDate {
    start().date_naive()
}

/// A lot of 480 minutes for all systems that can be used through the `days`th day from now.
fn lot(number: u128, organization_id: OrganizationId, days: i64) -> LotRecord {
    limited_lot(number, organization_id, days, &[])
}

/// The same for these systems alone, when any are named.
fn limited_lot(number: u128, organization_id: OrganizationId, days: i64, systems: &[u128]) -> LotRecord {
    let gift = GiftedLot {
        id: id(number),
        organization_id,
        origin: LotOrigin::Opening,
        plan: None,
        minutes: 480,
        system_ids: systems.iter().map(|number| id(*number)).collect(),
        expires_on: today() + TimeDelta::days(days),
    };
    let lot = Lot::gift(gift, Currency::EUR, start(), today()).unwrap();
    let position = lot.position(lot.ends_at(Zone::parse("Europe/Madrid").unwrap()));
    LotRecord {
        lot,
        position,
        reason: Some("a running contract".to_owned()),
        created_by: None,
        version: 1,
    }
}

fn entry(organization_id: OrganizationId, user_id: UserId) -> TimeEntry {
    TimeEntry {
        id: id(ENTRY),
        organization_id,
        ticket_id: id(TICKET),
        user_id,
        actual_minutes: 500,
        billable_minutes: 500,
        billable: true,
        worked_on: today(),
        activity: Activity::Development,
        note: "The fix".to_owned(),
        cycle: 1,
        reversed_at: None,
        reason: None,
        waived_minutes: 0,
        created_at: start(),
    }
}

fn load(conn: &mut Conn, organization: OrganizationId, others: &[LotId]) -> Outcome<Account> {
    let organization = organizations::find(conn, organization)?.expect("it was added");
    ledger::load(conn, &organization, &[id(TICKET)], others)
}

/// The account as a ticket in hand loads it.
fn current(conn: &mut Conn, organization: OrganizationId) -> Outcome<Account> {
    ledger::load_current(conn, organization, &[id(TICKET)])
}

fn system(number: u128, organization_id: OrganizationId) -> System {
    System {
        id: id(number),
        organization_id,
        name: format!("System {number}"),
        description: String::new(),
        environments: Json(Vec::new()),
        components: Json(Vec::new()),
        scope_clauses: Json(Vec::new()),
        severity_examples: Json(Vec::new()),
        primary_agent_id: None,
        backup_agent_id: None,
        archived_at: None,
        created_at: start(),
        version: 1,
    }
}

/// Loads, decides and saves at this instant; what is loaded next is what the account was left with.
fn decide(
    store: &Store,
    organization: OrganizationId,
    now: Instant,
    decision: impl Fn(&mut Account, &Stamp, &[Movement]) -> Result<(), Refusal> + Send + 'static,
) {
    let done: Outcome<()> = store.write_blocking(move |conn| {
        organizations::lock(conn, organization)?;
        let lots = [id(200), id(201)];
        let mut account = load(conn, organization, &lots)?;
        let of_entry = ledger::of_entries(conn, &[id(ENTRY)])?;
        let stamp = Stamp::system(now).because("a test");
        decision(&mut account, &stamp, &of_entry).map_err(|refusal| StoreError::corrupt(refusal.to_string()))?;
        ledger::save(conn, organization, &mut account)?;
        assert_eq!(load(conn, organization, &lots)?, account);
        assert_eq!(current(conn, organization)?, load(conn, organization, &[])?);
        Ok(())
    });
    done.unwrap();
}

on_both_engines! {
    what_an_account_decided_is_loaded_next(database) {
        let store = &database.store;
        let organization = acme(store);
        let ana = add_user(store, &user(1, "ana"));
        let added: Outcome<()> = store.write_blocking(move |conn| {
            organizations::lock(conn, organization)?;
            let mut account = load(conn, organization, &[])?;
            for lot in [lot(200, organization, 10), lot(201, organization, 60)] {
                lots::insert(conn, &lot)?;
                account.grant(&Stamp::system(start()), lot.position).expect("a new lot is granted");
            }
            assert_eq!(ledger::save(conn, organization, &mut account)?.len(), 2);
            assert_eq!(load(conn, organization, &[])?, account);
            add_ticket(conn, id(TICKET), organization, ana)?;
            time_entries::insert(conn, &entry(organization, ana))
        });
        added.unwrap();

        let at = |hours| start() + TimeDelta::hours(hours);
        decide(store, organization, at(1), |account, stamp, _| {
            let approval = Approval {
                hold_id: id(500),
                ticket_id: id::<TicketId>(TICKET),
                system_id: None,
                minutes: 600,
                basis: Basis::Total,
                used_minutes: 0,
            };
            account.approve(stamp, &approval, None).map(|_| ())
        });
        decide(store, organization, at(2), |account, stamp, _| {
            let work =
                Work { ticket_id: id(TICKET), entry_id: id(ENTRY), minutes: 500, borrow_up_to_minutes: 0 };
            account.consume(stamp, &work).map(|_| ())
        });
        decide(store, organization, at(3), |account, stamp, movements| {
            let reversal = Reversal {
                ticket_id: id(TICKET),
                ticket_open: true,
                minutes: 30,
                movements,
                debts: &[],
            };
            account.reverse(stamp, &reversal)
        });
        decide(store, organization, at(4), |account, stamp, _| account.release(stamp, id(TICKET)).map(|_| ()));
        decide(store, organization, at(24 * 90), |account, stamp, _| account.settle(stamp.now));

        let end: Outcome<_> = store.read_blocking(|conn| {
            let all = ledger::until(conn, organization, at(24 * 365))?;
            let lots: Vec<_> =
                lots::of_organization(conn, organization)?.into_iter().map(|record| record.position).collect();
            let newest = ledger::page(conn, organization, None, 3)?;
            Ok((all, lots, newest))
        });
        let (all, lots, newest) = end.unwrap();
        assert_eq!(all.iter().map(|movement| movement.sequence).collect::<Vec<_>>(), (1..=12).collect::<Vec<_>>());
        assert!(newest.more && newest.items.iter().map(|movement| movement.sequence).eq([12, 11, 10]));
        // 500 used, 30 given back: 470 gone for good, and what was left has expired.
        assert_eq!(lots.iter().map(|lot| lot.used_minutes).sum::<i64>(), 470);
        assert!(lots.iter().all(|lot| lot.posted_minutes == 0 && lot.held_minutes == 0));
        assert_eq!(balance_as_of(&all, &lots, at(1)).available_minutes, 360);
        assert_eq!(all.iter().rfind(|movement| movement.effective_at <= at(1)).unwrap().available_after_minutes, 360);
        assert_eq!(balance_as_of(&all, &lots, at(4)).available_minutes, 490);
    }

    an_account_is_the_same_however_it_is_loaded(database) {
        let store = &database.store;
        let organization = acme(store);
        let ana = add_user(store, &user(1, "ana"));
        let looked: Outcome<()> = store.write_blocking(move |conn| {
            organizations::lock(conn, organization)?;
            for number in 600..603 {
                systems::insert(conn, &system(number, organization))?;
            }
            add_ticket(conn, id(TICKET), organization, ana)?;
            let mut account = load(conn, organization, &[])?;
            assert_eq!(current(conn, organization)?, account, "without a lot");
            let lots = [
                limited_lot(200, organization, 10, &[602, 600]),
                lot(201, organization, 60),
                limited_lot(202, organization, 20, &[601]),
            ];
            for lot in lots {
                lots::insert(conn, &lot)?;
                account.grant(&Stamp::system(start()), lot.position).expect("a new lot is granted");
            }
            let approval = Approval {
                hold_id: id(500),
                ticket_id: id(TICKET),
                system_id: Some(id(600)),
                minutes: 600,
                basis: Basis::Total,
                used_minutes: 0,
            };
            let preview = account.approve(&Stamp::system(start()), &approval, None).expect("two lots serve it");
            let taken: Vec<(LotId, i64)> =
                preview.allocations.iter().map(|part| (part.lot_id, part.minutes)).collect();
            assert_eq!(taken, [(id(200), 480), (id(201), 120)]);
            ledger::save(conn, organization, &mut account)?;
            let loaded = load(conn, organization, &[])?;
            let limits: Vec<Vec<SystemId>> = loaded.lots().map(|lot| lot.system_ids.clone()).collect();
            assert_eq!(limits, [vec![id(600), id(602)], Vec::new(), vec![id(601)]]);
            assert_eq!(current(conn, organization)?, loaded);
            let by_plan: Vec<LotRecord> =
                lots::with_plans(conn, organization)?.into_iter().map(|(record, _)| record).collect();
            assert_eq!(by_plan, lots::of_organization(conn, organization)?);
            for record in by_plan {
                assert_eq!(lots::find(conn, record.lot.id)?.as_ref(), Some(&record));
                assert_eq!(loaded.lot(record.lot.id), Some(&record.position));
            }
            Ok(())
        });
        looked.unwrap();
    }
}
