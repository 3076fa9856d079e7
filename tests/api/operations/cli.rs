//! The command line: tenants, tokens, checks, and error messages that say what to do.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::{Backend, TestServer, refused_start, scimd};

/// How long a revoked token may live on in a cache.
const REVOCATION_MAX: Duration = Duration::from_secs(5);

api_test! {
    /// Rows: AUTH-01 AUTH-02 AUTH-08 AUTH-09
    fn auth_09_tokens_are_shown_once_and_end_when_revoked(server) {
        let created = server.cli(&["token", "create", "default", "--label", "entra"]).ok();
        let token = last_line(&created);
        let secret = token.strip_prefix("scimd_").expect("a token says where it belongs");
        assert_eq!(secret.len(), 49, "256 bits and a checksum: {token}");
        server.get("/Users").token(&token).send().expect(200);

        let list = server.cli(&["token", "list", "default"]).ok();
        assert!(!list.contains(secret), "a token is shown once: {list}");
        let row = list.lines().find(|line| line.contains("entra"));
        let key_id = row.and_then(|row| row.split_whitespace().next()).expect("a row that begins with the key id");
        server.cli(&["token", "revoke", "default", key_id]).ok();
        ends_within(&server, &token, REVOCATION_MAX);
        server.get("/Users").send().expect(200);
        server.cli(&["token", "revoke", "default", "no-such-key"]).refused();
    }

    /// Rows: AUTH-08
    fn auth_08_tokens_expire(server) {
        let token = last_line(&server.cli(&["token", "create", "default", "--expires-in", "90d"]).ok());
        server.get("/Users").token(&token).send().expect(200);
        let brief = last_line(&server.cli(&["token", "create", "default", "--expires-in", "1s"]).ok());
        ends_within(&server, &brief, Duration::from_secs(1) + REVOCATION_MAX);
        for lifetime in ["soon", "-1d", "0d", "999999999999999999d"] {
            let reason = server.cli(&["token", "create", "default", &format!("--expires-in={lifetime}")]).refused();
            assert!(reason.contains(lifetime) || reason.contains("expires-in"), "{reason}");
        }
    }

    /// Rows: AUTH-03 AUTH-11
    fn auth_11_a_read_token_reads_and_does_not_write(server) {
        let token = last_line(&server.cli(&["token", "create", "default", "--scope", "read"]).ok());
        server.get("/Users").token(&token).send().expect(200);
        let reply = server.post("/Users", serde_json::json!({ "userName": "x" })).token(&token).send();
        let challenge = reply.header("www-authenticate").unwrap_or_default().to_owned();
        assert!(challenge.contains("insufficient_scope"), "{challenge}");
        reply.error(403, "");
        assert!(server.names("userName pr").is_empty());
        server.cli(&["token", "create", "default", "--scope", "everything"]).refused();
    }

    /// Rows: TENANT-01 TENANT-02
    fn tenant_01_tenants_are_made_shown_set_and_deleted(server) {
        server.cli(&["tenant", "create", "acme", "--name", "Acme Corporation"]).ok();
        let token = last_line(&server.cli(&["token", "create", "acme"]).ok());
        server.create_user("of-the-default-tenant");
        let list = server.get("/Users").token(&token).send().expect(200);
        assert_eq!(list["totalResults"], 0, "tenants do not see each other");

        let list = server.cli(&["tenant", "list"]).ok();
        assert!(list.contains("acme") && list.contains("default"), "{list}");
        let shown = server.cli(&["tenant", "show", "acme"]).ok();
        assert!(shown.contains("Acme Corporation"), "{shown}");
        for key in ["profile: default", "unique-group-names: true", "rehire: conflict"] {
            assert!(shown.contains(key), "no `{key}` in: {shown}");
        }
        server.cli(&["tenant", "set", "acme", "ignore-unknown-members=on", "name=Acme"]).ok();
        let shown = server.cli(&["tenant", "show", "acme"]).ok();
        assert!(shown.contains("ignore-unknown-members: on") && !shown.contains("Corporation"), "{shown}");
        server.cli(&["tenant", "set", "acme", "profile=entra", "dotted-keys=off", "ignore-unknown-members=profile"]).ok();
        let shown = server.cli(&["tenant", "show", "acme"]).ok();
        assert!(!shown.contains("ignore-unknown-members"), "as in the profile: {shown}");
        for line in ["profile: entra", "dotted-keys: off"] {
            assert!(shown.lines().any(|shown| shown == line), "no `{line}` in: {shown}");
        }
        server.cli(&["tenant", "set", "acme", "dotted-keys=profile", "profile=default"]).ok();
        assert!(!server.cli(&["tenant", "show", "acme"]).ok().contains("dotted-keys"));

        server.cli(&["tenant", "delete", "acme"]).refused();
        server.get("/Users").token(&token).send().expect(200);
        server.cli(&["tenant", "delete", "acme", "--yes"]).ok();
        ends_within(&server, &token, REVOCATION_MAX);
        assert!(!server.cli(&["tenant", "list"]).ok().contains("acme"));
        assert_eq!(server.names("userName pr"), ["of-the-default-tenant"]);
    }

    /// Rows: TENANT-01
    fn tenant_01_wrong_tenant_commands_explain_themselves(server) {
        server.cli(&["tenant", "create", "acme"]).ok();
        for (arguments, named) in [
            (&["tenant", "create", "acme"][..], "acme"),
            (&["tenant", "create", "Not_A-Slug"], "Not_A-Slug"),
            (&["tenant", "create", ""], "slug"),
            (&["tenant", "create", "--", "-x"], "slug"),
            (&["tenant", "create", "two-lines", "--name", "a\nprofile: rfc"], "one line"),
            (&["token", "create", "acme", "--label", "a\nb"], "one line"),
            (&["tenant", "show", "nobody"], "nobody"),
            (&["tenant", "set", "acme", "unique-group-names=perhaps"], "true or false"),
            (&["tenant", "set", "acme", "colour=blue"], "colour"),
            (&["tenant", "set", "acme", "strict=true"], "strict"),
            (&["tenant", "set", "acme", "unknown-members=ignore"], "unknown-members"),
            (&["tenant", "set", "acme", "rehire"], "rehire"),
            (&["tenant", "set", "acme", "profile=okta", "profile=entra"], "twice"),
            (&["tenant", "set", "acme", "name=a\nb"], "one line"),
            (&["tenant", "set", "acme", "profile=azure"], "okta"),
            (&["tenant", "set", "acme", "boolean-string=maybe"], "on, off or profile"),
            (&["tenant", "set", "acme", "rehire=always"], "reactivate"),
            (&["profile", "show", "azure"], "entra"),
            (&["tenant", "set", "nobody", "profile=rfc"], "nobody"),
            (&["tenant", "delete", "nobody", "--yes"], "nobody"),
            (&["token", "create", "nobody"], "nobody"),
            (&["token", "list", "nobody"], "nobody"),
            (&["--bind", "127.0.0.1:1", "serve"], "scimd serve --bind"),
            (&["--page-size-max=5", "doctor"], "scimd doctor --page-size-max"),
            (&["--bind", "127.0.0.1:1", "tenant", "list"], "setting of `serve`"),
        ] {
            let reason = server.cli(arguments).refused();
            assert!(reason.to_lowercase().contains(&named.to_lowercase()), "{arguments:?}: {reason}");
        }
    }

    fn a_database_of_an_earlier_state_is_refused_with_the_way_out(mut server) {
        server.stop();
        server.behind().execute(
            "DELETE FROM __diesel_schema_migrations WHERE version > '20261129000000';
             UPDATE __diesel_schema_migrations SET version = '20260101000000'",
        );
        for command in ["migrate", "doctor", "serve"] {
            let output = server.cli(&[command]);
            output.refused();
            let told = output.stdout + &output.stderr;
            assert!(told.contains("20260101000000") && told.contains("make a new database"), "{command}: {told}");
        }
    }

    /// Rows: SEC-09
    fn migrate_and_doctor_find_a_served_database_in_order(server) {
        server.cli(&["migrate"]).ok();
        server.cli(&["migrate"]).ok();
        let report = server.cli(&["doctor", "--base-url", server.origin()]).ok();
        assert!(!report.contains(server.token()), "{report}");
        server.create_user("still-served");
    }

    /// Rows: SEC-09
    fn a_bootstrap_token_is_not_printed_and_a_second_start_is_quiet(mut server) {
        server.restart();
        assert_eq!(server.startup().len(), 2, "{:?}", server.startup());
        server.create_user("second-start");
        server.kill();
        let rest = server.unread_lines();
        assert!(rest.is_empty(), "a later start prints only where it listens: {rest:?}");
        assert!(!server.log().contains(server.token()));
    }

    fn a_server_told_to_stop_ends_well(mut server) {
        server.create_user("last");
        assert_eq!(server.stop(), Some(0), "{}", server.log());
        server.restart();
        assert_eq!(server.names("userName pr"), ["last"]);
    }
}

