//! Mails about approvals: who is asked for one, reminded of one, told of one that was recorded, or of one that was
//! disputed. Each is made in a job after what it tells; a job that runs twice sends once.

use chrono::TimeDelta;
use daypack_domain::{
    Instant, Refusal,
    estimate::{check_open, reminders, within_minutes},
    ids::{EstimateId, UserId},
    policy::{ClientRole, Membership},
};
use daypack_store::{
    Conn,
    approval_links::{self, ApprovalLink, LinkPurpose},
    estimates::{self, Estimate},
    organizations::Organization,
    tickets::{self, Ticket},
    users::{self, User},
};

use super::preview::{Choice, approved_before};
use crate::{
    auth::secrets,
    context::Context,
    error::Failure,
    flows::{members, organizations, staff},
    mail::{
        approval::{About, asked_mail, disputed_mail, recorded_mail},
        outbox,
    },
};

/// How long the approver of a recorded approval can say that it was not theirs, by the link.
pub const DISPUTE_LIFETIME: TimeDelta = TimeDelta::days(30);
/// How many estimates one round of the job takes up.
const ROUND: i64 = 200;

/// Everything that a mail tells.
struct Told {
    organization: Organization,
    ticket: Ticket,
    estimate: Estimate,
}

impl Told {
    /// Under the lock of the organization; nothing when there is no such estimate.
    fn load(conn: &mut Conn, id: EstimateId) -> Result<Self, Failure> {
        let seen = estimates::find(conn, id)?.ok_or(Refusal::NotFound)?;
        let organization = organizations::lock(conn, seen.organization_id)?;
        let estimate = estimates::find(conn, id)?.ok_or(Refusal::NotFound)?;
        let ticket = tickets::find(conn, estimate.ticket_id)?.ok_or(Refusal::NotFound)?;
        Ok(Self {
            organization,
            ticket,
            estimate,
        })
    }

    fn is_open(&self, now: Instant) -> bool {
        check_open(self.estimate.status, self.estimate.valid_until, now).is_ok()
    }

    fn about<'a>(&'a self, base_url: &'a str) -> About<'a> {
        About {
            organization: &self.organization,
            ticket: &self.ticket,
            estimate: &self.estimate,
            base_url,
        }
    }

    /// Keeps the hash of a new link's token, and gives the token.
    fn link(
        &self,
        conn: &mut Conn,
        context: &Context,
        user_id: UserId,
        purpose: LinkPurpose,
        expires_at: Instant,
    ) -> Result<String, Failure> {
        let token = secrets::one_time_token();
        let link = ApprovalLink {
            hash: secrets::hash(&token),
            organization_id: self.organization.id,
            estimate_id: self.estimate.id,
            user_id,
            purpose,
            created_at: context.now,
            expires_at,
            used_at: None,
        };
        approval_links::insert(conn, &link)?;
        Ok(token)
    }
}

/// Asks everybody who may approve an open offer, each by a link of their own. An offer that was answered meanwhile, or
/// asked about before, is left alone.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such estimate.
pub fn ask(conn: &mut Conn, context: &Context, id: EstimateId, base_url: &str) -> Result<(), Failure> {
    let told = Told::load(conn, id)?;
    if !told.is_open(context.now) || approval_links::any_of_estimate(conn, id, LinkPurpose::Answer)? {
        return Ok(());
    }
    send_links(conn, context, &told, base_url, false)
}

/// Open offers that their approvers are to be reminded of now.
///
/// # Errors
/// The database.
pub fn to_remind(conn: &mut Conn, context: &Context) -> Result<Vec<EstimateId>, Failure> {
    Ok(estimates::to_remind_by(conn, context.now, ROUND)?)
}

/// Reminds of an open offer: at half its time and one day before its end, once each. When both passed unseen, once.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such estimate.
pub fn remind(conn: &mut Conn, context: &Context, id: EstimateId, base_url: &str) -> Result<(), Failure> {
    let told = Told::load(conn, id)?;
    let estimate = &told.estimate;
    let due = estimate.remind_at.is_some_and(|at| at <= context.now);
    if !due || !told.is_open(context.now) {
        return Ok(());
    }
    let next = reminders(estimate.offered_at, estimate.valid_until)
        .into_iter()
        .find(|at| *at > context.now);
    estimates::remind_at(conn, id, next)?;
    send_links(conn, context, &told, base_url, true)
}

fn send_links(conn: &mut Conn, context: &Context, told: &Told, base_url: &str, reminder: bool) -> Result<(), Failure> {
    for user in approvers(conn, context, told)? {
        let token = told.link(conn, context, user.id, LinkPurpose::Answer, told.estimate.valid_until)?;
        let mail = asked_mail(&user, &told.about(base_url), &token, reminder)?;
        outbox::post(conn, context, Some(told.organization.id), &mail)?;
    }
    Ok(())
}

/// Owners, and approvers whose limit lets them approve the offer, at least without its optional lines.
fn approvers(conn: &mut Conn, context: &Context, told: &Told) -> Result<Vec<User>, Failure> {
    let work = tickets::work_of(conn, &[told.ticket.id])?
        .pop()
        .ok_or(Refusal::NotFound)?;
    let least = Choice {
        minutes: Choice::least_minutes(&told.estimate),
        ..Choice::whole(&told.estimate)
    };
    let before = approved_before(&told.estimate, &least, &work);
    let people = members::list(conn, context, told.organization.id)?;
    let able = people.into_iter().filter(|(place, user)| {
        let membership = Membership {
            organization_id: place.organization_id,
            role: place.role,
            approval_limit_minutes: place.approval_limit_minutes,
            order_limit: None,
        };
        user.disabled_at.is_none()
            && place.role >= ClientRole::Approver
            && within_minutes(&membership, before, least.minutes).is_ok()
    });
    Ok(able.map(|(_, user)| user).collect())
}

/// Tells the approver of an approval that was recorded in their name, with the link to say that it was not theirs.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such estimate.
pub fn tell_approver(conn: &mut Conn, context: &Context, id: EstimateId, base_url: &str) -> Result<(), Failure> {
    let told = Told::load(conn, id)?;
    if approval_links::any_of_estimate(conn, id, LinkPurpose::Dispute)? {
        return Ok(());
    }
    let (Some(approver_id), Some(lead_id)) = (told.estimate.decided_by, told.estimate.recorded_by) else {
        return Ok(());
    };
    let approver = users::find(conn, approver_id)?.ok_or(Refusal::NotFound)?;
    let lead = users::find(conn, lead_id)?.ok_or(Refusal::NotFound)?;
    let until = context.now + DISPUTE_LIFETIME;
    let token = told.link(conn, context, approver_id, LinkPurpose::Dispute, until)?;
    let mail = recorded_mail(&approver, &told.about(base_url), &lead.name, &token, until)?;
    outbox::post(conn, context, Some(told.organization.id), &mail)?;
    Ok(())
}

/// Tells the leads, or the admins where there are none, that somebody disputes an approval.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such estimate.
pub fn tell_of_dispute(
    conn: &mut Conn,
    context: &Context,
    id: EstimateId,
    released_minutes: i64,
    base_url: &str,
) -> Result<(), Failure> {
    let told = Told::load(conn, id)?;
    let Some(by) = told.estimate.disputed_by else {
        return Ok(());
    };
    let by = users::find(conn, by)?.ok_or(Refusal::NotFound)?;
    for reader in staff::deciding(conn)? {
        let mail = disputed_mail(&reader, &told.about(base_url), &by.name, released_minutes)?;
        outbox::post(conn, context, Some(told.organization.id), &mail)?;
    }
    Ok(())
}
