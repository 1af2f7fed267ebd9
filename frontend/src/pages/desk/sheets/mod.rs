//! The forms of a request, each in a dialog: they are the same on the board and on the request's own page.

mod closing;
mod estimate;
mod evidence;
mod recorded;
mod special;
mod time;
mod triage;
mod window;

use std::sync::Arc;

use daypack_api_types::{organization::StaffMember, ticket::Ticket};
use daypack_domain::{
    ids::{EstimateId, TimeEntryId, WindowId},
    ticket::{Kind, Severity, Status},
};
use leptos::{
    prelude::*,
    task::spawn_local,
    wasm_split::{SplitLoaderError, wasm_split},
};

pub use closing::plain_move;

use super::ticket::timer::Timer;
use crate::{
    api::ApiProblem,
    components::{Dialog, Remote, Toasts, use_toasts},
    i18n::{t, text},
};

/// One form.
#[derive(Clone, Copy, PartialEq)]
pub enum Sheet {
    /// Severity, kind and scope.
    Triage,
    /// Who works on it.
    Assign,
    /// An offer of minutes.
    Estimate,
    /// Another offer in the place of an open one.
    ReviseEstimate(EstimateId),
    /// Taking an offer back.
    WithdrawEstimate(EstimateId),
    /// A yes that was given by phone or mail.
    RecordApproval(EstimateId),
    /// It was no emergency.
    DisputeEmergency,
    /// Deciding about that.
    SettleEmergency,
    /// Whether the same fault is back within the warranty.
    Warranty,
    /// Time worked; the timer may have measured it.
    LogTime(Timer),
    /// Taking a time entry back.
    ReverseTime(TimeEntryId),
    /// A period for a deployment.
    Window,
    /// Not agreeing to one.
    DeclineWindow(WindowId),
    /// What was found and proven.
    Evidence,
    /// What was done at once.
    Mitigation,
    /// A move along the workflow.
    Move(Status),
    /// Delivery.
    Resolve,
    /// What was delivered does not hold.
    Reopen,
}

/// What a form is about, and what happens after it.
#[derive(Clone)]
pub struct Around {
    /// The request.
    pub ticket: Ticket,
    /// The staff; empty for clients, whose forms need no choice of people.
    pub people: Vec<StaffMember>,
    /// The client's zone.
    pub zone: String,
    /// Closes the form and shows what has become of the request.
    pub done: Done,
}

/// Hears what the server answered, where that is the request, and the sentence to say; an empty one is said already.
#[derive(Clone, Copy)]
pub struct Done(pub Callback<(Option<Ticket>, String)>);

impl Done {
    /// The outcome of an operation that answers with the request.
    pub fn ticket(self, outcome: Result<Ticket, ApiProblem>, key: &str) -> Result<(), ApiProblem> {
        let ticket = outcome?;
        self.0.run((Some(ticket), t(key)));
        Ok(())
    }

    /// Says what has been done, with a button that takes it back, and what that answers.
    pub fn undoable<F>(
        self,
        ticket: Option<Ticket>,
        (said, taken_back): (&'static str, &'static str),
        toasts: Toasts,
        take_back: impl Fn() -> F + Send + Sync + 'static,
    ) -> Result<(), ApiProblem>
    where
        F: Future<Output = Result<Option<Ticket>, ApiProblem>> + 'static,
    {
        let undo = move || {
            let answer = take_back();
            spawn_local(async move {
                match answer.await {
                    // The screen that shows it may be gone by now.
                    Ok(ticket) => {
                        if self.0.try_run((ticket, t(taken_back))).is_none() {
                            toasts.say(t(taken_back));
                        }
                    }
                    Err(problem) => toasts.fail(&problem),
                }
            });
        };
        self.0.run((ticket, String::new()));
        toasts.say_undoable(t(said), Arc::new(undo));
        Ok(())
    }

    /// The outcome of an operation that answers with something else.
    pub fn other<T>(self, outcome: Result<T, ApiProblem>, key: &str) -> Result<(), ApiProblem> {
        outcome?;
        self.0.run((None, t(key)));
        Ok(())
    }
}

impl Sheet {
    fn title(self, ticket: &Ticket, client: bool) -> String {
        match self {
            Self::Triage => t("triage.title"),
            Self::Assign => t("assign.title"),
            Self::Estimate => t("offer.title"),
            Self::ReviseEstimate(_) => t("offer.revise"),
            Self::WithdrawEstimate(_) => t("offer.withdraw"),
            Self::RecordApproval(_) => t("recorded.title"),
            Self::DisputeEmergency => t("emergency.dispute"),
            Self::SettleEmergency => t("emergency.settle"),
            Self::Warranty => t("warranty.title"),
            Self::LogTime(_) => t("log.title"),
            Self::ReverseTime(_) => t("log.reverse"),
            Self::Window => t("window.title"),
            Self::DeclineWindow(_) => t("window.decline"),
            Self::Evidence => t("evidence.title"),
            Self::Mitigation => t("mitigation.title"),
            Self::Move(to) => move_label(to, ticket, client),
            Self::Resolve => t("resolve.title"),
            Self::Reopen => t("reopen.title"),
        }
    }

