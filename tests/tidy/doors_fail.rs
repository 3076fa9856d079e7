//! Rules of doors on sources that break them, and on the nearest ones that do not.

use super::Source;
use super::doors::{base_path, connection, dropped, hubs, unrecorded};
use super::rules_fail::{check, source};

#[track_caller]
fn found(findings: &[String], starts: &[&str]) {
    let fits = findings.len() == starts.len()
        && findings
            .iter()
            .zip(starts)
            .all(|(found, start)| found.starts_with(&format!("{start}: ")));
    assert!(fits, "{findings:?}, not {starts:?}");
}

fn sources(files: &[(&str, &str)]) -> Vec<Source> {
    files
        .iter()
        .map(|(path, text)| source(path, text))
        .collect()
}

#[test]
fn the_connection() {
    let bad = "use scimd::store::DbConnection;\n// A DbConnection.\nMyDbConnection; DbConnections";
    for path in ["src/cli/x.rs", "tests/store/x.rs", "bench/src/x.rs"] {
        check(connection, path, bad, &[1, 2]);
    }
    for path in [
        "src/store/x.rs",
        "tests/tidy/x.rs",
        "tests/tidy.rs",
        "docs/x.md",
    ] {
        check(connection, path, bad, &[]);
    }
    let exports = "pub use connection::{\n    DbConnection,\n    Dialect,\n};\npub(crate) use connection::DbConnection as C;";
    check(connection, "src/store/mod.rs", exports, &[2, 5]);
    let own = "use connection::DbConnection;\npub use connection::Dialect;\n// pub use connection::DbConnection;\nmod connection;";
    check(connection, "src/store/mod.rs", own, &[]);
}

#[test]
fn hubs_list_what_is_there() {
    let good = "//! Docs.\n#![allow(x)]\nmod a;\npub(crate) mod b;\nuse c::{D, E};\npub use f::*;\n#[cfg(test)]\nmod tests;\n// fn g() {}\n#[path = \"x.rs\"]\nmod h;";
    for bad in [
        "fn f() {}",
        "pub(crate) async fn f() {}",
        "pub struct A;",
        "struct A { b: C }",
        "enum A { B }",
        "impl A { fn f() {} }",
        "const A: B = C;",
        "pub static A: B = C;",
        "trait A {}",
        "pub type A = B;",
        "macro_rules! a { () => {} }",
        "make! { a }",
        "mod a { fn f() {} }",
        "#[cfg(test)] mod tests { use super::*; }",
    ] {
        let text = format!("{good}\n#[x]\n{bad}\nmod z;");
        for path in [
            "src/a/mod.rs",
            "scim/src/a/b/mod.rs",
            "src/lib.rs",
            "scim/src/lib.rs",
        ] {
            check(hubs, path, &text, &[13]);
        }
        for path in ["src/a/x.rs", "src/main.rs", "tests/api/mod.rs"] {
            check(hubs, path, &text, &[]);
        }
    }
    check(hubs, "src/lib.rs", good, &[]);
}

#[test]
fn the_base_path() {
    let home = (
        "src/http/base_path.rs",
        "//! \"/scim/v2\"\npub(crate) const BASE: &str = \"/scim/v2\";\n#[cfg(test)]\nmod tests { const A: &str = \"/scim/v2\"; }",
    );
    let with = |path: &str, text: &str| base_path(&sources(&[home, (path, text)]));
    for bad in [
        "a(\"/scim/v2\")",
        "format!(\"{a}/scim/v2/Users\")",
        "r#\"x/scim/v2\"#",
        "#[cfg(not(test))] a(\"/scim/v2\");",
    ] {
        found(
            &with("src/http/x.rs", &format!("\n{bad}")),
            &["src/http/x.rs:2"],
        );
        for path in [
            "tests/x.rs",
            "src/http/tests.rs",
            "scim/src/x.rs",
            "src/x.md",
        ] {
            found(&with(path, bad), &[]);
        }
    }
    for good in [
        "/// At \"/scim/v2\".",
        "a(\"/scim/v\")",
        "#[cfg(test)]\nmod tests {\n    a(\"/scim/v2\");\n}",
    ] {
        found(&with("src/http/x.rs", good), &[]);
    }
    let help = "const HELP: &str = \"\n  curl /scim/v2\";\nconst A: &str = \"/scim/v2\";";
    found(&with("src/config/x.rs", help), &["src/config/x.rs:3"]);
    found(
        &with("src/cli/x.rs", help),
        &["src/cli/x.rs:1", "src/cli/x.rs:3"],
    );
    let twice = [(
        "src/http/base_path.rs",
        "a(\"/scim/v2\");\na(\"/scim/v2\");",
    )];
    found(&base_path(&sources(&twice)), &["src/http/base_path.rs:2"]);
    found(&base_path(&[]), &["src/http/base_path.rs:1"]);
}

