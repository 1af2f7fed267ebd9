//! Estimates and approvals (section 5): an offer of minutes, who may offer it and who may say yes.

use crate::Instant;
use crate::money::Money;
use crate::policy::{Action, Actor, ClientRole, Membership, Subject, may};
use crate::problem::{FieldProblem, Refusal};
use crate::words::words;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How long an offer stands when nothing else is said.
pub const VALIDITY_DAYS: i64 = 14;
/// Longest estimate, so that a slip of the keyboard is noticed: a year of working days.
pub const MINUTES_MAX: i64 = 250 * 480;
/// Most lines of one estimate.
pub const LINES_MAX: usize = 50;
/// Longest text of what an estimate includes, in characters.
pub const INCLUDES_MAX_CHARACTERS: usize = 5_000;

words! {
    /// Where an estimate stands. Only `offered` is open, and a ticket has at most one open estimate.
    EstimateStatus {
        /// Waiting for an answer.
        Offered = "offered",
        /// Accepted: the minutes are held.
        Approved = "approved",
        /// Refused, with a reason.
        Rejected = "rejected",
        /// Taken back by the staff.
        Withdrawn = "withdrawn",
        /// Nobody answered in time.
        Lapsed = "lapsed",
        /// Replaced by a newer offer.
        Revised = "revised",
    }
}

words! {
    /// What the minutes count (section 3).
    Basis {
        /// The whole ticket: the first estimate, or one that replaces an emergency hold.
        Total = "total",
        /// In addition to what was approved before.
        Further = "further",
    }
}

words! {
    /// What happens to minutes that are not used.
    EstimateKind {
        /// They come back.
        UpTo = "up_to",
        /// What was approved is consumed at resolution.
        Fixed = "fixed",
    }
}

words! {
    /// How an approval came about.
    ApprovalChannel {
        /// In the portal or over REST, by the approver.
        Portal = "portal",
        /// By the signed link in a mail.
        Email = "email",
        /// Recorded by a lead: said on the phone.
        RecordedPhone = "recorded_phone",
        /// Recorded by a lead: written in a mail.
        RecordedMail = "recorded_mail",
        /// Under a standing approval.
        Standing = "standing",
    }
}

words! {
    /// How a yes reached the lead who records it.
    RecordedChannel {
        /// Said on the phone.
        Phone = "phone",
        /// Written in a mail.
        Mail = "mail",
    }
}

impl From<RecordedChannel> for ApprovalChannel {
    fn from(channel: RecordedChannel) -> Self {
        match channel {
            RecordedChannel::Phone => Self::RecordedPhone,
            RecordedChannel::Mail => Self::RecordedMail,
        }
    }
}

impl ApprovalChannel {
    /// Whether a lead recorded it in the approver's name.
    #[must_use]
    pub const fn is_recorded(self) -> bool {
        matches!(self, Self::RecordedPhone | Self::RecordedMail)
    }
}

/// One line of an estimate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What it is for.
    pub text: String,
    /// Minutes, a multiple of the increment.
    pub minutes: i64,
    /// Whether the client may leave it out.
    #[serde(default)]
    pub optional: bool,
}

/// What whoever estimates writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Minutes in all, optional lines included.
    pub minutes: i64,
    /// What is included, in words.
    pub includes: String,
    /// What the minutes count.
    pub basis: Basis,
    /// What happens to minutes that are not used.
    pub kind: EstimateKind,
    /// The parts, if the offer names any; they add up to `minutes`.
    pub lines: Vec<Line>,
    /// Whether the work stops until there is an answer.
    pub blocking: bool,
    /// Until when it stands; default 14 days after the offer.
    pub valid_until: Option<Instant>,
}

impl Offer {
    /// Checks the offer, and answers until when it stands. `increment_minutes` is the contract's (default 15).
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with every field that cannot be accepted.
    pub fn validate(&self, increment_minutes: i64, now: Instant) -> Result<Instant, Refusal> {
        let mut problems = Vec::new();
        check_minutes(&mut problems, "/minutes", self.minutes, increment_minutes);
        let includes = self.includes.trim().chars().count();
        if includes == 0 {
            problems.push(FieldProblem::new(
                "/includes",
                "required",
                "say what the estimate includes",
            ));
        } else if includes > INCLUDES_MAX_CHARACTERS {
            let detail = format!("at most {INCLUDES_MAX_CHARACTERS} characters");
            problems.push(FieldProblem::new("/includes", "too_long", detail));
        }
        self.check_lines(&mut problems, increment_minutes);
        let valid_until = self.valid_until.unwrap_or(now + TimeDelta::days(VALIDITY_DAYS));
        if valid_until <= now {
            problems.push(FieldProblem::new(
                "/valid_until",
                "in_the_past",
                "an offer must stand for some time",
            ));
        }
        if problems.is_empty() {
            Ok(valid_until)
        } else {
            Err(Refusal::Invalid(problems))
        }
    }

