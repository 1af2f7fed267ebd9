//! What rows begin with: tickets of Acme in every state that an operation needs, each made anew by the flows.

use chrono::TimeDelta;
use daypack_domain::{
    Refusal,
    closure::{CauseCategory, ClosureDraft},
    estimate::{Basis, EstimateKind, Offer},
    ids::{AttachmentId, EstimateId, TicketId, TimeEntryId, WindowId},
    policy::{Actor, ClientRole, Membership, Person, StaffRole},
    ticket::{Evidence, Kind, LinkKind, Scope, Severity, Status, Visibility},
    work::Activity,
};
use daypack_server::{
    context::Context,
    error::Failure,
    files::Files,
    flows::{
        attachments,
        emergency::{self, answers},
        estimates::offer,
        tickets::{Case, comment, links, open, triage},
        work::{closing, moving, time, windows},
    },
    ids::IdSource,
    testing::Place,
};
use daypack_store::{Conn, organizations};

use super::World;

/// Runs flows as the person at this place. Clients are Acme's.
pub fn as_person<T: Send + 'static>(
    world: &World,
    place: Place,
    flow: impl Fn(&mut Conn, &Context) -> Result<T, Failure> + Send + 'static,
) -> T {
    let (now, seed) = (world.server.now(), world.server.app.ids.seed());
    let user_id = world.people.at(place).id;
    let membership = |role| Membership {
        organization_id: world.people.acme,
        role,
        approval_limit_minutes: None,
        order_limit: None,
    };
    let (staff_role, memberships) = match place {
        Place::Staff(role) => (Some(role), Vec::new()),
        Place::Acme(role) | Place::Nord(role) => (None, vec![membership(role)]),
    };
    let person = Person {
        user_id,
        staff_role,
        memberships,
    };
    let store = world.server.app.store.clone();
    let write = move |conn: &mut Conn| {
        let context = Context {
            actor: Actor::Person(person.clone()),
            ..Context::system(now, IdSource::seeded(seed).at(now))
        };
        flow(conn, &context)
    };
    // On a thread of its own: the rows are tried on one that may not wait.
    let done = std::thread::spawn(move || store.write_blocking(write))
        .join()
        .expect("the flow does not panic");
    done.unwrap_or_else(|failure: Failure| panic!("{failure}"))
}

const MEMBER_OF_ACME: Place = Place::Acme(ClientRole::Member);
const AGENT: Place = Place::Staff(StaffRole::Agent);

/// How much Acme may owe now, in minutes.
pub fn debt_limit(world: &World) -> i64 {
    let id = world.people.acme;
    as_person(world, AGENT, move |conn, _| {
        let organization = organizations::find(conn, id)?.ok_or(Refusal::NotFound)?;
        Ok(organization.debt_limit_minutes)
    })
}

/// A ticket of Acme that waits for triage.
pub fn opened(world: &World) -> Case {
    let organization_id = world.people.acme;
    as_person(world, MEMBER_OF_ACME, move |conn, context| {
        let input = open::OpenTicket {
            organization_id,
            title: "Export fails".to_owned(),
            description: "It fails.".to_owned(),
            affected: "Accounting".to_owned(),
            system_id: None,
            impact: None,
            suggested_severity: None,
            attachment_ids: Vec::new(),
            channel: None,
        };
        open::open(conn, context, &input)
    })
}

/// A ticket of Acme that was triaged: waiting for an estimate when it is billable, else being diagnosed.
fn decided(world: &World, kind: Kind, billable: bool) -> Case {
    let id = opened(world).ticket.id;
    as_person(world, AGENT, move |conn, context| {
        let decided = triage::Triage {
            severity: Severity::P2,
            kind,
            scope: Scope::In,
            mitigation_plan: None,
            solution_plan: None,
            assignee_id: None,
            billable,
            not_billable_reason: (!billable).then(|| "A courtesy.".to_owned()),
            reason: None,
            emergency: None,
            misclassified: false,
        };
        triage::triage(conn, context, &id.into(), None, &decided)
    })
}

/// A ticket of Acme that waits for an estimate.
pub fn triaged(world: &World) -> Case {
    decided(world, Kind::Corrective, true)
}

/// A ticket of Acme that is being worked on, and could be delivered.
pub fn in_work(world: &World) -> Case {
    let id = decided(world, Kind::Evolutionary, false).ticket.id;
    as_person(world, AGENT, move |conn, context| {
        let input = moving::Transition {
            to: Status::Fixing,
            reason: None,
            evidence: Evidence::default(),
        };
        moving::transition(conn, context, &id.into(), None, &input)
    })
}

/// A ticket of Acme that was delivered.
pub fn resolved(world: &World) -> Case {
    let id = in_work(world).ticket.id;
    as_person(world, AGENT, move |conn, context| {
        let closure = ClosureDraft {
            what_was_done: "A new column.".to_owned(),
            ..ClosureDraft::default()
        };
        closing::resolve(conn, context, &id.into(), None, &closure, &Evidence::default())
    })
}

