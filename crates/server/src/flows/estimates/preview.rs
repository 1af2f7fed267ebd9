//! What a yes would do, and the token that ties the yes to what was shown (section 3, "Preview and approve").

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use daypack_domain::{
    Refusal,
    estimate::{approved_after, check_open, chosen_minutes, may_approve},
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

/// Which lines of an estimate a yes is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Positions of the optional lines that are left out, in order, each once.
    pub left_out: Vec<usize>,
    /// The minutes of the others.
    pub minutes: i64,
}

impl Choice {
    /// The choice to leave these lines out.
    ///
    /// # Errors
    /// `invalid` for a line that is not optional.
    pub fn of(estimate: &Estimate, left_out: &[usize]) -> Result<Self, Refusal> {
        let mut left_out = left_out.to_vec();
        left_out.sort_unstable();
        left_out.dedup();
        let minutes = chosen_minutes(estimate.minutes, &estimate.lines, &left_out)?;
        Ok(Self { left_out, minutes })
    }

    /// Everything that was offered.
    #[must_use]
    pub fn whole(estimate: &Estimate) -> Self {
        Self {
            left_out: Vec::new(),
            minutes: estimate.minutes,
        }
    }

    /// What a yes can be for at least: without any optional line.
    #[must_use]
    pub fn least_minutes(estimate: &Estimate) -> i64 {
        let optional = estimate.lines.iter().filter(|line| line.optional);
        estimate.minutes - optional.map(|line| line.minutes).sum::<i64>()
    }
}

/// What a yes would do, as it is shown.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The estimate.
    pub estimate: Estimate,
    /// Which of its lines.
    pub choice: Choice,
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

/// Shows what a yes to an open estimate would do now, without the lines that are left out. Nothing is reserved by
/// looking.
///
/// # Errors
/// Those of [`super::find`]; what happened to the estimate when it can no longer be answered; those of [`Choice::of`].
pub fn preview(conn: &mut Conn, context: &Context, id: EstimateId, left_out: &[usize]) -> Result<Shown, Failure> {
    let (estimate, case) = super::find_with_case(conn, context, id, Action::ReadTickets)?;
    check_open(estimate.status, estimate.valid_until, context.now)?;
    let choice = Choice::of(&estimate, left_out)?;
    let names = LotNames::load(conn, case.organization.id)?;
    let asked = vec![(estimate, choice, &case.ticket, &case.work)];
    let shown = show_chosen(conn, context, &case.organization, &names, asked)?.pop();
    shown.ok_or(Failure::Refusal(Refusal::NotFound))
}

/// What a yes to each of these open estimates of one organization would do now, each whole and by itself, in the order
/// given. The number of queries does not grow with theirs.
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
    let whole = asked.into_iter().map(|(estimate, ticket, work)| {
        let choice = Choice::whole(&estimate);
        (estimate, choice, ticket, work)
    });
    show_chosen(conn, context, organization, names, whole.collect())
}

fn show_chosen(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    names: &LotNames,
    asked: Vec<(Estimate, Choice, &Ticket, &Work)>,
) -> Result<Vec<Shown>, Failure> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<TicketId> = asked.iter().map(|(_, _, ticket, _)| ticket.id).collect();
    let holds = ledger::holds_of(conn, &ids)?;
    let account = names.account(organization.counters(), holds).settled(context.now)?;
    let limit = context
        .actor
        .membership(organization.id)
        .and_then(|membership| membership.approval_limit_minutes);
    let mut plans = None;
    let mut shown = Vec::with_capacity(asked.len());
    for (estimate, choice, ticket, work) in asked {
        let wanted = approval(&estimate, &choice, ticket, work, context.id());
        let preview = account.preview_approval(context.now, &wanted)?;
        let before = approved_before(&estimate, &choice, work);
        let missing = preview.shortfall_minutes;
        let covering = if missing > 0 {
            let on_sale = match plans.take() {
                Some(plans) => plans,
                None => catalogue::current_plans(conn)?,
            };
            let debt_minutes = account.counters().debt_minutes;
            plan::covering(plans.insert(on_sale), organization.currency, missing, debt_minutes)
        } else {
            None
        };
        shown.push(Shown {
            may_approve: may_approve(&context.actor, organization.id.into(), before, choice.minutes).is_ok(),
            limit_minutes: limit,
            parts: names.held_parts(&account, &preview.allocations),
            available_before_minutes: account.available_minutes(),
            covering: covering.map(|offer| (offer.plan.code.to_string(), offer.packs)),
            estimate,
            choice,
            preview,
        });
    }
    Ok(shown)
}

/// What the ledger is asked for.
pub(super) fn approval(
    estimate: &Estimate,
    choice: &Choice,
    ticket: &Ticket,
    work: &Work,
    hold_id: HoldId,
) -> Approval {
    Approval {
        hold_id,
        ticket_id: ticket.id,
        system_id: ticket.system_id,
        minutes: choice.minutes,
        basis: estimate.basis,
        used_minutes: work.used_minutes,
    }
}

/// What counts against an approver's limit beside what is chosen: a total replaces what was approved before, and says
/// yes to what was used.
pub(super) fn approved_before(estimate: &Estimate, choice: &Choice, work: &Work) -> i64 {
    let after = approved_after(estimate.basis, choice.minutes, work.approved_minutes, work.used_minutes);
    after.max(work.used_minutes) - choice.minutes
}

/// The token for exactly what was shown; none when minutes are missing.
#[must_use]
pub fn token(keys: &Keys, shown: &Shown) -> Option<String> {
    let whole = shown.preview.shortfall_minutes == 0;
    let signed = || {
        let parts = parts(&shown.estimate, &shown.choice, &shown.preview);
        keys.sign(PURPOSE, &parts.each_ref().map(Vec::as_slice))
    };
    whole.then(|| URL_SAFE_NO_PAD.encode(&signed()[..TAG_BYTES]))
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
        choice: &Choice,
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
        let parts = parts(estimate, choice, &preview);
        if self.keys.verify(PURPOSE, &parts.each_ref().map(Vec::as_slice), &tag) {
            return Ok(preview.fingerprint());
        }
        let detail = "the balance has changed since the preview; look again before approving";
        Err(Refusal::conflict("balance_changed", detail))
    }
}

/// What the token covers: the estimate as it was, the lines left out, and what the ledger would do.
fn parts(estimate: &Estimate, choice: &Choice, preview: &Preview) -> [Vec<u8>; 4] {
    let left_out: Vec<String> = choice.left_out.iter().map(ToString::to_string).collect();
    [
        estimate.id.0.as_bytes().to_vec(),
        estimate.version.to_be_bytes().to_vec(),
        left_out.join(",").into_bytes(),
        preview.fingerprint().into_bytes(),
    ]
}
