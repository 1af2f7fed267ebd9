//! `Idempotency-Key`, once for all operations: the first answer is kept in the transaction of its effect and given
//! again to the same request. Refusals are not kept.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::{
    HttpMessage,
    http::{Method, StatusCode},
};
use chrono::TimeDelta;
use daypack_domain::{
    Refusal,
    ids::OrganizationId,
    policy::{Actor, ClientRole, StaffRole},
};
use daypack_store::{
    Conn,
    idempotency::{self, IdempotentAnswer},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{answer::Answer, body::Fingerprint, caller::Caller};
use crate::{context::Context, error::Failure, problem::Problem};

/// The name of the header.
pub const HEADER: &str = "Idempotency-Key";
/// How long an answer is kept.
pub const KEPT: TimeDelta = TimeDelta::hours(24);
const LONGEST_KEY: usize = 255;

/// A request that may have been answered before.
#[derive(Debug)]
pub struct KeyedRequest {
    caller: String,
    key: String,
    fingerprint: String,
}

/// The headers that are given again with the answer.
#[derive(Serialize, Deserialize)]
struct Headers {
    version: Option<i64>,
}

impl KeyedRequest {
    /// The key of a `POST` by somebody who signed in; without one there is nothing to repeat.
    ///
    /// # Errors
    /// A key that is empty, too long or not plain text.
    pub fn of(caller: &impl Caller) -> Result<Option<Self>, Problem> {
        let request = caller.request();
        let (Some(header), Some(claims)) = (request.headers().get(HEADER), caller.claims()) else {
            return Ok(None);
        };
        if request.method() != Method::POST {
            return Ok(None);
        }
        let key = header.to_str().unwrap_or_default();
        if key.is_empty() || key.len() > LONGEST_KEY {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "invalid_idempotency_key",
                format!("An Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters."),
            ));
        }
        let mut hash = Sha256::new();
        for part in [request.method().as_str(), request.path(), request.query_string()] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        if let Some(body) = request.extensions().get::<Fingerprint>() {
            hash.update(&body.0);
        }
        let fingerprint = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Some(Self {
            caller: claims.user_id.to_string(),
            key: key.to_owned(),
            fingerprint,
        }))
    }

    /// The answer of the first time, or that of `work`, which is then kept. The key is taken before the work: the same
    /// request to another process at the same time waits until this one is committed, and gets its answer.
    ///
    /// # Errors
    /// Those of `work`; the key was used for another request, or by somebody who could do more.
    pub(crate) fn answer_once(
        &self,
        conn: &mut Conn,
        context: &Context,
        work: &impl Fn(&mut Conn, &Context) -> Result<Answer, Failure>,
    ) -> Result<Answer, Failure> {
        let standing = Standing::of(&context.actor);
        let mut kept = IdempotentAnswer {
            caller: self.caller.clone(),
            key: self.key.clone(),
            fingerprint: self.fingerprint.clone(),
            status: 0,
            headers: String::new(),
            body: String::new(),
            created_at: context.now,
            standing: serde_json::to_string(&standing).map_err(Failure::internal)?,
        };
        if !idempotency::take(conn, &kept)? {
            if let Some(first) = idempotency::find(conn, &self.caller, &self.key)? {
                if first.created_at + KEPT > context.now {
                    return self.replay(&first, &standing);
                }
                idempotency::forget(conn, &self.caller, &self.key)?;
            }
            if !idempotency::take(conn, &kept)? {
                return Err(in_flight().into());
            }
        }
        let answer = work(conn, context)?;
        let headers = Headers {
            version: answer.version,
        };
        kept.status = i64::from(answer.status.as_u16());
        kept.headers = serde_json::to_string(&headers).map_err(Failure::internal)?;
        kept.body = answer.body.clone().unwrap_or_default();
        idempotency::keep(conn, &kept)?;
        Ok(answer)
    }

    fn replay(&self, kept: &IdempotentAnswer, standing: &Standing) -> Result<Answer, Failure> {
        if kept.fingerprint != self.fingerprint {
            return Err(Failure::KeyReused);
        }
        let then: Option<Standing> = serde_json::from_str(&kept.standing).ok();
        if then.is_none_or(|then| !standing.covers(&then)) {
            return Err(outdated().into());
        }
        let headers: Headers = serde_json::from_str(&kept.headers).map_err(Failure::internal)?;
        let status = u16::try_from(kept.status)
            .ok()
            .and_then(|status| StatusCode::from_u16(status).ok());
        Ok(Answer {
            status: status.ok_or_else(|| Failure::internal("a kept answer has no HTTP status"))?,
            body: Some(kept.body.clone()).filter(|body| !body.is_empty()),
            version: headers.version,
            replayed: true,
        })
    }
}

/// What somebody may do, as far as their roles tell: an answer is given again only to somebody who still has every
/// role that they had when it was given, or a higher one. What a policy allows grows with the role, so that such a
/// person could still do and read all of it.
#[derive(Debug, Serialize, Deserialize)]
struct Standing {
    staff_role: Option<StaffRole>,
    places: Vec<(OrganizationId, ClientRole)>,
}

impl Standing {
    fn of(actor: &Actor) -> Self {
        let person = actor.person();
        let places = person.map(|person| person.memberships.as_slice()).unwrap_or_default();
        Self {
            staff_role: actor.staff_role(),
            places: places.iter().map(|place| (place.organization_id, place.role)).collect(),
        }
    }

    fn covers(&self, then: &Self) -> bool {
        let still = |(organization, role): &(OrganizationId, ClientRole)| {
            let now = self.places.iter().find(|(id, _)| id == organization);
            now.is_some_and(|(_, now)| now >= role)
        };
        self.staff_role >= then.staff_role && then.places.iter().all(still)
    }
}

fn outdated() -> Refusal {
    Refusal::conflict(
        "idempotency_key_outdated",
        "You can do less now than when you first sent this Idempotency-Key, so its answer is not given again. Nothing \
         was done.",
    )
}

fn in_flight() -> Refusal {
    Refusal::conflict(
        "request_in_flight",
        "The first request with this Idempotency-Key is still running. Try again in a moment.",
    )
}

/// The keys whose first request is running in this process.
#[derive(Debug, Clone, Default)]
pub struct InFlight(Arc<Mutex<HashSet<(String, String)>>>);

/// Takes the key back when the request ends, however it ends.
#[derive(Debug)]
pub(crate) struct Running {
    keys: InFlight,
    key: (String, String),
}

impl InFlight {
    pub(crate) fn enter(&self, request: &KeyedRequest) -> Result<Running, Problem> {
        let key = (request.caller.clone(), request.key.clone());
        let fresh = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key.clone());
        if fresh {
            Ok(Running {
                keys: self.clone(),
                key,
            })
        } else {
            Err(in_flight().into())
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.keys
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.key);
    }
}
