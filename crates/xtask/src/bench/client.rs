//! What the benchmarks ask of the API beside the load: sign in, buy packs, prepare estimates.

use std::{
    collections::VecDeque,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::load::Request;
use crate::{
    Failure,
    api::{Person, call, text},
};

const OWNERS: [&str; 3] = ["owner@acme.example", "owner@nord.example", "owner@luma.example"];
/// What each prepared estimate offers.
const MINUTES: i64 = 60;
/// What a time entry says, and how many of them one ticket has: each reads the others.
const ENTRY_MINUTES: i64 = 15;
const ENTRIES: i64 = 200;
/// Enough for every estimate that can be prepared.
const PACKS: i64 = 10_000;
/// Estimates prepared at once.
const PREPARING: usize = 16;

/// The people of the demo data who act here.
pub struct Client {
    base: String,
    /// Each of another organization.
    pub owners: Vec<Person>,
    /// Who leads the work.
    pub lead: Person,
}

/// Time to log.
pub struct Work {
    /// Where.
    pub path: String,
    /// By whom.
    pub token: String,
    /// What.
    pub body: Value,
}

impl Client {
    /// Signs everybody in.
    pub fn new(base: &str) -> Result<Self, Failure> {
        Ok(Self {
            base: base.to_owned(),
            owners: OWNERS
                .iter()
                .map(|email| Person::sign_in(base, email))
                .collect::<Result<_, _>>()?,
            lead: Person::sign_in(base, "lead@daypack.example")?,
        })
    }

    /// Buys packs for every organization, which are paid at once.
    pub fn buy_packs(&self) -> Result<(), Failure> {
        let version = self.terms_version()?;
        for owner in &self.owners {
            let order = json!({
                "organization_id": owner.organization, "plan_code": "flexi", "packs": PACKS, "terms_version": version,
            });
            let order = call(&self.base, "POST", "/orders", &owner.token, Some(&order))?;
            let payment = json!({ "payment_reference": format!("bench-{}", owner.organization) });
            let path = format!("/orders/{}/confirm-payment", text(&order["id"]));
            call(&self.base, "POST", &path, &self.lead.token, Some(&payment))?;
        }
        Ok(())
    }

    /// The version of the terms that orders accept now.
    pub fn terms_version(&self) -> Result<Value, Failure> {
        let terms = call(&self.base, "GET", "/terms", "", None)?;
        let mut all = terms["items"].as_array().into_iter().flatten();
        let current = all.find(|terms| terms["current"] == true);
        Ok(current.map_or(Value::Null, |terms| terms["version"].clone()))
    }

    /// An answer in JSON that needs no database: the token is checked, the address does not exist.
    pub fn constant(&self) -> Vec<Request> {
        vec![Request::get("/nothing", &self.lead.token)]
    }

    /// The first page of each organization's tickets.
    pub fn list(&self) -> Vec<Request> {
        let page = |owner: &Person| Request::get(&first_page(owner, 25), &owner.token);
        self.owners.iter().map(page).collect()
    }

    /// Whole tickets, as their owners see them: the newest of each organization.
    pub fn show(&self) -> Result<Vec<Request>, Failure> {
        let mut requests = Vec::new();
        for owner in &self.owners {
            let page = call(&self.base, "GET", &first_page(owner, 100), &owner.token, None)?;
            for ticket in page["items"].as_array().into_iter().flatten() {
                requests.push(Request::get(&format!("/tickets/{}", text(&ticket["id"])), &owner.token));
            }
        }
        Ok(requests)
    }

    /// The staff's board.
    pub fn board(&self) -> Vec<Request> {
        vec![Request::get("/board", &self.lead.token)]
    }

    /// A new ticket for each organization.
    pub fn create(&self) -> Vec<Request> {
        let open = |owner: &Person| Request::post("/tickets", &owner.token, &ticket(owner));
        self.owners.iter().map(open).collect()
    }

    /// Opens and triages tickets and offers an estimate for each, for so long and so many at most; gives the approvals.
    pub fn prepare_approvals(&self, during: Duration, most: usize) -> Result<Vec<Request>, Failure> {
        let begun = Instant::now();
        let turns: Mutex<VecDeque<&Person>> = Mutex::new(self.owners.iter().cycle().take(most).collect());
        let next = || match turns.lock() {
            Ok(mut turns) if begun.elapsed() < during => turns.pop_front(),
            _ => None,
        };
        let work = || -> Result<Vec<Request>, Failure> {
            let mut approvals = Vec::new();
            while let Some(owner) = next() {
                approvals.push(self.prepare_approval(owner)?);
            }
            Ok(approvals)
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..PREPARING).map(|_| scope.spawn(work)).collect();
            let mut approvals = Vec::new();
            for worker in workers {
                approvals.extend(worker.join().map_err(|_| "preparing estimates panicked".to_owned())??);
            }
            Ok(approvals)
        })
    }

    /// How many movements the ledger of the last owner's organization has.
    pub fn movements(&self) -> Result<usize, Failure> {
        let owner = self.last_owner()?;
        let path = format!("/organizations/{}/ledger?limit=1", owner.organization);
        let page = call(&self.base, "GET", &path, &owner.token, None)?;
        let newest = page["items"][0]["sequence"].as_u64().unwrap_or(0);
        usize::try_from(newest).map_err(|error| error.to_string())
    }

    /// Time entries for about so many movements of that organization, on tickets with approved minutes, which are
    /// prepared here. Nobody is sent a mail about time.
    pub fn work(&self, movements: usize) -> Result<Vec<Work>, Failure> {
        let owner = self.last_owner()?;
        let entry = json!({
            "minutes": ENTRY_MINUTES, "worked_on": "2026-01-02", "activity": "development", "note": "Worked on it.",
            "billable": true
        });
        let mut entries = Vec::new();
        while entries.len() < movements {
            let estimate = self.prepare_estimate(owner, ENTRY_MINUTES * ENTRIES)?;
            let approve = format!("/estimates/{}/approve", text(&estimate["id"]));
            call(&self.base, "POST", &approve, &owner.token, Some(&json!({})))?;
            let path = format!("/tickets/{}/time-entries", text(&estimate["ticket_id"]));
            let left = movements - entries.len();
            let one = || Work {
                path: path.clone(),
                token: self.lead.token.clone(),
                body: entry.clone(),
            };
            entries.extend((0..ENTRIES).map(|_| one()).take(left));
        }
        Ok(entries)
    }

    /// Offers so many estimates to that organization, each for a ticket of its own.
    pub fn prepare_estimates(&self, count: usize) -> Result<Vec<String>, Failure> {
        let owner = self.last_owner()?;
        let estimates = (0..count).map(|_| self.prepare_estimate(owner, MINUTES));
        estimates.map(|estimate| Ok(text(&estimate?["id"]))).collect()
    }

    /// What approving the estimate would take, as that owner asks.
    pub fn preview(&self, estimate: &str) -> Request {
        Request::get(&format!("/estimates/{estimate}/preview"), self.last_token())
    }

    /// The yes of that owner.
    pub fn approve(&self, estimate: &str) -> Request {
        Request::post(&format!("/estimates/{estimate}/approve"), self.last_token(), &json!({}))
    }

    fn last_owner(&self) -> Result<&Person, Failure> {
        self.owners.last().ok_or_else(|| "nobody has signed in".to_owned())
    }

    fn last_token(&self) -> &str {
        self.owners.last().map_or("", |owner| &owner.token)
    }

    fn prepare_approval(&self, owner: &Person) -> Result<Request, Failure> {
        let estimate = self.prepare_estimate(owner, MINUTES)?;
        let path = format!("/estimates/{}/approve", text(&estimate["id"]));
        Ok(Request::post(&path, &owner.token, &json!({})))
    }

    fn prepare_estimate(&self, owner: &Person, minutes: i64) -> Result<Value, Failure> {
        let opened = call(&self.base, "POST", "/tickets", &owner.token, Some(&ticket(owner)))?;
        let id = text(&opened["id"]);
        let triage = json!({ "severity": "p2", "kind": "corrective", "scope": "in" });
        call(
            &self.base,
            "POST",
            &format!("/tickets/{id}/triage"),
            &self.lead.token,
            Some(&triage),
        )?;
        let offer = json!({ "minutes": minutes, "includes": "Diagnosis and repair" });
        let path = format!("/tickets/{id}/estimates");
        call(&self.base, "POST", &path, &self.lead.token, Some(&offer))
    }
}

fn first_page(owner: &Person, limit: u32) -> String {
    format!("/tickets?organization_id={}&limit={limit}", owner.organization)
}

fn ticket(owner: &Person) -> Value {
    json!({
        "organization_id": owner.organization,
        "title": "The export to accounting stops at the third invoice",
        "description": "Since this morning the export ends with an error.\n\n1. Open **Accounting**\n2. Export March\n",
        "affected": "Three people of the back office",
        "impact": { "main_operation_blocked": false, "workaround": "partial", "people": 3 },
        "suggested_severity": "p2",
    })
}
