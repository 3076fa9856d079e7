//! Each SQL construct in both dialects, on neighbouring lines. Names come from schemas, never from a request.

use crate::store::dialect::Dialect;
use crate::store::sql::Sql;
use crate::store::tenant_id::TenantId;

/// Lists order long texts by this many characters, and PostgreSQL indexes as many. The migration has the same number.
const PREFIX_CHARACTERS: usize = 256;

/// A text literal from this program.
fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

/// A JSON path below the root: `$."a"."b"`.
fn json_path(keys: &[&str]) -> String {
    let steps: String = keys.iter().map(|key| format!(".\"{key}\"")).collect();
    quoted(&format!("${steps}"))
}

impl Dialect {
    /// The text of a value inside a JSON document; NULL when absent. It compares by code point.
    pub(super) fn json_text(self, document: &str, keys: &[&str]) -> Sql {
        match (self, keys.split_last()) {
            (Self::Postgres, Some((last, parents))) => {
                let steps: String = parents
                    .iter()
                    .map(|key| format!(" -> {}", quoted(key)))
                    .collect();
                Sql::new(format!(
                    "({document}{steps} ->> {}) COLLATE \"C\"",
                    quoted(last)
                ))
            }
            (Self::Postgres, None) => Sql::new(format!("({document} #>> '{{}}') COLLATE \"C\"")),
            (Self::Sqlite, Some(_)) => Sql::new(format!("({document} ->> {})", json_path(keys))),
            (Self::Sqlite, None) => Sql::new(document),
        }
    }

    /// The elements of an array inside a JSON document, as rows `item(value)`; no rows when absent.
    pub(super) fn elements(self, document: &str, keys: &[&str]) -> String {
        match self {
            Self::Postgres => {
                let path = json_path(keys);
                let path = path.strip_suffix('\'').unwrap_or(&path).to_owned();
                format!("jsonb_path_query({document}, {path}[*]') AS item(value)")
            }
            Self::Sqlite => format!("json_each({document}, {}) AS item", json_path(keys)),
        }
    }

    /// The text of the first element. It is the sort key of a multi-valued attribute without a primary value.
    pub(super) fn first_element_text(
        self,
        document: &str,
        keys: &[&str],
        sub: Option<&str>,
    ) -> Sql {
        match self {
            Self::Postgres => {
                let steps: String = keys
                    .iter()
                    .map(|key| format!(" -> {}", quoted(key)))
                    .collect();
                match sub {
                    Some(sub) => Sql::new(format!(
                        "({document}{steps} -> 0 ->> {}) COLLATE \"C\"",
                        quoted(sub)
                    )),
                    None => Sql::new(format!("({document}{steps} ->> 0) COLLATE \"C\"")),
                }
            }
            Self::Sqlite => {
                let path = json_path(keys);
                let path = path.strip_suffix('\'').unwrap_or(&path).to_owned();
                let sub = sub.map(|sub| format!(".\"{sub}\"")).unwrap_or_default();
                Sql::new(format!("({document} ->> {path}[0]{sub}')"))
            }
        }
    }

    /// Joins a table by a look-up for each row on the left. Planners overestimate the size of a recursive query and
    /// would read the whole table. `OFFSET 0` and SQLite's `CROSS JOIN` keep the written order.
    pub(in crate::store) fn join_each(self, table: &str, alias: &str, condition: Sql) -> Sql {
        match self {
            Self::Postgres => Sql::new(format!(
                " CROSS JOIN LATERAL (SELECT * FROM {table} {alias} WHERE "
            ))
            .then(condition)
            .sql(format!(" OFFSET 0) AS {alias}")),
            Self::Sqlite => Sql::new(format!(" CROSS JOIN {table} {alias} ON ")).then(condition),
        }
    }

    /// A condition that a row of `resources` has this value in a column that tells resources apart.
    ///
    /// On PostgreSQL an index begins with the column, and the other conditions are written so that no index serves them.
    /// Otherwise, before there are statistics, any index that begins with the tenant seems as good.
    pub(in crate::store) fn look_up(
        self,
        tenant: TenantId,
        alias: &str,
        resource_type: Option<&str>,
        column: &str,
        value: Sql,
    ) -> Sql {
        let hide = match self {
            Self::Postgres => " || ''",
            Self::Sqlite => "",
        };
        let mut place = self.of_tenant(tenant, alias);
        if let Some(name) = resource_type {
            place = place
                .sql(format!(" AND {alias}.resource_type{hide} = "))
                .text(name);
        }
        place.sql(format!(" AND {alias}.{column} = ")).then(value)
    }

    /// A condition that a row is of the tenant, for a statement whose other conditions find the row. On PostgreSQL no index
    /// serves it.
    pub(in crate::store) fn of_tenant(self, tenant: TenantId, alias: &str) -> Sql {
        let hide = match self {
            Self::Postgres => " + 0",
            Self::Sqlite => "",
        };
        Sql::new(format!("{alias}.tenant_id{hide} = ")).integer(tenant.0)
    }

    /// The tenant of a resource in lists in the order of creation. On PostgreSQL one index has it and the key like this and
    /// no other, so that no other seems as good.
    pub(super) fn listed_tenant(self, tenant: TenantId) -> Option<Sql> {
        match self {
            Self::Postgres => Some(Sql::new("(0 + resources.tenant_id) = ").integer(tenant.0)),
            Self::Sqlite => None,
        }
    }

