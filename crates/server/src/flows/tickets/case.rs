//! A ticket taken into hand for a write: locked, loaded, and saved with what happened to it.

use daypack_domain::{
    Refusal,
    event::EventKind,
    ledger::{Account, Movement},
    policy::{Action, may},
    workflow::{self, Mover},
};
use daypack_store::{
    Conn,
    cases::{self, CaseRow, Name, Seen},
    events::{self, NewEvent},
    ledger,
    organizations::Organization,
    tickets::{self, Ticket, Work},
};

use super::{TicketKey, clocks};
use crate::{
    context::Context,
    edge::check_version,
    error::Failure,
    flows::{self, events::done},
};

/// A ticket in hand. Its organization is locked for the rest of the transaction.
#[derive(Debug)]
pub struct Case {
    /// Whose it is, as it was when the case was taken.
    pub organization: Organization,
    /// The ticket.
    pub ticket: Ticket,
    /// What it gathered.
    pub work: Work,
    happened: Vec<NewEvent>,
    as_seen: bool,
    /// What it gathered as it is stored, if that is known.
    saved_work: Option<Work>,
}

impl Case {
    /// Takes a ticket into hand, for somebody who may do `action`. `expected` is the version that the caller has seen.
    ///
    /// # Errors
    /// Those of [`super::find`]; `stale_version`.
    pub fn take(
        conn: &mut Conn,
        context: &Context,
        key: &TicketKey,
        action: Action,
        expected: Option<i64>,
    ) -> Result<Self, Failure> {
        // Whoever may not know of the ticket does not lock anything.
        let seen = super::find_whole(conn, context, key, action)?;
        let case = Self::lock(conn, seen)?;
        check_version(expected, case.ticket.version)?;
        Ok(case)
    }

    /// Takes a ticket into hand that was seen in this transaction.
    ///
    /// # Errors
    /// The database.
    pub fn lock(conn: &mut Conn, seen: CaseRow) -> Result<Self, Failure> {
        let organization = flows::organizations::lock(conn, seen.organization.id)?;
        // Every write for an organization takes this lock. When none did since, what was seen is what there is.
        let as_seen = organization.write_sequence == seen.organization.write_sequence + 1;
        let now = if as_seen {
            seen
        } else {
            cases::find(conn, &Name::Id(seen.ticket.id))?.ok_or(Refusal::NotFound)?
        };
        Ok(Self {
            as_seen,
            saved_work: Some(now.work.clone()),
            ..Self::new(organization, now.ticket, now.work)
        })
    }

    /// Whether nothing has changed between the look at the ticket and its lock.
    #[must_use]
    pub fn is_as_seen(&self) -> bool {
        self.as_seen
    }

    /// All of it, to look at.
    #[must_use]
    pub fn seen(&self) -> Seen<'_> {
        (&self.ticket, &self.work, &self.organization)
    }

    /// A ticket that was made in this transaction.
    #[must_use]
    pub fn new(organization: Organization, ticket: Ticket, work: Work) -> Self {
        Self {
            organization,
            ticket,
            work,
            happened: Vec::new(),
            as_seen: true,
            saved_work: None,
        }
    }

    /// What people call the ticket.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("{}-{}", self.organization.prefix, self.ticket.number)
    }

    /// Says no unless the actor may do this for the ticket's organization.
    ///
    /// # Errors
    /// Those of [`may`].
    pub fn allow(&self, context: &Context, action: Action) -> Result<(), Refusal> {
        may(&context.actor, action, self.organization.id.into())
    }

    /// As whom the actor moves the ticket.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who only read.
    pub fn mover(&self, context: &Context) -> Result<Mover, Refusal> {
        workflow::mover(&context.actor, self.organization.id)
            .ok_or_else(|| Refusal::forbidden("moving a ticket needs the role member or higher in the organization"))
    }

    /// Tells that this happened. Appended by [`Case::save`], in the order of telling.
    pub fn tell(&mut self, context: &Context, kind: EventKind) {
        self.happened.push(done(context, Some(self.ticket.id), kind));
    }

    /// The organization's ledger as far as this ticket needs it, as it is now.
    ///
    /// # Errors
    /// The database.
    pub fn account(&self, conn: &mut Conn) -> Result<Account, Failure> {
        Ok(ledger::load_current(conn, self.organization.id, &[self.ticket.id])?)
    }

    /// Saves what the account decided. Time entries that its movements name are inserted before.
    ///
    /// # Errors
    /// The database.
    pub fn save_account(
        &self,
        conn: &mut Conn,
        context: &Context,
        account: &mut Account,
    ) -> Result<Vec<Movement>, Failure> {
        flows::ledger::save(conn, context, self.organization.id, account)
    }

    /// Appends what happened, replays the clocks, and saves the ticket under its next version.
    ///
    /// # Errors
    /// `stale_version` when somebody else was faster, which the lock prevents.
    pub fn save(mut self, conn: &mut Conn, context: &Context) -> Result<Self, Failure> {
        self.append(conn)?;
        clocks::refresh(conn, context, &mut self)?;
        self.ticket.version += 1;
        self.ticket.updated_at = context.now;
        let work = Some(&self.work).filter(|work| self.saved_work.as_ref() != Some(*work));
        if !tickets::update(conn, &self.ticket, work)? {
            return Err(Refusal::conflict("stale_version", "It has changed since you saw it. Read it again.").into());
        }
        self.saved_work = Some(self.work.clone());
        Ok(self)
    }

    /// Appends what was told so far.
    ///
    /// # Errors
    /// The database.
    pub(super) fn append(&mut self, conn: &mut Conn) -> Result<(), Failure> {
        events::append(conn, Some(self.organization.id), std::mem::take(&mut self.happened))?;
        Ok(())
    }
}
