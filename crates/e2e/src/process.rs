//! A child process that ends with all of its own children, also when a test panics.

use std::{
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill, killpg},
    unistd::Pid,
};

use crate::{Failure, Result};

/// A process at the head of its own group; the group ends with this value.
pub struct Group {
    child: Child,
}

impl Group {
    /// Starts a command without input. Its output can be taken once.
    pub fn start(command: &mut Command) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let started = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        Ok(Self {
            child: started.map_err(|error| Failure::new(format!("cannot start {program}: {error}")))?,
        })
    }

    /// What the process prints.
    pub fn output(&mut self) -> Result<std::process::ChildStdout> {
        self.child
            .stdout
            .take()
            .ok_or_else(|| Failure::new("the output was taken before"))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let id = Pid::from_raw(self.child.id().cast_signed());
        // Asked first: chromedriver then ends its browsers, which are not in its group.
        let _ = kill(id, Signal::SIGTERM);
        let asked = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && asked.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = killpg(id, Signal::SIGKILL);
        let _ = self.child.wait();
    }
}
