//! How an engine would go about a statement, for tests: which index it uses, and what it sorts by itself.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

/// One line of SQLite's plan.
#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// One line of PostgreSQL's plan.
#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    text: String,
}

/// What PostgreSQL would only do for want of an index, for the tables of tests are small; and one plan for all values.
const FOR_WANT_OF_AN_INDEX: &str =
    "SET enable_seqscan = off; SET enable_sort = off; SET plan_cache_mode = force_generic_plan";

/// The plan of a statement, as [`Listening`](super::statements::Listening) heard it, line by line.
///
/// # Panics
/// When the database does not plan it.
#[must_use]
pub fn plan(url: &str, statement: &str) -> Vec<String> {
    let statement = statement.split(" -- binds").next().unwrap_or(statement);
    if let Some(path) = url.strip_prefix("sqlite://") {
        let mut conn = SqliteConnection::establish(path).expect("the database opens");
        let steps: Vec<Step> = sql_query(format!("EXPLAIN QUERY PLAN {statement}"))
            .load(&mut conn)
            .expect("SQLite plans the statement");
        return steps.into_iter().map(|step| step.detail).collect();
    }
    let mut conn = PgConnection::establish(url).expect("the database opens");
    let prepare = format!("{FOR_WANT_OF_AN_INDEX}; PREPARE heard AS {statement}");
    conn.batch_execute(&prepare).expect("PostgreSQL prepares the statement");
    let parameters = (1..)
        .take_while(|number| statement.contains(&format!("${number}")))
        .count();
    let values = if parameters == 0 {
        String::new()
    } else {
        format!("({})", vec!["NULL"; parameters].join(", "))
    };
    let lines: Vec<Line> = sql_query(format!("EXPLAIN (COSTS OFF) EXECUTE heard{values}"))
        .load(&mut conn)
        .expect("PostgreSQL plans the statement");
    lines.into_iter().map(|line| line.text).collect()
}
