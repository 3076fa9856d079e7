//! Bearer tokens and what they open (RFC 6750, RFC 7644 §2).

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Backend, GROUP, Reply, Request, TestServer, USER, id};

/// The parameters of a `Bearer` challenge: `name="text"`, parted by commas (RFC 9110 §11.6.1).
#[track_caller]
fn challenge(reply: &Reply) -> Vec<(String, String)> {
    let header = reply
        .header("www-authenticate")
        .unwrap_or_else(|| panic!("no challenge: {}", reply.text));
    let mut rest = header
        .strip_prefix("Bearer ")
        .unwrap_or_else(|| panic!("not a Bearer challenge: {header}"));
    let mut parameters = Vec::new();
    loop {
        let (name, text) = rest
            .split_once("=\"")
            .unwrap_or_else(|| panic!("no quoted parameter: {header}"));
        let (text, tail) = text
            .split_once('"')
            .unwrap_or_else(|| panic!("no closing quote: {header}"));
        assert!(
            name.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
            "{header}"
        );
        parameters.push((name.to_owned(), text.to_owned()));
        match tail.strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None if tail.is_empty() => return parameters,
            None => panic!("text between parameters: {header}"),
        }
    }
}

/// The `error` of a challenge, "" when it has none.
#[track_caller]
fn challenged(reply: &Reply) -> String {
    let parameters = challenge(reply);
    assert!(!parameters.is_empty());
    parameters
        .into_iter()
        .find(|(name, _)| name == "error")
        .map(|(_, error)| error)
        .unwrap_or_default()
}

/// A new token of the tenant `default`; `options` are those of `token create`.
#[track_caller]
fn create_token(server: &TestServer, options: &[&str]) -> String {
    let arguments = [&["token", "create", "default"][..], options].concat();
    let output = server.cli(&arguments).ok();
    output
        .lines()
        .last()
        .expect("the token is printed")
        .to_owned()
}

/// Revokes the token with this label: its line in `token list` names the key id.
#[track_caller]
fn revoke(server: &TestServer, label: &str) {
    let list = server.cli(&["token", "list", "default"]).ok();
    let line = list
        .lines()
        .find(|line| line.contains(label))
        .expect("the token is listed");
    let revoked = line
        .split_whitespace()
        .any(|word| server.cli(&["token", "revoke", "default", word]).status == 0);
    assert!(revoked, "no key id in `{line}`");
}

/// A read and each kind of write.
fn requests(server: &TestServer, user: &str) -> Vec<Request> {
    vec![
        server.get("/Users"),
        server.get(user),
        server.get("/ServiceProviderConfig"),
        server.get("/ResourceTypes"),
        server.get("/Schemas"),
        server.post("/Users", json!({ "schemas": [USER], "userName": "new" })),
        server.put(
            user,
            json!({ "schemas": [USER], "userName": "ada", "title": "x" }),
        ),
        server.patch(
            user,
            json!([{ "op": "add", "path": "title", "value": "x" }]),
        ),
        server.delete(user),
        server.post(
            "/Groups",
            json!({ "schemas": [GROUP], "displayName": "new" }),
        ),
    ]
}