/// Rows: AUTH-09
#[test]
fn auth_09_the_first_start_prints_a_token_and_curl_lines_that_work() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let server = TestServer::start_with(backend, &[("SCIMD_BOOTSTRAP_TOKEN", "")]);
        assert_eq!(
            server.startup().last(),
            Some(&format!("base URL: {}", server.base()))
        );
        let token = server.line();
        let token = token
            .strip_prefix("bearer token (shown once): ")
            .expect("the token line")
            .trim();
        server.get("/Users").token(token).send().expect(200);
        assert_eq!(server.line().trim(), "try it:");
        for _ in 0..3 {
            run_curl(server.line().trim());
        }
        assert!(!server.log().contains(token), "the token is on stdout only");
    }
}

/// Rows: AUTH-09
#[test]
fn auth_09_a_short_bootstrap_token_is_refused() {
    for token in ["short", "0123456789012345678901234567890"] {
        let reason = refused_start(Backend::Sqlite, &[("SCIMD_BOOTSTRAP_TOKEN", token)]);
        assert!(
            reason.contains("SCIMD_BOOTSTRAP_TOKEN") && reason.contains("32"),
            "{reason}"
        );
        assert!(
            !reason.contains(token),
            "not even a bad secret is repeated: {reason}"
        );
    }
}

