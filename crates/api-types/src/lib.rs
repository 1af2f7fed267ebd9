//! The JSON shapes of the REST API: exactly one for each resource, shared by the server and the page.
//!
//! Requests refuse unknown fields and carry their bounds (garde), so that the page can say what is wrong before it
//! sends; answers leave out nothing that a client of the API was promised. Names are `snake_case`, instants are
//! RFC 3339 in UTC, durations are integers with the unit in the name.

pub mod alert;
pub mod approval;
pub mod attachment;
pub mod board;
pub mod common;
pub mod dashboard;
pub mod dates;
pub mod emergency;
pub mod estimate;
pub mod installation;
pub mod ledger;
pub mod lot;
pub mod order;
pub mod organization;
pub mod plan;
pub mod session;
pub mod settings;
pub mod sla;
pub mod statement;
pub mod terms;
pub mod texts;
pub mod ticket;
pub mod timeline;
pub mod work;

pub use common::{Items, Page, Person, Problem, ProblemField};
