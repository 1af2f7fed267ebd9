//! `/tickets`: requests for work.

use actix_web::{get, patch, post, web::Data};
use daypack_api_types::{
    Page,
    sla::Sla,
    ticket::{AddComment, Comment, EditTicket, OpenTicket, Ticket, TicketCounts, TicketSort, TicketSummary, Triage},
    timeline::Event,
};
use daypack_domain::{
    Instant,
    ids::{CommentId, OrganizationId, UserId},
    policy::Action,
    ticket::{Impact, Kind, Severity, Status},
};
use daypack_store::{
    events,
    tickets::{self as store, Key, Sort},
};
use garde::Validate;
use serde::Deserialize;
use utoipa::{
    IntoParams, PartialSchema,
    openapi::{
        Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::{
    app::{App, Reply},
    edge::{Answer, Body, ExpectedVersion, FromPath, FromQuery, PageQuery, PageRequest, RequiredVersion, SignedIn},
    flows::tickets::{self, TicketKey, comment, edit, list, open, triage},
    operations::ServiceConfig,
    problem::Problem,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(open_ticket)
        .service(list_tickets)
        // Before the operation that takes any name.
        .service(count_tickets)
        .service(show_ticket)
        .service(edit_ticket)
        .service(triage_ticket)
        .service(add_comment)
        .service(list_comments)
        .service(ticket_timeline)
        .service(ticket_sla);
}

/// The ticket in an address.
impl IntoParams for TicketKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let id = ParameterBuilder::new()
            .name("id")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some("The ticket's id, or its reference such as ACME-42"))
            .schema(Some(String::schema()));
        vec![id.build()]
    }
}

/// Opens a ticket. Members and more, and the staff.
#[utoipa::path(tag = "tickets", request_body = OpenTicket, responses((status = 201, body = Ticket)))]
#[post("/tickets")]
pub async fn open_ticket(app: Data<App>, caller: SignedIn, body: Body<OpenTicket>) -> Reply {
    let body = body.0;
    let input = open::OpenTicket {
        organization_id: body.organization_id,
        title: body.title,
        description: body.description,
        affected: body.affected,
        system_id: body.system_id,
        impact: body.impact.map(|impact| Impact {
            main_operation_blocked: impact.main_operation_blocked,
            workaround: impact.workaround,
            people: impact.people,
        }),
        suggested_severity: body.suggested_severity,
        attachment_ids: body.attachment_ids,
        channel: None,
    };
    app.write(&caller, move |conn, context| {
        let case = open::open(conn, context, &input)?;
        let has_files = !input.attachment_ids.is_empty();
        let ticket = views::tickets::opened(conn, context, case.seen(), has_files)?;
        Ok(Answer::created(&ticket)?.version(case.ticket.version))
    })
    .await
}

/// Which tickets.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TicketsQuery {
    /// Only of this organization.
    #[garde(skip)]
    pub organization_id: Option<OrganizationId>,
    /// Only in this status, or in one of several separated by commas; `open` stands for all that are neither
    /// delivered nor refused.
    #[garde(length(max = 300))]
    pub status: Option<String>,
    /// Only with this severity: decided, or suggested before triage.
    #[garde(skip)]
    pub severity: Option<Severity>,
    /// Only of this kind.
    #[garde(skip)]
    pub kind: Option<Kind>,
    /// Only what this person works on.
    #[garde(skip)]
    pub assignee_id: Option<UserId>,
    /// Words of the title, or a reference.
    #[garde(length(chars, max = 200))]
    pub q: Option<String>,
    /// In which order; `newest` when left out.
    #[garde(skip)]
    #[serde(default)]
    #[param(inline)]
    pub sort: TicketSort,
    /// How many items, 1 to 100.
    #[garde(skip)]
    pub limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[garde(skip)]
    pub cursor: Option<String>,
}

