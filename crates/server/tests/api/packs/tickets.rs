//! Minutes that are held and used, straight through the ledger: what tickets do with it has tests of its own.

use chrono::NaiveDate;
use daypack_domain::Refusal;
use daypack_domain::estimate::{ApprovalChannel, Basis, EstimateKind, EstimateStatus, approved_after};
use daypack_domain::ids::{LotId, OrganizationId, TicketId};
use daypack_domain::ledger::{Account, Approval, Reversal, Stamp};
use daypack_domain::lot::{GiftedLot, Lot, LotOrigin};
use daypack_domain::money::Currency;
use daypack_domain::zone::Zone;
use daypack_server::context::Context;
use daypack_server::error::Failure;
use daypack_server::flows;
use daypack_server::testing::{People, TestServer};
use daypack_store::estimates::{self, Estimate};
use daypack_store::lots::LotRecord;
use daypack_store::tickets::Work;
use daypack_store::{Conn, Json, ledger, lots, tickets};
use serde_json::json;

use super::{owner, run};

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
    /// The last lot is extended.
    Extend,
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
        Deed::Hold(minutes) => hold(conn, &mut account, context, ticket_id, minutes)?,
        Deed::Use(minutes) => drop(account.consume_part(&stamp, ticket_id, minutes)?),
        Deed::GiveBack(minutes, ticket_open) => {
            let movements = ledger::of_ticket(conn, ticket_id)?;
            let reversal = Reversal {
                ticket_id,
                ticket_open,
                minutes,
                movements: &movements,
                debts: &[],
            };
            account.reverse(&stamp, &reversal)?;
        }
        Deed::Release => drop(account.release(&stamp, ticket_id)?),
        Deed::Credit(minutes) => account.credit(&stamp, first?, minutes)?,
        Deed::Debit(minutes) => account.debit(&stamp, first?, minutes)?,
        Deed::Refund(minutes) => account.refund(&stamp, first?, minutes)?,
        Deed::Bounce => drop(account.bounce(&stamp, all.last().copied().ok_or(Refusal::NotFound)?)?),
        Deed::Extend => {
            let zone = flows::organizations::zone_of(&organization)?;
            extend(
                conn,
                &mut account,
                context,
                zone,
                all.last().copied().ok_or(Refusal::NotFound)?,
            )?;
        }
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
    // The ticket counts what was approved and used for it.
    count(conn, ticket_id, |work| match deed {
        Deed::Hold(minutes) => {
            let Work {
                approved_minutes,
                used_minutes,
                ..
            } = *work;
            work.approved_minutes = approved_after(Basis::Further, minutes, approved_minutes, used_minutes);
        }
        Deed::Use(minutes) => work.used_minutes += minutes,
        Deed::GiveBack(minutes, _) => work.used_minutes -= minutes,
        _ => {}
    })
}

fn count(conn: &mut Conn, id: TicketId, change: impl FnOnce(&mut Work)) -> Result<(), Failure> {
    let mut ticket = tickets::find(conn, id)?.ok_or(Refusal::NotFound)?;
    let before = tickets::work_of(conn, &[id])?.pop().ok_or(Refusal::NotFound)?;
    let mut work = before.clone();
    change(&mut work);
    if work != before {
        ticket.version += 1;
        assert!(tickets::update(conn, &ticket, Some(&work))?);
    }
    Ok(())
}

/// Under an estimate that somebody approved.
fn hold(
    conn: &mut Conn,
    account: &mut Account,
    context: &Context,
    ticket_id: TicketId,
    minutes: i64,
) -> Result<(), Failure> {
    let stamp = &Stamp::system(context.now).because("a test");
    let approval = Approval {
        hold_id: context.id(),
        ticket_id,
        system_id: None,
        minutes,
        basis: Basis::Further,
        used_minutes: 0,
    };
    account.approve(stamp, &approval, None)?;
    let ticket = tickets::find(conn, ticket_id)?.ok_or(Refusal::NotFound)?;
    let estimate = Estimate {
        id: context.id(),
        organization_id: ticket.organization_id,
        ticket_id,
        status: EstimateStatus::Approved,
        basis: approval.basis,
        kind: EstimateKind::UpTo,
        minutes,
        includes: "All of it.".to_owned(),
        lines: Json(Vec::new()),
        blocking: false,
        valid_until: context.now,
        offered_by: ticket.reporter_id,
        offered_at: context.now,
        decided_by: Some(ticket.reporter_id),
        decided_at: Some(context.now),
        decision_reason: None,
        channel: Some(ApprovalChannel::Portal),
        channel_note: None,
        recorded_by: None,
        approved_minutes: Some(minutes),
        hold_id: Some(approval.hold_id),
        allocations: Json(Vec::new()),
        version: 1,
        left_out: Json(Vec::new()),
        remind_at: None,
        standing_approval_id: None,
        standing_approval_name: None,
        standing_minutes: None,
        standing_on: None,
        disputed_by: None,
        disputed_at: None,
        dispute_note: None,
    };
    Ok(estimates::insert(conn, &estimate)?)
}

fn extend(conn: &mut Conn, account: &mut Account, context: &Context, zone: Zone, id: LotId) -> Result<(), Failure> {
    let mut record = lots::find(conn, id)?.ok_or(Refusal::NotFound)?;
    let expires_on = record.lot.extend(context.now)?;
    account.extend(&Stamp::system(context.now), id, expires_on, zone.end_of(expires_on))?;
    let position = account.lot(id).cloned().ok_or(Refusal::NotFound)?;
    (record.position, record.version) = (position, record.version + 1);
    assert!(lots::update(conn, &record)?);
    Ok(())
}

/// A ticket of Acme that minutes can be held for.
pub async fn ticket(server: &TestServer, people: &People) -> TicketId {
    let body = json!({
        "organization_id": people.acme, "title": "The export fails", "description": "Since this morning.",
        "affected": "Accounting"
    });
    let opened = owner(server, people).await.post("/tickets", body).await.created();
    opened["id"].as_str().unwrap().parse().unwrap()
}
