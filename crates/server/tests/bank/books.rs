//! What the clients were told: what was acknowledged has to be there at the end.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use daypack_server::testing::Answered;
use serde_json::Value;

/// An act that was tried so often succeeds now and then, also in a short run.
const OFTEN: usize = 60;

/// What everybody knows.
#[derive(Default)]
pub struct Books(RefCell<Known>);

/// The ids of things, and what was said of them.
#[derive(Default)]
pub struct Known {
    /// Tickets that are not closed.
    pub tickets: Vec<String>,
    /// Tickets that were delivered, and nobody said yet whether it holds.
    pub resolved: Vec<String>,
    /// All that were opened.
    pub opened: Vec<String>,
    /// Estimates that were offered.
    pub estimates: Vec<String>,
    /// Time entries.
    pub entries: Vec<String>,
    /// Entries that were taken back.
    pub taken_back: BTreeSet<String>,
    /// Orders, and the lots that their payment brought.
    pub orders: BTreeMap<String, Option<String>>,
    /// Lots that can be named, in the order in which they came.
    pub lots: Vec<String>,
    /// Tickets on which work began as an emergency.
    pub emergencies: Vec<String>,
    /// The system that some tickets are about, and some lots are limited to.
    pub system: String,
    /// Approvals that the lead recorded, and nobody disputed yet.
    pub recorded: Vec<String>,
    /// Estimates that were approved.
    pub approved: BTreeSet<String>,
    /// How often each act had which outcome: a status, and the code of a refusal.
    outcomes: BTreeMap<(&'static str, String), usize>,
}

impl Known {
    /// How often an act succeeded.
    pub fn done(&self, act: &'static str) -> usize {
        self.outcomes.get(&(act, "done".to_owned())).copied().unwrap_or(0)
    }

    /// A ticket is closed.
    pub fn forget(&mut self, ticket: &str) {
        self.tickets.retain(|known| known != ticket);
        self.resolved.retain(|known| known != ticket);
    }
}

impl Books {
    /// Looks something up or notes it. Never across an await.
    pub fn with<T>(&self, look: impl FnOnce(&mut Known) -> T) -> T {
        look(&mut self.0.borrow_mut())
    }

    /// Notes the outcome of an act, and gives the answer of one that succeeded. A refusal is fine, a fault is not.
    pub fn heard(&self, act: &'static str, answer: &Answered) -> Option<Value> {
        let (status, text) = (answer.status.as_u16(), &answer.text);
        assert!(status < 500, "{act}: {status} {text}");
        assert!(!text.contains("locked"), "{act}: {status} {text}");
        let said: Value = serde_json::from_str(text).unwrap_or_default();
        let code = said["code"].as_str().unwrap_or_default();
        assert_ne!(code, "ledger_invariant", "{act}: {text}");
        let outcome = if status < 300 {
            "done".to_owned()
        } else {
            format!("{status} {code}")
        };
        self.with(|known| *known.outcomes.entry((act, outcome)).or_default() += 1);
        assert!(matches!(status, 200 | 201 | 403 | 409 | 422), "{act}: {status} {text}");
        (status < 300).then_some(said)
    }

    /// How far it is, for whoever waits for a long run.
    #[allow(clippy::print_stdout, reason = "what a long run did is read by whoever started it")]
    pub fn tell(&self, round: usize, of: usize, operations: usize) {
        let answers = self.with(|known| known.outcomes.values().sum::<usize>());
        println!("round {round} of {of}: {operations} operations, {answers} answers, no difference");
    }

    /// A bank where nothing can be done holds every rule: each act has to have succeeded now and then. In a `short`
    /// run that is asked of those alone that come often.
    #[allow(clippy::print_stdout, reason = "what a long run did is read by whoever started it")]
    pub fn every_act_succeeded(&self, short: bool) {
        self.with(|known| {
            let tried = |act: &str| -> usize {
                let of = known.outcomes.iter().filter(|((name, _), _)| *name == act);
                of.map(|(_, count)| count).sum()
            };
            let acts: BTreeSet<&str> = known.outcomes.keys().map(|(act, _)| *act).collect();
            for act in acts.iter().filter(|act| !short || tried(act) >= OFTEN) {
                let done = known.done(act);
                assert!(done > 0, "{act} never succeeded: {:?}", known.outcomes);
            }
            let scarce = known
                .outcomes
                .contains_key(&("approve", "409 insufficient_minutes".to_owned()));
            assert!(short || scarce, "there was always enough: {:?}", known.outcomes);
            for ((act, outcome), count) in &known.outcomes {
                println!("{act}: {outcome}: {count}");
            }
        });
    }
}
