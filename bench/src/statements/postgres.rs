//! Floors on PostgreSQL: pgbench scripts, prepared.

use std::fs;
use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, RunQueryDsl as _, sql_query};

use super::{BULK, Keys, MARK, Number, Statements};
use crate::Result;
use crate::measure::{Bench, Measured};
use crate::pgbench;
use crate::postgres::Cluster;

/// The columns that an answer needs.
const SHOWN: &str = "key, resource_type, id, version, created_ms, last_modified_ms, document";

pub(super) fn measure(
    bench: &Bench,
    cluster: &Cluster,
    url: &str,
    ids: [&str; 3],
    requests: usize,
) -> Result<Vec<Measured>> {
    let mut connection = PgConnection::establish(url)?;
    let mut number = |query: &str| -> Result<i64> {
        Ok(sql_query(query)
            .get_result::<Number>(&mut connection)?
            .number)
    };
    let keys = Keys::read(ids, &mut number)?;
    // The first that a create makes.
    let next = number("SELECT max(key) + 1 AS number FROM resources")?;
    let directory = tempfile::tempdir()?;
    let mut found = Vec::new();
    for statements in Statements::ALL {
        let count = (requests / statements.share()).max(bench.many.connections());
        let each = count / bench.many.connections();
        let arguments = scripts(statements, &keys, next, each, directory.path())?;
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let measured = pgbench::script(bench, count, cluster, statements.name(), &arguments)?;
        found.push(measured);
    }
    connection.batch_execute(&clean(&keys))?;
    Ok(found)
}

/// Writes the scripts. Returns the arguments that name them.
fn scripts(
    statements: Statements,
    keys: &Keys,
    next: i64,
    each: usize,
    directory: &Path,
) -> Result<Vec<String>> {
    let one = [(statements, 1)];
    let parts: &[(Statements, usize)] = match statements {
        Statements::Mix => &Statements::MIX,
        _ => &one,
    };
    let mut arguments = vec!["--define=i=-1".to_owned()];
    for (part, weight) in parts {
        let path = directory.join(format!("{part:?}.sql"));
        fs::write(&path, script(*part, keys, next, each))?;
        arguments.push(format!("--file={}@{weight}", path.display()));
    }
    Ok(arguments)
}

/// `k` is a key among those of the seeded users. What one statement can do is one statement: no floor can be lower.
fn script(statements: Statements, keys: &Keys, next: i64, each: usize) -> String {
    let Keys { first, last, group } = keys;
    let random = format!("\\set k random({first}, {})", (last - 9).max(*first));
    match statements {
        Statements::Get => {
            format!("{random}\nSELECT {SHOWN} FROM resources WHERE tenant_id = 1 AND key = :k;\n")
        }
        Statements::Page => format!(
            "{random}\nSELECT {SHOWN} FROM resources WHERE tenant_id = 1 AND key > :k ORDER BY key LIMIT 100;\n"
        ),
        Statements::Members => format!(
            "SELECT e.member_key, m.id, m.resource_type, m.shown_name FROM memberships e \
             JOIN resources m ON m.tenant_id = 1 AND m.key = e.member_key \
             WHERE e.tenant_id = 1 AND e.group_key = {group} ORDER BY e.member_key;\n"
        ),
        Statements::Create => format!("{random}\n{}", new_users(1)),
        Statements::Bulk => format!("{random}\n{}", new_users(BULK)),
        Statements::Delete => format!(
            "\\set i :i + 1\n\\set k {next} + :client_id * {each} + :i\n\
             WITH gone AS (DELETE FROM resources WHERE tenant_id = 1 AND key = :k RETURNING id)\n{}",
            change("FROM gone")
        ),
        Statements::Update => format!(
            "{random}\nSELECT {SHOWN} FROM resources WHERE tenant_id = 1 AND key = :k;\n\
             WITH moved AS (UPDATE resources SET version = version + 1, last_modified_ms = last_modified_ms + 1, \
             document = document, comparable = comparable WHERE tenant_id = 1 AND key = :k RETURNING id)\n{}",
            change("FROM moved")
        ),
        Statements::Member => format!(
            "{random}\nWITH gone AS (DELETE FROM memberships WHERE tenant_id = 1 AND group_key = {group} AND member_key = :k \
             RETURNING 1), come AS (INSERT INTO memberships SELECT 1, {group}, key FROM resources WHERE tenant_id = 1 \
             AND key = :k AND NOT EXISTS (SELECT FROM gone) ON CONFLICT DO NOTHING), \
             moved AS (UPDATE resources SET version = version + 1, last_modified_ms = last_modified_ms + 1 \
             WHERE tenant_id = 1 AND key = {group} RETURNING id)\n{}",
            change("FROM moved")
        ),
        Statements::Group => format!(
            "WITH made AS ({})\n{}",
            new_group(*group),
            change("FROM made")
        ),
        Statements::GroupOfTen => format!(
            "{random}\nWITH made AS ({}), edges AS (INSERT INTO memberships SELECT 1, made.key, m.key FROM made, resources m \
             WHERE m.tenant_id = 1 AND m.key BETWEEN :k AND :k + 9)\n{}",
            new_group(*group),
            change("FROM made")
        ),
        Statements::Mix => String::new(),
    }
}

