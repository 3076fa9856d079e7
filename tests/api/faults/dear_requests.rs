//! Single requests that would take long.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::peer::Peer;
use super::watch::{abandoned, metric, until};
use crate::support::{
    BULK_REQUEST, Backend, PATCH_OP, Request, SEARCH_REQUEST, TestServer, USER, id,
};

/// Rows: ERR-08 ROOT-04
fn a_filter_that_compares_too_much_is_refused(backend: Backend) {
    let server = TestServer::start_with(backend, &[("SCIMD_FILTER_WORK_MAX", "100")]);
    for number in 0..26 {
        server.create_user(&format!("user-{number}"));
    }
    let search = |endpoint: &str, terms: usize, term: &str| {
        let terms: Vec<String> = (0..terms)
            .map(|number| term.replace('#', &number.to_string()))
            .collect();
        let body = json!({ "schemas": [SEARCH_REQUEST], "filter": terms.join(" or "), "count": 5 });
        server.post(&format!("{endpoint}/.search"), body).send()
    };
    assert_eq!(
        search("/Users", 3, "title co \"#\"").expect(200)["totalResults"],
        0
    );
    for endpoint in ["/Users", ""] {
        let refused = search(endpoint, 4, "title co \"#\"").expect(400);
        assert_eq!(refused["scimType"], "tooMany", "{refused}");
        let detail = refused["detail"].as_str().unwrap();
        assert!(
            detail.contains("4 terms with each of 26 resources"),
            "{detail}"
        );
    }
    // An index answers these.
    assert_eq!(
        search("/Users", 40, "userName eq \"user-#\"").expect(200)["totalResults"],
        26
    );
    let narrow = "userName eq \"user-3\" and (title co \"a\" or title co \"b\" or title co \"c\" or not (title pr))";
    let found = server
        .get("/Users")
        .query("filter", narrow)
        .send()
        .expect(200);
    assert_eq!(found["totalResults"], 1);
}

#[test]
fn err_08_a_filter_that_compares_too_much_is_refused_sqlite() {
    a_filter_that_compares_too_much_is_refused(Backend::Sqlite);
}

#[test]
fn err_08_a_filter_that_compares_too_much_is_refused_postgres() {
    a_filter_that_compares_too_much_is_refused(Backend::Postgres);
}

/// A PATCH of so many operations, each of which looks at every e-mail.
fn patch(operations: usize) -> Vec<Value> {
    let operation = |number: usize| {
        let path = format!("emails[value eq \"{number}@x.test\"].display");
        json!({ "op": "replace", "path": path, "value": format!("display {number}") })
    };
    (0..operations).map(operation).collect()
}

api_test! {
    /// Faults: N2
    fn n2_a_patch_of_too_much_work_changes_nothing(server) {
        let emails: Vec<Value> = (0..2_000).map(|number| json!({ "value": format!("{number}@x.test") })).collect();
        let user = server.user(json!({ "userName": "much-mail", "emails": emails }));
        let path = format!("/Users/{}", id(&user));
        server.patch(&path, json!(patch(20))).send().expect(200);
        let before = server.get(&path).send().expect(200);
        let refused = server.patch(&path, json!(patch(200))).send().expect(413);
        assert!(refused["detail"].as_str().unwrap().contains("send fewer operations"), "{refused}");
        assert_eq!(server.get(&path).send().expect(200), before);
        // Operations of one Bulk request are counted together.
        let data = json!({ "schemas": [PATCH_OP], "Operations": patch(10) });
        let operation = json!({ "method": "PATCH", "path": path, "data": data });
        let operations: Vec<Value> = (0..60).map(|_| operation.clone()).collect();
        let body = json!({ "schemas": [BULK_REQUEST], "Operations": operations });
        let answer = server.post("/Bulk", body).header("scim-bulk-atomic", "true").send().expect(200);
        let statuses: Vec<&Value> = answer["Operations"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
        assert_eq!(statuses.iter().filter(|status| **status == "413").count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| *status == "413" || *status == "409"), "{statuses:?}");
        assert_eq!(server.get(&path).send().expect(200), before);
        let other = json!({ "schemas": [USER], "userName": "after" });
        server.post("/Users", other).send().expect(201);
    }
}

