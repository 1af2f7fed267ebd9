//! The three SQL types of our own, and how the domain's types travel through them.
//!
//! | SQL type | PostgreSQL | SQLite | Rust |
//! |---|---|---|---|
//! | [`Guid`] | `uuid` | text, hyphenated, lower case | the ids of [`daypack_domain::ids`], `Uuid` |
//! | [`UtcTime`] | `timestamptz` | text, RFC 3339 with six decimals and `Z` | `Instant` |
//! | [`Word`] | `text` | text | the enumerations of the domain, `Currency` |
//!
//! Texts of SQLite sort as their values do.

use crate::conn::MultiBackend;
use chrono::{DateTime, NaiveDate, Utc};
use daypack_domain::Instant;
use daypack_domain::ids::{
    AttachmentId, CalendarId, CommentId, EstimateId, EventId, HoldId, LotId, OrderId, OrganizationId, SessionId,
    SlaPolicyId, StandingApprovalId, StatementId, SystemId, TicketId, TimeEntryId, UserId, WindowId,
};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Bool, Date, HasSqlType, Nullable, SqlOrd, SqlType, Text};
use diesel::sqlite::Sqlite;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::io::Write;
use uuid::Uuid;

/// A UUID: `uuid` on PostgreSQL, hyphenated lower-case text on SQLite.
#[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Guid;

/// An instant with microseconds: `timestamptz` on PostgreSQL, RFC 3339 text of fixed width on SQLite.
#[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Text"))]
pub struct UtcTime;

/// The stable word of an enumeration: text on both engines.
#[derive(Debug, Clone, Copy, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 25, array_oid = 1009))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Word;

impl SqlOrd for Guid {}
impl SqlOrd for UtcTime {}
impl SqlOrd for Word {}

/// Seconds between the Unix epoch and that of PostgreSQL, 2000-01-01, in microseconds.
const POSTGRES_EPOCH_MICROSECONDS: i64 = 946_684_800_000_000;

/// How SQLite keeps an instant.
const SQLITE_INSTANT: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

macro_rules! multi_backend_type {
    ($($sql_type:ty),+) => {$(
        impl HasSqlType<$sql_type> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                Self::lookup_sql_type::<$sql_type>(lookup)
            }
        }
    )+};
}

multi_backend_type!(Guid, UtcTime, Word);

/// A value on its way into a query: `users::id.eq(Col(id))`, for nullable columns too. The orphan rule lets us say
/// how a foreign type is written, but not that it *is* an expression: a type of our own has to say so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Col<T>(pub(crate) T);

impl<ST, DB: Backend, T: ToSql<ST, DB>> ToSql<ST, DB> for Col<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

macro_rules! expressions {
    ($sql_type:ty, $rust_type:ty) => {
        impl AsExpression<$sql_type> for Col<$rust_type> {
            type Expression = Bound<$sql_type, $rust_type>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self.0)
            }
        }

        impl AsExpression<Nullable<$sql_type>> for Col<$rust_type> {
            type Expression = Bound<Nullable<$sql_type>, Option<$rust_type>>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(Some(self.0))
            }
        }

        impl AsExpression<Nullable<$sql_type>> for Col<Option<$rust_type>> {
            type Expression = Bound<Nullable<$sql_type>, Option<$rust_type>>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self.0)
            }
        }
    };
}

expressions!(Text, String);
expressions!(BigInt, i64);
expressions!(Bool, bool);
expressions!(Date, NaiveDate);

/// [`Col`], and the way through [`MultiBackend`], the same for every pair of SQL type and Rust type.
macro_rules! carried_by {
    ($sql_type:ty, $rust_type:ty) => {
        expressions!($sql_type, $rust_type);

        impl FromSql<$sql_type, MultiBackend> for $rust_type {
            fn from_sql(bytes: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                bytes.from_sql::<Self, $sql_type>()
            }
        }

        impl ToSql<$sql_type, MultiBackend> for $rust_type {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value((<$sql_type>::default(), self));
                Ok(IsNull::No)
            }
        }
    };
}

/// Diesel has this for its own types (instants among them) already.
macro_rules! read_from {
    ($sql_type:ty, $rust_type:ty) => {
        impl<DB: Backend> Queryable<$sql_type, DB> for $rust_type
        where
            Self: FromSql<$sql_type, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
    };
}

macro_rules! guids {
    ($($id:ty),+ $(,)?) => {$(
        carried_by!(Guid, $id);
        read_from!(Guid, $id);

        impl FromSql<Guid, Pg> for $id {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                Ok(Self(Uuid::from_slice(value.as_bytes())?))
            }
        }

        impl ToSql<Guid, Pg> for $id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.0.as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl FromSql<Guid, Sqlite> for $id {
            fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(Self(<String as FromSql<Text, Sqlite>>::from_sql(value)?.parse()?))
            }
        }

        impl ToSql<Guid, Sqlite> for $id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.0.hyphenated().to_string());
                Ok(IsNull::No)
            }
        }
    )+};
}

/// An id of something that the domain has no type for: one-time tokens, jobs, mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub Uuid);

