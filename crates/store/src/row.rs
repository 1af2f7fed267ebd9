//! Rows: one struct for each table, in the domain's own types.

/// Declares the struct of a table's row, how it is read, `insert_row`, for tables with a version (`by`) `save_row`, and
/// for others whose rows change (`over`) `overwrite_row`.
///
/// `save_row` writes every column, provided that the version in the database is the one before the row's; its answer
/// is the number of rows changed: 0 when somebody else was faster.
macro_rules! row {
    (
        $(#[$meta:meta])*
        $name:ident in $table:ident $(by ($($key:ident),+))? $(over ($($place:ident),+))? {
            $($(#[$field_meta:meta])* $field:ident: $type:ty,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, diesel::Queryable, diesel::Selectable)]
        #[diesel(table_name = $table)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)+
        }

        impl $name {
            /// Adds this row.
            fn insert_row(&self, conn: &mut $crate::Conn) -> $crate::Result<()> {
                use diesel::{ExpressionMethods, RunQueryDsl};
                let values = ($($table::$field.eq($crate::types::Col(self.$field.clone())),)+);
                diesel::insert_into($table::table).values(values).execute(conn)?;
                Ok(())
            }
        }

        $crate::row::row!(@save $name $table [$($($key)+)?] $($field)+);
        $crate::row::row!(@overwrite $name $table [$($($place)+)?] $($field)+);
    };
    (@save $name:ident $table:ident [] $($field:ident)+) => {};
    (@save $name:ident $table:ident [$($key:ident)+] $($field:ident)+) => {
        impl $name {
            /// Writes this row over the version before it.
            fn save_row(&self, conn: &mut $crate::Conn) -> $crate::Result<usize> {
                use $crate::expressions::{each_row, kept};
                use diesel::{ExpressionMethods, QueryDsl};
                let values = ($($table::$field.eq($crate::types::Col(self.$field.clone())),)+);
                let row = $table::table
                    $(.filter($table::$key.eq($crate::types::Col(self.$key))))+
                    .filter($table::version.eq(self.version - 1));
                Ok(kept(diesel::update(row).set(values).returning(each_row())).count(conn)?)
            }
        }
    };
    (@overwrite $name:ident $table:ident [] $($field:ident)+) => {};
    (@overwrite $name:ident $table:ident [$($key:ident)+] $($field:ident)+) => {
        impl $name {
            /// Writes this row over the one in its place; the number of rows changed is 0 when there is none.
            fn overwrite_row(&self, conn: &mut $crate::Conn) -> $crate::Result<usize> {
                use $crate::expressions::{each_row, kept};
                use diesel::{ExpressionMethods, QueryDsl};
                let values = ($($table::$field.eq($crate::types::Col(self.$field.clone())),)+);
                let row = $table::table$(.filter($table::$key.eq($crate::types::Col(self.$key))))+;
                Ok(kept(diesel::update(row).set(values).returning(each_row())).count(conn)?)
            }
        }
    };
}

pub(crate) use row;
