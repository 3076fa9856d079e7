//! What must not be accepted. Each is refused as RFC 6750 says, and is in the audit once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::issuer::{ISSUER, Signer, but, good, now, trust};
use crate::support::{SEARCH_REQUEST, TestServer, id};

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// The causes of refusals in the audit, with their numbers.
fn audited(server: &TestServer) -> Vec<(String, i64)> {
    let printed = server.cli(&["--log-format", "json", "audit"]).ok();
    let rows = printed
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let refused = rows.filter(|row| row["event"] == "authentication.refused");
    refused
        .map(|row| {
            (
                row["cause"].as_str().unwrap_or_default().to_owned(),
                row["count"].as_i64().unwrap_or(0),
            )
        })
        .collect()
}

api_test! {
    /// Rows: AUTH-02 AUTH-10
    fn auth_10_no_other_jwt_is_accepted(mut server) {
        let (signer, stranger) = (Signer::new("one", 1), Signer::new("one", 2));
        let public = signer.public();
        trust(&server, "default", std::slice::from_ref(&public), &[]);
        let hmac = |secret: &[u8]| {
            let mut header = Header::new(Algorithm::HS256);
            header.kid = Some("one".to_owned());
            encode(&header, &good(), &EncodingKey::from_secret(secret).expect("a secret")).expect("a signature")
        };
        let unsigned = |header: Value| format!("{}.{}.", part(&header), part(&good()));
        let genuine = signer.sign(&good());
        let claims_of_another = {
            let mut parts: Vec<&str> = genuine.split('.').collect();
            let admin = part(&but(&json!({ "sub": "admin" })));
            parts[1] = &admin;
            parts.join(".")
        };
        let typed = |kind: &str| signer.sign_with(|header| header.typ = Some(kind.to_owned()), &good());
        let critical = signer.sign_with(|header| header.crit = Some(vec!["b64".to_owned()]), &good());
        let table = [
            ("alg none", unsigned(json!({ "alg": "none", "typ": "JWT" }))),
            ("alg None", unsigned(json!({ "alg": "None", "kid": "one" }))),
            ("no alg", unsigned(json!({ "typ": "JWT" }))),
            ("no signature", format!("{}.", genuine.rsplit_once('.').expect("parts").0)),
            ("HMAC with the public key", hmac(public["x"].as_str().expect("a key").as_bytes())),
            ("HMAC with the JWK", hmac(public.to_string().as_bytes())),
            ("HMAC with the bytes", hmac(&URL_SAFE_NO_PAD.decode(public["x"].as_str().expect("a key")).expect("bytes"))),
            ("another's key", stranger.sign(&good())),
            ("other claims", claims_of_another),
            ("a key of its own", signer.sign_with(|header| header.kid = Some("two".to_owned()), &good())),
            ("wrong issuer", signer.sign(&but(&json!({ "iss": "https://evil.example.com" })))),
            ("issuer with a slash", signer.sign(&but(&json!({ "iss": format!("{ISSUER}/") })))),
            ("no issuer", signer.sign(&but(&json!({ "iss": null })))),
            ("issuer of another form", signer.sign(&but(&json!({ "iss": [ISSUER] })))),
            ("wrong audience", signer.sign(&but(&json!({ "aud": "https://other.example.com" })))),
            ("no audience", signer.sign(&but(&json!({ "aud": null })))),
            ("audience of another form", signer.sign(&but(&json!({ "aud": { "x": 1 } })))),
            ("exp as text", signer.sign(&but(&json!({ "exp": (now() + 600).to_string() })))),
            ("exp missing", signer.sign(&but(&json!({ "exp": null })))),
            ("exp past", signer.sign(&but(&json!({ "exp": now() - 61 })))),
            ("exp below zero", signer.sign(&but(&json!({ "exp": -1 })))),
            ("exp true", signer.sign(&but(&json!({ "exp": true })))),
            ("nbf ahead", signer.sign(&but(&json!({ "nbf": now() + 120 })))),
            ("nbf as text", signer.sign(&but(&json!({ "nbf": "1" })))),
            ("iat as text", signer.sign(&but(&json!({ "iat": "1" })))),
            ("a security event", typed("secevent+jwt")),
            ("an ID token's claim", signer.sign(&but(&json!({ "events": {} })))),
            ("a logout token", typed("logout+jwt")),
            ("critical header", critical),
            ("four parts", format!("{genuine}.x")),
            ("no JSON", format!("{}.{}.x", part(&json!("x")), part(&good()))),
            ("very long", signer.sign(&but(&json!({ "x": "x".repeat(20_000) })))),
        ];
        for (what, jwt) in &table {
            let reply = server.get("/Users").token(jwt).send();
            let challenge = reply.header("www-authenticate").unwrap_or_default().to_owned();
            assert!(reply.status == 401 && challenge.contains("error=\"invalid_token\""), "{what}: {} {challenge}", reply.status);
            assert!(!reply.text.contains(jwt.as_str()) && !reply.scim_error().is_empty(), "{what}");
        }
        server.get("/Users").token(&genuine).send().expect(200);
        // Each once, whatever was tried how often.
        server.stop();
        let refused: i64 = audited(&server).iter().map(|(_, count)| count).sum();
        assert_eq!(usize::try_from(refused), Ok(table.len()), "{:?}", audited(&server));
        let causes: Vec<String> = audited(&server).into_iter().map(|(cause, _)| cause).collect();
        for cause in ["algorithm", "signature", "unknown-key", "other-audience", "claims", "expired-token", "not-valid-yet", "no-access-token"] {
            assert!(causes.iter().any(|known| known == cause), "no {cause} in {causes:?}");
        }
        let log = server.log();
        for (what, jwt) in &table {
            let signature = jwt.rsplit('.').next().unwrap_or_default();
            assert!(signature.len() < 20 || !log.contains(signature), "{what} is in the log");
        }
    }

    /// Rows: TENANT-02
    fn tenant_02_a_jwt_of_another_tenant_opens_nothing(server) {
        let signer = Signer::new("one", 1);
        server.cli(&["tenant", "create", "acme"]).ok();
        trust(&server, "acme", &[signer.public()], &["--scope", "admin"]);
        let jwt = signer.sign(&good());
        let user = server.create_user("of.default");
        let path = format!("/t/default/scim/v2/Users/{}", id(&user));
        let search = json!({ "schemas": [SEARCH_REQUEST] });
        for (method, path) in [
            ("GET", path.as_str()), ("PUT", &path), ("PATCH", &path), ("DELETE", &path),
            ("GET", "/t/default/scim/v2/Users"), ("POST", "/t/default/scim/v2/Users"), ("POST", "/t/default/scim/v2/.search"),
            ("GET", "/t/default/scim/v2"), ("POST", "/t/default/scim/v2/Bulk"), ("GET", "/t/default/scim/v2/Me"),
            ("GET", "/t/default/scim/v2/feed"), ("GET", "/t/default/scim/v2/Schemas"), ("POST", "/t/default/scim/v2/Schemas"),
        ] {
            let request = server.request(method, path).absolute().token(&jwt);
            let request = if ["POST", "PUT", "PATCH"].contains(&method) { request.json(&search) } else { request };
            let reply = request.send();
            assert_eq!(reply.status, 401, "{method} {path}: {}", reply.text);
        }
        server.get(&format!("/Users/{}", id(&user))).token(&jwt).send().error(404, "");
        server.get(&format!("/Users/{}", id(&user))).send().expect(200);
    }
}
