//! Load on a server, made by wrk.

use std::{fs, path::Path, process::Command, time::Duration};

use serde_json::Value;

use crate::{Failure, api::BASE as API, process};

const SCRIPT: &str = include_str!("replay.lua");

/// One request that wrk sends.
pub struct Request(String);

impl Request {
    /// For something.
    pub fn get(path: &str, token: &str) -> Self {
        Self(format!("GET\t{API}{path}\t{token}\t"))
    }

    /// With a body.
    pub fn post(path: &str, token: &str, body: &Value) -> Self {
        Self(format!("POST\t{API}{path}\t{token}\t{body}"))
    }
}

/// How requests are sent.
#[derive(Clone, Copy)]
pub struct Manner {
    /// How many wait for their answers at once.
    pub connections: u32,
    /// For how long.
    pub seconds: u32,
    /// Each once, leaving out the first so many; over and over otherwise.
    pub once_after: Option<usize>,
}

/// What came of it.
pub struct Outcome {
    /// Answers that came.
    pub answers: usize,
    /// From the first request to the last answer.
    pub during: Duration,
    /// Of the answers, how many refuse, by their status.
    pub refused: u64,
    /// Half of the answers came at least as fast, in milliseconds.
    pub median: f64,
    /// 99 of 100 answers came at least as fast, in milliseconds.
    pub slowest_percent: f64,
}

impl Outcome {
    /// Answers in a second.
    pub fn rate(&self) -> f64 {
        self.answers as f64 / self.during.as_secs_f64()
    }
}

/// Sends requests; fails when a connection fails.
pub fn send(base: &str, folder: &Path, requests: &[Request], manner: Manner) -> Result<Outcome, Failure> {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text)
            .map_err(|error| format!("{}: {error}", path.display()))
            .map(|()| path)
    };
    let script = write("replay.lua", SCRIPT)?;
    let lines: String = requests.iter().map(|request| format!("{}\n", request.0)).collect();
    let lines = write("requests.tsv", &lines)?;
    let (order, left_out) = manner.once_after.map_or(("cycle", 0), |left_out| ("once", left_out));
    let mut wrk = Command::new("wrk");
    wrk.args(["--threads", "1", "--timeout", "30s", "--latency"])
        .args(["--connections", &manner.connections.to_string()])
        .args(["--duration", &format!("{}s", manner.seconds)])
        .arg("--script")
        .arg(script)
        .args([base, "--"])
        .arg(lines)
        .args([order, &left_out.to_string()]);
    let printed = process::output(&mut wrk)?;
    let line = printed.lines().find_map(|line| line.strip_prefix("daypack "));
    let line = line.ok_or_else(|| format!("wrk says nothing about its requests: {printed}"))?;
    let told: Value = serde_json::from_str(line).map_err(|error| format!("wrk: {error} in {line}"))?;
    if told["failed"] != 0 {
        return Err(format!("requests were not answered: {line}"));
    }
    let number = |name: &str| told[name].as_f64().unwrap_or(0.0);
    Ok(Outcome {
        answers: usize::try_from(told["answers"].as_u64().unwrap_or(0)).unwrap_or(0),
        during: Duration::from_secs_f64(number("seconds")),
        refused: told["refused"].as_u64().unwrap_or(0),
        median: number("p50_ms"),
        slowest_percent: number("p99_ms"),
    })
}
