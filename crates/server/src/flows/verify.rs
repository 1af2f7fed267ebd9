//! Whether what is stored is what the movements, events and tickets come to: for `daypack verify`.

use daypack_domain::statement::Statement;
use daypack_store::{
    Conn,
    lots::{self},
    organizations::Organization,
    statements::{self, StatementRow},
    verify::{self, Numbered},
};

use crate::{auth::secrets, error::Failure};

/// How many statements are read at a time.
const STATEMENTS_AT_ONCE: i64 = 50;

/// What was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looked {
    /// Organizations.
    pub organizations: usize,
    /// Their movements.
    pub movements: usize,
    /// Their frozen statements.
    pub statements: usize,
}

/// Recomputes every counter of an organization: its ledger, its lots and holds, its time entries, what its tickets
/// took, the numbers of its tickets and events, the hashes and sums of its statements. Gives what was looked at, or
/// the first difference, as one line.
///
/// # Errors
/// The database.
pub fn organization(conn: &mut Conn, organization: &Organization) -> Result<Result<Looked, String>, Failure> {
    let books = verify::books(conn, organization)?;
    if let Err(difference) = books.check() {
        return Ok(Err(difference));
    }
    if let Err(difference) = money(conn, organization)? {
        return Ok(Err(difference));
    }
    let numbers = [
        (
            "tickets",
            organization.ticket_number,
            verify::ticket_numbers(conn, organization.id)?,
        ),
        (
            "events",
            organization.event_sequence,
            verify::event_numbers(conn, organization.id)?,
        ),
    ];
    for (what, last, found) in numbers {
        if let Err(difference) = without_gaps(what, last, found) {
            return Ok(Err(difference));
        }
    }
    let mut looked = Looked {
        organizations: 1,
        movements: books.movements.len(),
        statements: 0,
    };
    let mut after = None;
    loop {
        let rows = verify::statements_after(conn, organization.id, after, STATEMENTS_AT_ONCE)?;
        let Some(last) = rows.last() else {
            return Ok(Ok(looked));
        };
        after = Some(last.from_on);
        for row in &rows {
            if let Err(difference) = statement(conn, organization, row)? {
                return Ok(Err(format!(
                    "statement of {} to {}: {difference}",
                    row.from_on, row.to_on
                )));
            }
            looked.statements += 1;
        }
    }
}

/// What was paid back is at most what was paid.
fn money(conn: &mut Conn, organization: &Organization) -> Result<Result<(), String>, Failure> {
    let of_organization = lots::of_organization(conn, organization.id)?;
    let wrong = of_organization.iter().map(|record| &record.lot).find(|lot| {
        let paid = lot.price.amount_minor;
        !(0..=paid).contains(&lot.refunded_minor)
    });
    Ok(wrong.map_or(Ok(()), |lot| {
        let (back, paid) = (lot.refunded_minor, lot.price.amount_minor);
        Err(format!(
            "lot {}: refunded_minor is {back}, of {paid} that were paid",
            lot.id
        ))
    }))
}

fn without_gaps(what: &str, last: i64, found: Numbered) -> Result<(), String> {
    if found.count == last && found.greatest == last {
        return Ok(());
    }
    let Numbered { count, greatest } = found;
    Err(format!(
        "{what}: the last number is {last}, but there are {count} up to {greatest}"
    ))
}

/// The hash of the frozen text, the text by itself, and its account by the movements.
fn statement(conn: &mut Conn, organization: &Organization, row: &StatementRow) -> Result<Result<(), String>, Failure> {
    if secrets::hash(&row.content) != row.hash {
        return Ok(Err("its text is not the one that was hashed".to_owned()));
    }
    let content: Statement = match serde_json::from_str(&row.content) {
        Ok(content) => content,
        Err(error) => return Ok(Err(format!("its text cannot be read: {error}"))),
    };
    let period = content.period;
    let before = statements::sums(conn, organization.id, None, period.from)?;
    let during = statements::sums(conn, organization.id, Some(period.from), period.until)?;
    let checked = content
        .reconcile()
        .and_then(|()| content.check_account(&before, &during));
    Ok(checked.map_err(|difference| difference.to_string()))
}
