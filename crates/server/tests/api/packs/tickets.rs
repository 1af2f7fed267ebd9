//! Minutes that are held and used, straight through the ledger: what tickets do with it has tests of its own.

use chrono::NaiveDate;
use daypack_domain::estimate::Basis;
use daypack_domain::ids::{LotId, OrganizationId, TicketId, UserId};
use daypack_domain::ledger::{Account, Approval, Reversal, Stamp};
use daypack_domain::lot::{GiftedLot, Lot, LotOrigin};
use daypack_domain::money::Currency;
use daypack_domain::sla::QueueEntry;
use daypack_domain::ticket::{Channel, QueueLevel, Severity, Status};
use daypack_domain::{Instant, Refusal};
use daypack_server::context::Context;
use daypack_server::error::Failure;
use daypack_server::flows;
use daypack_server::testing::TestServer;
use daypack_store::lots::LotRecord;
use daypack_store::tickets::{self, StoredSla, Ticket};
use daypack_store::{Conn, Json, ledger, lots};

use super::run;

/// What is done to the ledger.
#[derive(Debug, Clone, Copy)]
pub enum Deed {
    /// Minutes are approved for the ticket.
    Hold(i64),
    /// Held minutes are used.
    Use(i64),
    /// What was used last is given back, to the hold or to the lot.
    GiveBack(i64, bool),
    /// Everything held is given back.
    Release,
    /// The first lot is adjusted in the client's favour.
    Credit(i64),
    /// The first lot is adjusted to the client's debit.
    Debit(i64),
    /// Minutes of the first lot are paid back.
    Refund(i64),
    /// The payment of the last lot bounced.
    Bounce,
    /// A lot is given, usable through this date.
    Gift(i64, NaiveDate),
}

/// Does it in one transaction. Gives whether the rules allowed it.
pub async fn act(server: &TestServer, organization: OrganizationId, ticket: TicketId, deed: Deed) -> bool {
    run(server, move |conn, context| {
        match act_now(conn, context, organization, ticket, deed) {
            Ok(()) => Ok(true),
            Err(Failure::Refusal(refusal)) => {
                assert_ne!(refusal.code(), "ledger_invariant", "{deed:?}: {refusal}");
                Ok(false)
            }
            Err(other) => Err(other),
        }
    })
    .await
}

fn act_now(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    ticket_id: TicketId,
    deed: Deed,
) -> Result<(), Failure> {
    let organization = flows::organizations::lock(conn, organization_id)?;
    let all: Vec<LotId> = lots::of_organization(conn, organization_id)?
        .iter()
        .map(|record| record.position.lot_id)
        .collect();
    let mut account = ledger::load(conn, &organization, &[ticket_id], &all)?;
    let stamp = Stamp::system(context.now).because("a test");
    let first = all.first().copied().ok_or(Refusal::NotFound);
    match deed {
        Deed::Hold(minutes) => hold(&mut account, &stamp, context, ticket_id, minutes)?,
        Deed::Use(minutes) => drop(account.consume_part(&stamp, ticket_id, minutes)?),
        Deed::GiveBack(minutes, ticket_open) => {
            let movements = ledger::of_ticket(conn, ticket_id)?;
            let reversal = Reversal {
                ticket_id,
                ticket_open,
                minutes,
                movements: &movements,
                repayments: &[],
            };
            account.reverse(&stamp, &reversal)?;
        }
        Deed::Release => drop(account.release(&stamp, ticket_id)?),
        Deed::Credit(minutes) => account.credit(&stamp, first?, minutes)?,
        Deed::Debit(minutes) => account.debit(&stamp, first?, minutes)?,
        Deed::Refund(minutes) => account.refund(&stamp, first?, minutes)?,
        Deed::Bounce => drop(account.bounce(&stamp, all.last().copied().ok_or(Refusal::NotFound)?)?),
        Deed::Gift(minutes, expires_on) => {
            let zone = flows::organizations::zone_of(&organization)?;
            let gift = GiftedLot {
                id: context.id(),
                organization_id,
                origin: LotOrigin::Goodwill,
                plan: None,
                minutes,
                system_ids: Vec::new(),
                expires_on,
            };
            let lot = Lot::gift(gift, Currency::EUR, context.now, zone.date_at(context.now))?;
            let position = lot.position(lot.ends_at(zone));
            account.grant(&stamp, position.clone())?;
            let reason = Some("a test".to_owned());
            lots::insert(
                conn,
                &LotRecord {
                    lot,
                    position,
                    reason,
                    created_by: None,
                    version: 1,
                },
            )?;
        }
    }
    flows::ledger::save(conn, context, organization_id, &mut account)?;
    Ok(())
}

fn hold(
    account: &mut Account,
    stamp: &Stamp,
    context: &Context,
    ticket_id: TicketId,
    minutes: i64,
) -> Result<(), Failure> {
    let approval = Approval {
        hold_id: context.id(),
        ticket_id,
        system_id: None,
        minutes,
        basis: Basis::Further,
        used_minutes: 0,
    };
    account.approve(stamp, &approval, None)?;
    Ok(())
}

/// A ticket that minutes can be held for.
pub async fn ticket(server: &TestServer, organization: OrganizationId, reporter: UserId) -> TicketId {
    run(server, move |conn, context| {
        let organization = flows::organizations::lock(conn, organization)?;
        let number = daypack_store::organizations::next_ticket_number(conn, organization.id)?;
        let row = row(context.id(), organization.id, number, reporter, context.now);
        let work = tickets::Work {
            ticket_id: row.id,
            organization_id: organization.id,
            calendar_id: organization.calendar_id,
            sla_policy_id: organization.sla_policy_id,
            mitigation_plan: None,
            solution_plan: None,
            scope_reason: None,
            triaged_by: None,
            triaged_at: None,
            increment_minutes: None,
            minimum_minutes: None,
            free_minutes: None,
            approved_minutes: 0,
            actual_minutes: 0,
            billed_minutes: 0,
            used_minutes: 0,
            planned_period: None,
            decline_reason: None,
            sla_outcome: None,
            resolved_at: None,
            closes_at: None,
            closed_at: None,
        };
        tickets::insert(conn, &row, &work)?;
        Ok(row.id)
    })
    .await
}

fn row(id: TicketId, organization_id: OrganizationId, number: i64, reporter_id: UserId, now: Instant) -> Ticket {
    let queue = QueueEntry {
        waits_for_work: true,
        severity: Severity::P2,
        queue_level: QueueLevel::Standard,
        created_at: now,
        next_deadline_at: None,
        late_from: None,
        runs_from: None,
    };
    Ticket {
        id,
        organization_id,
        number,
        system_id: None,
        component: None,
        component_version: None,
        title: "The export fails".to_owned(),
        description: "Since this morning.".to_owned(),
        affected: "Accounting".to_owned(),
        impact: None,
        kind: None,
        suggested_severity: None,
        severity: None,
        scope: None,
        billable: true,
        not_billable_reason: None,
        status: Status::Fixing,
        resume_status: None,
        status_since: now,
        assignee_id: None,
        reporter_id,
        channel: Channel::Portal,
        tags: Json(Vec::new()),
        agreed_on: None,
        queue_level: QueueLevel::Standard,
        cycle: 1,
        next_deadline_at: None,
        sla: Json(StoredSla {
            queue,
            open: Vec::new(),
            missed: false,
        }),
        created_at: now,
        updated_at: now,
        version: 1,
    }
}
