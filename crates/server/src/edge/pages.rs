//! Keyset pages. A cursor is the key of the last item that was given, opaque to the caller and signed, so that one
//! made up is refused and nothing but the server decides what it means.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use daypack_api_types::Page;
use daypack_domain::{Instant, ids::OrganizationId};
use daypack_store::{After, Page as Rows};
use garde::Validate;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use crate::{auth::keys::Keys, error::Failure, problem::Problem};

/// How many items a page has when the caller does not say.
pub const DEFAULT_LIMIT: i64 = 25;
/// How many items a page has at most.
pub const MAXIMUM_LIMIT: i64 = 100;
const TAG_BYTES: usize = 16;

/// Which part of a list.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many items, 1 to 100.
    #[garde(skip)]
    pub limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[garde(skip)]
    pub cursor: Option<String>,
}

impl PageQuery {
    /// What it asks of the list with this name, which says its filters too.
    ///
    /// # Errors
    /// Those of [`PageRequest::parse`].
    pub fn page<K: Serialize + DeserializeOwned>(
        &self,
        keys: &Keys,
        list: impl Into<String>,
    ) -> Result<PageRequest<K>, Problem> {
        PageRequest::parse(keys, list, self.limit, self.cursor.as_deref())
    }
}

/// Which rows, of a list whose rows belong to organizations and stand somewhere.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ByStatus<Status: ToSchema> {
    /// Only of this organization.
    #[garde(skip)]
    pub organization_id: Option<OrganizationId>,
    /// Only those that stand like this.
    #[garde(skip)]
    pub status: Option<Status>,
    /// How many items, 1 to 100.
    #[garde(skip)]
    pub limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[garde(skip)]
    pub cursor: Option<String>,
}

impl<Status: ToSchema + std::fmt::Debug> ByStatus<Status> {
    /// What it asks of the list with this name.
    ///
    /// # Errors
    /// Those of [`PageRequest::parse`].
    pub fn page<K: Serialize + DeserializeOwned>(&self, keys: &Keys, list: &str) -> Result<PageRequest<K>, Problem> {
        let list = format!("{list} {:?} {:?}", self.organization_id, self.status);
        PageRequest::parse(keys, list, self.limit, self.cursor.as_deref())
    }
}

/// What the caller asks of a list, and how its next cursor is made.
#[derive(Debug, Clone)]
pub struct PageRequest<K> {
    /// How many items.
    pub limit: i64,
    /// The key of the last item that the caller has.
    pub after: Option<K>,
    list: String,
    keys: Keys,
}

impl<K: Serialize + DeserializeOwned> PageRequest<K> {
    /// Reads `limit` and `cursor`. `list` names the list and its filters: a cursor works only where it was made.
    ///
    /// # Errors
    /// A limit out of bounds, a cursor that is not ours.
    pub fn parse(
        keys: &Keys,
        list: impl Into<String>,
        limit: Option<i64>,
        cursor: Option<&str>,
    ) -> Result<Self, Problem> {
        let list = list.into();
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAXIMUM_LIMIT).contains(&limit) {
            let code = if limit < 1 { "too_small" } else { "too_large" };
            return Err(Problem::field(
                "/limit",
                code,
                format!("A page has 1 to {MAXIMUM_LIMIT} items."),
            ));
        }
        let after = match cursor {
            None => None,
            Some(text) => Some(open(keys, &list, text).ok_or_else(|| {
                Problem::field(
                    "/cursor",
                    "invalid_cursor",
                    "This is not a cursor of this list. Start without one.",
                )
            })?),
        };
        Ok(Self {
            limit,
            after,
            list,
            keys: keys.clone(),
        })
    }

    /// The page from the store's rows; `key` is what the next page starts after.
    pub fn page<R, T>(&self, rows: Rows<R>, key: impl Fn(&R) -> K, item: impl FnMut(R) -> T) -> Page<T> {
        let next_cursor = rows
            .items
            .last()
            .filter(|_| rows.more)
            .map(|row| seal(&self.keys, &self.list, &key(row)));
        Page {
            items: rows.items.into_iter().map(item).collect(),
            next_cursor,
        }
    }
}

impl<K: Serialize + DeserializeOwned> PageRequest<K> {
    /// The answer with the page from the store's rows. `shown` makes all of its items at once, so that what they
    /// name is loaded once; `key` is what the next page starts after.
    ///
    /// # Errors
    /// Those of `shown`.
    pub fn answer<R, T: Serialize>(
        &self,
        rows: Rows<R>,
        key: impl Fn(&R) -> K,
        shown: impl FnOnce(Vec<R>) -> Result<Vec<T>, Failure>,
    ) -> Result<Answer, Failure> {
        let page = self.page(rows, key, |row| row);
        Answer::ok(&Page {
            items: shown(page.items)?,
            next_cursor: page.next_cursor,
        })
    }
}

impl<Id: Copy> PageRequest<(Instant, Id)> {
    /// The last row that the caller has, for lists ordered by an instant.
    #[must_use]
    pub fn position(&self) -> Option<After<Id>> {
        self.after.map(|(at, id)| After { at, id })
    }
}

fn seal<K: Serialize>(keys: &Keys, list: &str, key: &K) -> String {
    let mut bytes = serde_json::to_vec(key).unwrap_or_default();
    let tag = keys.sign("cursor", &[list.as_bytes(), &bytes]);
    bytes.extend_from_slice(&tag[..TAG_BYTES]);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn open<K: DeserializeOwned>(keys: &Keys, list: &str, cursor: &str) -> Option<K> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (json, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG_BYTES)?)?;
    if !keys.verify("cursor", &[list.as_bytes(), json], tag) {
        return None;
    }
    serde_json::from_slice(json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_and_cursors_are_signed() {
        let keys = Keys::new(b"0123456789abcdef0123456789abcdef");
        let rows: Vec<i64> = (1..=5).collect();
        let after = |request: &PageRequest<i64>| {
            let limit = usize::try_from(request.limit).unwrap();
            let found: Vec<i64> = rows.iter().copied().filter(|row| Some(*row) > request.after).collect();
            Rows {
                more: found.len() > limit,
                items: found.into_iter().take(limit).collect(),
            }
        };
        let first = PageRequest::<i64>::parse(&keys, "numbers", Some(3), None).unwrap();
        let page = first.page(after(&first), |row| *row, |row| row);
        assert_eq!(page.items, [1, 2, 3]);
        let cursor = page.next_cursor.unwrap();
        let second = PageRequest::<i64>::parse(&keys, "numbers", Some(3), Some(&cursor)).unwrap();
        assert_eq!(second.after, Some(3));
        let page = second.page(after(&second), |row| *row, |row| row);
        assert_eq!((page.items, page.next_cursor), (vec![4, 5], None));

        let refused = |list: &str, cursor: &str| PageRequest::<i64>::parse(&keys, list, None, Some(cursor)).is_err();
        assert!(refused("others", &cursor) && refused("numbers", "") && refused("numbers", "made-up"));
        assert!(refused("numbers", &format!("A{cursor}")));
        for limit in [0, -1, 101] {
            assert!(PageRequest::<i64>::parse(&keys, "numbers", Some(limit), None).is_err());
        }
    }
}
