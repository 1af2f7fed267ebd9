//! Expressions that Diesel lacks: a list of values and fixed SQL in statements that are prepared once, and a column
//! that no index is chosen by.
//!
//! Diesel writes one parameter for each value of a list, so that each length is another statement, and never keeps
//! one with a list or with SQL of its own prepared. These do not depend on what is asked.

use crate::conn::MultiBackend;
use crate::types::{Col, Guid, Word};
use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, AsExpression, Expression, SelectableExpression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::LoadQuery;
use diesel::sql_types::{Bool, Integer, Nullable, SqlType, Text};
use diesel::{QueryResult, RunQueryDsl};
use std::fmt::{Display, Write};
use std::marker::PhantomData;

/// What PostgreSQL calls the type of a column that can be looked for in a list.
pub(crate) trait Listed {
    /// For casts.
    const POSTGRES: &'static str;
}

impl Listed for Guid {
    const POSTGRES: &'static str = "uuid";
}

impl Listed for Word {
    const POSTGRES: &'static str = "text";
}

impl Listed for Text {
    const POSTGRES: &'static str = "text";
}

impl<ST: Listed + SqlType<IsNull = diesel::sql_types::is_nullable::NotNull>> Listed for Nullable<ST> {
    const POSTGRES: &'static str = ST::POSTGRES;
}

/// A column whose value is one of a list; see [`one_of`].
#[derive(Debug, Clone)]
pub(crate) struct OneOf<C> {
    column: C,
    /// Quoted and with commas between them, as JSON and PostgreSQL's arrays both read it; a single one as it is.
    values: String,
    single: bool,
}

/// `column IN (values)`: one of the values, none when there are none. A single value is compared by `=`, so that an
/// index that begins with the column still gives the order of its others.
pub(crate) fn one_of<C, V>(column: C, values: impl IntoIterator<Item = V>) -> OneOf<C>
where
    C: Expression<SqlType: SqlType>,
    V: Display,
    Col<V>: AsExpression<C::SqlType>,
{
    let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    if let [single] = values.as_slice() {
        return OneOf {
            column,
            values: single.clone(),
            single: true,
        };
    }
    let mut list = String::new();
    for value in values {
        if !list.is_empty() {
            list.push(',');
        }
        // Ids and stable words, mostly; what both notations would read otherwise is escaped alike in both.
        let value = value.replace('\\', "\\\\").replace('"', "\\\"");
        let _ = write!(list, "\"{value}\"");
    }
    OneOf {
        column,
        values: list,
        single: false,
    }
}

impl<C> QueryFragment<MultiBackend> for OneOf<C>
where
    C: QueryFragment<MultiBackend> + Expression<SqlType: Listed>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        let kind = <C::SqlType as Listed>::POSTGRES;
        let postgres = matches!(out.backend(), MultiBackend::Pg(_));
        self.column.walk_ast(out.reborrow())?;
        let (before, after) = match (postgres, self.single) {
            (true, true) => (" = CAST(", format!(" AS {kind})")),
            (true, false) => (" = ANY (CAST('{' || ", format!(" || '}}' AS {kind}[]))")),
            (false, true) => (" = ", String::new()),
            (false, false) => (" IN (SELECT value FROM json_each('[' || ", " || ']'))".to_owned()),
        };
        out.push_sql(before);
        out.push_bind_param::<Text, _>(&self.values)?;
        out.push_sql(&after);
        Ok(())
    }
}

impl<C: Expression> Expression for OneOf<C> {
    type SqlType = Bool;
}

/// By its text: one for a single value, another one for lists.
impl<C> QueryId for OneOf<C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<QS, C: AppearsOnTable<QS>> AppearsOnTable<QS> for OneOf<C> {}
impl<QS, C: SelectableExpression<QS>> SelectableExpression<QS> for OneOf<C> {}

impl<GB, C: ValidGrouping<GB>> ValidGrouping<GB> for OneOf<C> {
    type IsAggregate = C::IsAggregate;
}

/// SQL that never changes; see [`fixed`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fixed<ST> {
    sql: &'static str,
    kind: PhantomData<ST>,
}

/// SQL of this type, the same on both engines.
pub(crate) const fn fixed<ST>(sql: &'static str) -> Fixed<ST> {
    Fixed { sql, kind: PhantomData }
}

impl<ST: TypedExpressionType> Expression for Fixed<ST> {
    type SqlType = ST;
}

impl<ST, DB: Backend> QueryFragment<DB> for Fixed<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.sql);
        Ok(())
    }
}

/// By its text.
impl<ST> QueryId for Fixed<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<QS, ST> AppearsOnTable<QS> for Fixed<ST> where Self: Expression {}
impl<QS, ST> SelectableExpression<QS> for Fixed<ST> where Self: Expression {}

impl<GB, ST> ValidGrouping<GB> for Fixed<ST> {
    type IsAggregate = is_aggregate::Never;
}

/// A column that only narrows what is found; see [`aside`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Aside<C>(C);

/// The column, for a condition that narrows what another index finds in the order that is asked for. SQLite would
/// rather begin with a range of this column and sort what it finds.
pub(crate) const fn aside<C>(column: C) -> Aside<C> {
    Aside(column)
}

impl<C: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Aside<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        if matches!(out.backend(), MultiBackend::Sqlite(_)) {
            out.push_sql("+");
        }
        self.0.walk_ast(out)
    }
}

impl<C: Expression> Expression for Aside<C> {
    type SqlType = C::SqlType;
}

impl<C: QueryId> QueryId for Aside<C> {
    type QueryId = Aside<C::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<QS, C: AppearsOnTable<QS>> AppearsOnTable<QS> for Aside<C> {}
impl<QS, C: SelectableExpression<QS>> SelectableExpression<QS> for Aside<C> {}

impl<GB, C: ValidGrouping<GB>> ValidGrouping<GB> for Aside<C> {
    type IsAggregate = C::IsAggregate;
}

/// A statement that stays prepared; see [`kept`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept<Q>(Q);

/// The statement, to stay prepared on its connection. Diesel prepares each update and each upsert anew, for what it
/// sets may depend on the values; here it never does, for every column is set by name.
///
/// It has to give rows, to be loaded or counted: Diesel's `execute` passes statements on by reference, and what is said
/// here of staying prepared is lost on the way.
pub(crate) const fn kept<Q>(statement: Q) -> Kept<Q> {
    Kept(statement)
}

/// What a statement returns of each row that it changes, to be counted by [`Kept::count`].
pub(crate) const fn each_row() -> Fixed<Integer> {
    fixed("1")
}

impl<Q> Kept<Q> {
    /// How many rows were changed by a statement that returns [`each_row`].
    pub(crate) fn count<'query, C>(self, conn: &mut C) -> QueryResult<usize>
    where
        Self: LoadQuery<'query, C, i32> + RunQueryDsl<C>,
    {
        Ok(self.load(conn)?.len())
    }
}

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Kept<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

/// By its text.
impl<Q> QueryId for Kept<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Kept<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> RunQueryDsl<C> for Kept<Q> {}
