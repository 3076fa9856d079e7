//! Each rule on sources that break it, and on the nearest ones that do not.

use super::{Source, rules};

pub(crate) fn source(path: &str, text: &str) -> Source {
    Source::new(path.into(), text.into())
}

/// `lines` are those that the rule finds.
#[track_caller]
pub(crate) fn check(rule: fn(&Source) -> Vec<String>, path: &str, text: &str, lines: &[usize]) {
    let found = rule(&source(path, text));
    let expected: Vec<_> = lines
        .iter()
        .map(|line| format!("{path}:{line}: "))
        .collect();
    let fits = found.len() == expected.len()
        && found
            .iter()
            .zip(&expected)
            .all(|(found, start)| found.starts_with(start) && found.len() > start.len() + 10);
    assert!(fits, "{text:?} in {path}: {found:?}");
}

#[test]
fn profiles() {
    let bad = "use scim::profile::{Leniency, Profile};\nlet x = ProfileCommand;\nif p == Profile::Okta {}";
    check(rules::profiles, "src/http/x.rs", bad, &[1, 3]);
    check(rules::profiles, "scim/src/x.rs", bad, &[1, 3]);
    check(rules::profiles, "src/service/settings.rs", bad, &[]);
    check(rules::profiles, "scim/src/profile/x.rs", bad, &[]);
    check(rules::profiles, "tests/api/x.rs", bad, &[]);
}

#[test]
fn unfinished() {
    check(
        rules::unfinished,
        "tests/x.rs",
        "unsafe { x }\n// unsafe\nforbid(unsafe_code)",
        &[1],
    );
    check(
        rules::unfinished,
        "src/x.rs",
        "todo!()\nunimplemented!(\"later\")\ndbg!(x)\n\"todo!\"",
        &[1, 2, 3],
    );
    check(
        rules::unfinished,
        "tests/x.rs",
        "#[ignore]\n#[ignore = \"slow\"]\n#[test]",
        &[1, 2],
    );
    let marked = concat!("// FIX", "ME later\nlet a = \"XX", "X\";\n// uXX", "XX");
    check(rules::unfinished, "src/x.rs", marked, &[1, 2]);
}

#[test]
fn panics() {
    let text = "a.unwrap();\nb.expect(\"c\");\n// d.unwrap()\ne.unwrap_or(f);\ng.expect_err(h);";
    check(rules::panics, "src/x.rs", text, &[1, 2]);
    check(rules::panics, "scim/src/x.rs", text, &[1, 2]);
    check(rules::panics, "bench/src/x.rs", text, &[1]);
    for path in [
        "src/x/tests.rs",
        "src/x/tests/y.rs",
        "src/x/parse_tests.rs",
        "src/testing.rs",
        "tests/x.rs",
        "docs/x.md",
    ] {
        check(rules::panics, path, text, &[]);
    }
    check(
        rules::panics,
        "src/x.rs",
        "a.unwrap();\n#[cfg(test)]\nmod tests {\n    b.unwrap();\n}",
        &[1],
    );
    check(
        rules::panics,
        "src/x.rs",
        "#[cfg(test)]\nmod tests;\na.unwrap();",
        &[3],
    );
    check(
        rules::panics,
        "src/x.rs",
        "#[expect(\n    clippy::expect_used,\n    reason = \"b\"\n)]\na.expect(\"c\");\n\n\n\n\nd.expect(\"e\");",
        &[10],
    );
    check(
        rules::panics,
        "scim/src/schema/shipped.rs",
        "Schema::parse(json).expect($file)",
        &[],
    );
    check(
        rules::panics,
        "scim/src/schema/shipped.rs",
        "Schema::parse(json).expect(\"sound\")",
        &[1],
    );
    check(
        rules::panics,
        "src/x.rs",
        "Schema::parse(json).expect($file)",
        &[1],
    );
}

