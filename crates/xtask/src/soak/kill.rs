//! Killing the server in the middle of its work: what it acknowledged has to be there.

use std::{
    path::Path,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use super::{memory::Memory, writers::Writer};
use crate::{
    Failure,
    bench::client::Client,
    place::{self, Place, Server},
    postgres::{Cluster, Durability},
    process, tools,
};

/// Clients that write at once.
const WRITERS: usize = 16;

/// Starts the server, lets clients write, kills it; so many times with each engine. After each kill the books are
/// checked as they were left; after each restart every acknowledged write is looked up, and what was in flight is sent
/// again.
pub fn kill(times: u32) -> Result<(), Failure> {
    tools::ensure(&[&tools::SQLITE, &tools::POSTGRESQL])?;
    place::build()?;
    let place = Place::new("soak/kill-sqlite", None)?;
    kill_with("SQLite", &place, times, Some(&place.file()))?;
    // The server is killed, not its database: whether that flushes its commits makes no difference here.
    let cluster = Cluster::start(Durability::None)?;
    let place = Place::new("soak/kill-postgresql", Some(cluster.url()))?;
    kill_with("PostgreSQL", &place, times, None)
}

/// The same with one engine; `file` is its database, where it is one.
fn kill_with(engine: &str, place: &Place, times: u32, file: Option<&Path>) -> Result<(), Failure> {
    let begun = Instant::now();
    place.command(&["migrate"])?;
    place.command(&["seed", "--demo"])?;
    let mut all: Vec<Memory> = Vec::new();
    let mut writes = 0;
    let (mut server, _) = place.serve()?;
    Client::new(&server.base)?.buy_packs()?;
    for turn in 1..=times {
        let memories = write_until_killed(server, turn)?;
        let checked = check(place, file)?;
        let (next, restart) = place.serve()?;
        server = next;
        let client = Client::new(&server.base)?;
        let mut told = 0;
        let mut sent_again = 0;
        for mut memory in memories {
            told += memory.writes;
            sent_again += usize::from(memory.send_again(&server.base)?);
            memory.look_up(&server.base, &client)?;
            all.push(memory);
        }
        writes += told;
        println!(
            "{engine}: kill {turn} of {times}: {told} writes acknowledged, all there; {sent_again} sent again; \
             checked in {} ms; up again after {} ms",
            checked.as_millis(),
            restart.as_millis()
        );
    }
    let client = Client::new(&server.base)?;
    for memory in &all {
        memory.look_up(&server.base, &client)?;
    }
    println!(
        "{engine}: {times} kills, {writes} writes acknowledged, 0 lost; {}; {} s",
        place.output(&["verify"])?,
        begun.elapsed().as_secs()
    );
    Ok(())
}

/// Lets clients write, kills the server after a while that differs from turn to turn, and gives what they know.
fn write_until_killed(server: Server, turn: u32) -> Result<Vec<Memory>, Failure> {
    let base = server.base.clone();
    let client = Client::new(&base)?;
    let terms_version = client.terms_version()?;
    let killed = AtomicBool::new(false);
    thread::scope(|scope| {
        let write = |number: usize| {
            let writer = Writer {
                base: &base,
                client: &client,
                number,
                terms_version: &terms_version,
                name: format!("k{turn}w{number}"),
                killed: &killed,
            };
            writer.write()
        };
        let writers: Vec<_> = (0..WRITERS).map(|number| scope.spawn(move || write(number))).collect();
        thread::sleep(Duration::from_millis(u64::from(300 + turn * 7_919 % 1_700)));
        let ended = server.kill();
        killed.store(true, Ordering::SeqCst);
        ended?;
        let joined = writers
            .into_iter()
            .map(|writer| writer.join().map_err(|_| "a writer panicked".to_owned())?);
        joined.collect()
    })
}

/// The file as SQLite sees it, and the books as `daypack verify` does; tells how long both took.
fn check(place: &Place, file: Option<&Path>) -> Result<Duration, Failure> {
    let begun = Instant::now();
    place.command(&["verify"])?;
    if let Some(file) = file {
        let mut look = Command::new("sqlite3");
        look.arg("-readonly").arg(file).arg("PRAGMA integrity_check");
        match process::output(&mut look)?.as_str() {
            "ok" => {}
            other => return Err(format!("PRAGMA integrity_check: {other}")),
        }
    }
    Ok(begun.elapsed())
}