/// Rows: SEC-09
#[test]
fn sec_09_no_argument_takes_a_secret() {
    // Every user of a machine sees the arguments of every process.
    let secret = "0123456789-0123456789-0123456789-0123456789";
    for command in [
        &["serve", "--bootstrap-token", secret][..],
        &["--bootstrap-token", secret],
    ] {
        let output = scimd(command, &[]);
        assert_eq!(output.status, 2, "{output:#?}");
        assert!(!output.stderr.contains(secret), "{output:#?}");
    }
}

#[test]
fn a_database_that_no_two_connections_share_is_refused() {
    for url in ["sqlite::memory:", "sqlite:"] {
        let setting = [("SCIMD_DATABASE_URL", url)];
        for command in [
            &["serve"][..],
            &["migrate"],
            &["doctor"],
            &["tenant", "list"],
        ] {
            let output = scimd(command, &setting);
            output.refused();
            let said = format!("{}{}", output.stdout, output.stderr);
            assert!(
                said.contains("sqlite:PATH"),
                "{command:?} with {url}: {said}"
            );
        }
    }
}

/// Rows: SEC-09
#[test]
fn sec_09_no_command_shows_a_database_password() {
    for url in [
        "postgres://someone:hidden-password@127.0.0.1:1,127.0.0.1:2/scimd",
        "postgres://127.0.0.1:1/scimd?user=someone&password=hidden-password",
        "mysql://someone:hidden-password@127.0.0.1:1/scimd",
    ] {
        for command in [
            &["doctor"][..],
            &["migrate"],
            &["serve"],
            &["tenant", "list"],
        ] {
            let output = scimd(command, &[("SCIMD_DATABASE_URL", url)]);
            output.refused();
            let said = format!("{}{}", output.stdout, output.stderr);
            assert!(said.contains("127.0.0.1:1"), "{command:?}: {said}");
            assert!(!said.contains("hidden-password"), "{command:?}: {said}");
        }
    }
}

#[test]
fn bad_settings_explain_themselves() {
    for (name, value) in [
        ("SCIMD_BIND", "nowhere"),
        ("SCIMD_POOL_SIZE", "0"),
        ("SCIMD_POOL_SIZE", "many"),
        ("SCIMD_LOG_FORMAT", "yaml"),
        ("SCIMD_BASE_URL", "not a url"),
        ("SCIMD_BASE_URL", "ftp://example.com"),
        ("SCIMD_PAGE_SIZE_MAX", "0"),
        ("SCIMD_DATABASE_URL", "mysql://localhost/scimd"),
    ] {
        let reason = refused_start(Backend::Sqlite, &[(name, value)]);
        let flag = name
            .trim_start_matches("SCIMD_")
            .to_lowercase()
            .replace('_', "-");
        assert!(
            reason.contains(name) || reason.contains(&flag),
            "{name}={value}: {reason}"
        );
    }
}

