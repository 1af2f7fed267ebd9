//! Child processes, each with all its own children in one process group, so that nothing stays behind: not after a
//! panic, a failure or Ctrl-C.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Stdio},
    sync::Mutex,
    thread::sleep,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};

use crate::Failure;

/// How long a process may take to end after it was asked to, before it is killed.
const GRACE: Duration = Duration::from_secs(10);

/// The groups that are alive now.
static GROUPS: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// A process that ends, with its children, when this value goes.
pub struct Group {
    child: Child,
    id: Pid,
    ask: Signal,
}

impl Group {
    /// Starts a command as the head of its own group. `ask` is the signal that asks it to end.
    pub fn start(command: &mut Command, ask: Signal) -> Result<Self, Failure> {
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", command.get_program().to_string_lossy()))?;
        let id = Pid::from_raw(child.id().cast_signed());
        groups().push(id);
        Ok(Self { child, id, ask })
    }

    /// The process's identifier.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the first line that the process prints, when its standard output is piped; none when it ends without.
    pub fn first_line(&mut self) -> Result<Option<String>, Failure> {
        let Some(output) = self.child.stdout.take() else {
            return Ok(None);
        };
        let mut line = String::new();
        let length = BufReader::new(output)
            .read_line(&mut line)
            .map_err(|error| error.to_string())?;
        Ok((length > 0).then(|| line.trim_end().to_owned()))
    }

    /// Waits until the process ends by itself.
    pub fn wait(&mut self) -> Result<ExitStatus, Failure> {
        self.child.wait().map_err(|error| error.to_string())
    }

    /// Kills the whole group at once: nobody is asked.
    pub fn kill(mut self) -> Result<(), Failure> {
        killpg(self.id, Signal::SIGKILL).map_err(|error| error.to_string())?;
        self.wait().map(drop)
    }

    /// The status with which the process ended, or nothing while it runs.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>, Failure> {
        self.child.try_wait().map_err(|error| error.to_string())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // Only the head is asked: it knows best how to end its children.
            let _ = nix::sys::signal::kill(self.id, self.ask);
            let asked = Instant::now();
            while asked.elapsed() < GRACE && matches!(self.child.try_wait(), Ok(None)) {
                sleep(Duration::from_millis(20));
            }
        }
        let _ = killpg(self.id, Signal::SIGKILL);
        let _ = self.child.wait();
        groups().retain(|id| *id != self.id);
    }
}

/// On Ctrl-C, or when this process is asked to end: all groups end, and then this process.
pub fn end_all_on_interrupt() {
    let installed = ctrlc::set_handler(|| {
        let ids = groups().clone();
        // SIGINT is what each of them (cargo, the server, PostgreSQL, tests) takes for "end now, in order".
        for id in &ids {
            let _ = killpg(*id, Signal::SIGINT);
        }
        let asked = Instant::now();
        // A group that nobody waits for stays as a zombie until this process ends, hence the upper bound.
        while asked.elapsed() < GRACE && !groups().is_empty() {
            sleep(Duration::from_millis(20));
        }
        for id in &ids {
            let _ = killpg(*id, Signal::SIGKILL);
        }
        std::process::exit(130);
    });
    if let Err(error) = installed {
        eprintln!("xtask: Ctrl-C will not end child processes: {error}");
    }
}

/// Runs a command to its end; anything but success is a failure.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    let shown = show(command);
    let status = Group::start(command, Signal::SIGTERM)?.wait()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{shown}` failed ({status})"))
    }
}

/// Runs a command and returns what it printed, without the last line break; its messages are shown on failure only.
pub fn output(command: &mut Command) -> Result<String, Failure> {
    let shown = show(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot start `{shown}`: {error}"))?;
    if !output.status.success() {
        let messages = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{shown}` failed ({}): {}", output.status, messages.trim_end()));
    }
    String::from_utf8(output.stdout)
        .map(|text| text.trim_end().to_owned())
        .map_err(|_| format!("`{shown}` printed something that is not text"))
}

/// The cargo that runs this tool, in the workspace's folder.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::root());
    command
}

fn show(command: &Command) -> String {
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    [command.get_program().to_string_lossy()]
        .into_iter()
        .chain(arguments)
        .collect::<Vec<_>>()
        .join(" ")
}

fn groups() -> std::sync::MutexGuard<'static, Vec<Pid>> {
    // A list of numbers is whole even after a panic elsewhere.
    GROUPS.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
