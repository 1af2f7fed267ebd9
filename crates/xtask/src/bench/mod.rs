//! `cargo xtask bench`: how fast the server is on this machine. Nothing asserts a time.

pub mod client;
pub mod ledger;
mod load;
mod machine;

use std::{
    fs,
    thread::sleep,
    time::{Duration, Instant},
};

use self::{
    client::Client,
    load::{Manner, Outcome, Request},
};
use crate::{
    Failure,
    place::{self, Place, Server},
    postgres::{Cluster, Durability},
    tools,
};

/// As many as wait for their answers at once.
const CONNECTIONS: u32 = 64;
/// Of one measure with all connections.
const SECONDS: u32 = 4;
/// Of the same measure with one connection.
const SECONDS_ALONE: u32 = 1;
/// How often a start is timed.
const STARTS: usize = 5;
/// How long estimates are prepared, and how many at most.
const PREPARATION: (Duration, usize) = (Duration::from_secs(12), 8000);
/// Of each server before anything is measured.
const WARM_UP_SECONDS: u32 = 1;

/// Builds the server, measures it with both engines, and prints a table in Markdown.
pub fn bench() -> Result<(), Failure> {
    build()?;
    let begun = Instant::now();
    let place = Place::new("bench/sqlite", None)?;
    let flushes = machine::flushes_per_second(place.folder(), Duration::from_secs(2))?;
    let file = measure(&place)?;
    let cluster = Cluster::start(Durability::Full)?;
    let server = measure(&Place::new("bench/postgresql", Some(cluster.url()))?)?;
    drop(cluster);
    let size = fs::metadata(place::program()).map_err(|error| error.to_string())?.len();

    println!("\nMachine: {}.", machine::describe());
    println!("Its disk: {flushes:.0} flushes (`fdatasync`) in a second, one after the other.\n");
    println!("| | SQLite | PostgreSQL |\n|---|--:|--:|");
    let row = |name: &str, of: fn(&Engine) -> String| println!("| {name} | {} | {} |", of(&file), of(&server));
    row("start on a migrated database, median of 5", |engine| {
        format!("{:.0} ms", engine.start.as_secs_f64() * 1e3)
    });
    row("memory of the server, idle", |engine| format!("{:.0} MiB", engine.idle));
    row("memory of the server, the most under load", |engine| {
        format!("{:.0} MiB", engine.loaded)
    });
    println!("| the program | {:.1} MiB | the same |", size as f64 / 1024.0 / 1024.0);
    for (name, engine) in [("SQLite", &file), ("PostgreSQL", &server)] {
        println!("\n{name}, {CONNECTIONS} connections; last column: one connection alone.\n");
        println!("| | a second | median | 99 % | processor of the server for each | median alone |");
        println!("|---|--:|--:|--:|--:|--:|");
        engine.measures.iter().for_each(Measure::print);
    }
    println!("\nMeasured in {:.0} s.", begun.elapsed().as_secs_f64());
    Ok(())
}

/// What measures, and the program that is measured.
fn build() -> Result<(), Failure> {
    tools::ensure(&[&tools::WRK, &tools::POSTGRESQL])?;
    place::build()
}

/// What one engine gave.
struct Engine {
    start: Duration,
    idle: f64,
    loaded: f64,
    measures: Vec<Measure>,
}

/// One operation under load.
struct Measure {
    name: &'static str,
    crowd: Outcome,
    alone: Outcome,
    /// Processor time of the server's process for one answer of the crowd.
    processor: Duration,
}

impl Measure {
    fn print(&self) {
        println!(
            "| {} | {:.0} | {:.1} ms | {:.1} ms | {} µs | {:.2} ms |",
            self.name,
            self.crowd.rate(),
            self.crowd.median,
            self.crowd.slowest_percent,
            self.processor.as_micros(),
            self.alone.median,
        );
    }
}

fn measure(place: &Place) -> Result<Engine, Failure> {
    place.command(&["migrate"])?;
    place.command(&["seed", "--demo"])?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(place.serve()?.1);
    }
    starts.sort();
    let (server, _) = place.serve()?;
    sleep(Duration::from_secs(2));
    let idle = machine::usage(server.id())?.memory;
    let client = Client::new(&server.base)?;
    client.buy_packs()?;
    let measures = Bench { place, server: &server }.operations(&client)?;
    Ok(Engine {
        start: starts[STARTS / 2],
        idle,
        loaded: machine::usage(server.id())?.peak_memory,
        measures,
    })
}

struct Bench<'a> {
    place: &'a Place,
    server: &'a Server,
}

impl Bench<'_> {
    fn operations(&self, client: &Client) -> Result<Vec<Measure>, Failure> {
        let warm_up = Manner {
            connections: CONNECTIONS,
            seconds: WARM_UP_SECONDS,
            once_after: None,
        };
        self.send(&client.list(), warm_up)?;
        let mut measures = vec![
            self.constant(client)?,
            self.cycle("list: GET /tickets, 25 of them", &client.list())?,
            self.cycle("show: GET /tickets/{id}", &client.show()?)?,
            self.cycle("board: GET /board", &client.board())?,
            self.cycle("create: POST /tickets", &client.create())?,
        ];
        let (during, most) = PREPARATION;
        let approvals = client.prepare_approvals(during, most)?;
        measures.push(self.approve(&approvals)?);
        measures.push(self.cycle("list, after all that", &client.list())?);
        measures.push(self.cycle("show, after all that", &client.show()?)?);
        Ok(measures)
    }

    /// The limit of everything around the database. Its answer is a refusal, by intention.
    fn constant(&self, client: &Client) -> Result<Measure, Failure> {
        self.load("constant JSON: an unknown address", &client.constant(), None)
    }

    fn cycle(&self, name: &'static str, requests: &[Request]) -> Result<Measure, Failure> {
        accepted(self.load(name, requests, None)?)
    }

    /// Every estimate can be approved once.
    fn approve(&self, approvals: &[Request]) -> Result<Measure, Failure> {
        accepted(self.load("approve: POST /estimates/{id}/approve", approvals, Some(0))?)
    }

    fn load(&self, name: &'static str, requests: &[Request], once_after: Option<usize>) -> Result<Measure, Failure> {
        println!("── {name}, {} different requests", requests.len());
        let alone = self.send(
            requests,
            Manner {
                connections: 1,
                seconds: SECONDS_ALONE,
                once_after,
            },
        )?;
        // One more may have been sent than was answered.
        let once_after = once_after.map(|_| alone.answers + 1);
        let before = machine::usage(self.server.id())?.processor;
        let crowd = self.send(
            requests,
            Manner {
                connections: CONNECTIONS,
                seconds: SECONDS,
                once_after,
            },
        )?;
        let spent = machine::usage(self.server.id())?.processor.saturating_sub(before);
        let answers = u32::try_from(crowd.answers).unwrap_or(u32::MAX).max(1);
        Ok(Measure {
            name,
            crowd,
            alone,
            processor: spent / answers,
        })
    }

    fn send(&self, requests: &[Request], manner: Manner) -> Result<Outcome, Failure> {
        load::send(&self.server.base, self.place.folder(), requests, manner)
    }
}

fn accepted(measure: Measure) -> Result<Measure, Failure> {
    let refused = measure.crowd.refused + measure.alone.refused;
    if refused > 0 {
        return Err(format!("{}: {refused} answers are refusals", measure.name));
    }
    Ok(measure)
}