#[test]
fn a_taken_port_is_named() {
    let server = TestServer::start(Backend::Sqlite);
    let address = server.origin().trim_start_matches("http://");
    let reason = refused_start(Backend::Sqlite, &[("SCIMD_BIND", address)]);
    assert!(reason.contains(address), "{reason}");
}

#[test]
fn bad_arguments_explain_themselves() {
    for (arguments, named) in [
        (&["serve", "--colour"][..], "--colour"),
        (&["tenant"], "create"),
        (&["token", "create"], "TENANT"),
        (&["fly"], "fly"),
    ] {
        let output = scimd(arguments, &[]);
        let reason = output.refused();
        assert_eq!(output.status, 2, "{reason}");
        assert!(reason.contains(named), "{arguments:?}: {reason}");
    }
}

#[test]
fn help_teaches() {
    let help = scimd(&["--help"], &[]).ok();
    for word in [
        "serve",
        "migrate",
        "tenant",
        "token",
        "doctor",
        "SCIMD_DATABASE_URL",
    ] {
        assert!(help.contains(word), "no `{word}` in: {help}");
    }
    let help = scimd(&["serve", "--help"], &[]).ok();
    for word in [
        "SCIMD_BIND",
        "SCIMD_BASE_URL",
        "SCIMD_BOOTSTRAP_TOKEN",
        "127.0.0.1:8080",
    ] {
        assert!(help.contains(word), "no `{word}` in: {help}");
    }
    assert!(
        scimd(&["--version"], &[])
            .ok()
            .contains(env!("CARGO_PKG_VERSION"))
    );
}

/// Rows: SEC-09
#[test]
fn doctor_names_what_is_wrong_and_no_password() {
    let unreachable = [(
        "SCIMD_DATABASE_URL",
        "postgres://someone:hidden-password@127.0.0.1:1/scimd",
    )];
    let output = scimd(&["doctor"], &unreachable);
    output.refused();
    let said = format!("{}{}", output.stdout, output.stderr);
    assert!(!said.contains("hidden-password"), "{said}");
    assert!(said.contains("127.0.0.1"), "{said}");

    let output = scimd(&["doctor"], &[]);
    output.refused();
    let said = format!("{}{}", output.stdout, output.stderr);
    assert!(
        said.contains("migrat"),
        "a database without tables wants migrations: {said}"
    );
}

/// Rows: SEC-09
#[cfg(not(feature = "pg-tls"))]
#[test]
fn sec_09_tls_to_the_database_is_refused_when_it_is_not_built_in() {
    for mode in ["require", "verify-ca", "verify-full"] {
        let url = format!("postgres://someone:hidden-password@127.0.0.1:1/scimd?sslmode={mode}");
        let reason = scimd(&["migrate"], &[("SCIMD_DATABASE_URL", &url)]).refused();
        assert!(
            reason.contains("sslmode") && reason.contains("pg-tls"),
            "{reason}"
        );
        assert!(!reason.contains("hidden-password"), "{reason}");
    }
}

#[track_caller]
fn last_line(output: &str) -> String {
    output
        .lines()
        .last()
        .expect("a command that prints something")
        .trim()
        .to_owned()
}

/// Asks again and again until the token is refused.
#[track_caller]
fn ends_within(server: &TestServer, token: &str, limit: Duration) {
    let began = Instant::now();
    loop {
        // Taken before the answer: a slow answer to an early question proves nothing.
        let elapsed = began.elapsed();
        let reply = server.get("/Users").query("count", "0").token(token).send();
        if reply.status == 401 {
            let challenge = reply
                .header("www-authenticate")
                .unwrap_or_default()
                .to_owned();
            assert!(challenge.contains("invalid_token"), "{challenge}");
            reply.error(401, "");
            return;
        }
        assert!(elapsed < limit, "the token still works after {elapsed:?}");
    }
}

/// Runs a printed command as a reader would paste it.
#[track_caller]
fn run_curl(line: &str) {
    assert!(line.starts_with("curl "), "{line}");
    if Command::new("curl").arg("--version").output().is_err() {
        println!("no curl here to try: {line}");
        return;
    }
    let output = Command::new("sh")
        .args(["-c", line])
        .output()
        .expect("sh runs");
    let answer = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{line}: {output:?}");
    assert!(answer.contains("urn:ietf:params:scim:"), "{line}: {answer}");
    assert!(!answer.contains("messages:2.0:Error"), "{line}: {answer}");
}
