//! The order of a list, and reading it on from a position by comparing keys, never by counting rows.
//!
//! Resources are ordered by their sort key. Equal ones are ordered by creation. Resources without a value come last in
//! ascending order, and first in descending order (RFC 7644 §3.4.2.3). Behind a position lie up to two stretches, one
//! with values and one without. Each stretch is one range of an index, if there is one. A single condition over both
//! stretches would not be a range.

use diesel::connection::DefaultLoadingMode;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Nullable, Text};
use scim::query::{ListQuery, SortOrder};

use super::compiler::Compiler;
use super::position::{Position, SortKind, SortValue};
use super::start::Start;
use crate::store::connection::DbConnection;
use crate::store::error::Result;
use crate::store::key::Key;
use crate::store::row::{Row, Selected, SelectedTypes};
use crate::store::session::Session;
use crate::store::sql::Sql;
use crate::store::way::give_way;

/// The order of a list.
pub(super) struct Order {
    sort: Option<Sorted>,
    /// The key of a resource, for a list in the order of creation.
    by_key: &'static str,
}

struct Sorted {
    key: Sql,
    kind: SortKind,
    descending: bool,
}

/// A stretch of the list, with its own reading order.
pub(super) struct Stretch {
    /// The condition on its resources. `None` selects all.
    pub(super) condition: Option<Sql>,
    pub(super) order: Sql,
    pub(super) offset: i64,
}

impl Compiler<'_> {
    pub(super) fn order(&self, query: &ListQuery<'_>) -> Order {
        let by_key = match self.is_look_up(query) {
            true => "resources.key",
            false => self.dialect.listed_key(),
        };
        let sort = query.sort.map(|order| {
            let (key, kind) = self.common_sort_key(query);
            Sorted {
                key,
                kind,
                descending: order == SortOrder::Descending,
            }
        });
        Order { sort, by_key }
    }

    /// The sort key of a row, for each type that a row may have.
    fn common_sort_key(&self, query: &ListQuery<'_>) -> (Sql, SortKind) {
        let keys: Vec<_> = query
            .selections
            .iter()
            .filter_map(|selection| {
                let (key, kind) = self
                    .of(selection.resource_type)
                    .sort_key(selection.sort_by?);
                Some((selection.resource_type, key, kind))
            })
            .collect();
        let kind = match keys.first() {
            Some((_, _, kind)) if keys.iter().all(|(_, _, other)| other == kind) => *kind,
            _ => SortKind::Text,
        };
        if let ([(_, key, _)], [_]) = (keys.as_slice(), query.selections.as_slice()) {
            return (key.clone(), kind);
        }
        let mut cases = Sql::new("(CASE resources.resource_type");
        for (resource_type, key, own) in keys {
            let key = if own == kind {
                key
            } else {
                self.dialect.as_text(key)
            };
            cases = cases
                .sql(" WHEN ")
                .text(&resource_type.name)
                .sql(" THEN ")
                .then(key);
        }
        (cases.sql(" END)"), kind)
    }
}

impl Order {
    /// Whether a place belongs to a list of this order.
    pub(super) fn fits(&self, position: &Position) -> bool {
        match (&self.sort, &position.value) {
            (None, Some(_)) => false,
            (None, None) | (Some(_), None) => true,
            (Some(sorted), Some(value)) => sorted.kind == value.kind(),
        }
    }

    /// The extra column from which a row's place is read.
    pub(super) fn column(&self) -> Option<Sql> {
        self.sort.as_ref().map(|sorted| sorted.key.clone())
    }

    /// The stretches in reading direction, the nearest first.
    pub(super) fn stretches(&self, start: &Start) -> Vec<Stretch> {
        match (start, &self.sort) {
            (Start::Beginning, _) => vec![self.whole(0)],
            (Start::Offset(offset), _) => vec![self.whole(*offset)],
            (Start::After(position), None) => vec![self.beyond(" > ", position.key)],
            (Start::From(position), None) => vec![self.beyond(" >= ", position.key)],
            (Start::Before(position), None) => vec![self.beyond(" < ", position.key)],
            (Start::After(position), Some(sorted)) => sorted.stretches(position, " > ", false),
            (Start::From(position), Some(sorted)) => sorted.stretches(position, " >= ", false),
            (Start::Before(position), Some(sorted)) => sorted.stretches(position, " < ", true),
        }
    }

    fn whole(&self, offset: i64) -> Stretch {
        let order = match &self.sort {
            None => Sql::new(self.by_key),
            Some(sorted) if sorted.descending => sorted
                .key
                .clone()
                .sql(" DESC NULLS FIRST, resources.key")
                .uncached(),
            Some(sorted) => sorted
                .key
                .clone()
                .sql(" ASC NULLS LAST, resources.key")
                .uncached(),
        };
        Stretch {
            condition: None,
            order,
            offset,
        }
    }

    /// The resources on one side of a key, in the order of creation.
    fn beyond(&self, compare: &str, key: Key) -> Stretch {
        let direction = if compare == " < " { " DESC" } else { "" };
        let place = Sql::new(self.by_key).sql(compare.to_owned());
        Stretch {
            condition: Some(place.bigint(key.0)),
            order: Sql::new(self.by_key).sql(direction),
            offset: 0,
        }
    }

