//! The weekly statement (section 11): what was done, the time it used, and an account that reconciles to the minute.

mod period;
mod sections;
mod sums;

pub use period::Period;
#[cfg(feature = "zones")]
pub use period::Rhythm;
pub use sections::{
    Account, BalanceAt, EntryLine, Expiring, KindLine, Outlook, SlaLine, TicketLine, Waiting, WindowAhead,
};
pub use sums::Sums;

use crate::Instant;
use crate::ids::OrganizationId;
use crate::ticket::Kind;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What a statement is made from. Movements count by effective instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// Its name at the time.
    pub organization_name: String,
    /// Its IANA zone at the time.
    pub time_zone: String,
    /// What it covers.
    pub period: Period,
    /// Whether it is a preview: it may cover any days, and is never frozen.
    pub preview: bool,
    /// When it is made.
    pub made_at: Instant,
    /// Movements before the period.
    pub before: Sums,
    /// Movements in the period.
    pub during: Sums,
    /// The balance at the last instant of the period, read apart.
    pub balance: BalanceAt,
    /// The last day of the last frozen statement: work on or before it is marked late.
    pub frozen_through: Option<NaiveDate>,
    /// Tickets of the period, in the order to show.
    pub tickets: Vec<TicketLine>,
    /// Time entries of the period, in the order to show; `late` is decided here.
    pub entries: Vec<EntryLine>,
    /// What expires soon.
    pub expiring: Vec<Expiring>,
    /// Where the pace leads.
    pub outlook: Option<Outlook>,
    /// What waits for an answer.
    pub waiting: Vec<Waiting>,
    /// Clocks that ended.
    pub sla: Vec<SlaLine>,
    /// Deployments that are planned.
    pub windows: Vec<WindowAhead>,
    /// The next review, if one is planned.
    pub next_review_on: Option<NaiveDate>,
}

/// A statement. Once frozen it is kept as the text of [`Statement::canonical_json`] and never made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The version of this layout, for readers of old statements.
    pub layout: i32,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// Its name at the time.
    pub organization_name: String,
    /// Its IANA zone at the time.
    pub time_zone: String,
    /// What it covers.
    pub period: Period,
    /// Whether it is a preview.
    pub preview: bool,
    /// When it was made.
    pub made_at: Instant,
    /// Whether nothing happened: one line says so.
    pub quiet: bool,
    /// The account.
    pub account: Account,
    /// Minutes by kind of work.
    pub by_kind: Vec<KindLine>,
    /// Maintenance done.
    pub tickets: Vec<TicketLine>,
    /// Time entries.
    pub entries: Vec<EntryLine>,
    /// What expires soon.
    pub expiring: Vec<Expiring>,
    /// Where the pace leads.
    pub outlook: Option<Outlook>,
    /// What waits for an answer.
    pub waiting: Vec<Waiting>,
    /// Clocks that ended.
    pub sla: Vec<SlaLine>,
    /// Deployments that are planned.
    pub windows: Vec<WindowAhead>,
    /// The next review.
    pub next_review_on: Option<NaiveDate>,
}

/// The layout that [`Statement::make`] writes.
pub const LAYOUT: i32 = 1;

/// Two figures that must be equal and are not. A statement with one is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {expected} minutes expected, {found} found")]
pub struct Difference {
    /// Which figures.
    pub what: String,
    /// What follows from the ledger.
    pub expected: i64,
    /// What was found.
    pub found: i64,
}

impl Statement {
    /// Makes the statement.
    ///
    /// # Errors
    /// The first [`Difference`] between the sums, the balance, the tickets and the entries.
    pub fn make(input: Input) -> Result<Self, Difference> {
        let account = account(&input.before, &input.during);
        let balance = input.balance;
        same("posted at the end", balance.posted_minutes, account.closing_minutes)?;
        same("held at the end", balance.held_minutes, account.held_minutes)?;
        same(
            "available at the end",
            balance.available_minutes,
            account.available_minutes,
        )?;
        same("debt at the end", balance.debt_minutes, account.debt_minutes)?;
        let mut entries = input.entries;
        for entry in &mut entries {
            entry.late = input.frozen_through.is_some_and(|frozen| entry.worked_on <= frozen);
        }
        let quiet = input.tickets.is_empty() && entries.is_empty() && input.during == Sums::default();
        let statement = Self {
            layout: LAYOUT,
            organization_id: input.organization_id,
            organization_name: input.organization_name,
            time_zone: input.time_zone,
            period: input.period,
            preview: input.preview,
            made_at: input.made_at,
            quiet,
            account,
            by_kind: by_kind(&input.tickets),
            tickets: input.tickets,
            entries,
            expiring: input.expiring,
            outlook: input.outlook,
            waiting: input.waiting,
            sla: input.sla,
            windows: input.windows,
            next_review_on: input.next_review_on,
        };
        statement.reconcile()?;
        Ok(statement)
    }

