//! Reading a file of running contracts: CSV as people export it, whatever their spreadsheet makes of it.

use std::io::Read;

use csv::{ReaderBuilder, StringRecord};
use daypack_domain::{Refusal, problem::FieldProblem};
use sha2::{Digest, Sha256};

/// The most contracts in one file.
pub const MOST_ROWS: usize = 1_000;
/// The most characters in one cell.
const LONGEST_CELL: usize = 2_000;
const BYTE_ORDER_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
const COLUMNS: [Column; 6] = [
    Column::Client,
    Column::Plan,
    Column::MinutesLeft,
    Column::ExpiresOn,
    Column::Reference,
    Column::Reason,
];

/// A column of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The short name or the prefix of the client.
    Client,
    /// The code of the plan.
    Plan,
    /// Minutes that are left.
    MinutesLeft,
    /// The last day they can be used.
    ExpiresOn,
    /// What the contract is called elsewhere.
    Reference,
    /// Why it is taken over.
    Reason,
}

impl Column {
    /// Its heading.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Plan => "plan",
            Self::MinutesLeft => "minutes_left",
            Self::ExpiresOn => "expires_on",
            Self::Reference => "reference",
            Self::Reason => "reason",
        }
    }

    const fn is_required(self) -> bool {
        !matches!(self, Self::Reference | Self::Reason)
    }
}

/// A file that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its rows, in order.
    pub rows: Vec<Row>,
}

/// One row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// From 1, the heading not counted.
    pub number: i64,
    /// The line that it begins on.
    pub line: i64,
    /// Its cells without the spaces around them, in the order of the columns; a column that is not there is empty.
    cells: [String; 6],
    /// What keeps the row from being read at all.
    pub problem: Option<FieldProblem>,
}

impl Row {
    /// The text in a column.
    #[must_use]
    pub fn cell(&self, column: Column) -> &str {
        &self.cells[column as usize]
    }

    /// Where a problem with one of its cells is.
    #[must_use]
    pub fn pointer(&self, column: Column) -> String {
        format!("/rows/{}/{}", self.number, column.name())
    }
}

impl Table {
    /// Reads a file: UTF-8, with or without a byte order mark, with commas, semicolons or tabs between the cells.
    ///
    /// # Errors
    /// `import_invalid` with what is wrong with the file as a whole: its encoding, its columns, no rows, too many.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let detail = format!(
                "Save the file as CSV in UTF-8: its byte {} is not.",
                error.valid_up_to() + 1
            );
            refused(vec![FieldProblem::new("", "wrong_encoding", detail)])
        })?;
        if text.contains('\0') {
            let detail = "Save the file as CSV in UTF-8: this one has the character U+0000 in it.";
            return Err(refused(vec![FieldProblem::new("", "wrong_encoding", detail)]));
        }
        // With a line's end after everything, a quote that is never closed has one in its cell.
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter(text))
            .flexible(true)
            .from_reader(text.as_bytes().chain(&b"\n"[..]));
        let heading = reader.headers().map_err(|error| unreadable(&error))?.clone();
        let columns = columns(&heading)?;
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| unreadable(&error))?;
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if rows.len() == MOST_ROWS {
                let detail = format!("A file has at most {MOST_ROWS} contracts: part it.");
                return Err(refused(vec![FieldProblem::new("/rows", "too_many_rows", detail)]));
            }
            rows.push(row(rows.len(), &record, &columns));
        }
        if rows.is_empty() {
            let detail = "There is no contract in the file.";
            return Err(refused(vec![FieldProblem::new("/rows", "empty", detail)]));
        }
        Ok(Self { rows })
    }

    /// SHA-256 of what the rows say, whatever their order and their separators, in hexadecimal.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut lines: Vec<String> = self
            .rows
            .iter()
            .map(|row| row.cells.join("\u{1f}").to_lowercase())
            .collect();
        lines.sort_unstable();
        let hash = Sha256::digest(lines.join("\u{1e}").as_bytes());
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A file that cannot be taken over, and why.
#[must_use]
pub fn refused(problems: Vec<FieldProblem>) -> Refusal {
    Refusal::Unacceptable {
        code: "import_invalid",
        detail: "The file cannot be taken over as it is; nothing was changed.".to_owned(),
        problems,
    }
}