impl std::fmt::Display for RowId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.0.hyphenated())
    }
}

impl From<Uuid> for RowId {
    fn from(value: Uuid) -> Self {
        Self(value)
    }
}

guids!(
    RowId,
    OrganizationId,
    UserId,
    SystemId,
    OrderId,
    LotId,
    HoldId,
    TicketId,
    CommentId,
    AttachmentId,
    EstimateId,
    StandingApprovalId,
    TimeEntryId,
    WindowId,
    EventId,
    StatementId,
    SessionId,
    CalendarId,
    SlaPolicyId,
);

carried_by!(UtcTime, Instant);

impl FromSql<UtcTime, Pg> for Instant {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let microseconds = i64::from_be_bytes(value.as_bytes().try_into()?);
        let since_1970 = microseconds.checked_add(POSTGRES_EPOCH_MICROSECONDS);
        since_1970
            .and_then(DateTime::from_timestamp_micros)
            .ok_or_else(|| "an instant out of range".into())
    }
}

impl ToSql<UtcTime, Pg> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let microseconds = self.timestamp_micros() - POSTGRES_EPOCH_MICROSECONDS;
        out.write_all(&microseconds.to_be_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<UtcTime, Sqlite> for Instant {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Ok(DateTime::parse_from_rfc3339(&text)?.with_timezone(&Utc))
    }
}

impl ToSql<UtcTime, Sqlite> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.format(SQLITE_INSTANT).to_string());
        Ok(IsNull::No)
    }
}

macro_rules! text_words {
    ($($word:ty: $parse:expr),+ $(,)?) => {$(
        carried_by!(Word, $word);
        read_from!(Word, $word);

        impl FromSql<Word, Pg> for $word {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                let text = std::str::from_utf8(value.as_bytes())?;
                let parse: fn(&str) -> Option<Self> = $parse;
                parse(text).ok_or_else(|| format!("`{text}` is no word of {}", stringify!($word)).into())
            }
        }

        impl ToSql<Word, Pg> for $word {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.as_str().as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl FromSql<Word, Sqlite> for $word {
            fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
                let parse: fn(&str) -> Option<Self> = $parse;
                parse(&text).ok_or_else(|| format!("`{text}` is no word of {}", stringify!($word)).into())
            }
        }

        impl ToSql<Word, Sqlite> for $word {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.as_str().to_owned());
                Ok(IsNull::No)
            }
        }
    )+};
}

macro_rules! words {
    ($($word:ty),+ $(,)?) => {
        text_words!($($word: |text| text.parse().ok()),+);
    };
}

text_words!(daypack_domain::money::Currency: daypack_domain::money::Currency::parse);

words!(
    daypack_domain::closure::CauseCategory,
    daypack_domain::estimate::ApprovalChannel,
    daypack_domain::estimate::Basis,
    daypack_domain::estimate::EstimateKind,
    daypack_domain::estimate::EstimateStatus,
    daypack_domain::ledger::MovementKind,
    daypack_domain::lot::LotOrigin,
    daypack_domain::lot::LotStatus,
    daypack_domain::order::OrderStatus,
    daypack_domain::policy::ClientRole,
    daypack_domain::policy::StaffRole,
    daypack_domain::ticket::Channel,
    daypack_domain::ticket::Kind,
    daypack_domain::ticket::QueueLevel,
    daypack_domain::ticket::Scope,
    daypack_domain::ticket::Severity,
    daypack_domain::ticket::Status,
    daypack_domain::ticket::Visibility,
    daypack_domain::ticket::Workaround,
    daypack_domain::work::Activity,
    daypack_domain::emergency::EmergencyStatus,
    daypack_domain::ledger::AlertKind,
    daypack_domain::ticket::LinkKind,
    daypack_domain::work::WindowStatus,
    daypack_domain::workflow::DeclineReason,
    crate::approval_links::LinkPurpose,
    crate::tokens::Purpose,
);

/// A value kept as JSON text, decoded at the edge and never queried inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Json<T>(pub T);

impl<T> std::ops::Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: DeserializeOwned, DB: Backend> FromSql<Text, DB> for Json<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(&String::from_sql(bytes)?)?))
    }
}

impl<T, DB: Backend> Queryable<Text, DB> for Json<T>
where
    Self: FromSql<Text, DB>,
{
    type Row = Self;
    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}

impl<T: Serialize + Debug> ToSql<Text, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

impl<T: Serialize + Debug> ToSql<Text, Sqlite> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

impl<T: Serialize + Debug + Send + Sync + 'static> ToSql<Text, MultiBackend> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Text, self));
        Ok(IsNull::No)
    }
}

impl<T> AsExpression<Text> for Col<Json<T>> {
    type Expression = Bound<Text, Json<T>>;
    fn as_expression(self) -> Self::Expression {
        Bound::new(self.0)
    }
}

impl<T> AsExpression<Nullable<Text>> for Col<Option<Json<T>>> {
    type Expression = Bound<Nullable<Text>, Option<Json<T>>>;
    fn as_expression(self) -> Self::Expression {
        Bound::new(self.0)
    }
}