    fn check_lines(&self, problems: &mut Vec<FieldProblem>, increment_minutes: i64) {
        if self.lines.is_empty() {
            return;
        }
        if self.lines.len() > LINES_MAX {
            problems.push(FieldProblem::new(
                "/lines",
                "too_many",
                format!("at most {LINES_MAX} lines"),
            ));
            return;
        }
        for (index, line) in self.lines.iter().enumerate() {
            check_minutes(
                problems,
                &format!("/lines/{index}/minutes"),
                line.minutes,
                increment_minutes,
            );
            if line.text.trim().is_empty() {
                let detail = "say what the line is for";
                problems.push(FieldProblem::new(format!("/lines/{index}/text"), "required", detail));
            }
        }
        if self.lines.iter().all(|line| line.optional) {
            let detail = "at least one line must not be optional";
            problems.push(FieldProblem::new("/lines", "all_optional", detail));
        }
        let total = self
            .lines
            .iter()
            .fold(0_i64, |sum, line| sum.saturating_add(line.minutes));
        if total != self.minutes {
            let detail = format!("the lines add up to {total} minutes, not {}", self.minutes);
            problems.push(FieldProblem::new("/lines", "sum_differs", detail));
        }
    }
}

fn check_minutes(problems: &mut Vec<FieldProblem>, pointer: &str, minutes: i64, increment_minutes: i64) {
    let increment_minutes = increment_minutes.max(1);
    if minutes <= 0 {
        problems.push(FieldProblem::new(
            pointer,
            "too_small",
            format!("at least {increment_minutes} minutes"),
        ));
    } else if minutes > MINUTES_MAX {
        problems.push(FieldProblem::new(
            pointer,
            "too_large",
            format!("at most {MINUTES_MAX} minutes"),
        ));
    } else if minutes % increment_minutes != 0 {
        let detail = format!("a multiple of {increment_minutes} minutes");
        problems.push(FieldProblem::new(pointer, "not_a_multiple", detail));
    }
}

/// The minutes that a yes to these lines means: all required ones and the chosen optional ones. `left_out` holds the
/// positions of optional lines that the client does not want; without lines it must be empty.
///
/// # Errors
/// [`Refusal::Invalid`] when a position is not that of an optional line.
pub fn chosen_minutes(minutes: i64, lines: &[Line], left_out: &[usize]) -> Result<i64, Refusal> {
    let mut chosen = minutes;
    for (index, line) in lines.iter().enumerate() {
        if left_out.contains(&index) && line.optional {
            chosen -= line.minutes;
        }
    }
    match left_out
        .iter()
        .find(|index| !lines.get(**index).is_some_and(|line| line.optional))
    {
        Some(index) => Err(Refusal::field(
            "/left_out",
            "not_optional",
            format!("line {index} is not an optional line"),
        )),
        None => Ok(chosen),
    }
}

/// What a yes does to the holds of the ticket (section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldChange {
    /// Hold this many minutes more.
    Hold {
        /// More than zero.
        minutes: i64,
    },
    /// Release this many minutes of what is held.
    Release {
        /// More than zero.
        minutes: i64,
    },
    /// What is held is right already.
    Keep,
}

/// What approving `minutes` does, when `used_minutes` were consumed (or borrowed) and `held_minutes` are held for the
/// ticket. A total counts both; if they are more than it, what is held beyond it is released, and used minutes stay.
#[must_use]
pub fn hold_change(basis: Basis, minutes: i64, used_minutes: i64, held_minutes: i64) -> HoldChange {
    let change = match basis {
        Basis::Further => minutes,
        Basis::Total => minutes - used_minutes - held_minutes,
    };
    match change {
        0 => HoldChange::Keep,
        1.. => HoldChange::Hold { minutes: change },
        _ if held_minutes == 0 => HoldChange::Keep,
        _ => HoldChange::Release {
            minutes: (-change).min(held_minutes),
        },
    }
}

/// What is approved for a ticket in all once `minutes` more are, when `approved_minutes` were approved before and
/// `used_minutes` were used: a total replaces what was approved before it, a further one adds to it. What was used
/// counts as approved, so that a smaller total in between opens no way around an approver's limit.
#[must_use]
pub fn approved_after(basis: Basis, minutes: i64, approved_minutes: i64, used_minutes: i64) -> i64 {
    match basis {
        Basis::Total => minutes,
        Basis::Further => approved_minutes.max(used_minutes).saturating_add(minutes),
    }
}

/// What the approved estimates of a ticket come to by themselves, in the order of their approval: a total replaces what
/// was approved before it, a further one adds to it.
#[must_use]
pub fn offered_in_all(approved: impl IntoIterator<Item = (Basis, i64)>) -> i64 {
    approved.into_iter().fold(0, |sum, (basis, minutes)| match basis {
        Basis::Total => minutes,
        Basis::Further => sum + minutes,
    })
}

