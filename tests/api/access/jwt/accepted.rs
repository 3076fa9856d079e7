//! What is accepted, and for how long.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::issuer::{AUDIENCE, ISSUER, Signer, but, good, now, trust};
use crate::support::{USER, id};

api_test! {
    /// Rows: AUTH-10 ENTRA-42
    fn auth_10_a_jwt_of_a_trusted_issuer_is_a_bearer_token(server) {
        let signer = Signer::new("one", 1);
        let jwt = signer.sign(&good());
        server.get("/Users").token(&jwt).send().error(401, "");
        trust(&server, "default", &[signer.public()], &[]);
        for claims in [
            good(),
            but(&json!({ "aud": ["https://other.example.com", AUDIENCE] })),
            but(&json!({ "nbf": null, "iat": null })),
            but(&json!({ "exp": now() - 30 })),
            but(&json!({ "nbf": now() + 30 })),
            but(&json!({ "exp": (now() + 600) as f64 + 0.5 })),
        ] {
            let reply = server.get("/Users").token(&signer.sign(&claims)).send();
            assert_eq!(reply.status, 200, "{claims}: {}", reply.text);
        }
        for kind in [None, Some("at+jwt"), Some("application/at+JWT"), Some("jwt")] {
            let jwt = signer.sign_with(|header| header.typ = kind.map(str::to_owned), &good());
            server.get("/Users").token(&jwt).send().expect(200);
        }
        // One key leaves no doubt.
        let jwt = signer.sign_with(|header| header.kid = None, &good());
        let user = server.post("/Users", json!({ "schemas": [USER], "userName": "ada" })).token(&jwt).send().expect(201);
        server.delete(&format!("/Users/{}", id(&user))).token(&jwt).send().expect(204);
        // It was checked once, and is remembered.
        for _ in 0..3 {
            server.get("/Users").token(&jwt).send().expect(200);
        }
        let list = server.cli(&["issuer", "list", "default"]).ok();
        for part in ["idp", "read write", ISSUER, AUDIENCE, "1 fixed", "EdDSA", "anywhere"] {
            assert!(list.contains(part), "{list}");
        }
        assert!(!server.cli(&["token", "list", "default"]).ok().contains("idp"), "it is no token");
        server.cli(&["issuer", "test", "default", "idp"]).ok();
        server.cli(&["issuer", "remove", "default", "idp"]).ok();
        assert!(server.get("/Users").token(&jwt).send().error(401, "").contains("not known"));
        server.cli(&["issuer", "remove", "default", "idp"]).refused();
        trust(&server, "default", &[signer.public()], &["--scope", "read"]);
        server.get("/Users").token(&jwt).send().expect(200);
        let audit = server.cli(&["audit"]).ok();
        assert!(audit.contains("issuer.added") && audit.contains("issuer.removed") && audit.contains("issuer:idp"), "{audit}");
    }

    /// Rows: AUTH-08
    fn auth_08_a_jwt_ends_although_it_is_remembered(server) {
        let signer = Signer::new("one", 1);
        trust(&server, "default", &[signer.public()], &[]);
        // Clocks may differ by a minute.
        let jwt = signer.sign(&but(&json!({ "exp": now() - 56 })));
        server.get("/Users").token(&jwt).send().expect(200);
        let began = Instant::now();
        while server.get("/Users").token(&jwt).send().status == 200 {
            assert!(began.elapsed() < Duration::from_secs(20), "it does not end");
            thread::sleep(Duration::from_millis(100));
        }
        assert!(server.get("/Users").token(&jwt).send().error(401, "").contains("expired"));
    }

    /// Rows: AUTH-11
    fn auth_11_a_jwt_may_do_what_it_says_and_the_issuer_may(server) {
        let signer = Signer::new("one", 1);
        trust(&server, "default", &[signer.public()], &["--scope", "write", "--scope-claim", "scp"]);
        let statuses = |scope: serde_json::Value| {
            let jwt = signer.sign(&but(&json!({ "scp": scope })));
            let new = json!({ "schemas": [USER] });
            let write = server.post("/Users", new).token(&jwt).send().status;
            [server.get("/Users").token(&jwt).send().status, server.get("/Groups").token(&jwt).send().status, write]
        };
        assert_eq!(statuses(json!("read")), [200, 200, 403]);
        assert_eq!(statuses(json!("openid write")), [200, 200, 400]);
        assert_eq!(statuses(json!(["scim:read", "scim:groups"])), [403, 200, 403]);
        assert_eq!(statuses(json!("https://scim.example.com/write users")), [200, 403, 400]);
        assert_eq!(statuses(json!("admin")), [200, 200, 400], "the issuer may not");
        for nothing in [json!(null), json!("openid"), json!(7), json!("users")] {
            assert_eq!(statuses(nothing.clone()), [401; 3], "{nothing}");
        }
        let jwt = signer.sign(&but(&json!({ "scp": "admin" })));
        let schema = json!({ "id": "urn:x:y", "name": "Y", "attributes": [] });
        assert_eq!(server.post("/Schemas", schema).token(&jwt).send().status, 405);
    }

    /// Rows: AUTH-11
    fn auth_11_a_jwt_may_name_the_user_of_me(server) {
        let ada = server.create_user("ada@example.com");
        let signer = Signer::new("one", 1);
        trust(&server, "default", &[signer.public()], &["--user-claim", "preferred_username"]);
        let me = |user: serde_json::Value| {
            let jwt = signer.sign(&but(&json!({ "preferred_username": user })));
            server.get("/Me").token(&jwt).send()
        };
        assert_eq!(me(json!("ADA@example.com")).expect(200)["id"], ada["id"]);
        assert_eq!(me(ada["id"].clone()).expect(200)["id"], ada["id"]);
        me(json!("nobody")).error(404, "");
        me(json!(null)).error(501, "");
    }

    /// Rows: TENANT-02 TENANT-06
    fn tenant_06_a_jwt_belongs_to_one_tenant(server) {
        let signer = Signer::new("one", 1);
        server.cli(&["tenant", "create", "acme"]).ok();
        server.create_user("of.default");
        trust(&server, "acme", &[signer.public()], &["--require", "tid=acme"]);
        let of_acme = signer.sign(&but(&json!({ "tid": "acme" })));
        let of_nobody = signer.sign(&good());
        assert_eq!(server.get("/Users").token(&of_acme).send().expect(200)["totalResults"], 0);
        let at = |slug: &str, jwt: &str| server.request("GET", &format!("/t/{slug}/scim/v2/Users")).absolute().token(jwt).send().status;
        assert_eq!((at("acme", &of_acme), at("default", &of_acme)), (200, 401));
        assert!(server.get("/Users").token(&of_nobody).send().error(401, "").contains("claim"));
        // Now two tenants trust it.
        trust(&server, "default", &[signer.public()], &[]);
        assert!(server.get("/Users").token(&of_acme).send().status == 401 || server.get("/Users").token(&of_acme).send().status == 200);
        let fresh = signer.sign(&but(&json!({ "tid": "acme", "jti": "fresh" })));
        assert!(server.get("/Users").token(&fresh).send().error(401, "").contains("/t/TENANT/"));
        assert_eq!((at("acme", &fresh), at("default", &fresh)), (200, 200));
        assert_eq!(server.get("/Users").token(&of_nobody).send().expect(200)["totalResults"], 1);
    }
}
