//! Limits: the server announces them, enforces them before it changes anything, and names them when it refuses.

use serde_json::{Value, json};

use super::operations::{entries, message, post_user, request};
use crate::support::{Backend, TestServer, chunked};

fn users(count: usize, bytes_each: usize) -> Value {
    let note = "x".repeat(bytes_each);
    let user = |n: usize| post_user(&format!("user-{n}"), json!({ "displayName": note }));
    (0..count).map(user).collect()
}

fn too_large_bodies(backend: Backend) {
    let server = TestServer::start_with(
        backend,
        &[
            ("SCIMD_BULK_OPERATIONS_MAX", "5"),
            ("SCIMD_BULK_BODY_MAX_BYTES", "3000000"),
        ],
    );
    let config = server.get("/ServiceProviderConfig").send().expect(200);
    assert_eq!(
        config["bulk"],
        json!({ "supported": true, "maxOperations": 5, "maxPayloadSize": 3_000_000 })
    );
    let detail = request(&server, users(6, 1)).send().error(413, "");
    assert!(detail.contains("5 operations"), "{detail}");
    let large = message(users(60, 60_000)).to_string();
    let detail = server
        .request("POST", "/Bulk")
        .raw(Some("application/scim+json"), large.clone())
        .send()
        .error(413, "");
    assert!(detail.contains("3000000"), "{detail}");
    // Counted while it is read: no length announces it.
    let head = format!(
        "POST /scim/v2/Bulk HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/scim+json\r\nTransfer-Encoding: chunked\r\n\r\n",
        server.token()
    );
    let mut bytes = head.into_bytes();
    bytes.extend(chunked(large.as_bytes()));
    let detail = server.exchange(bytes).expect("an answer").error(413, "");
    assert!(detail.contains("3000000"), "{detail}");
    assert_eq!(server.names("userName pr").len(), 0);
    // Larger than a single request may be, and fine here.
    let fitting: Value = (0..5).map(|n| post_user(&format!("u{n}"), json!({ "emails": vec![json!({ "value": "x".repeat(60_000) }); 1], "addresses": [{ "formatted": "y".repeat(60_000) }], "displayName": "z".repeat(60_000), "title": "t".repeat(60_000) }))).collect();
    let size = message(fitting.clone()).to_string().len();
    assert!(size > 1_048_576, "{size}");
    assert_eq!(
        super::operations::statuses(&entries(request(&server, fitting).send())),
        ["201"; 5]
    );
}

/// Rows: BULK-30 BULK-31 BULK-32
#[test]
fn bulk_30_limits_sqlite() {
    too_large_bodies(Backend::Sqlite);
}

/// Rows: BULK-30 BULK-31 BULK-32
#[test]
fn bulk_30_limits_postgres() {
    too_large_bodies(Backend::Postgres);
}

fn switched_off(backend: Backend) {
    let server = TestServer::start_with(backend, &[("SCIMD_BULK_OPERATIONS_MAX", "0")]);
    request(&server, users(1, 1)).send().error(501, "");
    server.post("/Bulk", json!([])).send().error(501, "");
    server.get("/Bulk").send().error(501, "");
    let config = server.get("/ServiceProviderConfig").send().expect(200);
    assert_eq!(
        config["bulk"],
        json!({ "supported": false, "maxOperations": 0, "maxPayloadSize": 0 })
    );
    assert_eq!(server.names("userName pr").len(), 0);
}

/// Rows: BULK-33
#[test]
fn bulk_33_switched_off_sqlite() {
    switched_off(Backend::Sqlite);
}

/// Rows: BULK-33
#[test]
fn bulk_33_switched_off_postgres() {
    switched_off(Backend::Postgres);
}
