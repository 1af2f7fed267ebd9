//! Lists and counts of tickets, as far as the asking person sees them.

use daypack_domain::{
    Refusal,
    ids::{OrganizationId, UserId},
    policy::{Action, Actor, may},
    ticket::{Kind, Reference, Severity, Status},
};
use daypack_store::{
    Conn, Page, organizations,
    tickets::{self, Filter, Key, Sort, Ticket},
};

use crate::{context::Context, error::Failure};

/// What a list is asked for.
#[derive(Debug, Clone)]
pub struct Query {
    /// Only of this organization.
    pub organization_id: Option<OrganizationId>,
    /// Only in one of these statuses.
    pub statuses: Vec<Status>,
    /// Only with this severity.
    pub severity: Option<Severity>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only what this person works on.
    pub assignee_id: Option<UserId>,
    /// Words of the title, or a reference.
    pub text: Option<String>,
    /// In which order.
    pub sort: Sort,
}

/// The organizations whose tickets the actor may see, narrowed to one: `None` means all of them.
///
/// # Errors
/// [`Refusal::NotFound`] for an organization that the actor does not know of; [`Refusal::Forbidden`] for nobody.
pub fn visible(
    context: &Context,
    organization_id: Option<OrganizationId>,
) -> Result<Option<Vec<OrganizationId>>, Failure> {
    if let Some(organization_id) = organization_id {
        may(&context.actor, Action::ReadTickets, organization_id.into())?;
        return Ok(Some(vec![organization_id]));
    }
    if context.actor.reads_internal() {
        return Ok(None);
    }
    match &context.actor {
        Actor::Person(person) => Ok(Some(
            person
                .memberships
                .iter()
                .map(|membership| membership.organization_id)
                .collect(),
        )),
        Actor::System | Actor::Anonymous => Err(Refusal::forbidden("this needs a person who has signed in").into()),
    }
}

/// A page of tickets.
///
/// # Errors
/// Those of [`visible`].
pub fn page(
    conn: &mut Conn,
    context: &Context,
    query: &Query,
    after: Option<Key>,
    limit: i64,
) -> Result<Page<Ticket>, Failure> {
    let organizations = visible(context, query.organization_id)?;
    let text = query.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let reference = text.and_then(|text| Reference::parse(&text.to_ascii_uppercase()));
    let numbered = match reference {
        Some(reference) => organizations::find_by_prefix(conn, reference.prefix.as_str())?
            .map(|organization| (organization.id, reference.number)),
        None => None,
    };
    let filter = Filter {
        organizations,
        statuses: query.statuses.clone(),
        severity: query.severity,
        kind: query.kind,
        assignee: query.assignee_id,
        text: text.map(str::to_owned),
        numbered,
    };
    Ok(tickets::page(conn, &filter, query.sort, after, limit)?)
}

/// Figures for menus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Neither delivered nor refused.
    pub open: i64,
    /// Where it is the asking person's side's turn: for clients questions, offers, validations, proposed windows and
    /// deliveries to confirm; for staff what they are assigned and is not the client's turn.
    pub waiting_on_you: i64,
    /// Not triaged yet.
    pub new: i64,
}

/// Counts what the actor sees, of one organization or of all of theirs.
///
/// # Errors
/// Those of [`visible`].
pub fn counts(conn: &mut Conn, context: &Context, organization_id: Option<OrganizationId>) -> Result<Counts, Failure> {
    let organizations = visible(context, organization_id)?;
    let organizations = organizations.as_deref();
    // What is closed or declined is most of all there is, and counts nowhere here.
    let counted: Vec<Status> = Status::ALL
        .iter()
        .copied()
        .filter(|status| status.is_open() || *status == Status::Resolved)
        .collect();
    let by_status = tickets::count_by_status(conn, organizations, None, &counted)?;
    let count = |statuses: &mut dyn Iterator<Item = Status>| -> i64 {
        statuses.filter_map(|status| by_status.get(&status)).sum()
    };
    let waiting_on_you = if context.actor.is_staff() {
        let mine = tickets::count_by_status(conn, organizations, context.actor.user_id(), &counted)?;
        let ours = |status: &Status| status.is_open() && !status.waits_on_client() && !at_rest(*status);
        mine.iter()
            .filter(|(status, _)| ours(status))
            .map(|(_, count)| count)
            .sum()
    } else {
        let asked = [
            Status::NeedsInfo,
            Status::AwaitingApproval,
            Status::AwaitingValidation,
            Status::Resolved,
        ];
        count(&mut asked.into_iter()) + tickets::count_with_proposed_window(conn, organizations)?
    };
    Ok(Counts {
        open: count(&mut Status::ALL.iter().copied().filter(|status| status.is_open())),
        waiting_on_you,
        new: count(&mut [Status::Submitted].into_iter()),
    })
}

/// Open, but nobody is to act now.
const fn at_rest(status: Status) -> bool {
    matches!(status, Status::Backlog | Status::Quoted | Status::WaitingThirdParty)
}
