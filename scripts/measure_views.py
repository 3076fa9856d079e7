#!/usr/bin/env python3
"""Measures how applications look people up through the views: plans and times, on both databases.

    scripts/measure_views.py --users 20000 200000 --postgres postgres://postgres@127.0.0.1:5433

It makes databases of its own (SQLite in a temporary directory, PostgreSQL ones named measure_views_N), fills them with SQL,
asks before they have statistics and after ANALYZE, and removes them. Each time is the median of seven, in milliseconds, and
has the rows fetched in it. `SCAN` marks a plan that reads all resources, memberships or addresses, or their part of an index.
PostgreSQL compiles nothing (`jit = off`), as docs/application.md advises.

It needs `psql`, and the Python package `apsw` for an SQLite that knows JSONB. Switch autovacuum off in the PostgreSQL: otherwise it
may bring statistics before the first round.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import apsw

MIGRATIONS = Path(__file__).parent.parent / "migrations"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ROUNDS = 7
BIG_TABLES = {"resources", "memberships", "indexed_values"}
LOOK_UPS = [
    ("scim_users", "id = 'u-1-1234'"),
    ("scim_users", "user_name = 'User1234@example.test'"),
    ("scim_users", "user_name_key = lower('User1234@example.test')"),
    ("scim_users", "email = 'User1234@Example.test'"),
    ("scim_users", "external_id = 'ext-1234'"),
    ("scim_users", "last_modified > '{recently}'"),
    ("scim_users", "active = FALSE"),
    ("scim_groups", "display_name = 'Group 15'"),
    ("scim_groups", "external_id = 'ext-15'"),
    ("scim_groups", "last_modified > '{recently}'"),
    ("scim_user_emails", "email_key = 'home1234@example.test'"),
    ("scim_user_emails", "user_id = 'u-1-1234'"),
    ("scim_user_phones", "user_id = 'u-1-1234'"),
    ("scim_user_roles", "user_id = 'u-1-1234'"),
    ("scim_group_members", "group_id = 'g-1-15'"),
    ("scim_group_members", "member_id = 'u-1-1234'"),
    ("scim_effective_members", "group_id = 'g-1-25'"),
    ("scim_effective_groups", "member_id = 'u-1-1234'"),
]
MINUTE_MS = 60_000
BEGIN_MS = 1_767_225_600_000


def document(dialect, kind):
    """The document of a resource as SQL: text on SQLite."""
    made = comparison(dialect, kind, False)
    return made.replace("jsonb_", "json_") if dialect == "sqlite" else made


def comparison(dialect, kind, folded):
    """What a resource is compared by, or the same without folding, as SQL."""
    make, array, true = {
        "postgres": ("jsonb_build_object", "jsonb_build_array", "true"),
        "sqlite": ("jsonb_object", "jsonb_array", "json('true')"),
    }[dialect]
    fold = "lower" if folded else ""
    if kind == "Group":
        return f"{make}('displayName', {fold}('Group ' || i))"
    return (
        f"{make}('userName', {fold}('User' || i || '@example.test'), 'displayName', {fold}('Person ' || i), 'active', {true}, "
        f"'name', {make}('givenName', {fold}('Given' || i), 'familyName', {fold}('Family' || i)), 'title', {fold}('Engineer'), "
        f"'emails', {array}({make}('value', {fold}('User' || i || '@Example.test'), 'type', 'work', 'primary', {true}), "
        f"{make}('value', 'home' || i || '@example.test', 'type', 'home')), "
        f"'phoneNumbers', {array}({make}('value', '+1 555 ' || i, 'type', 'work')), 'roles', {array}({make}('value', 'reader')), "
        f"'{ENTERPRISE}', {make}('employeeNumber', 'n' || i, 'department', {fold}('Department ' || i % 20)))"
    )


def statements(dialect, tenant, users):
    """Fills a tenant: a group for twenty users, everybody in two groups, and twenty groups inside others."""
    groups = users // 20
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
    for kind, letter, count in [("User", "u", users), ("Group", "g", groups)]:
        unique = "'user' || i || '@example.test'" if kind == "User" else "'group ' || i"
        email = "'User' || i || '@Example.test'" if kind == "User" else "NULL"
        active = "i % 100 <> 0" if kind == "User" else "NULL"
        yield (
            f"INSERT INTO resources (tenant_id, id, resource_type, unique_key, external_id, display_name, email, user_name, shown_name, active, version, "
            f"created_ms, last_modified_ms, document, comparable) {numbers.format(count)}"
            f"SELECT {tenant}, '{letter}-{tenant}-' || i, '{kind}', {unique}, 'ext-' || i, lower('Name ' || i), {email}, {email}, 'Name ' || i, {active}, 1, "
            f"{BEGIN_MS}, {BEGIN_MS} + CAST(i AS BIGINT) * {MINUTE_MS}, {document(dialect, kind)}, {comparison(dialect, kind, True)} FROM n"
        )
    for address in ["unique_key", "'home' || substr(unique_key, 5)"]:
        yield (
            f"INSERT INTO indexed_values (tenant_id, resource_type, attribute, value, resource_key) "
            f"SELECT tenant_id, resource_type, 'emails.value', {address}, key FROM resources "
            f"WHERE tenant_id = {tenant} AND resource_type = 'User'"
        )
    edges = [
        ("u", users, f"1 + i % {groups}"),
        ("u", users, f"1 + (i * 7 + 3) % {groups}"),
        ("g", min(20, groups - 10), "i + 10"),
    ]
    for letter, count, group in edges:
        yield (
            f"INSERT INTO memberships (tenant_id, group_key, member_key) {numbers.format(count)}"
            f"SELECT {tenant}, g.key, m.key FROM n JOIN resources m ON m.tenant_id = {tenant} AND m.id = '{letter}-{tenant}-' || i "
            f"JOIN resources g ON g.tenant_id = {tenant} AND g.id = 'g-{tenant}-' || ({group}) WHERE TRUE ON CONFLICT DO NOTHING"
        )


def up(dialect):
    return "\n".join(path.read_text() for path in sorted(MIGRATIONS.glob(f"{dialect}/*/up.sql")))


class Sqlite:
    name = "sqlite"

    def __init__(self, users):
        self.directory = tempfile.TemporaryDirectory()
        self.connection = apsw.Connection(f"{self.directory.name}/scimd.db")
        self.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF")
        self.run(up(self.name))

    def run(self, statement):
        return list(self.connection.execute(statement))

    def analyze(self):
        self.run("ANALYZE")

    def plan(self, query):
        steps = [step[3] for step in self.run(f"EXPLAIN QUERY PLAN {query}")]
        indexes = re.findall(r"INDEX (\w+)", " ".join(steps))
        broad = re.compile(r"SCAN [regmv]\b|AUTOMATIC|\(tenant_id=\?( AND resource_type=\?)?\)")
        scan = any(broad.search(step) and "resources_inactive" not in step for step in steps)
        return scan, indexes

    def times(self, query):
        for _ in range(ROUNDS):
            began = time.perf_counter()
            self.run(query)
            yield (time.perf_counter() - began) * 1000

    def close(self):
        self.connection.close()
        self.directory.cleanup()


class Postgres:
    name = "postgres"
    server = None

    def __init__(self, users):
        self.database = f"measure_views_{users}"
        self.psql("postgres", f"DROP DATABASE IF EXISTS {self.database}", f"CREATE DATABASE {self.database}")
        self.run(up(self.name))

    def psql(self, database, *statements):
        command = ["psql", f"{self.server}/{database}", "-XAtq", "-v", "ON_ERROR_STOP=1"]
        for statement in statements:
            command += ["-c", statement]
        environment = {**os.environ, "PGOPTIONS": "-c jit=off"}
        return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout

    def run(self, statement):
        # What `scimd tenant create` does.
        after = ["ANALYZE tenants"] if statement.startswith("INSERT INTO tenants") else []
        return self.psql(self.database, statement, *after)

    def analyze(self):
        self.psql(self.database, "VACUUM ANALYZE")

    def plan(self, query):
        found = json.loads(self.psql(self.database, f"EXPLAIN (FORMAT JSON, ANALYZE, TIMING OFF) {query}"))
        nodes, indexes, scan = [found[0]["Plan"]], [], False
        fair = 200 + 20 * found[0]["Plan"]["Actual Rows"]
        for node in nodes:
            nodes += node.get("Plans", [])
            indexes += [node["Index Name"]] if "Index Name" in node else []
            read = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
            scan |= node["Node Type"] == "Seq Scan" and node["Relation Name"] in BIG_TABLES or read > fair
        return scan, indexes

    def times(self, query):
        out = self.psql(self.database, "\\timing on", *[query] * (ROUNDS + 1))
        return [float(text) for text in re.findall(r"Time: ([\d.]+) ms", out)][1:]

    def close(self):
        self.psql("postgres", f"DROP DATABASE {self.database}")


def measure(database, label, users):
    recently = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime((BEGIN_MS + (users - 15) * MINUTE_MS) / 1000))
    for view, condition in LOOK_UPS:
        for tenant in ["", "tenant = 'one' AND "]:
            condition = condition.format(recently=recently)
            if view == "scim_groups":
                groups = BEGIN_MS + (users // 20 - 15) * MINUTE_MS
                condition = re.sub(r"> '.*'", time.strftime("> '%Y-%m-%dT%H:%M:%SZ'", time.gmtime(groups / 1000)), condition)
            query = f"SELECT * FROM {view} WHERE {tenant}{condition}"
            scan, indexes = database.plan(query)
            took = statistics.median(database.times(query))
            mark = "SCAN" if scan else ""
            print(f"{label:28} {took:8.3f} {mark:5}{view} {tenant}{condition}  [{' '.join(indexes)}]", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--users", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--postgres", help="URL of a server, without a database; without it, SQLite alone")
    arguments = parser.parse_args()
    Postgres.server = arguments.postgres
    for kind in [Sqlite] + [Postgres] * bool(arguments.postgres):
        for users in arguments.users:
            database = kind(users)
            database.run("INSERT INTO tenants (slug, name, created_ms) VALUES ('one', 'One', 0), ('two', 'Two', 0)")
            for tenant, size in [(1, users), (2, 400)]:
                for statement in statements(kind.name, tenant, size):
                    database.run(statement)
            for statistic in ["never analysed", "analysed"]:
                measure(database, f"{kind.name} {users} {statistic}", users)
                database.analyze()
            database.close()


if __name__ == "__main__":
    main()