    /// The key of a resource in lists in the order of creation.
    pub(super) fn listed_key(self) -> &'static str {
        match self {
            Self::Postgres => "(resources.key + 0)",
            Self::Sqlite => "resources.key",
        }
    }

    /// A number that PostgreSQL does not know while it plans.
    pub(super) fn unplanned(self, number: Sql) -> Sql {
        match self {
            Self::Postgres => Sql::new("(SELECT ").then(number).sql("::bigint)"),
            Self::Sqlite => number,
        }
    }

    /// A condition that few rows satisfy, and that an index serves. SQLite would rather read a tenant in the list's order.
    pub(super) fn selective(self, condition: Sql) -> Sql {
        match self {
            Self::Postgres => condition,
            Self::Sqlite => Sql::new("unlikely(").then(condition).sql(")"),
        }
    }

    /// The numbers that a recursive query finds. The spelling keeps the planner from expecting very many.
    pub(super) fn few(self, query: Sql) -> Sql {
        match self {
            Self::Postgres => Sql::new("SELECT unnest(ARRAY(")
                .then(query)
                .sql(")) AS key"),
            Self::Sqlite => query,
        }
    }

    /// A version in the form that clients see. It compares by code point.
    pub(super) fn version_text(self, column: &str) -> Sql {
        let tag = format!("('W/\"' || CAST({column} AS TEXT) || '\"')");
        match self {
            Self::Postgres => Sql::new(format!("{tag} COLLATE \"C\"")),
            Self::Sqlite => Sql::new(tag),
        }
    }

    /// An ASCII word in lower case. It compares by code point.
    pub(super) fn lower_word(self, word: &str) -> Sql {
        match self {
            Self::Postgres => Sql::new(format!("lower({word}) COLLATE \"C\"")),
            Self::Sqlite => Sql::new(format!("lower({word})")),
        }
    }

    /// A JSON number's text as a whole number.
    pub(super) fn as_integer(self, text: Sql) -> Sql {
        match self {
            Self::Postgres => Sql::new("(").then(text).sql(")::bigint"),
            Self::Sqlite => text,
        }
    }

    /// A JSON number's text as a floating-point number.
    pub(super) fn as_double(self, text: Sql) -> Sql {
        match self {
            Self::Postgres => Sql::new("(").then(text).sql(")::float8"),
            // SQLite compares a large whole number with a fraction exactly. PostgreSQL does not, so both
            // become REAL.
            Self::Sqlite => Sql::new("CAST(").then(text).sql(" AS REAL)"),
        }
    }

    /// A value of any type as text. It compares by code point.
    pub(super) fn as_text(self, value: Sql) -> Sql {
        match self {
            Self::Postgres => Sql::new("(").then(value).sql(")::text COLLATE \"C\""),
            Self::Sqlite => Sql::new("CAST(").then(value).sql(" AS TEXT)"),
        }
    }

    /// The first characters of a text. They compare by code point.
    pub(super) fn beginning(self, text: Sql) -> Sql {
        let function = match self {
            Self::Postgres => "left(",
            Self::Sqlite => "substr(",
        };
        let length = match self {
            Self::Postgres => format!(", {PREFIX_CHARACTERS})"),
            Self::Sqlite => format!(", 1, {PREFIX_CHARACTERS})"),
        };
        Sql::new(function).then(text).sql(length)
    }

    /// A boolean column as 0 and 1.
    pub(super) fn boolean_as_integer(self, column: Sql) -> Sql {
        match self {
            Self::Postgres => Sql::new("(").then(column).sql(")::int::bigint"),
            Self::Sqlite => column,
        }
    }

    /// Equality with a column whose first characters PostgreSQL indexes.
    pub(super) fn prefixed_equality(self, column: Sql, value: &str) -> Sql {
        let whole = column.clone().sql(" = ").text(value);
        match self {
            Self::Postgres => {
                let beginning: String = value.chars().take(PREFIX_CHARACTERS).collect();
                let prefix = Sql::new("(")
                    .then(self.beginning(column))
                    .sql(" = ")
                    .text(beginning);
                prefix.sql(" AND ").then(whole).sql(")")
            }
            Self::Sqlite => whole,
        }
    }

    /// Whether `text` contains `part`.
    pub(super) fn contains(self, text: Sql, part: &str) -> Sql {
        let position = match self {
            Self::Postgres => "strpos(",
            Self::Sqlite => "instr(",
        };
        Sql::new(position)
            .then(text)
            .sql(", ")
            .text(part)
            .sql(") > 0")
    }

    /// Whether `text` ends with `part`, which is not empty.
    pub(super) fn ends_with(self, text: Sql, part: &str) -> Sql {
        let length = part.chars().count();
        match self {
            Self::Postgres => Sql::new("right(")
                .then(text)
                .sql(format!(", {length}) = "))
                .text(part),
            Self::Sqlite => Sql::new("substr(")
                .then(text)
                .sql(format!(", -{length}) = "))
                .text(part),
        }
    }
}

/// The smallest text that is greater than every text with this prefix, in code point order; `None` when there is none.
pub(super) fn after_prefix(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        let next = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            other => char::from_u32(other as u32 + 1),
        };
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_have_an_end() {
        assert_eq!(after_prefix("ab").as_deref(), Some("ac"));
        assert_eq!(after_prefix("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(after_prefix("\u{d7ff}").as_deref(), Some("\u{e000}"));
        assert_eq!(after_prefix("\u{10ffff}"), None);
        assert_eq!(after_prefix(""), None);
    }
}
