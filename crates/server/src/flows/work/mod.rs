//! The work on a ticket, from the yes to the closure: moves along the workflow, evidence, windows, time, mitigation,
//! resolution (sections 3, 4, 8). Each write takes its ticket into hand as a [`Case`](super::tickets::Case).

pub mod billing;
pub mod board;
pub mod closing;
pub mod moving;
pub mod returning;
pub mod time;
pub mod windows;