fn unreadable(error: &csv::Error) -> Refusal {
    refused(vec![FieldProblem::new(
        "",
        "unreadable",
        format!("The file is no CSV: {error}."),
    )])
}

/// What is between the cells: of the heading's separators the one that is there most often.
fn delimiter(text: &str) -> u8 {
    let heading = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: u8| heading.bytes().filter(|byte| *byte == delimiter).count();
    let most = DELIMITERS.into_iter().rev().max_by_key(|delimiter| count(*delimiter));
    most.unwrap_or(b',')
}

/// Where each column is in the file.
fn columns(heading: &StringRecord) -> Result<[Option<usize>; 6], Refusal> {
    let mut places = [None; 6];
    let mut problems = Vec::new();
    for (at, cell) in heading.iter().enumerate() {
        let name = cell.trim().to_lowercase().replace(' ', "_");
        if name.is_empty() {
            continue;
        }
        let shown: String = name.chars().take(40).collect();
        let pointer = format!("/columns/{at}");
        match COLUMNS.into_iter().find(|column| column.name() == name) {
            None => {
                let detail = format!("There is no column \"{shown}\" here.");
                problems.push(FieldProblem::new(pointer, "unknown_column", detail));
            }
            Some(column) if places[column as usize].is_some() => {
                let detail = format!("The column \"{shown}\" is there twice.");
                problems.push(FieldProblem::new(pointer, "duplicate_column", detail));
            }
            Some(column) => places[column as usize] = Some(at),
        }
    }
    for column in COLUMNS.into_iter().filter(|column| column.is_required()) {
        if places[column as usize].is_none() {
            let detail = format!("The column \"{}\" is missing.", column.name());
            let pointer = format!("/columns/{}", column.name());
            problems.push(FieldProblem::new(pointer, "missing_column", detail));
        }
    }
    if problems.is_empty() {
        Ok(places)
    } else {
        Err(refused(problems))
    }
}

