//! Keys behind a URL that may be slow, dead, huge or hostile.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::issuer::{AUDIENCE, ISSUER, Signer, but, good};
use super::key_server::{Answer, KeyServer};
use crate::support::TestServer;

#[track_caller]
fn trust(server: &TestServer, name: &str, issuer: &str, url: &str, more: &[&str]) {
    let add = [
        "issuer",
        "add",
        "default",
        name,
        "--issuer",
        issuer,
        "--audience",
        AUDIENCE,
        "--algorithms",
        "EdDSA",
        "--jwks-url",
        url,
    ];
    server.cli(&[&add[..], more].concat()).ok();
}

const PRIVATE: &str = "--allow-private-addresses";

fn set(keys: &[Value]) -> Answer {
    Answer::Text(json!({ "keys": keys }).to_string())
}

api_test! {
    /// Faults: F24
    fn f24_keys_are_fetched_once_and_kept(server) {
        let (one, two) = (Signer::new("one", 1), Signer::new("two", 2));
        let keys = KeyServer::start(set(&[one.public(), json!({ "kty": "later", "kid": "x" }), json!({ "kty": "oct", "k": "AAAA", "kid": "y" })]));
        trust(&server, "idp", ISSUER, &keys.url, &[PRIVATE]);
        let statuses = |signer: &Signer, count: usize| {
            thread::scope(|scope| {
                let asked: Vec<_> = (0..count)
                    .map(|number| {
                        let jwt = signer.sign(&but(&json!({ "jti": number.to_string() })));
                        let request = server.get("/Users").token(&jwt);
                        scope.spawn(|| request.send().status)
                    })
                    .collect();
                asked.into_iter().map(|one| one.join().expect("an answer")).collect::<Vec<_>>()
            })
        };
        assert!(statuses(&one, 20).iter().all(|status| *status == 200));
        assert_eq!(keys.asked(), 1, "one fetch at a time, and the others wait for it");
        // Whoever makes keys up does not make the server ask and ask.
        assert!(statuses(&two, 30).iter().all(|status| *status == 401));
        assert!(keys.asked() <= 2, "{} times", keys.asked());
        for bad in [Answer::Nothing, Answer::Status("500 Oops"), Answer::Text("{}".to_owned()), set(&[])] {
            keys.set(bad);
            assert!(statuses(&one, 3).iter().all(|status| *status == 200), "the last good keys are kept");
        }
        let told = server.cli(&["issuer", "test", "default", "idp"]).refused();
        assert!(told.contains("no public key"), "{told}");
        keys.set(set(&[one.public(), two.public()]));
        let told = server.cli(&["issuer", "test", "default", "idp"]).ok();
        assert!(told.contains("2 keys"), "{told}");
    }

    /// Faults: F24
    fn f24_keys_that_cannot_be_had_refuse_and_disturb_nobody(server) {
        let signer = Signer::new("one", 1);
        let elsewhere = KeyServer::start(set(&[signer.public()]));
        let huge = Answer::Text(format!("{{\"keys\":[{}],\"x\":\"{}\"}}", signer.public(), "x".repeat(2_000_000)));
        let table = [
            ("dead", Answer::Nothing), ("failing", Answer::Status("500 Oops")), ("missing", Answer::Status("404 Gone")), ("huge", huge),
            ("redirecting", Answer::Redirect(elsewhere.url.clone())), ("no-keys", Answer::Text("[]".to_owned())),
            ("no-json", Answer::Text("<html>".to_owned())), ("slow", Answer::Silence),
        ];
        for (name, answer) in table {
            let keys = KeyServer::start(answer);
            let issuer = format!("https://{name}.example.com");
            trust(&server, name, &issuer, &keys.url, &[PRIVATE]);
            let jwt = signer.sign(&but(&json!({ "iss": issuer })));
            let began = Instant::now();
            let waiting = thread::scope(|scope| {
                let asked = scope.spawn(|| server.get("/Users").token(&jwt).send().error(401, ""));
                // Others are served meanwhile.
                for _ in 0..5 {
                    server.get("/Users").send().expect(200);
                }
                asked.join().expect("an answer")
            });
            assert!(waiting.contains("cannot be had"), "{name}: {waiting}");
            assert!(began.elapsed() < Duration::from_secs(10), "{name}: {:?}", began.elapsed());
            server.get("/Users").token(&jwt).send().error(401, "");
            assert_eq!(keys.asked(), 1, "{name} is left alone for a while");
            server.cli(&["issuer", "test", "default", name]).refused();
        }
        assert_eq!(elsewhere.asked(), 0, "no redirect is followed");
    }

    /// Faults: F24
    fn f24_keys_are_not_fetched_from_private_networks(server) {
        let signer = Signer::new("one", 1);
        let keys = KeyServer::start(set(&[signer.public()]));
        trust(&server, "idp", ISSUER, &keys.url, &[]);
        let by_name = keys.url.replace("127.0.0.1", "localhost");
        trust(&server, "named", "https://named.example.com", &by_name, &[]);
        server.get("/Users").token(&signer.sign(&good())).send().error(401, "");
        server.get("/Users").token(&signer.sign(&but(&json!({ "iss": "https://named.example.com" })))).send().error(401, "");
        for name in ["idp", "named"] {
            let told = server.cli(&["issuer", "test", "default", name]).refused();
            assert!(told.contains("private"), "{told}");
        }
        assert_eq!(keys.asked(), 0);
        for (url, word) in [("http://idp.example.com/keys", "https"), ("file:///etc/passwd", "https"), ("https://a:b@idp.example.com/", "password"), ("keys", "URL")] {
            let add = ["issuer", "add", "default", "bad", "--issuer", "x", "--audience", "y", "--jwks-url", url];
            let told = server.cli(&add).refused();
            assert!(told.contains(word), "{url}: {told}");
        }
    }

    /// Rows: ENTRA-42
    fn entra_42_the_terms_of_a_directory_are_filled_in(server) {
        let directory = "72F988BF-86F1-41AF-91AB-2D7CD011DB47";
        server.cli(&["issuer", "add", "default", "entra", "--directory-tenant", directory]).ok();
        let list = server.cli(&["issuer", "list", "default"]).ok();
        for part in [
            "entra", "https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47/", "8adf8e6e-67b2-4cf2-a259-e3dc5476c621",
            "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/discovery/keys", "RS256",
        ] {
            assert!(list.contains(part), "{list}");
        }
        server.cli(&["issuer", "add", "default", "entra", "--directory-tenant", directory]).refused();
        server.cli(&["issuer", "add", "default", "other", "--directory-tenant", "../x"]).refused();
        server.cli(&["issuer", "add", "nobody", "entra", "--directory-tenant", directory]).refused();
        server.cli(&["issuer", "add", "default", "weak", "--issuer", "x", "--audience", "y", "--jwks-url", "https://x.test/", "--algorithms", "HS256"]).refused();
    }
}
