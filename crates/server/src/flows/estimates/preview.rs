//! What a yes would do, and the token that ties the yes to what was shown (section 3, "Preview and approve").

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use daypack_domain::{
    Refusal,
    estimate::{Basis, check_open, may_approve},
    ids::{EstimateId, HoldId, TicketId},
    ledger::{Account, Approval, Preview},
    plan,
    policy::Action,
};
use daypack_store::{
    Conn, catalogue,
    estimates::{Estimate, HeldPart},
    ledger,
    organizations::Organization,
    tickets::{Ticket, Work},
};

use crate::{auth::keys::Keys, context::Context, error::Failure, views::LotNames};

const PURPOSE: &str = "preview";
const TAG_BYTES: usize = 16;

/// What a yes would do, as it is shown.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The estimate.
    pub estimate: Estimate,
    /// What would be held.
    pub preview: Preview,
    /// From which lots, in order of use.
    pub parts: Vec<HeldPart>,
    /// What the organization has now.
    pub available_before_minutes: i64,
    /// Packs that would cover what is missing: plan and quantity.
    pub covering: Option<(String, i64)>,
    /// Whether the asking person may say yes to it.
    pub may_approve: bool,
    /// The asking person's limit for one ticket.
    pub limit_minutes: Option<i64>,
}

/// Shows what a yes to an open estimate would do now. Nothing is reserved by looking.
///
/// # Errors
/// Those of [`super::find`]; what happened to the estimate when it can no longer be answered.
pub fn preview(conn: &mut Conn, context: &Context, id: EstimateId) -> Result<Shown, Failure> {
    let (estimate, case) = super::find_with_case(conn, context, id, Action::ReadTickets)?;
    check_open(estimate.status, estimate.valid_until, context.now)?;
    let names = LotNames::load(conn, case.organization.id)?;
    let asked = vec![(estimate, &case.ticket, &case.work)];
    let shown = show_all(conn, context, &case.organization, &names, asked)?.pop();
    shown.ok_or(Failure::Refusal(Refusal::NotFound))
}

/// What a yes to each of these open estimates of one organization would do now, each by itself, in the order given.
/// The number of queries does not grow with theirs.
///
/// # Errors
/// The database.
pub fn show_all(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    names: &LotNames,
    asked: Vec<(Estimate, &Ticket, &Work)>,
) -> Result<Vec<Shown>, Failure> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<TicketId> = asked.iter().map(|(_, ticket, _)| ticket.id).collect();
    let holds = ledger::holds_of(conn, &ids)?;
    let account = names.account(organization.counters(), holds).settled(context.now)?;
    let limit = context
        .actor
        .membership(organization.id)
        .and_then(|membership| membership.approval_limit_minutes);
    let mut plans = None;
    let mut shown = Vec::with_capacity(asked.len());
    for (estimate, ticket, work) in asked {
        let preview = account.preview_approval(context.now, &approval(&estimate, ticket, work, context.id()))?;
        let before = approved_before(&estimate, work);
        let missing = preview.shortfall_minutes;
        let covering = if missing > 0 {
            let on_sale = match plans.take() {
                Some(plans) => plans,
                None => catalogue::current_plans(conn)?,
            };
            plan::covering(plans.insert(on_sale), missing)
        } else {
            None
        };
        shown.push(Shown {
            may_approve: may_approve(&context.actor, organization.id.into(), before, estimate.minutes).is_ok(),
            limit_minutes: limit,
            parts: names.held_parts(&account, &preview.allocations),
            available_before_minutes: account.available_minutes(),
            covering: covering.map(|offer| (offer.plan.code.to_string(), offer.packs)),
            estimate,
            preview,
        });
    }
    Ok(shown)
}

/// What the ledger is asked for.
pub(super) fn approval(estimate: &Estimate, ticket: &Ticket, work: &Work, hold_id: HoldId) -> Approval {
    Approval {
        hold_id,
        ticket_id: ticket.id,
        system_id: ticket.system_id,
        minutes: estimate.minutes,
        basis: estimate.basis,
        used_minutes: work.used_minutes,
    }
}

/// What was approved before that counts against an approver's limit: a total replaces it.
pub(super) fn approved_before(estimate: &Estimate, work: &Work) -> i64 {
    match estimate.basis {
        Basis::Total => 0,
        Basis::Further => work.approved_minutes,
    }
}

/// The token for exactly what was shown; none when minutes are missing.
#[must_use]
pub fn token(keys: &Keys, shown: &Shown) -> Option<String> {
    let whole = shown.preview.shortfall_minutes == 0;
    whole.then(|| URL_SAFE_NO_PAD.encode(&sign(keys, &shown.estimate, &shown.preview)[..TAG_BYTES]))
}

/// A token that the caller gave back, and what checks it.
#[derive(Debug, Clone, Copy)]
pub struct PreviewToken<'a> {
    /// The keys that signed it.
    pub keys: &'a Keys,
    /// As it was given.
    pub text: &'a str,
}

impl PreviewToken<'_> {
    /// The fingerprint of what was shown, if that is what would be done now.
    ///
    /// # Errors
    /// `invalid` for a text that is no token; `balance_changed`.
    pub(super) fn fingerprint(
        self,
        account: &Account,
        context: &Context,
        estimate: &Estimate,
        approval: &Approval,
    ) -> Result<String, Refusal> {
        let tag = URL_SAFE_NO_PAD
            .decode(self.text)
            .ok()
            .filter(|tag| tag.len() == TAG_BYTES);
        let Some(tag) = tag else {
            let detail = "This is no token of a preview. Look at the preview again.";
            return Err(Refusal::field("/preview_token", "invalid_token", detail));
        };
        let preview = account.preview_approval(context.now, approval)?;
        let [id, version, fingerprint] = parts(estimate, &preview);
        if self.keys.verify(PURPOSE, &[&id, &version, &fingerprint], &tag) {
            return Ok(preview.fingerprint());
        }
        let detail = "the balance has changed since the preview; look again before approving";
        Err(Refusal::conflict("balance_changed", detail))
    }
}

fn sign(keys: &Keys, estimate: &Estimate, preview: &Preview) -> [u8; 32] {
    let [id, version, fingerprint] = parts(estimate, preview);
    keys.sign(PURPOSE, &[&id, &version, &fingerprint])
}

fn parts(estimate: &Estimate, preview: &Preview) -> [Vec<u8>; 3] {
    let id = estimate.id.0.as_bytes().to_vec();
    [
        id,
        estimate.version.to_be_bytes().to_vec(),
        preview.fingerprint().into_bytes(),
    ]
}
