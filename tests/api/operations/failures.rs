//! Failures around the server and inside it: a database that does not answer, faults of our own, connections without TLS.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Backend, TestServer, id, refused_start, user_body};

/// How long a database that is back may go unnoticed.
const PATIENCE: Duration = Duration::from_secs(60);

api_test! {
    /// Rows: ERR-22 ERR-06
    fn err_22_a_database_that_does_not_answer_is_503_and_try_again(server) {
        let ada = server.create_user("ada");
        server.create_user("cleo");
        let path = format!("/Users/{}", id(&ada));
        let mut other = server.behind();
        other.hold();
        let title = json!([{ "op": "replace", "path": "title", "value": "x" }]);
        for request in [server.post("/Users", user_body("bob", json!({}))), server.patch(&path, title.clone())] {
            let reply = request.send();
            let after = reply.header("retry-after").map(str::to_owned);
            assert!(after.is_some_and(|after| after.parse::<u32>().is_ok_and(|seconds| seconds > 0)), "{:?}", reply.headers);
            let detail = reply.error(503, "");
            assert!(!detail.to_lowercase().contains("sql") && !detail.contains("lock"), "{detail}");
        }
        assert_eq!(server.get(&path).send().expect(200), ada, "reading goes on");
        let page = server.get("/Users?count=1").send().expect(200);
        assert_eq!((&page["totalResults"], page["Resources"][0]["id"].as_str()), (&json!(2), Some(id(&ada))), "by page, too");
        other.let_go();
        server.create_user("bob");
        assert_eq!(server.patch(&path, title).send().expect(200)["title"], "x");
    }

    /// Rows: ERR-19 ERR-01 ERR-04 ERR-17
    fn err_19_a_fault_of_ours_names_a_reference_and_not_its_cause(server) {
        let user = server.create_user("ada");
        let group = server.create_group("Team", &[id(&user)]);
        let path = format!("/Groups/{}", id(&group));
        server.behind().execute("ALTER TABLE memberships RENAME TO hidden_memberships");
        let reply = server.get(&path).send();
        let reference = reply.header("x-request-id").expect("a reference").to_owned();
        let detail = reply.error(500, "");
        assert!(!reference.is_empty() && detail.contains(&reference), "{detail}");
        assert!(!detail.contains("memberships") && !detail.to_lowercase().contains("table"), "{detail}");
        let log = server.log();
        let cause = log.lines().find(|line| line.contains(&reference) && line.contains("memberships"));
        assert!(cause.is_some(), "the log has the cause under {reference}: {log}");
        server.behind().execute("ALTER TABLE hidden_memberships RENAME TO memberships");
        assert_eq!(server.get(&path).send().expect(200), group);
    }

    /// Rows: SEC-02 AUTH-13
    fn sec_02_credentials_in_a_url_count_for_nothing(server) {
        let address = server.origin().trim_start_matches("http://").to_owned();
        let secret = &server.token()["scimd_".len()..];
        for user_info in [format!("scimd:{}", server.token()), server.token().to_owned()] {
            let head = format!(
                "GET http://{user_info}@{address}/scim/v2/Users HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
            );
            // Answered as a request without credentials, or not understood at all.
            let reply = server.exchange(head.into_bytes()).expect("an answer");
            assert!(matches!(reply.status, 400 | 401), "{}: {}", reply.status, reply.text);
            assert!(!reply.text.contains(secret), "{}", reply.text);
        }
        assert!(!server.log().contains(secret));
    }

    /// Rows: SEC-01 SEC-08
    fn sec_01_an_address_without_tls_is_complained_about(server) {
        let doctor = |arguments: &[&str]| server.cli(&[&["doctor"], arguments].concat());
        let address = server.origin().trim_start_matches("http://").to_owned();
        let usual = doctor(&["--bind", &address]).ok();
        assert!(usual.contains(server.base()) && !usual.contains("TLS"), "loopback, unless told otherwise: {usual}");
        let open = doctor(&["--bind", "0.0.0.0:8080"]);
        open.refused();
        assert!(open.stdout.contains("SCIMD_BASE_URL"), "{}", open.stdout);
        let plain = doctor(&["--base-url", server.origin()]).ok();
        assert!(plain.contains("without TLS"), "{plain}");
        let sound = doctor(&["--bind", "0.0.0.0:8080", "--base-url", "https://127.0.0.1:1"]);
        sound.refused();
        assert!(!sound.stdout.contains("TLS") && sound.stdout.contains("start the server"), "{}", sound.stdout);
        // No cookie that could travel without it.
        for path in ["/Users", "/ServiceProviderConfig"] {
            assert_eq!(server.get(path).send().header("set-cookie"), None, "{path}");
        }
    }

    /// Rows: FILTER-49
    fn filter_49_a_filter_on_one_resource_is_ignored(server) {
        let user = server.create_user("ada");
        let path = format!("/Users/{}", id(&user));
        for filter in ["userName eq \"bob\"", "userName eq \"ada\"", "title pr"] {
            assert_eq!(server.get(&path).query("filter", filter).send().expect(200), user, "{filter}");
        }
    }
}

/// Rows: SEC-02
#[test]
fn sec_02_a_base_url_has_no_user_and_no_password() {
    for url in [
        "https://ada@id.example.com",
        "https://ada:pw@id.example.com",
        "https://:pw@id.example.com",
    ] {
        let reason = refused_start(Backend::Sqlite, &[("SCIMD_BASE_URL", url)]);
        assert!(reason.contains("without user"), "{reason}");
    }
}

/// Rows: ERR-22 ERR-06
#[test]
fn err_22_a_database_that_is_away_is_503_until_it_is_back() {
    let (server, door) = TestServer::behind_a_door();
    let ada = server.create_user("ada");
    let path = format!("/Users/{}", id(&ada));
    let ready = || server.get("/readyz").absolute().anonymous().send().status;
    assert_eq!(ready(), 200);
    door.shut();
    for request in [
        server.get(&path),
        server.get("/Users"),
        server.post("/Users", user_body("bob", json!({}))),
    ] {
        let began = Instant::now();
        let reply = request.send();
        assert!(reply.header("retry-after").is_some(), "{:?}", reply.headers);
        reply.error(503, "");
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "an answer, not a hang: {:?}",
            began.elapsed()
        );
    }
    assert_eq!(
        server.get("/livez").absolute().anonymous().send().status,
        200
    );
    let until = |what: &dyn Fn() -> bool| {
        let began = Instant::now();
        while !what() {
            assert!(began.elapsed() < PATIENCE, "{}", server.log());
        }
    };
    // Readiness is asked about once a second.
    until(&|| ready() == 503);
    door.open();
    until(&|| server.get(&path).send().status == 200);
    until(&|| ready() == 200);
    assert_eq!(server.get(&path).send().expect(200), ada);
    server.create_user("carol");
}
