//! The machine that measures, and what its disk can do.

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use crate::Failure;

/// One line about this machine: processor, cores, memory, kernel.
pub fn describe() -> String {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = value(&processors, "model name").unwrap_or("an unknown processor");
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kibibytes = value(&memory, "MemTotal").and_then(number).unwrap_or(0.0);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "{processor}, {cores} cores, {:.0} GiB of memory, Linux {}",
        kibibytes / 1024.0 / 1024.0,
        kernel.trim()
    )
}

/// What one process used so far.
pub struct Usage {
    /// Memory now, in MiB.
    pub memory: f64,
    /// The most memory at once, in MiB.
    pub peak_memory: f64,
    /// Processor time of all its threads.
    pub processor: Duration,
}

/// What a process used so far, of its own; not what its children did.
pub fn usage(process: u32) -> Result<Usage, Failure> {
    let read = |name: &str| fs::read_to_string(format!("/proc/{process}/{name}")).map_err(|error| error.to_string());
    let (status, times) = (read("status")?, read("stat")?);
    let mebibytes = |name: &str| value(&status, name).and_then(number).unwrap_or(0.0) / 1024.0;
    // After the name, which is in parentheses and may hold spaces: user time is the 12th, system time the 13th field.
    let fields: Vec<&str> = times
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks: u64 = fields
        .iter()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Ok(Usage {
        memory: mebibytes("VmRSS"),
        peak_memory: mebibytes("VmHWM"),
        // Linux counts it in hundredths of a second for everybody.
        processor: Duration::from_millis(ticks * 10),
    })
}

/// How often in a second a few bytes can be appended to a file and brought to the disk, one after the other.
pub fn flushes_per_second(folder: &Path, during: Duration) -> Result<f64, Failure> {
    let path = folder.join("flushes");
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut file = File::create(&path).map_err(failed)?;
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < during {
        file.write_all(&[b'.'; 512]).map_err(failed)?;
        file.sync_data().map_err(failed)?;
        count += 1;
    }
    let seconds = begun.elapsed().as_secs_f64();
    fs::remove_file(&path).map_err(failed)?;
    Ok(f64::from(count) / seconds)
}

/// What stands after `name` and a colon.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim())
}

fn number(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}
