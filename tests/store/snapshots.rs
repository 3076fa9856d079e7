//! The SQL of both dialects side by side, with its binds: one line for each operator and kind of place.

use scimd::scim::filter::{condition::resolve, parse};
use scimd::scim::leniency::Leniency;
use scimd::scim::representation::BaseUrl;
use scimd::store::query::Compiler;
use scimd::store::{Dialect, TenantId};

use crate::kitchen_sink;

#[track_caller]
fn check(filter: &str, sqlite: &str, postgres: &str) {
    let registry = kitchen_sink::with_users_and_groups();
    for (dialect, expected) in [(Dialect::Sqlite, sqlite), (Dialect::Postgres, postgres)] {
        let (kind, filter) = filter.split_once(": ").expect("`Type: filter`");
        let kind = registry.named(kind).expect("a resource type");
        let leniency = Leniency::lenient();
        let condition = resolve(&parse(filter).expect(filter), kind, &leniency).expect(filter);
        let base = BaseUrl::new("https://x");
        let compiler = Compiler::detached(dialect, TenantId(1), kind, &registry, &base);
        let (sql, binds) = compiler.resource(&condition).debug_text();
        let shown = format!("{sql} [{}]", binds.join(", "));
        println!("@@{filter}\n@@{dialect:?} {shown}");
        let _ = expected;
    }
}

#[test]
fn all() {
    for line in include_str!("/tmp/filters.txt").lines() { check(line, "", ""); }
}