/// Users with many e-mails, and a search that looks at all of them for long.
fn slow_search(server: &TestServer) -> Value {
    let emails: Vec<Value> = (0..40)
        .map(|number| json!({ "value": format!("{number}@x.test") }))
        .collect();
    for chunk in 0..3 {
        let operation = |number: usize| {
            let data = json!({ "schemas": [USER], "userName": format!("slow-{chunk}-{number}"), "emails": emails });
            json!({ "method": "POST", "path": "/Users", "bulkId": format!("{number}"), "data": data })
        };
        let operations: Vec<Value> = (0..500).map(operation).collect();
        server
            .post(
                "/Bulk",
                json!({ "schemas": [BULK_REQUEST], "Operations": operations }),
            )
            .send()
            .expect(200);
    }
    let terms: Vec<String> = (0..1_000)
        .map(|number| format!("emails.value co \"{number}#\""))
        .collect();
    json!({ "schemas": [SEARCH_REQUEST], "filter": terms.join(" or ") })
}

/// Faults: N2
fn work_ends_with_its_time(backend: Backend) {
    let settings = [
        ("SCIMD_FILTER_WORK_MAX", "100000000"),
        ("SCIMD_FILTER_MAX_BYTES", "65536"),
        ("SCIMD_DATABASE_TIMEOUT_S", "1"),
    ];
    let server = TestServer::start_with(backend, &settings);
    let search = slow_search(&server);
    server.cli(&["tenant", "create", "other"]).ok();
    let output = server.cli(&["token", "create", "other"]).ok();
    let other = output.lines().last().expect("the token is printed");
    let of_other = |request: Request| request.token(other).send();
    of_other(server.post(
        "/Users",
        json!({ "schemas": [USER], "userName": "neighbour" }),
    ))
    .expect(201);
    thread::scope(|scope| {
        let answers: Vec<_> = (0..4)
            .map(|_| {
                let request = server.post("/Users/.search", search.clone());
                scope.spawn(|| request.send().status)
            })
            .collect();
        // Others are served meanwhile, of this tenant and of another.
        for number in 0..5 {
            server.get("/Users?count=1").send().expect(200);
            let found =
                of_other(server.get("/Users?filter=userName+eq+%22neighbour%22")).expect(200);
            assert_eq!(found["totalResults"], 1);
            of_other(server.post(
                "/Users",
                json!({ "schemas": [USER], "userName": format!("late-{number}") }),
            ))
            .expect(201);
        }
        for answer in answers {
            assert_eq!(answer.join().expect("an answer"), 503);
        }
    });
    // The search itself takes many times as long as a request may.
    until("does a search for nobody end", || abandoned(&server) == 0);
}

#[test]
fn n2_work_ends_with_its_time_sqlite() {
    work_ends_with_its_time(Backend::Sqlite);
}

#[test]
fn n2_work_ends_with_its_time_postgres() {
    work_ends_with_its_time(Backend::Postgres);
}

/// Faults: N2
fn work_ends_with_its_client(backend: Backend) {
    let settings = [
        ("SCIMD_FILTER_WORK_MAX", "100000000"),
        ("SCIMD_FILTER_MAX_BYTES", "65536"),
        ("SCIMD_DATABASE_TIMEOUT_S", "600"),
    ];
    let server = TestServer::start_with(backend, &settings);
    let body = slow_search(&server).to_string();
    let search = format!(
        "POST /scim/v2/Users/.search HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/scim+json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        server.token(),
        body.len()
    );
    let connections = || metric(&server, "scimd_pool_connections{state=\"in_use\"}");
    let client = Peer::saying(&server, &search);
    until("does a search begin", || connections() > 0);
    thread::sleep(Duration::from_millis(200));
    assert!(connections() > 0, "the search takes long");
    drop(client);
    // Nothing else ends it: its time is ten minutes.
    until("does a search for nobody end", || connections() == 0);
    assert_eq!(abandoned(&server), 0);
}

#[test]
fn n2_work_ends_with_its_client_sqlite() {
    work_ends_with_its_client(Backend::Sqlite);
}

#[test]
fn n2_work_ends_with_its_client_postgres() {
    work_ends_with_its_client(Backend::Postgres);
}

/// The median of the times that `work` takes while `goes_on`.
fn median_of(goes_on: impl Fn() -> bool, mut work: impl FnMut()) -> Duration {
    let mut times = Vec::new();
    while goes_on() {
        let began = Instant::now();
        work();
        times.push(began.elapsed());
    }
    times.sort_unstable();
    times[times.len() / 2]
}

