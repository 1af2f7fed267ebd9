//! What both engines must do alike, and the few things in which they differ, pinned.

use crate::common::{Outcome, acme, add_user, id, user};
use chrono::TimeDelta;
use daypack_domain::policy::{ClientRole, StaffRole};
use daypack_store::memberships::{self, Membership};
use daypack_store::sessions::{self, Session};
use daypack_store::testing::{self, start, statements::Listening};
use daypack_store::{Engine, Store, StoreError, idempotency, on_both_engines, organizations, settings, users};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use std::collections::BTreeSet;

fn session(number: u128, expires_at: daypack_domain::Instant) -> Session {
    Session {
        id: id(number),
        user_id: id(1),
        refresh_hash: format!("hash {number}"),
        previous_hash: None,
        rotated_at: None,
        created_at: start(),
        expires_at,
        ended_at: None,
        user_agent: "a browser".to_owned(),
        remote_address: "192.0.2.1".to_owned(),
    }
}

fn likes(store: &Store, pattern: &'static str) -> bool {
    let query = format!("'Export' LIKE '{pattern}'");
    let answer: Outcome<bool> =
        store.read_blocking(|conn| Ok(diesel::select(diesel::dsl::sql::<Bool>(&query)).get_result(conn)?));
    answer.unwrap()
}

