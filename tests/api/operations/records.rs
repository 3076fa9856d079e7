//! What the program logs beside requests: start, stop, settings, and in JSON nothing but JSON.

use serde_json::Value;

use crate::support::{Backend, TestServer, refused_start, scimd};

const JSON: (&str, &str) = ("SCIMD_LOG_FORMAT", "json");

/// The records of a log in JSON; every line is one.
#[track_caller]
fn records(log: &str) -> Vec<Value> {
    let record = |line| {
        serde_json::from_str(line).unwrap_or_else(|_| panic!("`{line}` is not JSON, in:\n{log}"))
    };
    log.lines().map(record).collect()
}

#[track_caller]
fn record<'r>(records: &'r [Value], message: &str) -> &'r Value {
    let mut found = records.iter();
    let found = found.find(|one| {
        one["message"]
            .as_str()
            .is_some_and(|text| text.starts_with(message))
    });
    found.unwrap_or_else(|| panic!("no record `{message}` in {records:#?}"))
}

#[test]
fn start_settings_migrations_and_stop_are_records() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let mut server =
            TestServer::start_with(backend, &[JSON, ("SCIMD_BODY_MAX_BYTES", "54321")]);
        server.create_user("x");
        let base = server.base().to_owned();
        assert_eq!(server.stop(), Some(0));
        let records = records(&server.log());
        assert_eq!(
            record(&records, "starting")["version"],
            env!("CARGO_PKG_VERSION")
        );
        record(&records, "ran migration ");
        let serving = record(&records, "serving");
        assert_eq!(serving["body_max_bytes"], 54321);
        assert_eq!(serving["public_discovery"], false);
        assert_eq!(serving["base_url"], base);
        record(&records, "stopping");
        assert_eq!(
            records.last().map(|last| &last["message"]),
            Some(&"stopped".into())
        );
    }
}

#[test]
fn in_json_a_failed_start_is_a_record_too() {
    let taken = TestServer::start(Backend::Sqlite);
    let address = taken.origin().trim_start_matches("http://");
    for (name, value) in [
        ("SCIMD_BIND", address),
        ("SCIMD_BOOTSTRAP_TOKEN", "short"),
        (
            "SCIMD_DATABASE_URL",
            "postgres://u:hidden-password@127.0.0.1:1/scimd",
        ),
        ("SCIMD_PAGE_SIZE_DEFAULT", "5000"),
    ] {
        let log = refused_start(Backend::Sqlite, &[JSON, (name, value)]);
        let records = records(&log);
        let last = records.last().expect("a reason");
        assert_eq!(last["level"], "error", "{name}: {log}");
        assert!(!log.contains("hidden-password"), "{log}");
    }
    let told = scimd(&["tenant", "show", "nobody"], &[JSON]).refused();
    assert_eq!(records(&told).len(), 1, "commands do the same: {told}");
    let told = scimd(
        &["tenant", "show", "nobody"],
        &[JSON, ("SCIMD_LOG_LEVEL", "off")],
    )
    .refused();
    assert!(
        told.starts_with("scimd: "),
        "a command that fails says why: {told}"
    );
}

/// Probes come every few seconds. Their lines would hide the others.
#[test]
fn probes_are_logged_at_debug() {
    let probe = |server: &TestServer| {
        for path in ["/livez", "/readyz", "/metrics"] {
            server.get(path).absolute().anonymous().send().expect(200);
        }
    };
    let mut server = TestServer::start_with(Backend::Sqlite, &[JSON]);
    probe(&server);
    server.create_user("x");
    server.stop();
    let told = records(&server.log());
    let paths: Vec<&str> = told.iter().filter_map(|one| one["path"].as_str()).collect();
    assert_eq!(paths, ["/scim/v2/Users"]);

    let mut server = TestServer::start_with(Backend::Sqlite, &[JSON, ("SCIMD_LOG_LEVEL", "debug")]);
    probe(&server);
    server.stop();
    let told = records(&server.log());
    let probes = told
        .iter()
        .filter(|one| one["path"] == "/readyz" && one["level"] == "debug");
    assert_eq!(probes.count(), 1, "{told:#?}");
}

#[test]
fn debug_names_rules_and_trace_times_statements_without_values() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let settings = [JSON, ("SCIMD_LOG_LEVEL", "trace")];
        let mut server = TestServer::start_with(backend, &settings);
        let user = serde_json::json!({ "userName": "hidden-name", "active": "True" });
        server.post("/Users", user).send().expect(201);
        server
            .get("/Users")
            .query("filter", "userName eq \"hidden-name\"")
            .send()
            .expect(200);
        server.stop();
        let log = server.log();
        let records = records(&log);
        let understood = record(&records, "understood by leniency");
        assert!(
            understood["rules"]
                .as_str()
                .is_some_and(|rules| rules.contains("boolean-string")),
            "{understood}"
        );
        let statements: Vec<&Value> = records
            .iter()
            .filter(|one| one["target"] == "scimd::sql")
            .collect();
        assert!(statements.len() > 5, "{log}");
        assert!(
            statements
                .iter()
                .all(|one| one["ms"].is_number() && one["level"] == "trace"),
            "{statements:#?}"
        );
        let selects = statements.iter().filter(|one| {
            one["sql"]
                .as_str()
                .is_some_and(|sql| sql.starts_with("SELECT"))
        });
        assert!(selects.count() > 0, "{log}");
        assert!(!log.contains("hidden-name"), "{log}");
    }
}
