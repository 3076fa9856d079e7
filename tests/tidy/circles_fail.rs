//! The resolver of imports on made-up packages, and circles that must be found or must not.

use super::Source;
use super::circles::{circles, findings, graph, shown};
use super::rules_fail::source;

fn package(files: &[(&str, &str)]) -> Vec<Source> {
    files
        .iter()
        .map(|(path, text)| source(&format!("src/{path}"), text))
        .collect()
}

/// `edges` are `from -> to`, without the folder of the package.
#[track_caller]
fn edges(files: &[(&str, &str)], edges: &[&str]) {
    let found: Vec<String> = graph(&package(files), "src/lib.rs")
        .iter()
        .flat_map(|(from, tos)| {
            tos.keys()
                .map(move |to| format!("{from} -> {to}").replace("src/", ""))
        })
        .collect();
    assert_eq!(found, edges, "{files:?}");
}

/// A package with a hub `a` of files `b` and `c`; `b` declares `B`, and `c` holds `text`.
#[track_caller]
fn in_c(text: &str, expected: &[&str]) {
    let files = [
        ("lib.rs", "mod a; pub mod d; pub use d::D;"),
        (
            "a/mod.rs",
            "mod b; mod c; pub(crate) use b::{self as again, B, f as g}; use std::fmt; use d_outside::X;",
        ),
        ("a/b.rs", "pub enum B { V } pub fn f() {} make! { M }"),
        ("a/c.rs", text),
        ("d.rs", "pub struct D; pub mod below;"),
        ("d/below.rs", "pub use super::D as Below; pub struct Own;"),
    ];
    let found = graph(&package(&files), "src/lib.rs");
    let found: Vec<_> = found["src/a/c.rs"]
        .keys()
        .map(|to| to.trim_start_matches("src/"))
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn paths_lead_to_the_file_that_declares() {
    for text in [
        "use super::b::B;",
        "use super::B;",
        "use super::{fmt, B as Other};",
        "use crate::a::{B, b::f};",
        "use super::g;",
        "use super::B::V;",
        "use super::b::M;",
        "use super::b;",
        "use super::again;",
        "pub use super::b::*;",
        "fn x() { use super::B; }",
        "fn x() { super::g() }",
        "impl super::B {}",
        "fn x(a: Vec<crate::a::B>) {}",
        "fn x() { crate::a::b::B::V }",
        "use super::b; fn x() { b::f() }",
        "use super::super::a; fn x() { a::B::V }",
        "use super::*; fn x() -> B { y }",
        "use super::B::*;",
        "mod inside { use super::super::B; }",
        "macro_rules! m { () => { $crate::a::B } }",
    ] {
        in_c(text, &["a/b.rs"]);
    }
    for text in [
        "use crate::d::D;",
        "use crate::D;",
        "use crate::d::below::Below;",
        "use crate::d; fn x() { d::D }",
    ] {
        in_c(text, &["d.rs"]);
    }
    for text in [
        "use crate::d::below;",
        "use crate::d::{self, below::Own};",
        "use crate::d; fn x() { d::below::Own }",
    ] {
        in_c(text, &["d/below.rs"]);
    }
}

#[test]
fn what_is_no_import_of_a_file() {
    for text in [
        "",
        "use std::fmt; use b::B; use ::b::B;",
        "use super::fmt; use super::X;",
        "use super::*; fn x() { y.b() }",
        "// use super::B;\nconst A: &str = \"super::B\";",
        "#[cfg(test)] use super::B;",
        "#[cfg(test)] mod tests { use super::super::B; }",
        "pub(in super::b) struct C; pub(super) fn b() {}",
        "fn x() { y.super_b::<B>() }",
        "use super::super::a;",
        "mod inside { pub struct C; } use inside::C; use self::inside::C as D;",
        "fn x() -> impl Y + use<'a> { y }",
    ] {
        in_c(text, &[]);
    }
}

#[test]
fn hubs_and_tests() {
    // A hub that declares something is a file as any other.
    edges(
        &[
            ("lib.rs", "mod a;"),
            ("a/mod.rs", "mod b; pub use b::B; pub struct A;"),
            ("a/b.rs", "use super::A; pub struct B;"),
        ],
        &["a/b.rs -> a/mod.rs", "a/mod.rs -> a/b.rs"],
    );
    // A thing and its module may share a name.
    edges(
        &[
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "pub fn a() {}"),
            ("b.rs", "use crate::a::a; fn x() { a() }"),
        ],
        &["b.rs -> a.rs"],
    );
    edges(
        &[
            ("lib.rs", "mod a; use a::a;\nmod b;"),
            ("a.rs", "pub fn a() {}"),
            ("b.rs", "use crate::a;"),
        ],
        &["b.rs -> a.rs", "lib.rs -> a.rs"],
    );
    // Tests are no part of it, wherever they are declared; a path of its own is followed.
    edges(
        &[
            (
                "lib.rs",
                "mod a; mod testing; #[path = \"elsewhere/b.rs\"] mod b;",
            ),
            (
                "a.rs",
                "use crate::b::B; #[cfg(test)]\n#[path = \"a_tests.rs\"]\nmod tests;",
            ),
            ("a_tests.rs", "use crate::b;"),
            ("testing.rs", "use crate::a;"),
            ("elsewhere/b.rs", "use crate::testing::X; pub struct B;"),
        ],
        &["a.rs -> elsewhere/b.rs"],
    );
    // Names that pass each other on lead nowhere, and end.
    edges(
        &[
            ("lib.rs", "mod a; mod b; use a::X;"),
            ("a.rs", "pub use crate::b::*;"),
            ("b.rs", "pub use crate::a::*;"),
        ],
        &["lib.rs -> a.rs"],
    );
}

