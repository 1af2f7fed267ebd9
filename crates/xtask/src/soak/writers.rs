//! Clients that write until their server is gone, and remember what it acknowledged.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::{
    Failure,
    api::{Call, call, send, text},
    bench::client::Client,
};

/// What one writer was told about one request for work.
pub struct Acknowledged {
    /// Its id.
    pub id: String,
    title: String,
    triaged: bool,
    estimate: Option<String>,
    approved: bool,
    entries: Vec<String>,
    comments: usize,
}

/// A request for work whose answer did not come: it may have happened, or not.
pub struct InFlight {
    owner: usize,
    key: String,
    body: Value,
}

/// What a writer knows when its server is gone.
#[derive(Default)]
pub struct Memory {
    /// What was acknowledged.
    pub acknowledged: Vec<Acknowledged>,
    /// What was asked for last, when that was a new request for work.
    pub in_flight: Option<InFlight>,
    /// Writes that were acknowledged.
    pub writes: usize,
}

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
    /// Tells the requests of this writer from all others.
    pub name: String,
    /// Set once the server was killed: an answer that does not come is expected from then on.
    pub killed: &'a AtomicBool,
}

impl Writer<'_> {
    /// Writes until no answer comes.
    pub fn write(&self) -> Result<Memory, Failure> {
        let mut memory = Memory::default();
        for turn in 0.. {
            match self.one_request(turn, &mut memory) {
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

    /// A request for work from its opening to the time logged on it, each step acknowledged before the next.
    fn one_request(&self, turn: usize, memory: &mut Memory) -> Result<(), Stop> {
        let owner = turn % self.client.owners.len();
        let title = format!("{}t{turn} the export stops", self.name);
        let body = json!({
            "organization_id": self.client.owners[owner].organization, "title": title,
            "description": "Since this morning.", "affected": "The back office",
        });
        let key = format!("{}-{turn}", self.name);
        memory.in_flight = Some(InFlight {
            owner,
            key: key.clone(),
            body: body.clone(),
        });
        let token = &self.client.owners[owner].token;
        let ticket = self.post("/tickets", token, Some(&key), &body, memory)?;
        memory.in_flight = None;
        let id = text(&ticket["id"]);
        memory.acknowledged.push(Acknowledged {
            id: id.clone(),
            title,
            triaged: false,
            estimate: None,
            approved: false,
            entries: Vec::new(),
            comments: 0,
        });
        let place = memory.acknowledged.len() - 1;
        let lead = &self.client.lead.token;
        let triage = json!({ "severity": "p2", "kind": "evolutionary", "scope": "in" });
        self.post(&format!("/tickets/{id}/triage"), lead, None, &triage, memory)?;
        memory.acknowledged[place].triaged = true;
        let offer = json!({ "minutes": 60, "includes": "All of it." });
        let estimate = self.post(&format!("/tickets/{id}/estimates"), lead, None, &offer, memory)?;
        let estimate = text(&estimate["id"]);
        memory.acknowledged[place].estimate = Some(estimate.clone());
        self.post(
            &format!("/estimates/{estimate}/approve"),
            token,
            None,
            &json!({}),
            memory,
        )?;
        memory.acknowledged[place].approved = true;
        let comment = json!({ "body": "Thank you.", "visibility": "public" });
        self.post(&format!("/tickets/{id}/comments"), token, None, &comment, memory)?;
        memory.acknowledged[place].comments += 1;
        // A day that is over everywhere.
        let time = json!({
            "minutes": 50, "worked_on": "2026-01-02", "activity": "development", "note": "Worked on it.",
            "billable": true
        });
        let entry = self.post(&format!("/tickets/{id}/time-entries"), lead, None, &time, memory)?;
        memory.acknowledged[place].entries.push(text(&entry["id"]));
        Ok(())
    }

    fn post(
        &self,
        path: &str,
        token: &str,
        key: Option<&str>,
        body: &Value,
        memory: &mut Memory,
    ) -> Result<Value, Stop> {
        let request = Call {
            method: "POST",
            path,
            token,
            key,
            body: Some(body),
        };
        let (status, said) = send(self.base, &request).ok_or(Stop::Gone)?;
        if status >= 300 {
            return Err(Stop::Wrong(format!("POST {path}: {status} {said}")));
        }
        memory.writes += 1;
        serde_json::from_str(&said).map_err(|error| Stop::Wrong(format!("POST {path}: {error}")))
    }
}

impl Acknowledged {
    /// Looks everything up that was acknowledged.
    pub fn look_up(&self, base: &str, client: &Client) -> Result<(), Failure> {
        let lead = &client.lead.token;
        let ticket = call(base, "GET", &format!("/tickets/{}", self.id), lead, None)?;
        let lost = |what: &str| {
            Err(format!(
                "{what} of {} was acknowledged and is not there: {ticket}",
                self.id
            ))
        };
        let has = |list: &str, id: &str| {
            let mut all = ticket[list].as_array().into_iter().flatten();
            all.any(|item| item["id"] == id)
        };
        if ticket["title"] != self.title.as_str() {
            return lost("the title");
        }
        if self.triaged && ticket["severity"] != "p2" {
            return lost("the triage");
        }
        if let Some(estimate) = &self.estimate {
            let path = format!("/estimates/{estimate}");
            let estimate = call(base, "GET", &path, lead, None)?;
            if self.approved && estimate["status"] != "approved" {
                return lost("the approval");
            }
        }
        if self.entries.iter().any(|entry| !has("time_entries", entry)) {
            return lost("a time entry");
        }
        if self.comments > 0 {
            let comments = call(base, "GET", &format!("/tickets/{}/comments", self.id), lead, None)?;
            if comments["items"].as_array().map_or(0, Vec::len) < self.comments {
                return lost("a comment");
            }
        }
        Ok(())
    }
}

impl InFlight {
    /// Sends it once more, with its key: whatever happened before, it is there once.
    pub fn again(&self, base: &str, client: &Client) -> Result<(), Failure> {
        let owner = &client.owners[self.owner];
        let request = Call {
            method: "POST",
            path: "/tickets",
            token: &owner.token,
            key: Some(&self.key),
            body: Some(&self.body),
        };
        let (status, said) = send(base, &request).ok_or("no answer to what was sent again")?;
        if status != 201 {
            return Err(format!("what was sent again: {status} {said}"));
        }
        let title = text(&self.body["title"]);
        let word = title.split(' ').next().unwrap_or_default();
        let path = format!("/tickets?organization_id={}&q={word}", owner.organization);
        let found = call(base, "GET", &path, &owner.token, None)?;
        let mut same = found["items"].as_array().into_iter().flatten();
        match same.by_ref().filter(|ticket| ticket["title"] == title.as_str()).count() {
            1 => Ok(()),
            count => Err(format!("{title} is there {count} times")),
        }
    }
}
