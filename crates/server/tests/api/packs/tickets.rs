//! Minutes that are held and used, straight through the ledger: what tickets do with it has tests of its own.

use chrono::NaiveDate;
use daypack_domain::Refusal;
use daypack_domain::estimate::Basis;
use daypack_domain::ids::{LotId, OrganizationId, TicketId};
use daypack_domain::ledger::{Account, Approval, Reversal, Stamp};
use daypack_domain::lot::{GiftedLot, Lot, LotOrigin};
use daypack_domain::money::Currency;
use daypack_server::context::Context;
use daypack_server::error::Failure;
use daypack_server::flows;
use daypack_server::testing::{People, TestServer};
use daypack_store::lots::LotRecord;
use daypack_store::{Conn, ledger, lots, tickets};
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
                debts: &[],
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
    let used = match deed {
        Deed::Use(minutes) => minutes,
        Deed::GiveBack(minutes, _) => -minutes,
        _ => return Ok(()),
    };
    // The ticket counts what was used for it.
    let mut ticket = tickets::find(conn, ticket_id)?.ok_or(Refusal::NotFound)?;
    let mut work = tickets::work_of(conn, &[ticket_id])?.pop().ok_or(Refusal::NotFound)?;
    (ticket.version, work.used_minutes) = (ticket.version + 1, work.used_minutes + used);
    assert!(tickets::update(conn, &ticket, Some(&work))?);
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

/// A ticket of Acme that minutes can be held for.
pub async fn ticket(server: &TestServer, people: &People) -> TicketId {
    let body = json!({
        "organization_id": people.acme, "title": "The export fails", "description": "Since this morning.",
        "affected": "Accounting"
    });
    let opened = owner(server, people).await.post("/tickets", body).await.created();
    opened["id"].as_str().unwrap().parse().unwrap()
}