const INTO: &str = "INSERT INTO resources (tenant_id, id, resource_type, unique_key, external_id, display_name, email, user_name, \
                    shown_name, active, version, created_ms, last_modified_ms, document, comparable)";

/// A name that no other row has. It follows those of the rows before: the ids of the server are in order too, and an index
/// takes what is in order at its end.
fn name(number: &str) -> String {
    format!(
        "'{MARK}' || CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) || '-' || pg_backend_pid() || '-' || {number}"
    )
}

/// Copies of user `k` under other names.
fn new_users(count: usize) -> String {
    let own = name("n");
    let value = name("key || '-' || m");
    format!(
        "WITH made AS ({INTO} SELECT 1, {own}, resource_type, {own}, {own}, display_name, email, user_name, \
         shown_name, active, 1, 0, 0, document, comparable FROM resources, generate_series(1, {count}) n \
         WHERE tenant_id = 1 AND key = :k RETURNING key), \
         found AS (INSERT INTO indexed_values (tenant_id, resource_type, attribute, value, resource_key) \
         SELECT 1, 'User', 'emails.value', {value}, key FROM made, generate_series(1, 2) m)\n{}",
        change("FROM made")
    )
}

/// A copy of a group without its members.
fn new_group(group: i64) -> String {
    let own = name("0");
    format!(
        "{INTO} SELECT 1, {own}, resource_type, CASE WHEN unique_key IS NOT NULL THEN {own} END, {own}, \
         display_name, email, user_name, shown_name, active, 1, 0, 0, document, comparable FROM resources \
         WHERE tenant_id = 1 AND key = {group} RETURNING key"
    )
}

/// The end of a statement: a row of changes for each row.
fn change(from: &str) -> String {
    format!(
        "INSERT INTO changes (tenant_id, position, at_ms, operation, resource_type, resource_id, version, attributes, actor, \
         request_id) SELECT 1, (pg_current_xact_id()::text::bigint << 20) + row_number() OVER (), 0, 'patch', 'User', '{MARK}', 1, \
         '[\"title\"]', '{MARK}', '{MARK}' {from};\n"
    )
}

/// Takes away what the scripts have written. The group has everybody again.
fn clean(keys: &Keys) -> String {
    let Keys { first, last, group } = keys;
    format!(
        "DELETE FROM resources WHERE external_id LIKE '{MARK}%';
         DELETE FROM changes WHERE resource_id = '{MARK}';
         INSERT INTO memberships SELECT 1, {group}, key FROM resources
         WHERE tenant_id = 1 AND resource_type = 'User' AND key BETWEEN {first} AND {last} ON CONFLICT DO NOTHING;"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mix_is_all_its_scripts_by_their_weights() -> Result<()> {
        let keys = Keys {
            first: 1,
            last: 100,
            group: 200,
        };
        let directory = tempfile::tempdir()?;
        let arguments = scripts(Statements::Mix, &keys, 300, 10, directory.path())?;
        let weights: Vec<_> = arguments
            .iter()
            .filter_map(|argument| argument.rsplit_once('@'))
            .collect();
        assert_eq!(weights.len(), Statements::MIX.len());
        assert!(weights[0].0.ends_with("Get.sql") && weights[0].1 == "60");
        Ok(())
    }
}
