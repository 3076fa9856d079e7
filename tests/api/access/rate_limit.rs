//! Rate limits: off by default, counted per credential, announced in whole seconds.

use serde_json::json;

use crate::support::{Backend, Reply, TestServer, USER, scimd};

fn limited(backend: Backend) -> TestServer {
    TestServer::start_with(
        backend,
        &[("SCIMD_RATE_LIMIT", "1"), ("SCIMD_RATE_LIMIT_BURST", "5")],
    )
}

/// Requests until one is refused: how many went through, and the refusal.
fn exhaust(server: &TestServer, path: &str) -> (usize, Reply) {
    for count in 0..1000 {
        let reply = server.get(path).send();
        if reply.status != 200 {
            return (count, reply);
        }
    }
    panic!("a thousand requests were answered");
}

fn gen_22_more_than_the_limit_waits(backend: Backend) {
    let server = limited(backend);
    let other = server.token_of("read");
    let first = server.get("/Users").query("count", "0").send();
    assert_eq!(
        (
            first.header("x-rate-limit-limit"),
            first.header("x-rate-limit-remaining")
        ),
        (Some("5"), Some("4"))
    );
    let reset: u64 = first.header("x-rate-limit-reset").unwrap().parse().unwrap();
    assert_eq!(reset, 1);
    let (count, refused) = exhaust(&server, "/Users");
    // While the burst is used up, one more a second comes in.
    assert!(count >= 4, "{count} requests went through after the first");
    let told = [
        "x-rate-limit-limit",
        "x-rate-limit-remaining",
        "x-rate-limit-reset",
    ];
    assert_eq!(
        told.map(|name| refused.header(name)),
        [Some("5"), Some("0"), Some("5")]
    );
    let wait: u64 = refused
        .header("retry-after")
        .expect("a Retry-After")
        .parse()
        .expect("whole seconds");
    assert!((1..=5).contains(&wait), "{wait}");
    let detail = refused.error(429, "");
    assert!(
        detail.contains("1 requests per second") && detail.contains("try again in"),
        "{detail}"
    );
    // A refused request writes nothing.
    let late = (0..100).map(|number| format!("late-{number}"));
    let refused = late.into_iter().find(|name| {
        let reply = server
            .post("/Users", json!({ "schemas": [USER], "userName": name }))
            .send();
        reply.status == 429
    });
    let filter = format!("userName eq \"{}\"", refused.expect("one comes too soon"));
    let found = server
        .get("/Users")
        .query("filter", &filter)
        .token(&other)
        .send()
        .expect(200);
    assert_eq!(found["totalResults"], 0);
    // Another credential has its own, discovery counts too, and what needs no credential is free.
    server.get("/Users").token(&other).send().expect(200);
    let (_, refused) = exhaust(&server, "/ServiceProviderConfig");
    refused.error(429, "");
    for path in ["/livez", "/metrics"] {
        assert_eq!(server.get(path).absolute().anonymous().send().status, 200);
    }
}

/// Rows: GEN-22 SP-4 HTTP-14
#[test]
fn gen_22_more_than_the_limit_waits_on_sqlite() {
    gen_22_more_than_the_limit_waits(Backend::Sqlite);
}

/// Rows: GEN-22 SP-4 HTTP-14
#[test]
fn gen_22_more_than_the_limit_waits_on_postgres() {
    gen_22_more_than_the_limit_waits(Backend::Postgres);
}

api_test! {
    /// Rows: GEN-22 ENTRA-41
    fn gen_22_without_a_limit_nobody_waits(server) {
        for _ in 0..200 {
            let reply = server.get("/Users").query("count", "0").send();
            assert_eq!(reply.header("x-rate-limit-limit"), None);
            reply.expect(200);
        }
    }
}

#[test]
fn wrong_limits_are_told_at_the_start() {
    for (arguments, named) in [
        (&["--rate-limit", "0"][..], "rate-limit"),
        (&["--rate-limit-burst", "5"], "--rate-limit"),
    ] {
        let said = scimd(arguments, &[]).refused();
        assert!(said.contains(named), "{said}");
    }
}
