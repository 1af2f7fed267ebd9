//! `cargo xtask bench ledger`: whether previews and approvals slow down with the length of the ledger. They must not:
//! both decide on counters, never on movements.

use std::time::{Duration, Instant};

use super::{
    client::Client,
    load::{self, Manner, Outcome, Request},
    machine,
};
use crate::{
    Failure,
    place::{Place, Server},
    postgres::{Cluster, Durability},
};

/// How long the ledger is, in movements, at each measure.
const LENGTHS: [usize; 2] = [100, 100_000];
/// Estimates of each measure: each can be previewed often, and approved once.
const ESTIMATES: usize = 400;
/// Adjustments that wait for their answers at once while the ledger grows.
const GROWING: u32 = 64;
/// Longest time that growing may take.
const PATIENCE_SECONDS: u32 = 1800;

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
    let client = Client::new(&server.base)?;
    let adjustments = client.adjustments(length.saturating_sub(client.movements()?))?;
    if !adjustments.is_empty() {
        println!("── {} movements more", adjustments.len());
        once(place, server, &adjustments, GROWING)?;
    }
    // Access tokens do not live as long as growing may take.
    let client = Client::new(&server.base)?;
    let estimates = client.prepare_estimates(ESTIMATES)?;
    let previews: Vec<Request> = estimates.iter().map(|estimate| client.preview(estimate)).collect();
    let approvals: Vec<Request> = estimates.iter().map(|estimate| client.approve(estimate)).collect();
    println!("── preview and approve, {} movements", client.movements()?);
    // The first round warms up.
    once(place, server, &previews, 1)?;
    Ok(Times {
        preview: once(place, server, &previews, 1)?,
        approve: once(place, server, &approvals, 1)?,
    })
}

fn once(place: &Place, server: &Server, requests: &[Request], connections: u32) -> Result<Outcome, Failure> {
    let manner = Manner {
        connections,
        seconds: PATIENCE_SECONDS,
        once_after: Some(0),
    };
    let outcome = load::send(&server.base, place.folder(), requests, manner)?;
    if outcome.refused > 0 {
        return Err(format!("{} answers are refusals", outcome.refused));
    }
    if outcome.during > Duration::from_secs(PATIENCE_SECONDS.into()) {
        return Err("it took too long".to_owned());
    }
    Ok(outcome)
}
