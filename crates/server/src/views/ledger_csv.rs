//! A ledger as a table for spreadsheets.

use std::collections::HashMap;

use csv::Writer;
use daypack_domain::{ids::LotId, ledger::Movement, zone::Zone};
use daypack_store::{Conn, organizations::Organization};

use super::{LotNames, ledger};
use crate::error::Failure;

/// The names of the columns.
const COLUMNS: [&str; 14] = [
    "sequence",
    "effective_at",
    "date",
    "kind",
    "minutes",
    "posted_change_minutes",
    "held_change_minutes",
    "debt_change_minutes",
    "available_after_minutes",
    "lot_id",
    "plan",
    "ticket",
    "by",
    "reason",
];

/// A table that grows.
pub struct LedgerTable {
    writer: Writer<Vec<u8>>,
    zone: Zone,
    names: LotNames,
}

impl LedgerTable {
    /// A table with its heading, for the ledger of an organization in this zone.
    ///
    /// # Errors
    /// The database.
    pub fn begin(conn: &mut Conn, organization: &Organization, zone: Zone) -> Result<Self, Failure> {
        let mut writer = Writer::from_writer(Vec::new());
        writer.write_record(COLUMNS).map_err(Failure::internal)?;
        Ok(Self {
            writer,
            zone,
            names: LotNames::load(conn, organization.id)?,
        })
    }

    /// Adds movements, in the order given.
    ///
    /// # Errors
    /// The database.
    pub fn add(&mut self, conn: &mut Conn, organization: &Organization, rows: Vec<Movement>) -> Result<(), Failure> {
        let changes: HashMap<i64, [i64; 3]> = rows.iter().map(|row| (row.sequence, changes(row))).collect();
        for row in ledger::movements(conn, organization, rows)? {
            let [posted, held, debt] = changes.get(&row.sequence).copied().unwrap_or_default();
            let cells = [
                row.sequence.to_string(),
                row.effective_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
                self.zone.date_at(row.effective_at).to_string(),
                row.kind.to_string(),
                row.minutes.to_string(),
                posted.to_string(),
                held.to_string(),
                debt.to_string(),
                row.available_after_minutes.to_string(),
                row.lot_id.map_or_else(String::new, |id| id.to_string()),
                harmless(&row.lot_id.map_or_else(String::new, |id| self.plan(id))),
                row.ticket_reference.unwrap_or_default(),
                harmless(&row.actor.map_or_else(String::new, |person| person.name)),
                harmless(&row.reason),
            ];
            self.writer.write_record(cells).map_err(Failure::internal)?;
        }
        Ok(())
    }

    /// The whole table in UTF-8.
    ///
    /// # Errors
    /// None in practice: memory takes what is written.
    pub fn end(self) -> Result<Vec<u8>, Failure> {
        self.writer
            .into_inner()
            .map_err(|error| Failure::internal(error.error()))
    }

    fn plan(&self, id: LotId) -> String {
        self.names
            .allocation(id, 0)
            .map_or_else(String::new, |part| part.plan_name)
    }
}

/// What a movement does to posted, held and debt.
fn changes(row: &Movement) -> [i64; 3] {
    let kind = row.kind;
    let signs = [
        kind.posted_sign(),
        kind.held_sign(row.hold_id.is_some()),
        kind.debt_sign(),
    ];
    signs.map(|sign| sign * row.minutes)
}

/// A text that no spreadsheet takes for a formula: one that begins like a formula is led by an apostrophe.
fn harmless(text: &str) -> String {
    let formula = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if formula || text.starts_with(['\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn formulas_are_led_by_an_apostrophe_and_other_texts_stay() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r1", "\u{ff1d}1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "Agreed by phone", "1 = 1", "a@b.example", "'"] {
            assert_eq!(harmless(text), text);
        }
    }
}
