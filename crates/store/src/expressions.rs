//! Two expressions that Diesel lacks: a list of values, and fixed SQL, both in statements that are prepared once.
//!
//! Diesel writes one parameter for each value of a list, so that each length is another statement, and never keeps
//! one with a list or with SQL of its own prepared. These do not depend on what is asked.

use crate::conn::MultiBackend;
use crate::types::{Col, Guid, Word};
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, AsExpression, Expression, SelectableExpression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Bool, Nullable, SqlType, Text};
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
