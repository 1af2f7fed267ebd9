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
    events::{self, NewEvent},
    ledger, organizations,
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
        let seen = super::find(conn, context, key, action)?;
        let organization = flows::organizations::lock(conn, seen.organization_id)?;
        let ticket = tickets::find(conn, seen.id)?.ok_or(Refusal::NotFound)?;
        check_version(expected, ticket.version)?;
        let work = tickets::work_of(conn, &[ticket.id])?
            .pop()
            .ok_or_else(|| no_work(&ticket))?;
        Ok(Self {
            organization,
            ticket,
            work,
            happened: Vec::new(),
        })
    }

    /// A ticket that was made in this transaction.
    #[must_use]
    pub fn new(organization: Organization, ticket: Ticket, work: Work) -> Self {
        Self {
            organization,
            ticket,
            work,
            happened: Vec::new(),
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
        // Its counters may have moved on since the case was taken.
        let organization = organizations::find(conn, self.organization.id)?.ok_or(Refusal::NotFound)?;
        Ok(ledger::load(conn, &organization, &[self.ticket.id], &[])?)
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
        if !tickets::update(conn, &self.ticket, &self.work)? {
            return Err(Refusal::conflict("stale_version", "It has changed since you saw it. Read it again.").into());
        }
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

fn no_work(ticket: &Ticket) -> Failure {
    Failure::internal(format!("the ticket {} has no row in ticket_work", ticket.id))
}