/// Whether an offer has lapsed: from its last instant on it can no longer be approved.
#[must_use]
pub fn has_lapsed(valid_until: Instant, now: Instant) -> bool {
    now >= valid_until
}

/// When to remind of an open offer: at half its time, and one day before it lapses (only what lies between).
#[must_use]
pub fn reminders(offered_at: Instant, valid_until: Instant) -> Vec<Instant> {
    let half = offered_at + (valid_until - offered_at) / 2;
    let day_before = valid_until - TimeDelta::days(1);
    let mut instants = vec![half];
    if day_before > half {
        instants.push(day_before);
    }
    instants
}

/// An estimate's status that can still be answered now.
///
/// # Errors
/// A conflict that names what happened to it: `estimate_approved`, `estimate_rejected`, `estimate_withdrawn`,
/// `estimate_revised` or `estimate_lapsed`.
pub fn check_open(status: EstimateStatus, valid_until: Instant, now: Instant) -> Result<(), Refusal> {
    let (code, detail) = match status {
        EstimateStatus::Offered if !has_lapsed(valid_until, now) => return Ok(()),
        EstimateStatus::Offered | EstimateStatus::Lapsed => ("estimate_lapsed", "this estimate has lapsed"),
        EstimateStatus::Approved => ("estimate_approved", "this estimate was already approved"),
        EstimateStatus::Rejected => ("estimate_rejected", "this estimate was rejected"),
        EstimateStatus::Withdrawn => ("estimate_withdrawn", "this estimate was withdrawn"),
        EstimateStatus::Revised => ("estimate_revised", "a newer estimate has replaced this one"),
    };
    Err(Refusal::conflict(code, detail))
}

/// Whether this actor may offer an estimate for the organization: staff only.
///
/// # Errors
/// As [`may`].
pub fn may_offer(actor: &Actor, subject: Subject) -> Result<(), Refusal> {
    may(actor, Action::OfferEstimate, subject)
}

/// Whether this actor may approve `minutes` more on a ticket where `approved_minutes` were approved before: the limit
/// of an approver counts all of the ticket together; owners have none. `None` as limit means no limit.
///
/// # Errors
/// As [`may`]; [`Refusal::OverLimit`].
pub fn may_approve(actor: &Actor, subject: Subject, approved_minutes: i64, minutes: i64) -> Result<(), Refusal> {
    may(actor, Action::ApproveEstimate, subject)?;
    match subject
        .organization_id()
        .and_then(|organization_id| actor.membership(organization_id))
    {
        Some(membership) => within_minutes(membership, approved_minutes, minutes),
        None => Ok(()),
    }
}

/// Whether a member's own limit covers `minutes` more on a ticket where `approved_minutes` were approved before.
/// Also for an approval that a lead records in the member's name.
///
/// # Errors
/// [`Refusal::OverLimit`]; [`Refusal::Forbidden`] when the member is neither approver nor owner.
pub fn within_minutes(membership: &Membership, approved_minutes: i64, minutes: i64) -> Result<(), Refusal> {
    match (membership.role, membership.approval_limit_minutes) {
        (ClientRole::Owner, _) | (ClientRole::Approver, None) => Ok(()),
        (ClientRole::Approver, Some(limit)) if approved_minutes.saturating_add(minutes) <= limit => Ok(()),
        (ClientRole::Approver, Some(limit)) => Err(Refusal::OverLimit {
            detail: format!(
                "the limit is {limit} minutes for each ticket, and this makes {}: an owner can approve it",
                approved_minutes.saturating_add(minutes)
            ),
        }),
        (ClientRole::Viewer | ClientRole::Member, _) => Err(Refusal::forbidden(
            "approving estimates needs the role approver or owner",
        )),
    }
}

/// Whether this actor may spend this amount on an order or a quote: approvers within their limit in money (none
/// given: owners only), owners without limit.
///
/// # Errors
/// [`Refusal::OverLimit`] above the limit, in another currency than the limit's, or without one;
/// [`Refusal::Forbidden`] for other roles.
pub fn within_money(membership: &Membership, amount: Money) -> Result<(), Refusal> {
    let detail = match (membership.role, membership.order_limit) {
        (ClientRole::Owner, _) => return Ok(()),
        (ClientRole::Approver, Some(limit)) if limit.currency != amount.currency => {
            "your limit is in another currency: an owner can do it"
        }
        (ClientRole::Approver, Some(limit)) if amount.amount_minor <= limit.amount_minor => return Ok(()),
        (ClientRole::Approver, Some(_)) => "this is above your limit: an owner can do it",
        (ClientRole::Approver, None) => "you have no limit for orders: an owner can do it",
        (ClientRole::Viewer | ClientRole::Member, _) => {
            return Err(Refusal::forbidden("spending money needs the role approver or owner"));
        }
    };
    Err(Refusal::OverLimit {
        detail: detail.to_owned(),
    })
}