    /// Checks a statement by itself, also a frozen one that was read back: the account adds up, tickets and kinds add
    /// up to what was used and borrowed, and entries to their tickets.
    ///
    /// # Errors
    /// The first [`Difference`].
    pub fn reconcile(&self) -> Result<(), Difference> {
        let account = &self.account;
        let closing =
            account.opening_minutes + account.granted_minutes + account.credited_minutes + account.unrepaid_minutes
                - account.used_minutes
                - account.debited_minutes
                - account.expired_minutes
                - account.refunded_minutes
                - account.voided_minutes
                - account.repaid_minutes;
        same("closing", closing, account.closing_minutes)?;
        same(
            "available",
            account.closing_minutes - account.held_minutes,
            account.available_minutes,
        )?;
        let worked = account.used_minutes + account.borrowed_minutes;
        same(
            "minutes of all tickets",
            worked,
            self.tickets.iter().map(|line| line.minutes).sum(),
        )?;
        same(
            "minutes of all kinds",
            worked,
            self.by_kind.iter().map(|line| line.minutes).sum(),
        )?;
        for ticket in &self.tickets {
            let of_ticket = self.entries.iter().filter(|entry| entry.ticket_id == ticket.ticket_id);
            let from_entries: i64 = of_ticket.map(|entry| entry.billable_minutes).sum();
            same(
                &format!("minutes of {}", ticket.reference),
                ticket.minutes,
                from_entries + ticket.fixed_minutes,
            )?;
        }
        let fixed: i64 = self.tickets.iter().map(|ticket| ticket.fixed_minutes).sum();
        let billed: i64 = self.entries.iter().map(|entry| entry.billable_minutes).sum();
        same("minutes of all entries", worked, billed + fixed)
    }

    /// Checks the account of a frozen statement against the movements: those before its period, and those in it.
    ///
    /// # Errors
    /// The first [`Difference`].
    pub fn check_account(&self, before: &Sums, during: &Sums) -> Result<(), Difference> {
        let (found, expected) = (self.account.figures(), account(before, during).figures());
        for ((what, found), (_, expected)) in found.into_iter().zip(expected) {
            same(what, expected, found)?;
        }
        Ok(())
    }

    /// The text that is frozen and hashed: JSON without spaces, fields in the order of their declaration. The same
    /// statement always gives the same text.
    ///
    /// # Errors
    /// None in practice: every field can be written.
    pub fn canonical_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

fn account(before: &Sums, during: &Sums) -> Account {
    let end = before.plus(during);
    Account {
        opening_minutes: before.posted_minutes(),
        granted_minutes: during.grant,
        credited_minutes: during.credit,
        unrepaid_minutes: during.unrepay,
        used_minutes: during.net_used_minutes(),
        debited_minutes: during.debit,
        expired_minutes: during.expire,
        refunded_minutes: during.refund,
        voided_minutes: during.void,
        repaid_minutes: during.repay,
        closing_minutes: end.posted_minutes(),
        held_minutes: end.held_minutes(),
        available_minutes: end.posted_minutes() - end.held_minutes(),
        borrowed_minutes: during.net_borrowed_minutes(),
        bounced_minutes: during.bounced,
        debt_minutes: end.debt_minutes(),
    }
}

fn by_kind(tickets: &[TicketLine]) -> Vec<KindLine> {
    let kinds = Kind::ALL.iter().copied().map(Some).chain([None]);
    kinds
        .filter_map(|kind| {
            let of_kind = || tickets.iter().filter(|line| line.kind == kind);
            let count = i64::try_from(of_kind().count()).unwrap_or(i64::MAX);
            (count > 0).then(|| KindLine {
                kind,
                tickets: count,
                minutes: of_kind().map(|line| line.minutes).sum(),
            })
        })
        .collect()
}

fn same(what: &str, expected: i64, found: i64) -> Result<(), Difference> {
    if expected == found {
        Ok(())
    } else {
        Err(Difference {
            what: what.to_owned(),
            expected,
            found,
        })
    }
}