    /// Reads rows and their positions, until their documents have so many bytes.
    pub(super) fn load(
        &self,
        statement: Sql,
        session: &mut Session<'_>,
        bytes_max: usize,
    ) -> Result<Loaded> {
        let statement = session.admitting(statement);
        let mut loaded = Loaded::default();
        let mut lines = 0;
        /// Takes rows with a sort key of one type, one by one as they come from the database.
        macro_rules! take {
            ($types:ty, $rust:ty, $line:pat => $parts:expr) => {
                match session.connection {
                    DbConnection::Postgres(connection) => {
                        take!($types, $rust, $line => $parts, PgRowByRowLoadingMode, connection)
                    }
                    DbConnection::Sqlite(connection) => {
                        take!($types, $rust, $line => $parts, DefaultLoadingMode, connection)
                    }
                }
            };
            ($types:ty, $rust:ty, $line:pat => $parts:expr, $mode:ty, $connection:ident) => {
                for line in statement
                    .typed::<$types>()
                    .load_iter::<$rust, $mode>($connection)?
                {
                    let $line = line?;
                    give_way();
                    lines += 1;
                    if !loaded.take($parts, bytes_max) {
                        break;
                    }
                }
            };
        }
        macro_rules! sorted {
            ($sql:ty, $rust:ty, $value:expr) => {
                take!((SelectedTypes, Nullable<BigInt>, Nullable<$sql>), (Selected, Option<i64>, Option<$rust>),
                    (row, total, value) => (row, total, value.map($value)))
            };
        }
        match self.sort.as_ref().map(|sorted| sorted.kind) {
            None => {
                take!((SelectedTypes, Nullable<BigInt>), (Selected, Option<i64>), (row, total) => (row, total, None));
            }
            Some(SortKind::Text) => sorted!(Text, String, SortValue::Text),
            Some(SortKind::Integer) => sorted!(BigInt, i64, SortValue::Integer),
            Some(SortKind::Decimal) => sorted!(Double, f64, |number| SortValue::Decimal(
                f64::to_bits(number)
            )),
        }
        session.check_admitted(lines)?;
        Ok(loaded)
    }
}

/// What a statement of a list has read.
#[derive(Default)]
pub(super) struct Loaded {
    /// Rows and their positions.
    pub(super) rows: Vec<(Row, Position)>,
    /// How many resources the list has, if the statement tells.
    pub(super) total: Option<i64>,
    /// The size of the documents.
    pub(super) bytes: usize,
    /// Whether the documents were too large for more of them.
    pub(super) is_cut: bool,
}

impl Loaded {
    /// Takes a row. Returns whether it takes more.
    fn take(
        &mut self,
        (row, total, value): (Selected, Option<i64>, Option<SortValue>),
        bytes_max: usize,
    ) -> bool {
        self.total = self.total.or(total);
        if let Some((row, position)) = placed(row, value) {
            self.bytes += row.stored.document.as_str().len();
            self.rows.push((row, position));
        }
        self.is_cut = self.bytes >= bytes_max;
        !self.is_cut
    }

    /// Adds what was read after it.
    pub(super) fn add(&mut self, next: Self) {
        self.rows.extend(next.rows);
        self.total = self.total.or(next.total);
        self.bytes += next.bytes;
        self.is_cut = next.is_cut;
    }
}

fn placed(row: Selected, value: Option<SortValue>) -> Option<(Row, Position)> {
    let row = Row::read(row)?;
    let key = row.key;
    Some((row, Position { value, key }))
}

impl Sorted {
    /// The stretches around a place: the rest of its own stretch, then the other one if it lies in reading direction.
    fn stretches(&self, position: &Position, by_key: &str, backward: bool) -> Vec<Stretch> {
        let upward = self.descending == backward;
        let creation = if backward {
            "resources.key DESC"
        } else {
            "resources.key"
        };
        let direction = if upward { " ASC, " } else { " DESC, " };
        let valued = |condition: Sql| Stretch {
            condition: Some(condition.uncached()),
            order: self.key.clone().sql(direction).sql(creation),
            offset: 0,
        };
        let unvalued = |condition: Sql| Stretch {
            condition: Some(self.key.clone().sql(" IS NULL").then(condition).uncached()),
            order: Sql::new(creation),
            offset: 0,
        };
        let beyond_key = Sql::new("resources.key")
            .sql(by_key.to_owned())
            .bigint(position.key.0);
        match &position.value {
            Some(value) => {
                let (reaches, passes) = if upward {
                    (" >= ", " > ")
                } else {
                    (" <= ", " < ")
                };
                let rest = value
                    .bind(self.key.clone().sql(reaches))
                    .sql(" AND (")
                    .then(value.bind(self.key.clone().sql(passes)))
                    .sql(" OR ")
                    .then(beyond_key)
                    .sql(")");
                let mut stretches = vec![valued(rest)];
                // Resources without a value are at the end of an ascending list.
                if upward {
                    stretches.push(unvalued(Sql::default()));
                }
                stretches
            }
            None => {
                let mut stretches = vec![unvalued(Sql::new(" AND ").then(beyond_key))];
                if !upward {
                    stretches.push(valued(self.key.clone().sql(" IS NOT NULL")));
                }
                stretches
            }
        }
    }
}