const RECORDED: &str = "#[must_use = \"record it\"]\npub(crate) struct Unrecorded<T>(T);
impl<'c> Session<'c> {
    fn insert(&mut self) -> Result<Unrecorded<i64>> { x }
    fn update(&mut self, a: impl Fn(B) -> C) -> Result<DocumentUnrecorded>
    where A: B { x }
    fn touch(&self) -> super::Unrecorded { x }
    fn delete(&mut self, a: [u8; 2]) -> Unrecorded { x }
}
#[must_use]\nstruct DocumentUnrecorded;
impl Row { fn delete(&self) {} }
impl Drop for Session<'_> { fn update(&self) {} }
#[cfg(test)]
impl Session<'_> { fn insert(&self) {} }";

#[test]
fn changes_are_recorded() {
    let find = |text: &str| unrecorded(&sources(&[("src/store/x.rs", text)]));
    found(&find(RECORDED), &[]);
    for (good, bad, start) in [
        ("Result<Unrecorded<i64>>", "Result<i64>", "src/store/x.rs:4"),
        (
            "Result<Unrecorded<i64>>",
            "Result<Vec<Unrecorded<i64>>>",
            "src/store/x.rs:4",
        ),
        (
            "Result<DocumentUnrecorded>",
            "Result<UnrecordedX>",
            "src/store/x.rs:5",
        ),
        ("-> super::Unrecorded", "", "src/store/x.rs:7"),
        (
            "(&mut self, a: [u8; 2]) -> Unrecorded",
            "(a: Unrecorded)",
            "src/store/x.rs:8",
        ),
        (
            "#[must_use = \"record it\"]",
            "/// Record it: must_use",
            "src/store/x.rs:2",
        ),
        ("#[must_use]", "#[derive(Debug)]", "src/store/x.rs:11"),
        ("fn touch", "fn move_on", "src/store/mod.rs:1"),
        ("struct Unrecorded", "struct Anything", "src/store/mod.rs:1"),
    ] {
        assert!(RECORDED.contains(good));
        found(&find(&RECORDED.replacen(good, bad, 1)), &[start]);
    }
    let elsewhere = [
        ("src/store/x.rs", RECORDED),
        ("src/service/x.rs", "impl Session { fn insert() {} }"),
    ];
    found(&unrecorded(&sources(&elsewhere)), &[]);
}

#[test]
fn changes_are_not_thrown_away() {
    for bad in [
        "let _ = session.insert(&a);",
        "let _ = self.session.update(a)?;",
        "let _ =\n    session.touch(a);",
        "_ = session\n    .delete(a);",
        "let _: Unrecorded = session.delete(a);",
        "f(); let _ = b.and(the_session.touch(c));",
    ] {
        let line = if bad.contains('\n') { 3 } else { 2 };
        check(dropped, "src/service/x.rs", &format!("\n{bad}"), &[line]);
        check(dropped, "src/store/x.rs", bad, &[]);
        check(dropped, "tests/tidy/x.rs", bad, &[]);
    }
    for good in [
        "let _ = map.insert(a, b);",
        "let _kept = session.insert(a)?;",
        "let change = session.insert(a)?;",
        "match a { _ => session.insert(a), }",
        "let _ = a; session.insert(b);",
        "// let _ = session.insert(a);",
    ] {
        check(dropped, "src/service/x.rs", good, &[]);
    }
}
