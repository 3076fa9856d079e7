//! Rules of words on sources that break them, and on the nearest ones that do not.

use super::rules_fail::check;
use super::words::{kinds, phrases};

#[test]
fn words_of_today() {
    for bad in [
        "// A strict tenant refuses.",
        "//! (Strict tenants)",
        "/// refused by a strict\n/// tenant.",
        "/// where the tenant is strict about it",
        "let a = \"an earlier build\";",
        "-- earlier builds",
        "const FORMER: X = Y;",
    ] {
        let text = format!("\n{bad}");
        for path in ["src/x.rs", "docs/x.md", "tests/x.rs", "migrations/x.sql"] {
            check(phrases, path, &text, &[2]);
        }
        let free = [
            "tests/tidy/x.rs",
            "tests/tidy.rs",
            "CHANGELOG.md",
            "docs/conformance.md",
            "conformance/x.md",
            "packs/x.json",
        ];
        for path in free {
            check(phrases, path, &text, &[]);
        }
    }
    for good in [
        "A strict reading; the tenant",
        "a restrict tenant",
        "the tenant is strictly",
        "an earlier, build",
        "FORMER_URNS and former",
    ] {
        let expected: &[usize] = if good.contains("strictly") { &[1] } else { &[] };
        check(phrases, "src/x.rs", good, expected);
    }
}

#[test]
fn kinds_are_no_resource_types() {
    for bad in [
        "fn f(kind: &ResourceType) {}",
        "fn f<'a>(kind: &'a mut ResourceType) {}",
        "|kind: &Arc<ResourceType>| kind",
        "struct A { kind: ResourceType }",
        "struct A { pub kind: Option<Arc<ResourceType>>, }",
        "fn f(a: A, kind: &crate::resource_type::ResourceType) {}",
    ] {
        for path in ["src/x.rs", "scim/src/x/tests.rs"] {
            check(kinds, path, &format!("\n{bad}"), &[2]);
        }
        check(kinds, "tests/x.rs", bad, &[]);
    }
    for good in [
        "fn f(kind: &ResourceTypeName) {}",
        "fn f(kind: AttributeKind, b: &ResourceType) {}",
        "fn f(resource_type: &ResourceType) {}",
        "fn f(mankind: &ResourceType) {}",
        "A { kind: ResourceType::user() }",
        "// kind: &ResourceType",
        "kind::ResourceType",
    ] {
        check(kinds, "src/x.rs", good, &[]);
    }
}
