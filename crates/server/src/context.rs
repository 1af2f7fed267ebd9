//! What a flow knows of its circumstances: when, who, and where its identifiers come from.

use std::net::IpAddr;

use daypack_domain::{Instant, policy::Actor};
use uuid::Uuid;

use crate::{ids::Ids, mail::texts::LANGUAGES, versions::Versions};

/// The circumstances of one request or job.
#[derive(Debug)]
pub struct Context {
    /// When; the same instant for everything that one request does.
    pub now: Instant,
    /// Makes identifiers.
    pub ids: Ids,
    /// Who.
    pub actor: Actor,
    /// Under which the log has more.
    pub request_id: String,
    /// From where; nothing for jobs.
    pub remote_address: Option<IpAddr>,
    /// The language of texts in the answer, such as `es`.
    pub language: &'static str,
    /// Calendars and policies that were read before.
    pub versions: Versions,
}

impl Context {
    /// For what Daypack does by itself: jobs, and the command line.
    #[must_use]
    pub fn system(now: Instant, ids: Ids) -> Self {
        Self {
            now,
            ids,
            actor: Actor::System,
            request_id: "system".to_owned(),
            remote_address: None,
            language: LANGUAGES[0],
            versions: Versions::default(),
        }
    }

    /// The same request or job on behalf of somebody else: a link in a mail acts as the person whom it was sent to, a
    /// standing approval as Daypack itself.
    #[must_use]
    pub fn acting_as(&self, actor: Actor) -> Self {
        Self {
            now: self.now,
            ids: self.ids.clone(),
            actor,
            request_id: self.request_id.clone(),
            remote_address: self.remote_address,
            language: self.language,
            versions: self.versions.clone(),
        }
    }

    /// The next identifier.
    pub fn id<T: From<Uuid>>(&self) -> T {
        self.ids.next()
    }
}