#[test]
fn files() {
    check(rules::length, "src/x.rs", &"\n".repeat(500), &[]);
    check(rules::length, "tests/x.rs", &"\n".repeat(501), &[501]);
    check(rules::length, "docs/x.md", &"\n".repeat(501), &[]);
    check(rules::module_doc, "src/x.rs", "//! Says so.\n", &[]);
    check(rules::module_doc, "src/x.rs", "/// Not the module.\n", &[1]);
    check(rules::module_doc, "src/x.rs", "", &[1]);
    check(rules::module_doc, "okta-standin/src/x.rs", "", &[1]);
    check(rules::module_doc, "src/x.json", "{}", &[]);
}

#[test]
fn machine_paths() {
    for bad in [
        concat!("see /wo", "rk/main"),
        concat!("cd /wo", "rk"),
        concat!("(/ro", "ot/.cargo)"),
        concat!("../sha", "red/style.md"),
        concat!("\"/ho", "me/ada/\""),
    ] {
        check(
            rules::machine_paths,
            "README.md",
            &format!("\n{bad}\n"),
            &[2],
        );
    }
    for good in [
        "tests/work/x",
        "https://x.test/root/x",
        "/workers",
        "$HOME/work/",
        "../scim/shared",
        "emails.type eq work",
    ] {
        check(rules::machine_paths, "README.md", good, &[]);
    }
}

#[test]
fn formatted_sql() {
    let formats = |(path, _): &(&str, &str)| source(path, "Sql::new(format!(\"{x}\"))");
    let listed: Vec<Source> = rules::FORMATTED_SQL.iter().map(formats).collect();
    let with = |path: &str, text: &str| {
        let mut sources: Vec<Source> = listed
            .iter()
            .map(|known| source(&known.path, &known.text))
            .collect();
        sources.retain(|known| known.path != path);
        sources.push(source(path, text));
        rules::formatted_sql(&sources)
    };
    for bad in [
        "Sql::new(format!(\"{x}\"))",
        "a.sql(\n    format!(\"{x}\"))",
        "sql_query(&format!(x))",
        "c.batch_execute(&format!(x))",
        "out.push_sql(&format!(x))",
    ] {
        let found = with("src/store/tenants.rs", &format!("\n{bad}"));
        assert!(
            found.len() == 1 && found[0].starts_with("src/store/tenants.rs:2: "),
            "{bad}: {found:?}"
        );
    }
    for good in [
        "Sql::new(\"a\")",
        "a.text(format!(\"{x}\"))",
        "// Sql::new(format!(x))",
        "sql_query(\"a\")",
    ] {
        assert_eq!(
            with("src/store/tenants.rs", good),
            Vec::<String>::new(),
            "{good}"
        );
    }
    assert_eq!(
        with("src/store/tests.rs", "Sql::new(format!(x))"),
        Vec::<String>::new()
    );
    let stale = with("src/store/resources.rs", "Sql::new(\"a\")");
    assert!(
        stale.len() == 1 && stale[0].starts_with("src/store/resources.rs:1: "),
        "{stale:?}"
    );
}

#[test]
fn migrations() {
    let paths = |names: &[&str]| {
        names
            .iter()
            .map(|name| format!("migrations/{name}"))
            .collect::<Vec<_>>()
    };
    let complete = [
        "postgres/1_a/up.sql",
        "postgres/1_a/down.sql",
        "sqlite/1_a/up.sql",
        "sqlite/1_a/down.sql",
        "README.md",
    ];
    assert_eq!(rules::migrations(&paths(&complete)), Vec::<String>::new());
    for left_out in 0..4 {
        let rest: Vec<_> = complete
            .iter()
            .copied()
            .filter(|name| *name != complete[left_out])
            .collect();
        let found = rules::migrations(&paths(&rest));
        assert!(
            found.len() == 1
                && found[0].starts_with(&format!("migrations/{}:", complete[left_out])),
            "{found:?}"
        );
    }
    assert_eq!(
        rules::migrations(&paths(&["sqlite/1_a/up.sql", "sqlite/1_a/down.sql"])).len(),
        2
    );
}