/// Tickets: of all organizations for the staff, of their own for clients.
#[utoipa::path(tag = "tickets", params(TicketsQuery), responses((status = 200, body = Page<TicketSummary>)))]
#[get("/tickets")]
pub async fn list_tickets(app: Data<App>, caller: SignedIn, query: FromQuery<TicketsQuery>) -> Reply {
    let query = query.0;
    let sort = sort(query.sort);
    let list = format!(
        "tickets {:?} {:?} {:?} {:?} {:?} {:?} {sort:?}",
        query.organization_id, query.status, query.severity, query.kind, query.assignee_id, query.q
    );
    let request = PageRequest::<Key>::parse(&app.keys, list, query.limit, query.cursor.as_deref())?;
    let asked = list::Query {
        organization_id: query.organization_id,
        statuses: query.status.as_deref().map(statuses).transpose()?.unwrap_or_default(),
        severity: query.severity,
        kind: query.kind,
        assignee_id: query.assignee_id,
        text: query.q,
        sort,
    };
    app.read(&caller, move |conn, context| {
        let rows = list::page(conn, context, &asked, request.after, request.limit)?;
        let shown = |rows: Vec<store::Ticket>| views::tickets::summaries(conn, context, &rows);
        request.answer(rows, |row| row.key(sort), shown)
    })
    .await
}

fn sort(sort: TicketSort) -> Sort {
    match sort {
        TicketSort::Newest => Sort::Newest,
        TicketSort::Oldest => Sort::Oldest,
        TicketSort::Updated => Sort::Updated,
        TicketSort::Deadline => Sort::Deadline,
    }
}

/// Statuses separated by commas.
fn statuses(text: &str) -> Result<Vec<Status>, Problem> {
    let mut found = Vec::new();
    for word in text.split(',').map(str::trim) {
        if word == "open" {
            found.extend(Status::ALL.iter().copied().filter(|status| status.is_open()));
        } else {
            let status = word.parse();
            found.push(status.map_err(|_| Problem::field("/status", "unknown_word", "There is no such status."))?);
        }
    }
    Ok(found)
}

/// Of which organization.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CountsQuery {
    /// Only of this organization.
    #[garde(skip)]
    pub organization_id: Option<OrganizationId>,
}

/// How many tickets are open, new, and waiting for the asking person.
#[utoipa::path(tag = "tickets", params(CountsQuery), responses((status = 200, body = TicketCounts)))]
#[get("/tickets/counts")]
pub async fn count_tickets(app: Data<App>, caller: SignedIn, query: FromQuery<CountsQuery>) -> Reply {
    app.read(&caller, move |conn, context| {
        let list::Counts {
            open,
            waiting_on_you,
            new,
        } = list::counts(conn, context, query.0.organization_id)?;
        Answer::ok(&TicketCounts {
            open,
            waiting_on_you,
            new,
        })
    })
    .await
}

/// A ticket with its estimates, time entries, windows, evidence and closure records.
#[utoipa::path(
    tag = "tickets",
    params(TicketKey),
    responses((status = 200, body = Ticket))
)]
#[get("/tickets/{id}")]
pub async fn show_ticket(app: Data<App>, caller: SignedIn, key: FromPath<TicketKey>) -> Reply {
    app.read(&caller, move |conn, context| {
        let (found, beside) = tickets::find_with_beside(conn, context, &key.0, Action::ReadTickets)?;
        let ticket = views::tickets::beside_of(conn, context, found.seen(), beside)?;
        Ok(Answer::ok(&ticket)?.version(found.ticket.version))
    })
    .await
}

/// Changes title or description (members and more), tags, date or assignee (the staff).
#[utoipa::path(
    tag = "tickets", request_body = EditTicket,
    params(TicketKey, RequiredVersion),
    responses((status = 200, body = Ticket))
)]
#[patch("/tickets/{id}")]
pub async fn edit_ticket(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: RequiredVersion,
    body: Body<EditTicket>,
) -> Reply {
    let body = body.0;
    let input = edit::EditTicket {
        title: body.title,
        description: body.description,
        tags: body.tags,
        assignee_id: body.assignee_id,
        agreed_on: body.agreed_on,
    };
    app.change(&caller, move |conn, context| {
        edit::edit(conn, context, &key.0, Some(version.0), &input)
    })
    .await
}