fn row(at: usize, record: &StringRecord, places: &[Option<usize>; 6]) -> Row {
    let number = i64::try_from(at + 1).unwrap_or(i64::MAX);
    let cell = |column: Column| {
        let text = places[column as usize].and_then(|place| record.get(place));
        text.unwrap_or_default().trim().to_owned()
    };
    let cells = COLUMNS.map(cell);
    let last = places.iter().flatten().max().copied().unwrap_or(0);
    let extra = record.iter().skip(last + 1).any(|cell| !cell.trim().is_empty());
    let short = COLUMNS
        .into_iter()
        .filter(|column| column.is_required())
        .any(|column| places[column as usize].is_none_or(|place| place >= record.len()));
    let long = COLUMNS
        .into_iter()
        .find(|column| cells[*column as usize].chars().count() > LONGEST_CELL);
    let broken = record.iter().any(|cell| cell.contains(['\n', '\r']));
    let pointer = format!("/rows/{number}");
    let problem = if broken {
        // A quote that is not closed takes the rows after it into its cell: they must not be lost without a word.
        let detail = "A cell is on one line: a quote in this row is perhaps not closed.";
        Some(FieldProblem::new(pointer, "line_break", detail))
    } else if let Some(column) = long {
        let detail = format!("A cell has at most {LONGEST_CELL} characters.");
        Some(FieldProblem::new(
            format!("{pointer}/{}", column.name()),
            "too_long",
            detail,
        ))
    } else if short || extra {
        let detail = "This row has another number of cells than the heading.";
        Some(FieldProblem::new(pointer, "wrong_cell_count", detail))
    } else {
        None
    };
    Row {
        number,
        line: record
            .position()
            .map_or(0, |position| i64::try_from(position.line()).unwrap_or(0)),
        cells,
        problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: &str = "client,plan,minutes_left,expires_on,reference,reason";

    fn codes(bytes: &[u8]) -> Vec<(String, &'static str)> {
        match Table::read(bytes).unwrap_err() {
            Refusal::Unacceptable { problems, .. } => problems
                .into_iter()
                .map(|problem| (problem.pointer, problem.code))
                .collect(),
            other => panic!("{other}"),
        }
    }

    fn problems(rows: &str) -> Vec<Option<&'static str>> {
        let table = Table::read(format!("{HEADING}\n{rows}").as_bytes()).unwrap();
        let code = |row: Row| row.problem.map(|problem| problem.code);
        table.rows.into_iter().map(code).collect()
    }

    #[test]
    fn files_of_different_spreadsheets_say_the_same() {
        let plain = format!("{HEADING}\nacme,starter,480,2026-12-31,C-1,\"Agreed, by phone\"\n");
        let table = Table::read(plain.as_bytes()).unwrap();
        assert_eq!((table.rows[0].number, table.rows[0].line), (1, 2));
        assert_eq!(table.rows[0].cell(Column::Reason), "Agreed, by phone");
        let marked = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
        let semicolons = "Client;Plan;Minutes left;Expires_on;Reference;Reason\nacme; starter ;480;2026-12-31;C-1;Agreed, by phone\n;;;;;\n";
        let tabs = "plan\tclient\treason\tminutes_left\texpires_on\treference\nstarter\tacme\tAgreed, by phone\t480\t2026-12-31\tC-1";
        for other in [marked.as_str(), semicolons, tabs] {
            let other = Table::read(other.as_bytes()).unwrap();
            assert_eq!(other.rows.len(), 1);
            assert_eq!(other.hash(), table.hash());
        }
        let changed = plain.replace("480", "481");
        assert_ne!(Table::read(changed.as_bytes()).unwrap().hash(), table.hash());
    }

    #[test]
    fn a_file_that_is_none_is_refused_with_the_reason() {
        let named = |pointer: &str, code: &'static str| vec![(pointer.to_owned(), code)];
        assert_eq!(codes(b"client,plan\xff"), named("", "wrong_encoding"));
        assert_eq!(codes(b"\xff\xfec\0l\0"), named("", "wrong_encoding"));
        assert_eq!(codes(format!("{HEADING}\n").as_bytes()), named("/rows", "empty"));
        let missing: Vec<_> = codes(b"").into_iter().map(|(_, code)| code).collect();
        assert_eq!(missing, ["missing_column"; 4]);
        let odd = codes(b"client,client,plan,colour,minutes_left,expires_on\n");
        let odd: Vec<_> = odd.into_iter().map(|(_, code)| code).collect();
        assert_eq!(odd, ["duplicate_column", "unknown_column"]);
        let many = format!("{HEADING}\n{}", "acme,starter,1,2026-12-31,,\n".repeat(MOST_ROWS + 1));
        assert_eq!(codes(many.as_bytes()), named("/rows", "too_many_rows"));
    }

    #[test]
    fn a_row_that_is_none_says_so_and_keeps_no_other_from_being_read() {
        let long = "x".repeat(LONGEST_CELL + 1);
        assert_eq!(
            problems(&format!(
                "acme,starter\nacme,starter,480,2026-12-31,a,b,c\nacme,starter,480,2026-12-31,,{long}\nacme,starter,1,2026-12-31,,\n"
            )),
            [
                Some("wrong_cell_count"),
                Some("wrong_cell_count"),
                Some("too_long"),
                None
            ]
        );
    }

    #[test]
    fn a_quote_that_is_not_closed_loses_no_row_without_a_word() {
        let next = "acme,starter,1,2026-12-31,,";
        for (file, expected) in [
            // Up to the end of the file, with an end of the last line and without.
            (
                format!("acme,starter,480,2026-12-31,,\"by phone\n{next}\n"),
                vec![Some("line_break")],
            ),
            ("acme,starter,480,2026-12-31,,\"x,".to_owned(), vec![Some("line_break")]),
            // Up to the next quote, which some other row opens.
            (
                format!("acme,starter,480,2026-12-31,,\"by phone\n{next}\"C\"\n{next}\n"),
                vec![Some("line_break"), None],
            ),
        ] {
            assert_eq!(problems(&file), expected, "{file}");
        }
    }
}
