//! Clients that write until their server is gone.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::memory::{Memory, Request, Step};
use crate::{Failure, api::Person, bench::client::Client};

/// Of so many writers one begins with an order.
const BUYERS: usize = 4;

/// Why a writer stops.
enum Stop {
    /// No answer: the server is gone.
    Gone,
    /// An answer that must not be.
    Wrong(Failure),
}

/// One writer.
pub struct Writer<'a> {
    /// Where the server is.
    pub base: &'a str,
    /// Who acts.
    pub client: &'a Client,
    /// Which of the writers.
    pub number: usize,
    /// Tells the requests of this writer from all others.
    pub name: String,
    /// The terms that orders accept.
    pub terms_version: &'a Value,
    /// Set once the server was killed: an answer that does not come is expected from then on.
    pub killed: &'a AtomicBool,
}

impl Writer<'_> {
    /// Writes until no answer comes.
    pub fn write(&self) -> Result<Memory, Failure> {
        let mut memory = Memory::default();
        for turn in 0.. {
            let owner = &self.client.owners[turn % self.client.owners.len()];
            let done = match turn {
                0 if self.number.is_multiple_of(BUYERS) => self.packs(owner, &mut memory),
                _ => self.work(turn, owner, &mut memory),
            };
            match done {
                Ok(()) => {}
                Err(Stop::Wrong(failure)) => return Err(failure),
                Err(Stop::Gone) => break,
            }
        }
        // A server that lets a client down before it is killed is at fault.
        for _ in 0..100 {
            if self.killed.load(Ordering::SeqCst) {
                return Ok(memory);
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        Err(format!(
            "{}: the server gave no answer, and nobody had killed it",
            self.name
        ))
    }

    /// A pack from its order to a minute that the lead adds to it.
    fn packs(&self, owner: &Person, memory: &mut Memory) -> Result<(), Stop> {
        let order = json!({
            "organization_id": owner.organization, "plan_code": "starter", "packs": 1,
            "terms_version": self.terms_version,
        });
        self.send(memory, Step::Order, "/orders".to_owned(), &owner.token, order)?;
        let place = memory.purchases.len() - 1;
        let lead = &self.client.lead.token;
        let payment = json!({ "payment_reference": format!("transfer {}", self.name) });
        let path = format!("/orders/{}/confirm-payment", memory.purchases[place].order);
        self.send(memory, Step::Pay(place), path, lead, payment)?;
        let path = format!("/lots/{}/adjust", memory.purchases[place].lot);
        let minute = json!({ "minutes": 1, "reason": "A minute more." });
        self.send(memory, Step::Adjust(place), path, lead, minute)
    }

    /// A request for work from its opening to the time logged on it and taken back, each step acknowledged before the
    /// next.
    fn work(&self, turn: usize, owner: &Person, memory: &mut Memory) -> Result<(), Stop> {
        let title = format!("{}t{turn} the export stops", self.name);
        let body = json!({
            "organization_id": owner.organization, "title": title, "description": "Since this morning.",
            "affected": "The back office",
        });
        self.send(memory, Step::Open { title }, "/tickets".to_owned(), &owner.token, body)?;
        let place = memory.works.len() - 1;
        let lead = &self.client.lead.token;
        let ticket = format!("/tickets/{}", memory.works[place].id);
        let triage = json!({ "severity": "p2", "kind": "evolutionary", "scope": "in" });
        self.send(memory, Step::Triage(place), format!("{ticket}/triage"), lead, triage)?;
        let offer = json!({ "minutes": 60, "includes": "All of it." });
        self.send(memory, Step::Offer(place), format!("{ticket}/estimates"), lead, offer)?;
        let estimate = memory.works[place].estimate.clone().unwrap_or_default();
        let approve = format!("/estimates/{estimate}/approve");
        self.send(memory, Step::Approve(place), approve, &owner.token, json!({}))?;
        let comment = json!({ "body": "Thank you.", "visibility": "public" });
        self.send(
            memory,
            Step::Comment(place),
            format!("{ticket}/comments"),
            &owner.token,
            comment,
        )?;
        // A day that is over everywhere.
        let time = json!({
            "minutes": 50, "worked_on": "2026-01-02", "activity": "development", "note": "Worked on it.",
            "billable": true
        });
        self.send(memory, Step::Log(place), format!("{ticket}/time-entries"), lead, time)?;
        if turn.is_multiple_of(2) {
            return Ok(());
        }
        let entry = memory.works[place].entry.clone().unwrap_or_default();
        let back = json!({ "reason": "Another ticket's." });
        self.send(
            memory,
            Step::TakeBack(place),
            format!("/time-entries/{entry}/reverse"),
            lead,
            back,
        )
    }

    /// Every request has a key, so that it can be sent again.
    fn send(&self, memory: &mut Memory, step: Step, path: String, token: &str, body: Value) -> Result<(), Stop> {
        let request = Request {
            path,
            token: token.to_owned(),
            key: format!("{}-{}", self.name, memory.writes),
            body,
        };
        let answer = request.send(self.base);
        match answer {
            None => {
                memory.in_flight = Some((step, request));
                Err(Stop::Gone)
            }
            Some(said) => memory.note(&step, &said.map_err(Stop::Wrong)?).map_err(Stop::Wrong),
        }
    }
}
