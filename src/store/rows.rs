//! Rows that a statement carries as one JSON text. So one shape of statement serves any number of rows.

use serde::Serialize;

use super::dialect::Dialect;
use super::key::Key;
use super::sql::Sql;

/// The type of a column of such rows.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    BigInt,
    Boolean,
    Json,
    /// JSON that SQLite keeps as text.
    JsonText,
    /// JSON whose text is kept as it is. The row has it as a string.
    Verbatim,
}

/// The columns, named as the fields of the rows.
pub(super) type Columns = [(&'static str, Kind)];

/// The columns of the rows `w`, for a SELECT.
pub(super) fn selected(dialect: Dialect, columns: &Columns) -> String {
    let column = |(name, kind): &(&str, Kind)| match (dialect, kind) {
        (Dialect::Postgres, Kind::Verbatim) => format!("w.{name}::json"),
        (Dialect::Postgres, _) => format!("w.{name}"),
        (Dialect::Sqlite, Kind::Json) => format!("jsonb(w.value -> '{name}')"),
        (Dialect::Sqlite, _) => format!("w.value ->> '{name}'"),
    };
    columns.iter().map(column).collect::<Vec<_>>().join(", ")
}

/// The rows as `w`, for a FROM.
pub(super) fn rows(dialect: Dialect, columns: &Columns, rows: &impl Serialize) -> Sql {
    let json = serde_json::to_string(rows).unwrap_or_default();
    if dialect == Dialect::Sqlite {
        return Sql::new("json_each(").text(json).sql(") AS w");
    }
    let column = |(name, kind): &(&str, Kind)| {
        let kind = match kind {
            Kind::Text | Kind::Verbatim => "text",
            Kind::BigInt => "bigint",
            Kind::Boolean => "boolean",
            Kind::Json | Kind::JsonText => "jsonb",
        };
        format!("{name} {kind}")
    };
    let columns = columns.iter().map(column).collect::<Vec<_>>().join(", ");
    Sql::new("jsonb_to_recordset(")
        .text(json)
        .sql(format!("::jsonb) AS w({columns})"))
}

/// Public ids as rows `w(value)`.
pub(super) fn id_rows(dialect: Dialect, ids: &[impl AsRef<str>]) -> Sql {
    let list: serde_json::Value = ids.iter().map(AsRef::as_ref).collect();
    match dialect {
        Dialect::Postgres => Sql::new("jsonb_array_elements_text(")
            .text(list.to_string())
            .sql("::jsonb) AS w(value)"),
        Dialect::Sqlite => Sql::new("json_each(").text(list.to_string()).sql(") AS w"),
    }
}

/// Internal keys as rows `w(value)`. They are numbers that this program made.
pub(super) fn key_rows(dialect: Dialect, keys: &[Key]) -> Sql {
    let list = serde_json::json!(keys).to_string();
    match dialect {
        Dialect::Postgres => Sql::new("(SELECT jsonb_array_elements_text(")
            .text(list)
            .sql("::jsonb)::bigint) AS w(value)"),
        Dialect::Sqlite => Sql::new("json_each(").text(list).sql(") AS w"),
    }
}