    fn view(self, around: Around) -> AnyView {
        let part = Remote::load(|| async { load_forms().await.map_err(|_| ApiProblem::offline()) });
        part.view(6, move |form| {
            let around = around.clone();
            untrack(move || form(self, around))
        })
    }
}

/// Builds a form.
type FormOf = fn(Sheet, Around) -> AnyView;

/// Loads the part of the program with the forms, which the board itself is not in.
#[wasm_split(work, wasm_split_path = leptos::wasm_split, fallible)]
fn load_forms() -> Result<FormOf, SplitLoaderError> {
    Ok(Sheet::form)
}

impl Sheet {
    fn form(self, around: Around) -> AnyView {
        match self {
            Self::Triage => triage::triage(around),
            Self::Assign => triage::assign(around),
            Self::Estimate => estimate::offer(None, around),
            Self::ReviseEstimate(id) => estimate::offer(Some(id), around),
            Self::RecordApproval(id) => recorded::record(id, around),
            Self::DisputeEmergency => special::dispute(around),
            Self::SettleEmergency => special::settle(around),
            Self::Warranty => special::warranty(around),
            Self::WithdrawEstimate(id) => estimate::withdraw(id, around),
            Self::LogTime(timer) => time::log(timer, around),
            Self::ReverseTime(id) => time::reverse(id, around),
            Self::Window => window::propose(around),
            Self::DeclineWindow(id) => window::decline(id, around),
            Self::Evidence => evidence::evidence(around),
            Self::Mitigation => evidence::mitigation(around),
            Self::Move(to) => closing::move_to(to, around),
            Self::Resolve => closing::resolve(around),
            Self::Reopen => closing::reopen(around),
        }
    }
}

/// The dialog of a screen, which shows one form at a time.
#[derive(Clone, Copy)]
pub struct Sheets {
    showing: RwSignal<Option<(Sheet, Around)>>,
    open: RwSignal<bool>,
    /// Closes the form. It lives as long as the screen: what is made when a button is pressed lives no longer than the
    /// part of the screen with the button, which is often made anew by what the form did.
    done: Done,
    /// What the screen does then.
    after: StoredValue<Option<Done>>,
}

impl Sheets {
    /// Nothing is open.
    pub fn new() -> Self {
        let (open, after, toasts) = (RwSignal::new(false), StoredValue::new(None::<Done>), use_toasts());
        let done = Done(Callback::new(move |(ticket, sentence): (Option<Ticket>, String)| {
            open.set(false);
            if !sentence.is_empty() {
                toasts.say(sentence.clone());
            }
            if let Some(after) = after.get_value() {
                after.0.run((ticket, sentence));
            }
        }));
        Self {
            showing: RwSignal::new(None),
            open,
            done,
            after,
        }
    }

    /// Opens a form. Its own `done` closes it and then runs the one given, which must live as long as the screen.
    pub fn open(self, sheet: Sheet, around: Around) {
        let done = self.done;
        self.after.set_value(Some(around.done));
        self.showing.set(Some((sheet, Around { done, ..around })));
        self.open.set(true);
    }

    /// Where the forms appear. `client` says whose words they use.
    pub fn view(self, client: bool) -> AnyView {
        (move || {
            self.showing.get().map(|(sheet, around)| {
                let title = sheet.title(&around.ticket, client);
                let content = move || sheet.view(around.clone());
                view! { <Dialog title=title open=self.open>{content()}</Dialog> }
            })
        })
        .into_any()
    }
}

/// What moving there is called, as a verb.
pub fn move_label(to: Status, ticket: &Ticket, client: bool) -> String {
    // Wherever the work goes on meanwhile.
    let to = if is_question(to, ticket) {
        Status::Estimating
    } else {
        to
    };
    let own = client.then(|| text(&["move.client.", to.as_str()].concat())).flatten();
    own.unwrap_or_else(|| t(&["move.", to.as_str()].concat()))
}

/// Whether moving there asks for something first.
pub fn move_asks(to: Status, ticket: &Ticket) -> bool {
    match to {
        Status::NeedsInfo | Status::Declined | Status::WaitingThirdParty => true,
        _ if is_question(to, ticket) => true,
        Status::Fixing => match ticket.summary.status {
            Status::AwaitingValidation | Status::AwaitingWindow => true,
            _ => is_corrective(ticket) && !is_reproduced(ticket),
        },
        _ => false,
    }
}

/// Whether moving there asks about the open offer: the first one goes back to where it is prepared, a further one that
/// stopped the work to the work.
fn is_question(to: Status, ticket: &Ticket) -> bool {
    let back = matches!(
        to,
        Status::Estimating | Status::Approved | Status::Diagnosing | Status::Fixing
    );
    back && ticket.summary.status == Status::AwaitingApproval
}

/// Something is broken.
pub fn is_corrective(ticket: &Ticket) -> bool {
    ticket.summary.kind == Some(Kind::Corrective)
}

/// The cause is known, and it was reproduced or need not be.
pub fn is_reproduced(ticket: &Ticket) -> bool {
    let evidence = &ticket.evidence;
    evidence.diagnosis.is_some() && (evidence.reproduction.is_some() || evidence.reproduction_waiver.is_some())
}

/// P0 or P1.
pub fn is_urgent(ticket: &Ticket) -> bool {
    matches!(ticket.summary.severity, Some(Severity::P0 | Severity::P1))
}