const CIRCLE: &[(&str, &str)] = &[
    ("lib.rs", "mod a; mod b; mod c; mod d;"),
    ("a.rs", "\nuse crate::b::{\n    B,\n};\npub struct A;"),
    ("b.rs", "pub struct B; fn f() {\n crate::c::C\n}"),
    ("c.rs", "pub struct C; use crate::a::A;"),
    ("d.rs", "use crate::a::A;"),
];

#[test]
fn circles_are_found() {
    let graph = graph(&package(CIRCLE), "src/lib.rs");
    assert_eq!(circles(&graph), [["src/a.rs", "src/b.rs", "src/c.rs"]]);
    let text = shown(&graph);
    for line in [
        "src/a.rs -> src/b.rs",
        ": 3 crate::b::B\n",
        ": 2 crate::c::C\n",
        ": 1 crate::a::A\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert_eq!(text.matches("<- cut").count(), 1, "{text}");
    let found = findings(&[graph], &[], &[]);
    assert!(
        found.len() == 3 && found[1] == "src/b.rs:1: is in a circle with src/a.rs, src/c.rs",
        "{found:?}"
    );
    let straight = super::circles::graph(&package(&CIRCLE[..3]), "src/lib.rs");
    assert_eq!(findings(&[straight], &[], &[]), Vec::<String>::new());
}

#[test]
fn allowed_circles_are_there_and_explained() {
    let graphs = [graph(&package(CIRCLE), "src/lib.rs")];
    let files: &[&str] = &["src/a.rs", "src/b.rs", "src/c.rs"];
    let explained = source("ARCHITECTURE.md", "Of src/a.rs and others.");
    assert_eq!(
        findings(&graphs, &[(files, "why")], &[&explained]),
        Vec::<String>::new()
    );
    let silent = source("docs/decisions.md", "Of src/b.rs.");
    assert_eq!(findings(&graphs, &[(files, "why")], &[&silent]).len(), 1);
    let part: &[&str] = &["src/a.rs", "src/b.rs"];
    let found = findings(&graphs, &[(part, "why")], &[&explained]);
    assert!(
        found.len() == 4 && found[3].starts_with("src/a.rs:1: is in no such circle"),
        "{found:?}"
    );
}