api_test! {
    /// Faults: N2
    fn n2_a_long_patch_keeps_no_writer_waiting(server) {
        let emails: Vec<Value> = (0..2_000).map(|number| json!({ "value": format!("{number}@x.test") })).collect();
        let user = server.user(json!({ "userName": "much-mail", "emails": emails }));
        let path = format!("/Users/{}", id(&user));
        let began = Instant::now();
        let goes_on = || began.elapsed() < Duration::from_secs(5);
        let (long, short) = thread::scope(|scope| {
            let long = scope.spawn(|| {
                let mut round = 0;
                median_of(goes_on, || {
                    round += 1;
                    let mut operations = patch(30);
                    operations.push(json!({ "op": "replace", "path": "title", "value": format!("round {round}") }));
                    assert_eq!(server.patch(&path, json!(operations)).send().expect(200)["title"], format!("round {round}"));
                })
            });
            let mut number = 0;
            let short = median_of(goes_on, || {
                number += 1;
                server.create_user(&format!("other-{number}"));
            });
            (long.join().expect("every PATCH succeeds"), short)
        });
        assert!(short < long / 3, "a write takes {short:?} beside a PATCH of {long:?}");
    }
}

api_test! {
    /// Faults: N2
    fn n2_long_patches_of_one_user_lose_nothing(server) {
        let emails: Vec<Value> = (0..1_000).map(|number| json!({ "value": format!("{number}@x.test") })).collect();
        let user = server.user(json!({ "userName": "much-mail", "emails": emails }));
        let path = format!("/Users/{}", id(&user));
        thread::scope(|scope| {
            for client in 0..4 {
                let (server, path) = (&server, &path);
                scope.spawn(move || {
                    for number in 0..3 {
                        let mut operations = patch(40);
                        let phone = json!([{ "value": format!("{client}-{number}") }]);
                        operations.push(json!({ "op": "add", "path": "phoneNumbers", "value": phone }));
                        server.patch(path, json!(operations)).send().expect(200);
                    }
                });
            }
        });
        let after = server.get(&path).send().expect(200);
        assert_eq!(after["phoneNumbers"].as_array().map(Vec::len), Some(12), "{}", after["phoneNumbers"]);
        assert_eq!(after["emails"][39]["display"], "display 39");
    }
}

/// Faults: small
#[test]
fn the_log_of_sqlite_stays_short_beside_long_readers() {
    let server = TestServer::start(Backend::Sqlite);
    let mut reader = server.behind();
    reader.execute("BEGIN");
    assert!(!reader.texts("SELECT slug AS text FROM tenants").is_empty());
    let big = "x".repeat(60_000);
    for number in 0..300 {
        server.user(json!({ "userName": format!("big-{number}"), "title": big }));
    }
    let log = server
        .directory()
        .read_dir()
        .expect("a directory")
        .filter_map(Result::ok)
        .find(|file| file.file_name().to_string_lossy().ends_with("-wal"));
    let log = log.expect("a log").path();
    let bytes = || log.metadata().expect("a log").len();
    assert!(bytes() > 16_000_000, "{}", bytes());
    reader.execute("COMMIT");
    let began = Instant::now();
    while bytes() > 1_000_000 {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "the log stays long: {}",
            bytes()
        );
        thread::sleep(Duration::from_millis(50));
    }
}

/// Faults: small
#[test]
fn what_is_deleted_does_not_stay_in_the_file() {
    let mut server = TestServer::start(Backend::Sqlite);
    let user = server.user(
        json!({ "userName": "gone@secret.test", "emails": [{ "value": "gone@secret.test" }] }),
    );
    for number in 0..50 {
        server.create_user(&format!("other-{number}"));
    }
    server
        .delete(&format!("/Users/{}", id(&user)))
        .send()
        .expect(204);
    // What was written before leaves the log when the server stops.
    server.stop();
    let files = server
        .directory()
        .read_dir()
        .expect("a directory")
        .filter_map(Result::ok);
    for file in files.filter(|file| file.file_name().to_string_lossy().contains(".db")) {
        let bytes = std::fs::read(file.path()).expect("a file");
        let found = bytes
            .windows(11)
            .filter(|bytes| *bytes == b"secret.test")
            .count();
        assert_eq!(found, 0, "{:?}", file.path());
    }
}
