//! Media types, bodies and their limits (RFC 7644 §3.1, §3.8).

use serde_json::{Value, json};

use super::methods::user;
use crate::support::{Backend, PATCH_OP, Reply, SEARCH_REQUEST, TestServer, USER, id};

#[track_caller]
fn content_type(reply: &Reply) -> &str {
    let value = reply.header("content-type").unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

fn send_raw(server: &TestServer, content_type: Option<&str>, body: impl Into<Vec<u8>>) -> Reply {
    server
        .request("POST", "/Users")
        .raw(content_type, body)
        .send()
}

api_test! {
    /// Rows: MEDIA-01 MEDIA-02 MEDIA-03 MEDIA-04 MEDIA-05 LEN-22 GEN-7
    fn media_01_answers_are_scim_json_whatever_is_accepted(server) {
        let path = format!("/Users/{}", id(&server.create_user("ada")));
        let get = |accept: &str| server.get(&path).header("Accept", accept).send();
        for accept in [
            "application/scim+json",
            "application/json",
            "*/*",
            "application/*",
            "text/html, */*;q=0.1",
            "application/scim+json; charset=utf-8",
            "application/json;q=0.5, application/scim+json",
            "APPLICATION/SCIM+JSON",
            "",
            "text/html",
            "application/xml",
            "nonsense",
            ";;,,",
        ] {
            let reply = get(accept);
            assert_eq!(reply.status, 200, "Accept: {accept}");
            assert_eq!(content_type(&reply), "application/scim+json", "Accept: {accept}");
        }
        for request in [
            server.get("/Users"),
            server.get("/Schemas"),
            server.post("/Users", user("bob")).header("Accept", "text/plain"),
            server.get("/Users/none").header("Accept", "text/html"),
            server.get("/Users").anonymous(),
        ] {
            assert_eq!(content_type(&request.send()), "application/scim+json");
        }
        server.rfc();
        for accept in ["application/scim+json", "application/json", "*/*", "application/*", "text/html, */*;q=0.1"] {
            get(accept).expect(200);
        }
        // By the letter it may be refused; then as a SCIM error.
        let html = get("text/html");
        if html.status != 200 {
            html.error(406, "");
        }
    }

    /// Rows: MEDIA-06 GEN-7
    fn media_06_bodies_may_be_called_json_in_many_ways(server) {
        let types = [
            Some("application/scim+json"),
            Some("application/json"),
            Some("application/scim+json; charset=utf-8"),
            Some("application/json;charset=UTF-8"),
            Some("Application/SCIM+JSON"),
            Some("application/json; charset=\"utf-8\""),
            Some("application/vnd.api+json"),
            None,
        ];
        for (number, kind) in types.into_iter().enumerate() {
            let body = user(&format!("u{number}")).to_string();
            let reply = send_raw(&server, kind, body);
            assert_eq!(reply.status, 201, "{kind:?}: {}", reply.text);
        }
        server.get("/Users").header("Content-Type", "application/json").send().expect(200);
        let path = format!("/Users/{}", id(&server.create_user("gone")));
        server.delete(&path).header("Content-Type", "application/json").send().expect(204);
    }

    /// Rows: MEDIA-07
    fn media_07_other_types_are_refused(server) {
        let path = format!("/Users/{}", id(&server.create_user("ada")));
        for kind in [
            "text/plain",
            "application/xml",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/html",
            "application/scim",
            "nonsense",
            ";;;",
            "/json",
        ] {
            for (method, path) in
                [("POST", "/Users"), ("POST", "/Groups"), ("PUT", path.as_str()), ("PATCH", path.as_str())]
            {
                let reply = server.request(method, path).raw(Some(kind), user("x").to_string()).send();
                assert_eq!(reply.status, 415, "{method} as {kind}: {}", reply.text);
                reply.error(415, "");
            }
        }
        assert_eq!(server.names("userName pr"), ["ada"]);
    }

    /// Rows: MEDIA-07
    fn media_07_a_refusal_says_what_to_send(server) {
        let detail = send_raw(&server, Some("text/csv; header=present"), "a").error(415, "");
        assert!(detail.contains("text/csv") && detail.contains("application/scim+json"), "{detail}");
        for coding in ["gzip", "br", "nonsense"] {
            let reply = server.post("/Users", user("x")).header("Content-Encoding", coding).send();
            assert_eq!(reply.header("Accept-Encoding"), Some("identity"), "what a body may be coded with");
            assert!(reply.error(415, "").contains(coding));
        }
        let empty = format!(
            "POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: \r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}",
            server.token()
        );
        server.exchange(empty.into_bytes()).expect("an answer").error(415, "");
        assert_eq!(server.names("userName pr"), Vec::<String>::new());
    }

    /// Rows: MEDIA-08
    fn media_08_a_byte_order_mark_is_skipped(server) {
        let marked = |body: Value| [&b"\xef\xbb\xbf"[..], body.to_string().as_bytes()].concat();
        let made = send_raw(&server, Some("application/json"), marked(user("ada"))).expect(201);
        let path = format!("/Users/{}", id(&made));
        let patch = json!({ "schemas": [PATCH_OP], "Operations": [{ "op": "add", "path": "title", "value": "Dr" }] });
        server.request("PATCH", &path).raw(Some("application/scim+json"), marked(patch)).send().expect(200);
        let search = json!({ "schemas": [SEARCH_REQUEST], "filter": "title eq \"Dr\"" });
        let found = server.request("POST", "/Users/.search").raw(Some("application/scim+json"), marked(search)).send();
        assert_eq!(found.expect(200)["totalResults"], 1);
    }

    /// Rows: MEDIA-08 I18N-12
    fn media_08_text_is_utf_8_both_ways(server) {
        let body =
            json!({ "schemas": [USER], "userName": "zoë", "displayName": "Zoë 😀", "title": "\u{10ffff}\"\\/\n" });
        let made = server.post("/Users", body.clone()).send();
        assert!(made.text.contains('ë'), "{}", made.text);
        let escaped =
            format!(r#"{{"schemas":["{USER}"],"userName":"z2","displayName":"Zo\u00eb \uD83D\uDE00","title":"a\/b"}}"#);
        let twin = send_raw(&server, Some("application/json"), escaped).expect(201);
        assert_eq!((&made.body["displayName"], &made.body["title"]), (&body["displayName"], &body["title"]));
        assert_eq!((&twin["displayName"], &twin["title"]), (&body["displayName"], &json!("a/b")));
        let found = server.search("/Users", r#"displayName eq "Zoë 😀""#);
        assert_eq!(found.len(), 2);
        let with = |bytes: &[u8]| {
            let front = format!(r#"{{"schemas":["{USER}"],"userName":"bad","title":""#);
            send_raw(&server, Some("application/json"), [front.as_bytes(), bytes, b"\"}"].concat())
        };
        for bytes in [&b"\\ud800"[..], b"\\ude00\\ud83d", b"\xff", b"\xc3", b"\xed\xa0\x80", b"a\nb", b"\\x"] {
            with(bytes).error(400, "invalidSyntax");
        }
        with(b"fine").expect(201);
    }

    /// Rows: MEDIA-09 MEDIA-10 MEDIA-11
    fn media_09_a_body_is_one_json_object_without_doubles(server) {
        let path = format!("/Users/{}", id(&server.create_user("ada")));
        let bodies = [
            "{\"a\":",
            "",
            " ",
            "[]",
            "null",
            "5",
            "\"text\"",
            "true",
            "{}{}",
            "{} x",
            "{'userName':'x'}",
            "{\"userName\":\"x\",}",
            "[{\"userName\":\"x\"}]",
            "<user/>",
            r#"{"userName":"x","userName":"y"}"#,
            r#"{"userName":"x","USERNAME":"y"}"#,
            r#"{"userName":"x","name":{"givenName":"a","GivenName":"b"}}"#,
            r#"{"userName":"x","emails":[{"value":"a@x.org","VALUE":"b@x.org"}]}"#,
        ];
        for body in bodies {
            for (method, path) in [("POST", "/Users"), ("PUT", path.as_str())] {
                let reply = server.request(method, path).raw(Some("application/scim+json"), body).send();
                assert_eq!(reply.status, 400, "{method} {body}: {}", reply.text);
                reply.error(400, "invalidSyntax");
            }
        }
        for body in ["", "[]", "{\"Operations\":", "null", r#"{"Operations":[],"operations":[]}"#] {
            server.request("PATCH", &path).raw(Some("application/json"), body).send().error(400, "invalidSyntax");
        }
        assert_eq!(server.names("userName pr"), ["ada"]);
    }

    /// Rows: MEDIA-14
    fn media_14_no_content_means_none(server) {
        let path = format!("/Users/{}", id(&server.create_user("ada")));
        let tag = server.get(&path).send().header("etag").unwrap().to_owned();
        let same = server.get(&path).header("If-None-Match", &tag).send();
        assert_eq!((same.status, same.text.as_str()), (304, ""));
        let gone = server.delete(&path).send();
        assert_eq!((gone.status, gone.text.as_str(), gone.header("content-type")), (204, "", None));
    }

    /// Rows: MEDIA-15 SEC-10
    fn media_15_depth_and_lengths_are_bounded(server) {
        let json = Some("application/json");
        send_raw(&server, json, "[".repeat(100_000)).error(400, "invalidSyntax");
        send_raw(&server, json, "{\"a\":".repeat(100_000)).error(400, "invalidSyntax");
        let nested = |depth: usize| {
            format!(r#"{{"schemas":["{USER}"],"userName":"d{depth}","x":{}{}}}"#, "[".repeat(depth), "]".repeat(depth))
        };
        send_raw(&server, json, nested(60)).expect(201);
        send_raw(&server, json, nested(70)).error(400, "invalidSyntax");
        let titled =
            |length: usize| json!({ "schemas": [USER], "userName": format!("t{length}"), "title": "x".repeat(length) });
        let long = server.post("/Users", titled(65_536)).send().expect(201);
        assert_eq!(long["title"].as_str().unwrap().len(), 65_536);
        server.post("/Users", titled(65_537)).send().error(400, "invalidValue");
        let mailed = |count: usize| {
            let emails: Vec<Value> = (0..count).map(|number| json!({ "value": format!("{number}@x.org") })).collect();
            json!({ "schemas": [USER], "userName": format!("m{count}"), "emails": emails })
        };
        server.post("/Users", mailed(10_000)).send().expect(201);
        server.post("/Users", mailed(10_001)).send().error(400, "invalidValue");
        for body in [
            json!({ "schemas": [USER], "userName": "z", "title": "a\u{0}b" }),
            user("z\u{0}"),
            json!({ "schemas": [USER], "userName": "z", "name": { "givenName": "\u{0}" } }),
        ] {
            server.post("/Users", body).send().error(400, "invalidValue");
        }
    }

    /// Rows: SEC-10 MEDIA-15 ERR-01
    fn sec_10_a_body_is_at_most_one_mebibyte(server) {
        let padded = |name: &str, length: usize| {
            let mut body = user(name).to_string();
            body.push_str(&" ".repeat(length - body.len()));
            body
        };
        send_raw(&server, Some("application/json"), padded("fits", 1_048_576)).expect(201);
        let body = padded("large", 1_048_577);
        let head = format!(
            "POST /scim/v2/Users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            server.token(),
            body.len()
        );
        let reply = server.exchange((head + &body).into_bytes()).expect("an answer");
        reply.error(413, "");
        assert_eq!(server.names("userName pr"), ["fits"]);
    }
}

/// A photo as a data: URI is longer than most texts.
#[test]
fn media_15_an_operator_allows_longer_texts() {
    let extra = [
        ("SCIMD_STRING_MAX_BYTES", "300000"),
        ("SCIMD_BODY_MAX_BYTES", "2000000"),
    ];
    let server = TestServer::start_with(Backend::Sqlite, &extra);
    let photo = format!("data:image/png;base64,{}", "A".repeat(200_000));
    let ada = json!({ "schemas": [USER], "userName": "ada", "photos": [{ "value": photo, "type": "photo" }] });
    let made = server.post("/Users", ada.clone()).send().expect(201);
    assert_eq!(made["photos"], ada["photos"]);
    let path = format!("/Users/{}", id(&made));
    assert_eq!(
        server.get(&path).send().expect(200)["photos"],
        ada["photos"]
    );
    let found = server.names(&format!(
        "photos.value sw \"data:image\" and userName eq \"{}\"",
        "ada"
    ));
    assert_eq!(found, ["ada"]);
    let longer = json!({ "schemas": [USER], "userName": "bob", "photos": [{ "value": "A".repeat(300_001) }] });
    let detail = server
        .post("/Users", longer)
        .send()
        .error(400, "invalidValue");
    assert!(
        detail.contains("photos.value") && detail.contains("300000"),
        "{detail}"
    );
    // What an index holds has bounds of its own.
    let named = json!({ "schemas": [USER], "userName": "n".repeat(200_000) });
    let reply = server.post("/Users", named).send();
    assert!(reply.status < 500, "{:.300}", reply.text);
}
