//! The writer of SQLite: jobs that wait go into one transaction, each in a savepoint, and are answered after it.

use crate::common::{Outcome, acme, add_user, id, user};
use daypack_store::{Conn, Store, StoreError, StoreOptions, organizations, testing, users};
use diesel::connection::SimpleConnection;
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

/// Keeps the writer busy until it is let go, so that whatever is handed in meanwhile makes one group.
struct Gate {
    open: Sender<()>,
    job: JoinHandle<Outcome<()>>,
}

impl Gate {
    fn close(store: &Store) -> Self {
        let (open, opened) = channel::<()>();
        let (begun, begins) = channel::<()>();
        let opened = Mutex::new(opened);
        let store = store.clone();
        let job = std::thread::spawn(move || {
            store.write_blocking(move |_| {
                begun.send(()).expect("the test waits");
                opened
                    .lock()
                    .expect("nobody panicked")
                    .recv()
                    .expect("the test opens the gate");
                Ok(())
            })
        });
        begins.recv().expect("the gate begins");
        Self { open, job }
    }

    async fn open(self) {
        self.open.send(()).expect("the gate waits");
        self.job
            .join()
            .expect("the gate does not panic")
            .expect("the gate does nothing wrong");
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

fn exists(store: &Store, number: u128) -> bool {
    let found: Outcome<_> = store.read_blocking(|conn| users::find(conn, id(number)));
    found.unwrap().is_some()
}

fn add(number: u128) -> impl Fn(&mut Conn) -> Outcome<()> + Send + 'static {
    move |conn| users::insert(conn, &user(number, &format!("person{number}")))
}

#[test]
fn a_job_that_fails_leaves_its_siblings_intact() {
    let database = testing::sqlite();
    let store = &database.store;
    let gate = Gate::close(store);
    let (first, refused, last, ()) = block_on(async {
        tokio::join!(
            store.write(add(1)),
            store.write(|conn| {
                add(2)(conn)?;
                Err::<(), _>(StoreError::corrupt("on purpose"))
            }),
            store.write(add(3)),
            gate.open(),
        )
    });
    assert!(first.is_ok() && last.is_ok());
    assert!(matches!(refused.unwrap_err(), StoreError::Corrupt(_)));
    assert_eq!([1, 2, 3].map(|number| exists(store, number)), [true, false, true]);
}

/// `broken` spoils the connection: every job of its group is unavailable, nothing of the group is kept, and the writer
/// goes on.
fn brings_the_group_down(broken: impl Fn(&mut Conn) -> Outcome<()> + Send + 'static) {
    let database = testing::sqlite();
    let store = &database.store;
    let gate = Gate::close(store);
    let (before, spoiled, after, ()) = block_on(async {
        tokio::join!(
            store.write(add(1)),
            store.write(broken),
            store.write(add(3)),
            gate.open()
        )
    });
    for answer in [before, spoiled, after] {
        assert!(matches!(answer.unwrap_err(), StoreError::Unavailable(_)));
    }
    assert_eq!([1, 2, 3].map(|number| exists(store, number)), [false, false, false]);
    let next: Outcome<()> = block_on(store.write(add(1)));
    next.unwrap();
    assert!(exists(store, 1));
}

#[test]
fn a_panic_brings_the_group_down() {
    brings_the_group_down(|conn| {
        add(2)(conn)?;
        panic!("on purpose")
    });
}

#[test]
fn a_panic_inside_of_a_savepoint_brings_the_group_down() {
    brings_the_group_down(|conn| {
        use diesel::Connection;
        conn.transaction::<(), StoreError, _>(|conn| {
            add(2)(conn)?;
            panic!("on purpose")
        })
    });
}

#[test]
fn a_savepoint_left_open_brings_the_group_down() {
    brings_the_group_down(|conn| {
        use diesel::connection::{Connection, TransactionManager};
        add(2)(conn)?;
        Ok(<Conn as Connection>::TransactionManager::begin_transaction(conn)?)
    });
}

#[test]
fn what_sqlite_rolls_back_by_itself_brings_the_group_down() {
    // As when the disk is full: the transaction is gone behind the back of whoever counts.
    brings_the_group_down(|conn| {
        add(2)(conn)?;
        Ok(conn.batch_execute("ROLLBACK")?)
    });
}

#[test]
fn a_full_database_is_unavailable_and_recovers() {
    let database = testing::sqlite();
    let store = &database.store;
    acme(store);
    let full: Outcome<()> = store.write_blocking(|conn| {
        conn.batch_execute("PRAGMA max_page_count = 1; CREATE TABLE filler (content BLOB)")?;
        Ok(conn.batch_execute("INSERT INTO filler VALUES (zeroblob(10000000))")?)
    });
    assert!(matches!(full.unwrap_err(), StoreError::Unavailable(_)));
    let unlimited: Outcome<()> =
        store.write_blocking(|conn| Ok(conn.batch_execute("PRAGMA max_page_count = 4294967294")?));
    unlimited.unwrap();
    add_user(store, &user(1, "ana"));
    let found: Outcome<_> = store.read_blocking(|conn| organizations::find_by_slug(conn, "acme"));
    assert!(found.unwrap().is_some());
}

#[test]
fn what_was_acknowledged_is_there_when_opened_again() {
    let database = testing::sqlite();
    add_user(&database.store, &user(1, "ana"));
    let again = Store::open(StoreOptions::new(&database.url)).unwrap();
    assert!(exists(&again, 1));
}

#[test]
fn the_last_handle_waits_for_what_was_handed_in() {
    let folder = testing::Folder::new();
    let url = format!("sqlite://{}", folder.0.join("daypack.db").display());
    let store = Store::open(StoreOptions::new(&url)).unwrap();
    store.migrate(testing::start()).unwrap();
    let gate = Gate::close(&store);
    block_on(async {
        let pending = store.write(add(1));
        // Whoever asked goes away after handing in.
        tokio::select! {
            biased;
            _ = pending => unreachable!("the gate is closed"),
            () = gate.open() => {}
        }
    });
    drop(store);
    let again = Store::open(StoreOptions::new(&url)).unwrap();
    assert!(exists(&again, 1));
}
