//! Keyset pages: a list continues after the last row seen, never at an offset.

use daypack_domain::Instant;

/// The last row of the page before: its instant and its id. Instants alone are not unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After<Id> {
    /// The instant that the list is ordered by.
    pub at: Instant,
    /// The row's id.
    pub id: Id,
}

/// Some rows, and whether others follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// At most as many as were asked for.
    pub items: Vec<T>,
    /// Whether more rows follow the last of them.
    pub more: bool,
}

impl<T> Page<T> {
    /// From a query for one row more than `limit`.
    pub(crate) fn cut(mut rows: Vec<T>, limit: i64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = rows.len() > limit;
        rows.truncate(limit);
        Self { items: rows, more }
    }

    /// The same page of other things.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(each).collect(),
            more: self.more,
        }
    }
}

/// Narrows a boxed query, newest first, to what follows `after`. The first condition lets the index start there, the
/// second drops the rows of the same instant that were seen.
macro_rules! newest_first {
    ($query:expr, $at:expr, $id:expr, $after:expr, $limit:expr) => {{
        let mut query = $query;
        if let Some(after) = $after {
            query = query.filter($at.le($crate::types::Col(after.at))).filter(
                $at.lt($crate::types::Col(after.at))
                    .or($id.lt($crate::types::Col(after.id))),
            );
        }
        query.order(($at.desc(), $id.desc())).limit($limit + 1)
    }};
}

pub(crate) use newest_first;
