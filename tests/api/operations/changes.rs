//! The rows of changes: who made each, in which request, and how long they are kept.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Behind, TestServer, id};

const DAY_MS: i64 = 86_400_000;
/// How long the server may take to prune after it has started.
const PRUNED_MAX: Duration = Duration::from_secs(30);
/// How long one start of it may take for that.
const PATIENCE: Duration = Duration::from_secs(3);

api_test! {
    fn a_change_names_its_credential_and_its_request(server) {
        let created = server.try_create_user("ada").expect("an answer");
        let request_id = created.header("X-Request-Id").expect("an id").to_owned();
        let key_id = key_id(&server);
        let user = created.expect(201);
        let path = format!("/Users/{}", id(&user));
        let reader = server.token_of("read");
        server.delete(&path).token(&reader).send().error(403, "");
        let deleted = server.delete(&path).send();
        let origin = "SELECT operation || ' ' || actor || ' ' || request_id AS text FROM changes ORDER BY position";
        let expected = [("create", request_id.as_str()), ("delete", deleted.header("X-Request-Id").expect("an id"))];
        let expected = expected.map(|(operation, request)| format!("{operation} credential:{key_id} {request}"));
        assert_eq!(server.behind().texts(origin), expected);
    }

    fn an_unlinked_group_names_the_request_that_deleted_its_member(server) {
        let user = server.create_user("ada");
        server.create_group("crew", &[id(&user)]);
        let deleted = server.delete(&format!("/Users/{}", id(&user))).send();
        let request_id = deleted.header("X-Request-Id").expect("an id");
        let unlinked = "SELECT request_id AS text FROM changes WHERE operation = 'unlink'";
        assert_eq!(server.behind().texts(unlinked), [request_id]);
    }

    fn operations_of_one_bulk_request_have_its_id(server) {
        let user = |name: &str| json!({ "method": "POST", "path": "/Users", "bulkId": name, "data": { "userName": name } });
        let bulk = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [user("ada"), user("bob")],
        });
        let answer = server.post("/Bulk", bulk).send();
        let request_id = answer.header("X-Request-Id").expect("an id");
        assert_eq!(server.behind().texts("SELECT request_id AS text FROM changes"), [request_id, request_id]);
    }

    fn changes_older_than_their_tenant_keeps_them_are_pruned(mut server) {
        server.cli(&["tenant", "create", "archive"]).ok();
        server.cli(&["tenant", "set", "archive", "change-retention=forever"]).ok();
        server.cli(&["tenant", "create", "brief"]).ok();
        server.cli(&["tenant", "set", "brief", "change-retention=1h"]).ok();
        for tenant in ["archive", "brief"] {
            let token = server.cli(&["token", "create", tenant]).ok();
            let token = token.lines().last().expect("a token");
            let body = json!({ "schemas": [crate::support::USER], "userName": "old" });
            server.post(&format!("/t/{tenant}/scim/v2/Users"), body).absolute().token(token).send().expect(201);
        }
        let aged = server.create_user("aged");
        age(&mut server.behind(), 91 * DAY_MS);
        let fresh = server.create_user("fresh");
        let kept = server.create_user("kept");
        let mut behind = server.behind();
        behind.execute(&format!("UPDATE changes SET at_ms = at_ms - {} WHERE resource_id = '{}'", 89 * DAY_MS, id(&kept)));
        server.restart();

        let rows = "SELECT t.slug || ' ' || c.resource_id AS text FROM changes c JOIN tenants t ON t.id = c.tenant_id";
        let began = Instant::now();
        let mut restarted = Duration::ZERO;
        let left = loop {
            let mut left = behind.texts(rows);
            if left.len() <= 3 || began.elapsed() > PRUNED_MAX {
                left.sort();
                break left;
            }
            if began.elapsed() > restarted + PATIENCE {
                // A transaction of another test may have been open when it pruned; it prunes again in an hour.
                restarted = began.elapsed();
                server.restart();
            }
        };
        let archived = left.first().filter(|row| row.starts_with("archive ")).expect("kept for ever").clone();
        let mut expected = [archived, format!("default {}", id(&fresh)), format!("default {}", id(&kept))];
        expected.sort();
        assert_eq!(left, expected);
        // The history goes, the resource stays.
        server.get(&format!("/Users/{}", id(&aged))).send().expect(200);
        assert_eq!(server.names("userName eq \"aged\""), ["aged"]);
    }

    fn walks_that_nobody_goes_on_with_are_pruned(mut server) {
        for n in 0..3 {
            server.create_user(&format!("user-{n}"));
        }
        let page = |server: &TestServer, start: &str| {
            server.get("/Users").query("count", "1").query("startIndex", start).send().expect(200)
        };
        page(&server, "1");
        let mut behind = server.behind();
        let rows = "SELECT key_id AS text FROM walks";
        let began = Instant::now();
        while behind.texts(rows).is_empty() {
            assert!(began.elapsed() < PRUNED_MAX, "the page is noted");
            page(&server, "1");
        }
        // The credential is gone for its clients; its rows go as well.
        server.cli(&["token", "revoke", "default", &key_id(&server)]).ok();
        server.stop();
        behind.execute(&format!("UPDATE walks SET at_ms = at_ms - {DAY_MS}"));
        server.restart();
        let began = Instant::now();
        while !behind.texts(rows).is_empty() {
            assert!(began.elapsed() < PRUNED_MAX, "{:?}", behind.texts(rows));
        }
    }

    fn wrong_retentions_are_refused(server) {
        for wrong in ["", "soon", "0d", "-1d", "200000w", "true"] {
            let setting = format!("change-retention={wrong}");
            let reason = server.cli(&["tenant", "set", "default", &setting]).refused();
            assert!(reason.contains("forever, or a duration such as 90d"), "{wrong}: {reason}");
        }
        assert!(server.cli(&["tenant", "show", "default"]).ok().contains("change-retention: 90d"));
    }
}

/// The key id of the server's only token.
fn key_id(server: &TestServer) -> String {
    let listed = server.cli(&["token", "list", "default"]).ok();
    listed
        .split_whitespace()
        .next()
        .expect("a token")
        .to_owned()
}

/// Makes every change older.
fn age(behind: &mut Behind, by_ms: i64) {
    behind.execute(&format!("UPDATE changes SET at_ms = at_ms - {by_ms}"));
}
