//! Opening and migrating: twin trees, clear refusals.

use daypack_store::{Engine, OpenError, Store, StoreError, StoreOptions, catalogue, testing};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use std::collections::BTreeSet;

#[derive(QueryableByName, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Bool)]
    required: bool,
}

#[derive(QueryableByName, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Index {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    index_name: String,
}

fn rows<T>(store: &Store, query: &'static str) -> BTreeSet<T>
where
    T: QueryableByName<daypack_store_backend::Backend> + Ord + 'static,
{
    let rows: Result<Vec<T>, StoreError> = store.read_blocking(|conn| Ok(diesel::sql_query(query).load(conn)?));
    rows.unwrap().into_iter().collect()
}

/// The backend of a connection of the store, which is not named by it.
mod daypack_store_backend {
    pub type Backend = <daypack_store::Conn as diesel::Connection>::Backend;
}

#[test]
fn both_trees_make_the_same_tables_columns_and_indexes() {
    let (sqlite, postgres) = (testing::sqlite(), testing::postgres());
    let columns: BTreeSet<Column> = rows(
        &sqlite.store,
        "SELECT t.name AS table_name, c.name AS column_name, c.\"notnull\" AS required \
         FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    );
    let twins: BTreeSet<Column> = rows(
        &postgres.store,
        "SELECT table_name::text, column_name::text, is_nullable = 'NO' AS required FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'",
    );
    assert!(columns.len() > 300);
    assert_eq!(columns, twins);
    let indexes: BTreeSet<Index> = rows(
        &sqlite.store,
        "SELECT tbl_name AS table_name, name AS index_name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
    );
    let twins: BTreeSet<Index> = rows(
        &postgres.store,
        "SELECT tablename::text AS table_name, indexname::text AS index_name FROM pg_indexes \
         WHERE schemaname = 'public' AND indexname NOT LIKE '%\\_pkey' AND indexname NOT LIKE '%\\_key'",
    );
    assert!(indexes.len() > 40);
    assert_eq!(indexes, twins);
}

#[test]
fn migrating_once_more_changes_nothing_and_fills_nothing_twice() {
    for database in [testing::sqlite(), testing::postgres()] {
        assert_eq!(database.store.pending().unwrap(), Vec::<String>::new());
        assert_eq!(database.store.migrate(testing::start()).unwrap(), Vec::<String>::new());
        let codes: Result<Vec<String>, StoreError> = database.store.read_blocking(|conn| {
            Ok(catalogue::current_plans(conn)?
                .into_iter()
                .map(|plan| plan.code.to_string())
                .collect())
        });
        assert_eq!(codes.unwrap(), ["starter", "flexi", "pro"]);
    }
}

#[test]
fn several_processes_may_migrate_at_once() {
    let folder = testing::Folder::new();
    for url in [
        format!("sqlite://{}/new/daypack.db", folder.0.display()),
        testing::empty_postgres(),
    ] {
        let missing = Store::open(StoreOptions::new(&url)).unwrap().pending().unwrap();
        let ran: Vec<String> = std::thread::scope(|scope| {
            let migrate = || {
                let store = Store::open(StoreOptions::new(&url)).unwrap();
                store.migrate(testing::start()).unwrap()
            };
            let all: Vec<_> = (0..3).map(|_| scope.spawn(migrate)).collect();
            all.into_iter().flat_map(|one| one.join().unwrap()).collect()
        });
        let store = Store::open(StoreOptions::new(&url)).unwrap();
        assert!(!missing.is_empty() && ran == missing && store.pending().unwrap().is_empty());
    }
}

#[test]
fn a_database_of_a_newer_program_is_refused() {
    for database in [testing::sqlite(), testing::postgres()] {
        testing::used_by_a_newer_program(&database.store);
        let refused = Store::open(StoreOptions::new(&database.url)).err().unwrap();
        assert!(matches!(&refused, OpenError::TooNew(version) if version == "29990101000001"));
        assert_eq!(refused.to_string().lines().count(), 1);
    }
}

#[test]
fn addresses_of_nothing_known_are_refused_without_repeating_a_password() {
    for url in [
        "daypack.db",
        "mysql://root:secret@host/db",
        "sqlite://",
        "sqlite://:memory:",
        "sqlite:///tmp/",
    ] {
        let refused = Store::open(StoreOptions::new(url)).err().unwrap();
        assert!(matches!(refused, OpenError::Address(_)), "{url}");
        assert!(!refused.to_string().contains("secret"));
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_named_in_one_line() {
    let folder = testing::Folder::new();
    let file = folder.0.join("file");
    std::fs::write(&file, "not a folder").unwrap();
    let refused = Store::open(StoreOptions::new(format!("sqlite://{}/daypack.db", file.display())))
        .err()
        .unwrap();
    assert!(matches!(refused, OpenError::NotWritable { .. }));
    assert_eq!(refused.to_string().lines().count(), 1);
}

#[test]
fn the_engine_follows_the_address() {
    assert_eq!(testing::sqlite().store.engine(), Engine::Sqlite);
    assert_eq!(testing::postgres().store.engine(), Engine::Postgres);
}
