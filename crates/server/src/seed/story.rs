//! The shape of a story: what somebody asked for, and what people did about it, each at its moment.

use daypack_domain::closure::CauseCategory;
use daypack_domain::ticket::{Evidence, Kind, Severity, Status, Visibility, Workaround};
use daypack_domain::work::Activity;

use super::{files::File, moment::Moment, people::Who};

/// One request and everything that happened to it.
#[derive(Debug, Clone)]
pub struct Story {
    /// When it came in.
    pub at: Moment,
    /// Who asked.
    pub reporter: Who,
    /// In one line.
    pub title: &'static str,
    /// The name of the system.
    pub system: &'static str,
    /// In Markdown.
    pub description: &'static str,
    /// Who is affected.
    pub affected: &'static str,
    /// Is the main operation blocked?
    pub blocked: bool,
    /// Is there a way around it?
    pub workaround: Workaround,
    /// How many people.
    pub people: i64,
    /// Evidence that came with it.
    pub files: Vec<File>,
    /// What happened then, in this order.
    pub acts: Vec<(Moment, Who, Act)>,
}

/// What somebody did about a request.
#[derive(Debug, Clone)]
pub enum Act {
    /// Decided severity, kind and who has it.
    Triage(Triage),
    /// Wrote on it.
    Comment(Visibility, &'static str, Vec<File>),
    /// Moved it, with what the move needs.
    Move(Status, Option<&'static str>, Box<Evidence>),
    /// Recorded evidence.
    Record(Box<Evidence>),
    /// Contained the effect.
    Mitigate(&'static str),
    /// Gave it to somebody.
    Assign(Who),
    /// Agreed on a date.
    Agree(Moment),
    /// Offered minutes.
    Offer(Offer),
    /// Said yes to the open estimate.
    Approve,
    /// Said no to it.
    Reject(&'static str),
    /// Took it back.
    Withdraw(&'static str),
    /// Logged time.
    Log(Log),
    /// Took back what was logged last.
    TakeBack(&'static str),
    /// Proposed a window: from when, how many minutes, what to expect.
    Propose(Moment, i64, &'static str),
    /// Accepted the proposed window.
    Accept,
    /// Declined it.
    Decline(&'static str),
    /// Resolved it.
    Resolve(Box<Closure>),
    /// Confirmed what was delivered.
    Confirm,
    /// Reopened it.
    Reopen(&'static str),
}

/// What was decided at triage.
#[derive(Debug, Clone)]
pub struct Triage {
    /// How bad it is.
    pub severity: Severity,
    /// The kind of work.
    pub kind: Kind,
    /// Who has it.
    pub assignee: Option<Who>,
    /// What is done at once.
    pub mitigation: Option<&'static str>,
    /// What solves it for good.
    pub solution: Option<&'static str>,
    /// Why nothing is deducted, when it is not.
    pub not_billable: Option<&'static str>,
    /// Why it was decided so.
    pub reason: Option<&'static str>,
}

/// An offer of minutes.
#[derive(Debug, Clone)]
pub struct Offer {
    /// In all.
    pub minutes: i64,
    /// What for.
    pub includes: &'static str,
    /// The parts.
    pub lines: Vec<(&'static str, i64)>,
    /// In addition to what was approved before.
    pub further: bool,
    /// What was approved is used, whatever it took.
    pub fixed: bool,
    /// How many days it stands, when not the usual ones.
    pub days: Option<i64>,
}

/// Time worked.
#[derive(Debug, Clone)]
pub struct Log {
    /// Really worked.
    pub minutes: i64,
    /// What kind of work.
    pub activity: Activity,
    /// What was done.
    pub note: &'static str,
    /// Deducted.
    pub billable: bool,
}

/// A closure record.
#[derive(Debug, Clone, Default)]
pub struct Closure {
    /// For the client.
    pub what: &'static str,
    /// The cause.
    pub why: Option<(CauseCategory, &'static str)>,
    /// How to keep it from happening again.
    pub prevent: Option<&'static str>,
    /// Whether something went to production.
    pub deployed: bool,
    /// What the deployment needs.
    pub evidence: Evidence,
}

/// Begins a story.
pub fn story(at: Moment, reporter: Who, system: &'static str, title: &'static str) -> Story {
    Story {
        at,
        reporter,
        title,
        system,
        description: "",
        affected: "",
        blocked: false,
        workaround: Workaround::Full,
        people: 1,
        files: Vec::new(),
        acts: Vec::new(),
    }
}

impl Story {
    /// What they wrote.
    pub fn says(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// Who is affected, how many, and whether there is a way around it.
    pub fn affects(mut self, affected: &'static str, people: i64, workaround: Workaround) -> Self {
        (self.affected, self.people, self.workaround) = (affected, people, workaround);
        self
    }

    /// The main operation is blocked.
    pub fn blocked(mut self) -> Self {
        self.blocked = true;
        self
    }

    /// A file came with it.
    pub fn with(mut self, file: File) -> Self {
        self.files.push(file);
        self
    }

    /// And then somebody did this.
    pub fn then(mut self, at: Moment, who: Who, act: impl Into<Act>) -> Self {
        self.acts.push((at, who, act.into()));
        self
    }
}

/// Decides severity and kind, and who has it.
pub fn triage(severity: Severity, kind: Kind, assignee: Who) -> Triage {
    Triage {
        severity,
        kind,
        assignee: Some(assignee),
        mitigation: None,
        solution: None,
        not_billable: None,
        reason: None,
    }
}

impl Triage {
    /// Plans what is done at once, and what solves it.
    pub fn plan(mut self, mitigation: &'static str, solution: &'static str) -> Self {
        (self.mitigation, self.solution) = (Some(mitigation), Some(solution));
        self
    }

    /// Nothing is deducted.
    pub fn not_billable(mut self, reason: &'static str) -> Self {
        self.not_billable = Some(reason);
        self
    }

    /// Nobody has it yet.
    pub fn unassigned(mut self) -> Self {
        self.assignee = None;
        self
    }

    /// Why it was decided so.
    pub fn because(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }
}

/// Writes to the client, or to the staff when the client writes.
pub fn say(text: &'static str) -> Act {
    Act::Comment(Visibility::Public, text, Vec::new())
}

/// As [`say`], with a file.
pub fn send(text: &'static str, file: File) -> Act {
    Act::Comment(Visibility::Public, text, vec![file])
}

/// A note for colleagues.
pub fn note(text: &'static str) -> Act {
    Act::Comment(Visibility::Internal, text, Vec::new())
}

/// Asks the client something; nothing goes on until there is an answer.
pub fn ask(question: &'static str) -> Act {
    Act::Move(Status::NeedsInfo, Some(question), Box::default())
}

/// Moves it.
pub fn goes(to: Status) -> Act {
    Act::Move(to, None, Box::default())
}

/// Moves it, and says why.
pub fn goes_because(to: Status, reason: &'static str) -> Act {
    Act::Move(to, Some(reason), Box::default())
}

/// Begins the fix of something broken: the cause is known and reproduced.
pub fn fix(diagnosis: &str, reproduction: &str) -> Act {
    let evidence = Evidence {
        diagnosis: Some(diagnosis.to_owned()),
        reproduction: Some(reproduction.to_owned()),
        ..Evidence::default()
    };
    Act::Move(Status::Fixing, None, Box::new(evidence))
}

/// Records the cause.
pub fn diagnosed(text: &str) -> Act {
    Act::Record(Box::new(Evidence {
        diagnosis: Some(text.to_owned()),
        ..Evidence::default()
    }))
}

/// Records how it was tested, and how to go back.
pub fn tested(test_evidence: &str, rollback_note: &str) -> Act {
    Act::Record(Box::new(Evidence {
        test_evidence: Some(test_evidence.to_owned()),
        rollback_note: Some(rollback_note.to_owned()),
        ..Evidence::default()
    }))
}

/// Records why it is deployed without a window.
pub fn without_window(reason: &str) -> Act {
    Act::Record(Box::new(Evidence {
        window_waiver: Some(reason.to_owned()),
        ..Evidence::default()
    }))
}

/// Offers minutes.
pub fn offer(minutes: i64, includes: &'static str) -> Offer {
    Offer {
        minutes,
        includes,
        lines: Vec::new(),
        further: false,
        fixed: false,
        days: None,
    }
}

impl Offer {
    /// Names a part.
    pub fn line(mut self, text: &'static str, minutes: i64) -> Self {
        self.lines.push((text, minutes));
        self
    }

    /// Adds to what was approved.
    pub fn further(mut self) -> Self {
        self.further = true;
        self
    }

    /// At a fixed size.
    pub fn fixed(mut self) -> Self {
        self.fixed = true;
        self
    }

    /// Stands for so many days.
    pub fn for_days(mut self, days: i64) -> Self {
        self.days = Some(days);
        self
    }
}

/// Logs time that is deducted.
pub fn log(minutes: i64, activity: Activity, note: &'static str) -> Log {
    Log {
        minutes,
        activity,
        note,
        billable: true,
    }
}

impl Log {
    /// It is not deducted.
    pub fn not_billable(mut self) -> Self {
        self.billable = false;
        self
    }
}

/// Resolves it.
pub fn resolve(what: &'static str) -> Closure {
    Closure {
        what,
        ..Closure::default()
    }
}

impl Closure {
    /// Why it happened, and how to prevent it.
    pub fn why(mut self, category: CauseCategory, why: &'static str, prevent: &'static str) -> Self {
        (self.why, self.prevent) = (Some((category, why)), Some(prevent));
        self
    }

    /// It went to production; tests and the way back are recorded already.
    pub fn deployed(mut self) -> Self {
        self.deployed = true;
        self
    }

    /// It went to production: how it was tested, and how to go back.
    pub fn deployed_with(mut self, test_evidence: &str, rollback_note: &str) -> Self {
        self.deployed = true;
        self.evidence.test_evidence = Some(test_evidence.to_owned());
        self.evidence.rollback_note = Some(rollback_note.to_owned());
        self
    }
}

impl From<Triage> for Act {
    fn from(triage: Triage) -> Self {
        Self::Triage(triage)
    }
}

impl From<Offer> for Act {
    fn from(offer: Offer) -> Self {
        Self::Offer(offer)
    }
}

impl From<Log> for Act {
    fn from(log: Log) -> Self {
        Self::Log(log)
    }
}

impl From<Closure> for Act {
    fn from(closure: Closure) -> Self {
        Self::Resolve(Box::new(closure))
    }
}
