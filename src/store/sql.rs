//! SQL from parts: text that only this program writes, and binds for all values from clients.

use diesel::backend::Backend;
use diesel::connection::Connection;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Double, HasSqlType, Integer, Nullable, Text};
use diesel::{QueryResult, RunQueryDsl};

use super::connection::DbConnection;

/// One piece of a statement.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Sql(String),
    Text(String),
    OptionalText(Option<String>),
    BigInt(i64),
    Integer(i32),
    Double(f64),
}

/// A piece of SQL with its binds. There is no way to put a client's text into the SQL itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sql {
    parts: Vec<Part>,
    /// Clients choose the shape of the statement, so the statement cache must not keep it.
    uncached: bool,
}

impl Sql {
    /// SQL text of this program.
    pub fn new(text: impl Into<String>) -> Self {
        Self::default().sql(text)
    }

    /// Appends SQL text of this program.
    #[must_use]
    pub fn sql(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        if let Some(Part::Sql(last)) = self.parts.last_mut() {
            last.push_str(&text);
        } else {
            self.parts.push(Part::Sql(text));
        }
        self
    }

    /// Appends a text bind.
    #[must_use]
    pub fn text(mut self, value: impl Into<String>) -> Self {
        self.parts.push(Part::Text(value.into()));
        self
    }

    /// Appends a text bind that may be NULL.
    #[must_use]
    pub fn optional_text(mut self, value: Option<&str>) -> Self {
        self.parts
            .push(Part::OptionalText(value.map(str::to_owned)));
        self
    }

    /// Appends a 64-bit bind.
    #[must_use]
    pub fn bigint(mut self, value: i64) -> Self {
        self.parts.push(Part::BigInt(value));
        self
    }

    /// Appends a 32-bit bind.
    #[must_use]
    pub fn integer(mut self, value: i32) -> Self {
        self.parts.push(Part::Integer(value));
        self
    }

    /// Appends a floating-point bind.
    #[must_use]
    pub fn double(mut self, value: f64) -> Self {
        self.parts.push(Part::Double(value));
        self
    }

    /// Appends another piece.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        self.uncached |= other.uncached;
        for part in other.parts {
            match part {
                Part::Sql(text) => self = self.sql(text),
                bind => self.parts.push(bind),
            }
        }
        self
    }

    /// Marks the statement as one with an unlimited number of shapes.
    #[must_use]
    pub fn uncached(mut self) -> Self {
        self.uncached = true;
        self
    }

    /// Runs the statement. Returns the number of changed rows.
    pub(super) fn execute(self, connection: &mut DbConnection) -> QueryResult<usize> {
        RunQueryDsl::execute(Statement::<Integer>::new(self), connection)
    }

    /// Sets the types of the statement's rows.
    pub(super) fn typed<ST>(self) -> Statement<ST> {
        Statement::new(self)
    }

    /// The text with `$n` for each bind, and the binds: for snapshots and plans.
    pub fn debug_text(&self) -> (String, Vec<String>) {
        let mut text = String::new();
        let mut binds = Vec::new();
        for part in &self.parts {
            let bind = match part {
                Part::Sql(sql) => {
                    text.push_str(sql);
                    continue;
                }
                Part::Text(value) => format!("{value:?}"),
                Part::OptionalText(value) => format!("{value:?}"),
                Part::BigInt(value) => value.to_string(),
                Part::Integer(value) => value.to_string(),
                Part::Double(value) => value.to_string(),
            };
            binds.push(bind);
            text.push_str(&format!("${}", binds.len()));
        }
        (text, binds)
    }
}

/// A statement that returns rows of the SQL types `ST`.
pub(super) struct Statement<ST> {
    sql: Sql,
    types: std::marker::PhantomData<ST>,
}

impl<ST> Statement<ST> {
    fn new(sql: Sql) -> Self {
        Self {
            sql,
            types: std::marker::PhantomData,
        }
    }
}

/// A backend with the types of binds.
pub(super) trait Binds:
    Backend + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Integer> + HasSqlType<Double>
{
}

impl<DB> Binds for DB where
    DB: Backend + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Integer> + HasSqlType<Double>
{
}

impl<ST, DB: Binds> QueryFragment<DB> for Statement<ST>
where
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    i32: ToSql<Integer, DB>,
    f64: ToSql<Double, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.sql.uncached {
            out.unsafe_to_cache_prepared();
        }
        for part in &self.sql.parts {
            match part {
                Part::Sql(sql) => out.push_sql(sql),
                Part::Text(value) => out.push_bind_param::<Text, _>(value)?,
                Part::OptionalText(value) => out.push_bind_param::<Nullable<Text>, _>(value)?,
                Part::BigInt(value) => out.push_bind_param::<BigInt, _>(value)?,
                Part::Integer(value) => out.push_bind_param::<Integer, _>(value)?,
                Part::Double(value) => out.push_bind_param::<Double, _>(value)?,
            }
        }
        Ok(())
    }
}

impl<ST> QueryId for Statement<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST> Query for Statement<ST> {
    type SqlType = ST;
}

impl<ST, C: Connection> RunQueryDsl<C> for Statement<ST> {}
