//! Everything that a database holds, for tests in which nothing may be written.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use crate::{Conn, Result};

/// One text.
#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    text: String,
}

/// The lock of an organization, which says how often it was taken and nothing else.
const LOCK: &str = "write_sequence";

/// The rows of every table as text, by its name, without locks: two of these differ when something was written in
/// between.
///
/// # Errors
/// The database refuses.
pub fn contents(conn: &mut Conn) -> Result<BTreeMap<String, Vec<String>>> {
    let tables = match conn {
        Conn::Pg(_) => "SELECT tablename::text AS text FROM pg_tables WHERE schemaname = current_schema()",
        Conn::Sqlite(_) => "SELECT name AS text FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'",
    };
    let mut all = BTreeMap::new();
    for table in lines(conn, tables)? {
        let row = whole_row(conn, &table)?;
        let rows = lines(conn, &format!("SELECT {row} AS text FROM \"{table}\" ORDER BY 1"))?;
        all.insert(table, rows);
    }
    Ok(all)
}

/// The expression for all columns of a row together.
fn whole_row(conn: &mut Conn, table: &str) -> Result<String> {
    let columns = match conn {
        Conn::Pg(_) => format!(
            "SELECT column_name::text AS text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY ordinal_position"
        ),
        Conn::Sqlite(_) => format!("SELECT name AS text FROM pragma_table_info('{table}')"),
    };
    let (before, between, after) = match conn {
        Conn::Pg(_) => ("ROW(\"", "\", \"", "\")::text"),
        Conn::Sqlite(_) => ("quote(\"", "\") || ',' || quote(\"", "\")"),
    };
    let mut columns = lines(conn, &columns)?;
    columns.retain(|column| column != LOCK);
    Ok(format!("{before}{}{after}", columns.join(between)))
}

fn lines(conn: &mut Conn, query: &str) -> Result<Vec<String>> {
    let lines: Vec<Line> = sql_query(query).load(conn)?;
    Ok(lines.into_iter().map(|line| line.text).collect())
}