/// Decides severity, kind and scope, and sends the ticket where they lead. The staff.
#[utoipa::path(
    tag = "tickets", request_body = Triage,
    params(TicketKey, ExpectedVersion),
    responses((status = 200, body = Ticket))
)]
#[post("/tickets/{id}/triage")]
pub async fn triage_ticket(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    version: ExpectedVersion,
    body: Body<Triage>,
) -> Reply {
    let body = body.0;
    let input = triage::Triage {
        severity: body.severity,
        kind: body.kind,
        scope: body.scope,
        mitigation_plan: body.mitigation_plan,
        solution_plan: body.solution_plan,
        assignee_id: body.assignee_id,
        billable: body.billable.unwrap_or(true),
        not_billable_reason: body.not_billable_reason,
        reason: body.reason,
        emergency: body.emergency,
        misclassified: body.misclassified.unwrap_or(false),
    };
    app.change(&caller, move |conn, context| {
        triage::triage(conn, context, &key.0, version.0, &input)
    })
    .await
}

/// Writes on a ticket. A public reply of the client answers a question. Internal notes are for the staff.
#[utoipa::path(
    tag = "tickets", request_body = AddComment,
    params(TicketKey),
    responses((status = 201, body = Comment))
)]
#[post("/tickets/{id}/comments")]
pub async fn add_comment(app: Data<App>, caller: SignedIn, key: FromPath<TicketKey>, body: Body<AddComment>) -> Reply {
    let body = body.0;
    let input = comment::NewComment {
        body: body.body,
        visibility: body.visibility,
        attachment_ids: body.attachment_ids,
    };
    app.create(&caller, move |conn, context| {
        let (_, comment) = comment::add(conn, context, &key.0, &input)?;
        Ok(comment)
    })
    .await
}

/// The conversation on a ticket, oldest first. Clients do not see internal notes.
#[utoipa::path(
    tag = "tickets",
    params(TicketKey, PageQuery),
    responses((status = 200, body = Page<Comment>))
)]
#[get("/tickets/{id}/comments")]
pub async fn list_comments(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    query: FromQuery<PageQuery>,
) -> Reply {
    let list = format!("comments {:?}", key.0);
    let request = query.0.page::<(Instant, CommentId)>(&app.keys, list)?;
    app.read(&caller, move |conn, context| {
        let (_, rows) = comment::page(conn, context, &key.0, request.position(), request.limit)?;
        request.answer(
            rows,
            |row| (row.created_at, row.id),
            |rows| views::comments::comments(conn, rows),
        )
    })
    .await
}

/// What happened to a ticket, newest first, with the comments in it. Clients do not see what is internal.
#[utoipa::path(
    tag = "tickets",
    params(TicketKey, PageQuery),
    responses((status = 200, body = Page<Event>))
)]
#[get("/tickets/{id}/timeline")]
pub async fn ticket_timeline(
    app: Data<App>,
    caller: SignedIn,
    key: FromPath<TicketKey>,
    query: FromQuery<PageQuery>,
) -> Reply {
    let list = format!("timeline {:?}", key.0);
    let request = query.0.page::<i64>(&app.keys, list)?;
    app.read(&caller, move |conn, context| {
        let ticket = tickets::find(conn, context, &key.0, Action::ReadTickets)?;
        let internal = context.actor.reads_internal();
        let rows = events::timeline(conn, ticket.id, internal, request.after, request.limit)?;
        request.answer(rows, |event| event.sequence, |rows| views::timeline::events(conn, rows))
    })
    .await
}

/// Every clock of a ticket with where its time went, and when the calendar is open in the weeks around now.
#[utoipa::path(
    tag = "tickets",
    params(TicketKey),
    responses((status = 200, body = Sla))
)]
#[get("/tickets/{id}/sla")]
pub async fn ticket_sla(app: Data<App>, caller: SignedIn, key: FromPath<TicketKey>) -> Reply {
    app.read(&caller, move |conn, context| {
        let found = tickets::find_whole(conn, context, &key.0, Action::ReadTickets)?;
        Answer::ok(&views::sla::explained(conn, context, &found.ticket, &found.work)?)
    })
    .await
}
