//! Named steps, each timed; their durations are printed together at the end.

use std::time::{Duration, Instant};

use crate::Failure;

/// The steps done so far.
pub struct Steps {
    begun: Instant,
    done: Vec<(String, Duration)>,
}

impl Steps {
    /// No steps yet; the whole is timed from here.
    pub fn begin() -> Self {
        Self {
            begun: Instant::now(),
            done: Vec::new(),
        }
    }

    /// Does one step and remembers how long it took; a failure names the step.
    pub fn step<T>(&mut self, name: &str, action: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        println!("── {name}");
        let begun = Instant::now();
        let result = action().map_err(|failure| format!("{name}: {failure}"));
        self.done.push((name.to_owned(), begun.elapsed()));
        result
    }

    /// Prints one line for each step, and the whole.
    pub fn print(&self) {
        println!("── durations");
        for (name, duration) in &self.done {
            println!("{:>8.1} s  {name}", duration.as_secs_f64());
        }
        println!("{:>8.1} s  in all", self.begun.elapsed().as_secs_f64());
    }
}
