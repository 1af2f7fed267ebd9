//! Links in mails (section 5): they act as the person whom they were sent to, with the rights and limits of this moment.
//! Looking changes nothing; each works for one answer, and ends with its estimate.

use daypack_domain::{
    Refusal,
    estimate::ApprovalChannel,
    policy::{Action, Actor, may},
};
use daypack_store::{
    Conn,
    approval_links::{self, ApprovalLink, LinkPurpose},
    estimates::Estimate,
    organizations::Organization,
    users::{self, User},
};

use super::{
    answer::{self, Yes},
    preview::{self, PreviewToken, Shown},
    recorded,
};
use crate::{
    auth::{self, secrets},
    context::Context,
    error::Failure,
    flows,
};

/// A link that works, and as whom.
#[derive(Debug)]
pub struct Opened {
    /// The link.
    pub link: ApprovalLink,
    /// Whom it was sent to.
    pub user: User,
    /// Their organization.
    pub organization: Organization,
    /// The circumstances, acting as them.
    pub context: Context,
}

/// What a link to answer an offer asks.
///
/// # Errors
/// [`Refusal::NotFound`] for a token that nobody was sent; `link_used`, `link_expired`; [`Refusal::Forbidden`] when the
/// person may not read it any more; what happened to the estimate; `invalid` for lines that cannot be left out.
pub fn look(conn: &mut Conn, context: &Context, token: &str, left_out: &[usize]) -> Result<(Opened, Shown), Failure> {
    let opened = open(conn, context, token, LinkPurpose::Answer)?;
    let shown = preview::preview(conn, &opened.context, opened.link.estimate_id, left_out)?;
    Ok((opened, shown))
}

/// Says yes by a link.
///
/// # Errors
/// Those of [`look`] and of [`answer::approve`].
pub fn approve(
    conn: &mut Conn,
    context: &Context,
    token: &str,
    shown: PreviewToken<'_>,
    left_out: &[usize],
) -> Result<Estimate, Failure> {
    let opened = open_to_use(conn, context, token, LinkPurpose::Answer)?;
    let yes = Yes {
        token: Some(shown),
        left_out,
        channel: ApprovalChannel::Email,
    };
    let (_, estimate) = answer::approve(conn, &opened.context, opened.link.estimate_id, None, &yes)?;
    Ok(estimate)
}

/// Says no by a link, with the reason.
///
/// # Errors
/// Those of [`look`] and of [`answer::reject`].
pub fn reject(conn: &mut Conn, context: &Context, token: &str, reason: &str) -> Result<Estimate, Failure> {
    let opened = open_to_use(conn, context, token, LinkPurpose::Answer)?;
    let (_, estimate) = answer::reject(conn, &opened.context, opened.link.estimate_id, None, reason)?;
    Ok(estimate)
}

/// What a link to dispute a recorded approval is about.
///
/// # Errors
/// As [`look`].
pub fn look_at_recorded(conn: &mut Conn, context: &Context, token: &str) -> Result<(Opened, Estimate), Failure> {
    let opened = open(conn, context, token, LinkPurpose::Dispute)?;
    let estimate = super::find(conn, &opened.context, opened.link.estimate_id, Action::ReadTickets)?;
    Ok((opened, estimate))
}

/// Disputes a recorded approval by a link.
///
/// # Errors
/// Those of [`look`] and of [`recorded::dispute`].
pub fn dispute(conn: &mut Conn, context: &Context, token: &str, note: Option<&str>) -> Result<Estimate, Failure> {
    let opened = open_to_use(conn, context, token, LinkPurpose::Dispute)?;
    let (_, estimate) = recorded::dispute(conn, &opened.context, opened.link.estimate_id, None, note)?;
    Ok(estimate)
}

fn open(conn: &mut Conn, context: &Context, token: &str, purpose: LinkPurpose) -> Result<Opened, Failure> {
    let link = approval_links::find(conn, &secrets::hash(token), purpose)?.ok_or(Refusal::NotFound)?;
    if link.used_at.is_some() {
        let detail = "This link was used already. Sign in to see what became of it.";
        return Err(Refusal::conflict("link_used", detail).into());
    }
    if link.expires_at <= context.now {
        let detail = "This link is too old. Sign in to see what became of it.";
        return Err(Refusal::conflict("link_expired", detail).into());
    }
    let gone = || Refusal::forbidden("The person whom this link was sent to may no longer answer it.");
    let user = users::find(conn, link.user_id)?
        .filter(|user| user.disabled_at.is_none())
        .ok_or_else(gone)?;
    let actor = Actor::Person(auth::person(conn, &user)?);
    may(&actor, Action::ReadTickets, link.organization_id.into()).map_err(|_| gone())?;
    let organization = daypack_store::organizations::find(conn, link.organization_id)?.ok_or(Refusal::NotFound)?;
    Ok(Opened {
        link,
        user,
        organization,
        context: context.acting_as(actor),
    })
}

/// As [`open`], under the lock of the organization, and uses the link up: when its answer is refused, the transaction
/// takes that back.
fn open_to_use(conn: &mut Conn, context: &Context, token: &str, purpose: LinkPurpose) -> Result<Opened, Failure> {
    let seen = open(conn, context, token, purpose)?;
    flows::organizations::lock(conn, seen.organization.id)?;
    let opened = open(conn, context, token, purpose)?;
    if !approval_links::use_up(conn, &opened.link.hash, context.now)? {
        return Err(Refusal::conflict("link_used", "This link was used already.").into());
    }
    Ok(opened)
}