/// A window that was proposed to Acme.
pub fn proposed(world: &World) -> WindowId {
    let id = in_work(world).ticket.id;
    as_person(world, AGENT, move |conn, context| {
        let starts_at = context.now + TimeDelta::days(1);
        let input = windows::Proposal {
            starts_at,
            ends_at: starts_at + TimeDelta::hours(1),
            note: None,
        };
        Ok(windows::propose(conn, context, &id.into(), None, &input)?.1.id)
    })
}

/// Time on a ticket of Acme, logged by somebody in this role.
pub fn logged(world: &World, role: StaffRole) -> TimeEntryId {
    let id = opened(world).ticket.id;
    as_person(world, Place::Staff(role), move |conn, context| {
        let input = time::LogTime {
            minutes: 5,
            worked_on: context.now.date_naive(),
            activity: Activity::Triage,
            note: "Read it.".to_owned(),
            billable: false,
        };
        Ok(time::log(conn, context, &id.into(), None, &input)?.1.id)
    })
}

/// An open estimate of Acme.
pub fn offered(world: &World) -> EstimateId {
    let id = triaged(world).ticket.id;
    as_person(world, AGENT, move |conn, context| {
        let input = Offer {
            minutes: 15,
            includes: "All of it.".to_owned(),
            basis: Basis::Total,
            kind: EstimateKind::UpTo,
            lines: Vec::new(),
            blocking: false,
            valid_until: None,
        };
        Ok(offer::offer(conn, context, &id.into(), None, &input)?.1.id)
    })
}

/// A file on a public comment.
pub fn attached(world: &World) -> AttachmentId {
    let id = opened(world).ticket.id;
    let files = Files::new(&world.server.app.config.data_dir);
    let mut incoming = files.begin("errors.log").expect("the folder is there");
    assert!(incoming.write(b"timeout").expect("the disk has room"));
    let kept = files.keep(incoming).expect("the disk has room");
    as_person(world, MEMBER_OF_ACME, move |conn, context| {
        let file = attachments::add(conn, context, "errors.log", &kept)?;
        let input = comment::NewComment {
            body: "See the file".to_owned(),
            visibility: Visibility::Public,
            attachment_ids: vec![file.id],
        };
        comment::add(conn, context, &id.into(), &input)?;
        Ok(file.id)
    })
}

/// A ticket of Acme at P0, which may borrow: the work starts at once, or could.
fn urgent(world: &World, starts: bool) -> Case {
    let organization_id = world.people.acme;
    as_person(world, Place::Staff(StaffRole::Admin), move |conn, context| {
        let version = organizations::find(conn, organization_id)?.map_or(0, |organization| organization.version);
        let input = emergency::Changed {
            enabled: Some(true),
            debt_limit_minutes: Some(1_000),
            ..emergency::Changed::default()
        };
        emergency::change(conn, context, organization_id, version, &input)
    });
    let id = opened(world).ticket.id;
    as_person(world, AGENT, move |conn, context| {
        let decided = triage::Triage {
            severity: Severity::P0,
            kind: Kind::Corrective,
            scope: Scope::In,
            mitigation_plan: None,
            solution_plan: None,
            assignee_id: None,
            billable: true,
            not_billable_reason: None,
            reason: None,
            emergency: Some(starts),
            misclassified: false,
        };
        triage::triage(conn, context, &id.into(), None, &decided)
    })
}

/// A ticket of Acme whose work could start under the emergency clause.
pub fn startable(world: &World) -> Case {
    urgent(world, false)
}

/// A ticket of Acme whose work began under the emergency clause.
pub fn emergency(world: &World) -> Case {
    urgent(world, true)
}

/// The same, disputed by the owner.
pub fn disputed(world: &World) -> Case {
    let id = emergency(world).ticket.id;
    as_person(world, Place::Acme(ClientRole::Owner), move |conn, context| {
        answers::dispute(conn, context, &id.into(), None, "Nobody was blocked.")
    })
}

/// Two tickets of Acme that belong to each other.
pub fn linked(world: &World) -> (TicketId, TicketId) {
    let (id, other) = (opened(world).ticket.id, opened(world).ticket.id);
    as_person(world, AGENT, move |conn, context| {
        links::add(conn, context, &id.into(), None, &other.into(), LinkKind::RelatesTo)
    });
    (id, other)
}

/// A corrective ticket of Acme that is linked as recurrence of a closed one.
pub fn recurrence(world: &World) -> Case {
    let original = decided(world, Kind::Corrective, false).ticket.id;
    as_person(world, AGENT, move |conn, context| {
        let closure = ClosureDraft {
            what_was_done: "Fixed.".to_owned(),
            why_it_happened: Some("A typo.".to_owned()),
            how_to_prevent: Some("A test.".to_owned()),
            cause_category: Some(CauseCategory::ALL[0]),
            deployed: false,
        };
        closing::resolve(conn, context, &original.into(), None, &closure, &Evidence::default())
    });
    as_person(world, MEMBER_OF_ACME, move |conn, context| {
        closing::confirm(conn, context, &original.into(), None, None)
    });
    let id = triaged(world).ticket.id;
    as_person(world, AGENT, move |conn, context| {
        links::add(
            conn,
            context,
            &id.into(),
            None,
            &original.into(),
            LinkKind::RecurrenceOf,
        )
    })
}