api_test! {
    /// Rows: AUTH-01 AUTH-11 AUTH-12 AUTH-15 AUTH-16 DISC-05
    fn auth_01_without_credentials_nothing_opens(server) {
        let ada = server.create_user("ada");
        for request in requests(&server, &format!("/Users/{}", id(&ada))) {
            let reply = request.anonymous().send();
            assert_eq!(challenged(&reply), "", "no token was refused, for none was given");
            assert!(challenge(&reply).iter().any(|(name, _)| name == "realm"));
            reply.error(401, "");
        }
        assert_eq!(server.search("/Users", "userName pr"), [ada]);
        assert_eq!(server.get("/Groups").send().expect(200)["totalResults"], 0);
    }

    /// Rows: AUTH-02 AUTH-10 AUTH-14
    fn auth_02_what_is_no_token_of_ours_is_refused(server) {
        let token = server.token().to_owned();
        let bearer = |token: &str| server.get("/Users").token(token).send();
        let unsigned_jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.";
        let other = format!("scimd_{}", "A".repeat(43));
        for wrong in [
            "nonsense",
            &other,
            &token[..token.len() - 1],
            &format!("{token}x"),
            &token.to_uppercase(),
            unsigned_jwt,
            "scimd_",
            &"x".repeat(5_000),
            "%00",
        ] {
            let reply = bearer(wrong);
            assert_eq!(challenged(&reply), "invalid_token", "{wrong}");
            let detail = reply.error(401, "");
            assert!(wrong.len() < 20 || !detail.contains(wrong), "{detail}");
        }
        // Other schemes, or no scheme: not the credentials we ask for.
        for value in ["Basic YWRhOnNlY3JldA==", "Digest username=\"ada\"", &token, "Bearer", "Bearer ", ""] {
            let reply = server.get("/Users").header("Authorization", value).send();
            challenge(&reply);
            reply.error(401, "");
        }
        bearer(&token).expect(200);
    }

    /// Rows: AUTH-02 AUTH-08 AUTH-09
    fn auth_02_a_revoked_token_is_refused_at_once(server) {
        let tokens: Vec<String> =
            (0..5).map(|number| create_token(&server, &["--label", &format!("label-{number}-end")])).collect();
        assert_eq!(tokens.iter().collect::<BTreeSet<_>>().len(), 5, "no token twice");
        for token in &tokens {
            let secret = token.strip_prefix("scimd_").expect("the prefix that tells what it is");
            assert!(
                secret.len() == 49 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()),
                "256 bits in letters and digits, and a checksum"
            );
            server.get("/Users").token(token).send().expect(200);
        }
        let listed = server.cli(&["token", "list", "default"]).ok();
        assert!(tokens.iter().all(|token| !listed.contains(&token["scimd_".len()..])), "only hashes are kept");
        revoke(&server, "label-2-end");
        for (number, token) in tokens.iter().enumerate() {
            let reply = server.get("/Users").token(token).send();
            if number == 2 {
                assert_eq!(challenged(&reply), "invalid_token");
                reply.error(401, "");
            } else {
                reply.expect(200);
            }
        }
    }

    /// Rows: AUTH-02 AUTH-08
    fn auth_08_an_expired_token_is_refused(server) {
        create_token(&server, &["--expires-in", "90d"]);
        let token = create_token(&server, &["--expires-in", "1s"]);
        let patience = Instant::now() + Duration::from_secs(60);
        let reply = loop {
            let reply = server.get("/Users").token(&token).send();
            if reply.status != 200 {
                break reply;
            }
            assert!(Instant::now() < patience, "the token does not expire");
        };
        assert_eq!(challenged(&reply), "invalid_token");
        reply.error(401, "");
        server.get("/Users").send().expect(200);
    }

    /// Rows: AUTH-03 AUTH-11 AUTH-12
    fn auth_03_a_read_token_reads(server) {
        let ada = server.create_user("ada");
        let path = format!("/Users/{}", id(&ada));
        let reader = create_token(&server, &["--scope", "read"]);
        for (number, request) in requests(&server, &path).into_iter().enumerate() {
            let reply = request.token(&reader).send();
            if number < 5 {
                reply.expect(200);
                continue;
            }
            let parameters = challenge(&reply);
            let of = |wanted: &str| parameters.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.as_str());
            assert_eq!(of("error"), Some("insufficient_scope"));
            assert!(
                of("scope").is_some_and(|scope| scope.contains("write")),
                "names the scope that would do: {parameters:?}"
            );
            reply.error(403, "");
        }
        assert_eq!(server.request("HEAD", &path).token(&reader).send().status, 200);
        assert_eq!(server.get(&path).send().expect(200), ada);
        let writer = create_token(&server, &["--scope", "write"]);
        server.delete(&path).token(&writer).send().expect(204);
        server.cli(&["token", "create", "default", "--scope", "everything"]).refused();
    }

    /// Rows: AUTH-04 AUTH-05 AUTH-07
    fn auth_05_the_token_stands_in_the_header(server) {
        let token = server.token().to_owned();
        for value in [format!("bearer {token}"), format!("BEARER {token}"), format!("BeArEr {token}")] {
            server.get("/Users").header("authorization", &value).send().expect(200);
        }
        // In a URL it would end in logs and histories.
        let reply = server.get(&format!("/Users?access_token={token}")).anonymous().send();
        reply.error(401, "");
        let form = server
            .request("POST", "/Users")
            .raw(Some("application/x-www-form-urlencoded"), format!("access_token={token}"));
        form.anonymous().send().error(401, "");
        assert!(!server.log().contains(&token["scimd_".len()..]), "tokens are not logged");
        let bearer = format!("Bearer {token}");
        let twice =
            server.get("/Users").header("Authorization", &bearer).header("Authorization", "Bearer other").send();
        assert_eq!(challenged(&twice), "invalid_request");
        twice.error(400, "");
    }

    /// Rows: AUTH-13
    fn auth_13_strangers_learn_nothing(server) {
        let ada = server.create_user("ada");
        let paths = [
            format!("/Users/{}", id(&ada)),
            "/Users/none".to_owned(),
            "/Users".to_owned(),
            "/Nope".to_owned(),
            "/Groups/none".to_owned(),
            "/Schemas/none".to_owned(),
        ];
        let answers: Vec<Value> = paths
            .iter()
            .flat_map(|path| ["GET", "DELETE", "POST", "HEAD"].map(|method| (method, path)))
            .filter_map(|(method, path)| {
                let reply = server.request(method, path).anonymous().send();
                assert_eq!(reply.status, 401, "{method} {path}");
                (method != "HEAD").then_some(reply.body)
            })
            .collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
        assert!(!answers[0].to_string().contains("ada"));
    }

    /// Rows: SEC-03 SEC-09
    fn sec_09_secrets_and_filters_stay_out_of_the_log_and_metrics(server) {
        let (password, name) = ("Corr3ct-horse-battery", "lovelace-0815");
        let made =
            server.user(json!({ "userName": name, "password": password, "emails": [{ "value": "ada-4711@x.org" }] }));
        let path = format!("/Users/{}", id(&made));
        server.names(&format!(r#"userName eq "{name}""#));
        server
            .patch(&path, json!([{ "op": "replace", "path": "password", "value": "Another-horse-42" }]))
            .send()
            .expect(200);
        server
            .post("/Users", json!({ "schemas": [USER], "userName": name, "password": password }))
            .send()
            .error(409, "uniqueness");
        server
            .get("/Users")
            .query("filter", r#"password eq "Corr3ct-horse-battery""#)
            .send()
            .error(400, "invalidFilter");
        server.get("/Users").token("scimd_guess-0123456789").send().error(401, "");
        let metrics = server.get("/metrics").absolute().anonymous().send();
        assert_eq!(metrics.status, 200);
        for secret in [
            password,
            "Another-horse-42",
            name,
            "ada-4711",
            "guess-0123456789",
            &server.token()["scimd_".len()..],
            "argon2",
        ] {
            assert!(!server.log().contains(secret), "{secret} in the log");
            assert!(!metrics.text.contains(secret), "{secret} in the metrics");
        }
        assert!(!metrics.text.contains(id(&made)), "routes, not paths");
    }
}

/// Rows: DISC-05 AUTH-11
fn discovery_can_be_public(backend: Backend) {
    let server = TestServer::start_with(backend, &[("SCIMD_PUBLIC_DISCOVERY", "true")]);
    for path in [
        "/ServiceProviderConfig",
        "/ResourceTypes",
        "/ResourceTypes/User",
        "/Schemas",
        "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User",
    ] {
        let open = server.get(path).anonymous().send().expect(200);
        assert_eq!(open, server.get(path).send().expect(200), "{path}");
    }
    for path in ["/Users", "/Groups", "/Users/none", "/Me", "/Nope"] {
        server.get(path).anonymous().send().error(401, "");
    }
}

#[test]
fn disc_05_public_discovery_sqlite() {
    discovery_can_be_public(Backend::Sqlite);
}

#[test]
fn disc_05_public_discovery_postgres() {
    discovery_can_be_public(Backend::Postgres);
}