on_both_engines! {
    instants_keep_microseconds_and_every_word_reads_back(database) {
        let mut ana = user(1, "ana");
        ana.created_at = start() + TimeDelta::microseconds(123_456);
        ana.staff_role = Some(StaffRole::Lead);
        ana.disabled_at = Some(start() - TimeDelta::microseconds(1));
        add_user(&database.store, &ana);
        let found: Outcome<_> = database.store.read_blocking(|conn| users::find(conn, id(1)));
        assert_eq!(found.unwrap(), Some(ana));
    }

    instants_compare_to_the_microsecond(database) {
        add_user(&database.store, &user(1, "ana"));
        let deleted: Outcome<usize> = database.store.write_blocking(|conn| {
            // One whole second and two fractions around it: texts must sort as their instants do.
            sessions::insert(conn, &session(10, start() - TimeDelta::microseconds(1)))?;
            sessions::insert(conn, &session(11, start()))?;
            sessions::insert(conn, &session(12, start() + TimeDelta::microseconds(1)))?;
            sessions::delete_expired(conn, start())
        });
        assert_eq!(deleted.unwrap(), 1);
        let left: Outcome<_> = database.store.read_blocking(|conn| sessions::find(conn, id(11)));
        assert!(left.unwrap().is_some());
    }

    a_unique_violation_has_the_same_name(database) {
        add_user(&database.store, &user(1, "ana"));
        let again: Outcome<()> = database.store.write_blocking(|conn| users::insert(conn, &user(2, "ana")));
        assert!(again.unwrap_err().is_unique("users_email_key"));

        let organization = acme(&database.store);
        let membership = Membership {
            organization_id: organization,
            user_id: id(1),
            role: ClientRole::Approver,
            approval_limit_minutes: Some(480),
            order_limit_minor: None,
            created_at: start(),
            version: 1,
            invited_as: None,
            invitation_id: None,
        };
        let twice: Outcome<()> = database.store.write_blocking(move |conn| {
            memberships::insert(conn, &membership)?;
            memberships::insert(conn, &membership)
        });
        assert!(twice.unwrap_err().is_unique("memberships_organization_id_user_id_key"));

        let answer = idempotency::IdempotentAnswer {
            caller: "ana".to_owned(),
            key: "once".to_owned(),
            fingerprint: "a".to_owned(),
            status: 201,
            headers: "{}".to_owned(),
            body: "{}".to_owned(),
            created_at: start(),
            standing: "{}".to_owned(),
        };
        let taken: Outcome<(bool, bool)> = database.store.write_blocking(move |conn| {
            Ok((idempotency::take(conn, &answer)?, idempotency::take(conn, &answer)?))
        });
        assert_eq!(taken.unwrap(), (true, false));
    }

    foreign_keys_are_enforced(database) {
        let orphan: Outcome<()> =
            database.store.write_blocking(|conn| sessions::insert(conn, &session(10, start())));
        assert!(matches!(orphan.unwrap_err(), StoreError::Database(_)));
    }

    a_failing_write_leaves_nothing(database) {
        let failed: Outcome<()> = database.store.write_blocking(|conn| {
            users::insert(conn, &user(1, "ana"))?;
            Err(StoreError::corrupt("on purpose"))
        });
        assert!(matches!(failed.unwrap_err(), StoreError::Corrupt(_)));
        let found: Outcome<_> = database.store.read_blocking(|conn| users::find(conn, id(1)));
        assert_eq!(found.unwrap(), None);
    }

    a_read_cannot_write(database) {
        let written: Outcome<()> = database.store.read_blocking(|conn| users::insert(conn, &user(1, "ana")));
        assert!(written.is_err());
        let found: Outcome<_> = database.store.read_blocking(|conn| users::find(conn, id(1)));
        assert_eq!(found.unwrap(), None);
    }

    a_read_sees_one_moment(database) {
        let other = database.store.clone();
        let counts: Outcome<_> = database.store.read_blocking(|conn| {
            let before = users::find_by_email(conn, "ana@acme.example")?;
            add_user(&other, &user(1, "ana"));
            Ok((before, users::find_by_email(conn, "ana@acme.example")?))
        });
        assert_eq!(counts.unwrap(), (None, None));
    }

    only_sqlite_ignores_case_in_like(database) {
        assert!(likes(&database.store, "Exp%"));
        assert_eq!(likes(&database.store, "exp%"), database.store.engine() == Engine::Sqlite);
    }

    a_setting_is_set_and_set_again(database) {
        let value: Outcome<_> = database.store.write_blocking(|conn| {
            settings::set(conn, "demo", "no", start())?;
            settings::set(conn, "demo", "yes", start())?;
            settings::get(conn, "demo")
        });
        assert_eq!(value.unwrap().as_deref(), Some("yes"));
    }

    a_stale_version_changes_nothing(database) {
        add_user(&database.store, &user(1, "ana"));
        let saved: Outcome<_> = database.store.write_blocking(|conn| {
            let mut ana = user(1, "ana");
            ana.version = 2;
            let first = users::update(conn, &ana)?;
            let second = users::update(conn, &ana)?;
            Ok((first, second))
        });
        assert_eq!(saved.unwrap(), (true, false));
    }

    writers_that_read_first_take_turns(database) {
        const WRITERS: i64 = 8;
        const EACH: i64 = 25;
        let organization = acme(&database.store);
        let write = || {
            for _ in 0..EACH {
                let locked: Outcome<_> = database.store.write_blocking(move |conn| {
                    // What a plain transaction fails at: a read, then a write.
                    organizations::find_by_slug(conn, "acme")?;
                    organizations::lock_for_ticket(conn, organization)
                });
                assert!(locked.unwrap().is_some());
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(write);
            }
        });
        let found: Outcome<_> = database.store.read_blocking(|conn| organizations::find(conn, organization));
        let found = found.unwrap().unwrap();
        assert_eq!((found.ticket_number, found.write_sequence), (WRITERS * EACH, WRITERS * EACH));
    }

    writers_that_meet_in_the_wrong_order_both_succeed(database) {
        // On PostgreSQL two transactions that lock two rows in opposite order deadlock; one is run again.
        for number in 1..=2 {
            add_user(&database.store, &user(number, &format!("person{number}")));
        }
        let write = |first: u128, second: u128| {
            for _ in 0..20 {
                let done: Outcome<()> = database.store.write_blocking(move |conn| {
                    users::set_password(conn, id(first), "a hash")?;
                    std::thread::yield_now();
                    users::set_password(conn, id(second), "a hash")
                });
                done.unwrap();
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(|| write(1, 2));
            scope.spawn(|| write(2, 1));
        });
        for number in 1..=2 {
            let found: Outcome<_> = database.store.read_blocking(move |conn| users::find(conn, id(number)));
            assert_eq!(found.unwrap().unwrap().version, 41);
        }
    }

    a_panic_is_an_answer_and_nothing_is_kept(database) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let panicked: Outcome<()> = runtime.block_on(database.store.write(|conn| {
            users::insert(conn, &user(1, "ana"))?;
            panic!("on purpose")
        }));
        assert!(matches!(panicked.unwrap_err(), StoreError::Unavailable(_)));
        let found: Outcome<_> = runtime.block_on(database.store.read(|conn| users::find(conn, id(1))));
        assert_eq!(found.unwrap(), None);
        add_user(&database.store, &user(1, "ana"));
    }

    a_panic_on_the_calling_thread_is_an_answer_too(database) {
        let written: Outcome<()> = database.store.write_blocking(|conn| {
            users::insert(conn, &user(1, "ana"))?;
            panic!("on purpose")
        });
        let read: Outcome<()> = database.store.read_blocking(|_| panic!("on purpose"));
        for panicked in [written, read] {
            assert!(matches!(panicked.unwrap_err(), StoreError::Unavailable(_)));
        }
        let found: Outcome<_> = database.store.read_blocking(|conn| users::find(conn, id(1)));
        assert_eq!(found.unwrap(), None);
        add_user(&database.store, &user(1, "ana"));
    }

    a_list_finds_none_one_and_many(database) {
        for number in 1..=3 {
            add_user(&database.store, &user(number, &format!("person{number}")));
        }
        let found = |ids: &[u128]| {
            let ids: Vec<_> = ids.iter().map(|number| id(*number)).collect();
            let names: Outcome<Vec<String>> = database.store.read_blocking(move |conn| {
                let mut found = users::names(conn, &ids)?;
                found.sort_by_key(|person| person.id);
                Ok(found.into_iter().map(|person| person.name).collect())
            });
            names.unwrap()
        };
        assert_eq!(found(&[]), Vec::<String>::new());
        assert_eq!(found(&[2]), ["person2"]);
        assert_eq!(found(&[1, 3, 7]), ["person1", "person3"]);
    }

    a_list_of_any_length_is_one_prepared_statement(database) {
        let listening = Listening::to(&database.url);
        for length in [2, 3, 40] {
            let ids: Vec<_> = (1..=length).map(id).collect();
            let found: Outcome<_> = database.store.read_blocking(move |conn| users::names(conn, &ids));
            assert_eq!(found.unwrap(), []);
        }
        let asked = listening.take();
        let texts: BTreeSet<&str> = asked.iter().map(|text| text.split(" -- ").next().unwrap()).collect();
        assert_eq!((asked.len(), texts.len()), (3, 1), "{asked:#?}");
    }

    what_is_written_again_and_again_is_prepared_once(database) {
        let organization = acme(&database.store);
        let listening = Listening::to(&database.url);
        for number in 1..=6 {
            let written: Outcome<()> = database.store.write_blocking(move |conn| {
                organizations::lock(conn, organization)?;
                let mut person = user(number, &format!("person{number}"));
                users::insert(conn, &person)?;
                // Once with a value where there was none, once without.
                for disabled_at in [Some(start()), None] {
                    person.disabled_at = disabled_at;
                    person.version += 1;
                    assert!(users::update(conn, &person)?);
                }
                Ok(())
            });
            written.unwrap();
        }
        let heard = listening.take_all();
        assert_eq!(heard.asked.len(), 24);
        // On each connection: a pool may give several.
        let texts: BTreeSet<&String> = heard.prepared.iter().collect();
        assert_eq!(texts.len(), 3, "{:#?}", heard.prepared);
        assert!(heard.prepared.len() < heard.asked.len(), "{:#?}", heard.prepared);
    }
}

#[test]
fn connections_that_the_server_closed_are_replaced_unseen() {
    let database = testing::postgres();
    let read = || -> Outcome<_> { database.store.read_blocking(|conn| users::find(conn, id(1))) };
    let write = || -> Outcome<_> {
        database
            .store
            .write_blocking(|conn| settings::set(conn, "demo", "no", start()))
    };
    for _ in 0..3 {
        // Several readers at once, so that several connections wait in the pool.
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| read().unwrap());
            }
        });
        let mut other = PgConnection::establish(&database.url).unwrap();
        let close = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                     WHERE datname = current_database() AND pid <> pg_backend_pid()";
        other.batch_execute(close).unwrap();
        assert_eq!(read().unwrap(), None);
        write().unwrap();
    }
}
