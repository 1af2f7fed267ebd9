//! `cargo xtask bench ledger`: whether previews and approvals slow down with the length of the ledger. They must not:
//! both decide on counters, never on movements.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

use super::{
    client::{Client, Work},
    load::{self, Manner, Outcome, Request},
    machine,
};
use crate::{
    Failure,
    api::call,
    place::{Place, Server},
    postgres::{Cluster, Durability},
};

/// How long the ledger is, in movements, at each measure.
const LENGTHS: [usize; 2] = [100, 100_000];
/// Estimates of each measure: each can be previewed often, and approved once.
const ESTIMATES: usize = 300;
/// Time entries that wait for their answers at once while the ledger grows.
const GROWING: usize = 32;
/// How many are sent by the same access tokens, which do not live for as long as growing takes.
const PART: usize = 10_000;
/// How long each measure takes: enough for as many approvals as there are estimates.
const SECONDS: u32 = 10;

/// Measures with both engines, and prints a table in Markdown.
pub fn bench() -> Result<(), Failure> {
    super::build()?;
    let begun = Instant::now();
    let file = measure(&Place::new("bench/ledger-sqlite", None)?)?;
    // Growing is most of the time, and of no interest: its commits need not reach the disk.
    let cluster = Cluster::start(Durability::None)?;
    let server = measure(&Place::new("bench/ledger-postgresql", Some(cluster.url()))?)?;
    drop(cluster);

    println!("\nMachine: {}.\n", machine::describe());
    let [short, long] = LENGTHS;
    println!("| one connection, median | {short} movements | {long} movements | ratio |\n|---|--:|--:|--:|");
    for (engine, [before, after]) in [("SQLite", &file), ("PostgreSQL, commits not flushed", &server)] {
        for (name, of) in [
            ("preview", Times::preview as fn(&Times) -> f64),
            ("approve", Times::approve),
        ] {
            let (before, after) = (of(before), of(after));
            println!(
                "| {engine}: {name} | {before:.2} ms | {after:.2} ms | {:.2} |",
                after / before
            );
        }
    }
    println!("\nMeasured in {:.0} s.", begun.elapsed().as_secs_f64());
    Ok(())
}

/// What one length of the ledger gave.
struct Times {
    preview: Outcome,
    approve: Outcome,
}

impl Times {
    fn preview(&self) -> f64 {
        self.preview.median
    }

    fn approve(&self) -> f64 {
        self.approve.median
    }
}

fn measure(place: &Place) -> Result<[Times; 2], Failure> {
    place.command(&["migrate"])?;
    place.command(&["seed", "--demo"])?;
    let (server, _) = place.serve()?;
    Client::new(&server.base)?.buy_packs()?;
    let [short, long] = LENGTHS;
    Ok([at_length(place, &server, short)?, at_length(place, &server, long)?])
}

fn at_length(place: &Place, server: &Server, length: usize) -> Result<Times, Failure> {
    let client = grown(server, length)?;
    let estimates = client.prepare_estimates(ESTIMATES)?;
    let previews: Vec<Request> = estimates.iter().map(|estimate| client.preview(estimate)).collect();
    let approvals: Vec<Request> = estimates.iter().map(|estimate| client.approve(estimate)).collect();
    println!("── preview and approve, {} movements", client.movements()?);
    Ok(Times {
        preview: measured(place, server, &previews, false)?,
        approve: measured(place, server, &approvals, true)?,
    })
}

/// Lets the ledger grow by work until it is so long; gives people who have signed in since.
fn grown(server: &Server, length: usize) -> Result<Client, Failure> {
    let mut before = None;
    loop {
        let client = Client::new(&server.base)?;
        let movements = client.movements()?;
        if movements >= length {
            return Ok(client);
        }
        if before == Some(movements) {
            return Err(format!("the ledger does not grow beyond {movements} movements"));
        }
        before = Some(movements);
        let work = client.work((length - movements).min(PART))?;
        println!("── {movements} movements, {} time entries more", work.len());
        post_all(server, &work)?;
    }
}

/// Sends each of these once, many at a time.
fn post_all(server: &Server, work: &[Work]) -> Result<(), Failure> {
    let next = AtomicUsize::new(0);
    let send = || -> Result<(), Failure> {
        while let Some(one) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
            call(&server.base, "POST", &one.path, &one.token, Some(&one.body))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let senders: Vec<_> = (0..GROWING).map(|_| scope.spawn(send)).collect();
        let mut sent = senders.into_iter().map(|sender| sender.join());
        sent.try_for_each(|sent| sent.map_err(|_| "sending panicked".to_owned())?)
    })
}

/// Sends requests by one connection: each once, or over and over.
fn measured(place: &Place, server: &Server, requests: &[Request], once: bool) -> Result<Outcome, Failure> {
    let manner = Manner {
        connections: 1,
        seconds: SECONDS,
        once_after: once.then_some(0),
    };
    let outcome = load::send(&server.base, place.folder(), requests, manner)?;
    if outcome.refused > 0 {
        return Err(format!("{} answers are refusals", outcome.refused));
    }
    // One more may have been sent than was answered.
    if once && outcome.answers + 1 < requests.len() {
        let (answers, all) = (outcome.answers, requests.len());
        return Err(format!("only {answers} of {all} requests were answered in {SECONDS} s"));
    }
    Ok(outcome)
}
