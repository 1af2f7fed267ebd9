//! What a writer was told, and whether all of it is there.

use serde_json::Value;

use crate::{
    Failure,
    api::{Call, call, send, text},
    bench::client::Client,
};

/// Minutes of each estimate.
const APPROVED_MINUTES: i64 = 60;

/// One write, and which of the writer's works or purchases it is about.
pub enum Step {
    /// A request for work.
    Open {
        /// Its title, which no other has.
        title: String,
    },
    /// Its triage.
    Triage(usize),
    /// An estimate for it.
    Offer(usize),
    /// The yes to that.
    Approve(usize),
    /// A word of thanks.
    Comment(usize),
    /// Time worked.
    Log(usize),
    /// It was another ticket's.
    TakeBack(usize),
    /// A pack.
    Order,
    /// It is paid, and its minutes can be used.
    Pay(usize),
    /// A minute more.
    Adjust(usize),
}

/// A write as it is sent.
pub struct Request {
    /// Below the base.
    pub path: String,
    /// Whose access token.
    pub token: String,
    /// Makes it safe to send again.
    pub key: String,
    /// In JSON.
    pub body: Value,
}

impl Request {
    /// What the server says; nothing when no answer comes, a failure when it refuses.
    pub fn send(&self, base: &str) -> Option<Result<Value, Failure>> {
        let request = Call {
            method: "POST",
            path: &self.path,
            token: &self.token,
            key: Some(&self.key),
            body: Some(&self.body),
        };
        let (status, said) = send(base, &request)?;
        if status >= 300 {
            return Some(Err(format!("POST {}: {status} {said}", self.path)));
        }
        Some(serde_json::from_str(&said).map_err(|error| format!("POST {}: {error}", self.path)))
    }
}

/// What a writer knows when its server is gone.
#[derive(Default)]
pub struct Memory {
    /// Requests for work.
    pub works: Vec<Work>,
    /// Packs.
    pub purchases: Vec<Purchase>,
    /// What was asked for last, and not answered: it may have happened, or not.
    pub in_flight: Option<(Step, Request)>,
    /// Writes that were acknowledged.
    pub writes: usize,
}

/// What was acknowledged of a request for work.
pub struct Work {
    /// Its id.
    pub id: String,
    title: String,
    triaged: bool,
    /// The estimate.
    pub estimate: Option<String>,
    approved: bool,
    /// The time entry.
    pub entry: Option<String>,
    taken_back: bool,
    comments: usize,
}

/// What was acknowledged of an order.
pub struct Purchase {
    /// Its id.
    pub order: String,
    organization: String,
    /// The lot that its payment brought; empty before.
    pub lot: String,
    adjustments: usize,
}

impl Memory {
    /// Notes what the server said to a write.
    pub fn note(&mut self, step: &Step, said: &Value) -> Result<(), Failure> {
        self.writes += 1;
        let id = text(&said["id"]);
        match step {
            Step::Open { title } => self.works.push(Work {
                id,
                title: title.clone(),
                triaged: false,
                estimate: None,
                approved: false,
                entry: None,
                taken_back: false,
                comments: 0,
            }),
            Step::Triage(place) => self.works[*place].triaged = true,
            Step::Offer(place) => self.works[*place].estimate = Some(id),
            Step::Approve(place) => self.works[*place].approved = true,
            Step::Comment(place) => self.works[*place].comments += 1,
            Step::Log(place) => self.works[*place].entry = Some(id),
            Step::TakeBack(place) => self.works[*place].taken_back = true,
            Step::Order => self.purchases.push(Purchase {
                order: id,
                organization: text(&said["organization_id"]),
                lot: String::new(),
                adjustments: 0,
            }),
            Step::Pay(place) => {
                let lot = text(&said["lot"]["id"]);
                if lot.is_empty() {
                    return Err(format!("an order was paid and brought no lot: {said}"));
                }
                self.purchases[*place].lot = lot;
            }
            Step::Adjust(place) => self.purchases[*place].adjustments += 1,
        }
        Ok(())
    }

    /// Sends again what was not answered, with its key: whatever happened before, it is there once afterwards. Gives
    /// whether there was anything.
    pub fn send_again(&mut self, base: &str) -> Result<bool, Failure> {
        let Some((step, request)) = self.in_flight.take() else {
            return Ok(false);
        };
        let said = request.send(base).ok_or("no answer to what was sent again")??;
        self.note(&step, &said)?;
        Ok(true)
    }

    /// Looks everything up that was acknowledged.
    pub fn look_up(&self, base: &str, client: &Client) -> Result<(), Failure> {
        for work in &self.works {
            work.look_up(base, &client.lead.token)?;
        }
        for purchase in &self.purchases {
            purchase.look_up(base, &client.lead.token)?;
        }
        Ok(())
    }
}

impl Work {
    fn look_up(&self, base: &str, lead: &str) -> Result<(), Failure> {
        let ticket = call(base, "GET", &format!("/tickets/{}", self.id), lead, None)?;
        let same = |what: &str, is: bool| {
            let lost = || format!("{what} of {} is not as it was acknowledged: {ticket}", self.id);
            if is { Ok(()) } else { Err(lost()) }
        };
        let number = |name: &str| ticket[name].as_i64().unwrap_or(-1);
        same("the title", ticket["title"] == self.title.as_str())?;
        same("the triage", ticket["severity"].is_string() == self.triaged)?;
        let of = |list: &str| ticket[list].as_array().cloned().unwrap_or_default();
        let estimates = of("estimates");
        let named = |found: &Value, id: &Option<String>| Some(text(&found["id"])) == *id;
        same("the estimate", estimates.len() == usize::from(self.estimate.is_some()))?;
        for estimate in &estimates {
            let status = if self.approved { "approved" } else { "offered" };
            same(
                "the answer",
                named(estimate, &self.estimate) && estimate["status"] == status,
            )?;
        }
        let entries = of("time_entries");
        same("the time entry", entries.len() == usize::from(self.entry.is_some()))?;
        for entry in &entries {
            let taken_back = !entry["reversed_at"].is_null();
            same(
                "the time entry",
                named(entry, &self.entry) && taken_back == self.taken_back,
            )?;
        }
        // Every minute of the yes is there, held or used; what was taken back is held again.
        let agreed = if self.approved { APPROVED_MINUTES } else { 0 };
        same("the hold", number("held_minutes") + number("used_minutes") == agreed)?;
        let worked = self.entry.is_some() && !self.taken_back;
        same("the use", (number("used_minutes") > 0) == worked)?;
        let comments = call(base, "GET", &format!("/tickets/{}/comments", self.id), lead, None)?;
        same(
            "a comment",
            comments["items"].as_array().map_or(0, Vec::len) == self.comments,
        )
    }
}

impl Purchase {
    fn look_up(&self, base: &str, lead: &str) -> Result<(), Failure> {
        let order = call(base, "GET", &format!("/orders/{}", self.order), lead, None)?;
        if text(&order["lot"]["id"]) != self.lot {
            return Err(format!("the lot of an order is not as it was acknowledged: {order}"));
        }
        if self.lot.is_empty() {
            return Ok(());
        }
        let path = format!("/organizations/{}/ledger?lot_id={}", self.organization, self.lot);
        for (kind, count) in [("grant", 1), ("credit", self.adjustments)] {
            let found = call(base, "GET", &format!("{path}&kind={kind}"), lead, None)?;
            if found["items"].as_array().map_or(0, Vec::len) != count {
                return Err(format!("{kind} of a lot is not there {count} times: {found}"));
            }
        }
        Ok(())
    }
}
