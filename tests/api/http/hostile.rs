//! Requests that are made to hurt. Each gets a SCIM error and none a 5xx. The server does not grow.

use serde_json::{Value, json};

use crate::support::{Reply, TestServer, USER, chunked, id};

const GROWTH_MAX_KIB: u64 = 64 * 1024;
const LARGE_BODY_BYTES: usize = 20 * 1024 * 1024;
const NESTING: usize = 10_000;

api_test! {
    /// Rows: MEDIA-09 MEDIA-10 MEDIA-15
    fn media_09_bodies_that_are_no_json_object_are_invalid_syntax(server) {
        let bodies: [Vec<u8>; 13] = [
            br#"{"userName":"#.to_vec(),
            b"{".to_vec(),
            b"".to_vec(),
            b"[]".to_vec(),
            b"null".to_vec(),
            b"\"text\"".to_vec(),
            br#"{"userName":"a"} trailing"#.to_vec(),
            br#"{"userName":"\ud800"}"#.to_vec(),
            br#"{"userName":"\udc00\ud800"}"#.to_vec(),
            b"{\"userName\":\"\xff\xfe\"}".to_vec(),
            b"\xef\xbb\xbf\xff".to_vec(),
            vec![b'['; 100_000],
            r#"{"a":"#.repeat(50_000).into_bytes(),
        ];
        for body in bodies {
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            let reply = server.request("POST", "/Users").raw(Some("application/scim+json"), body).send();
            assert_eq!((reply.status, reply.body["scimType"].as_str()), (400, Some("invalidSyntax")), "{shown}");
            reply.scim_error();
        }
        still_answers(&server);
    }

    /// Rows: MEDIA-15 SEC-10
    fn sec_10_a_body_of_20_mb_is_refused_with_413(server) {
        for path in ["/Users", "/Groups"] {
            large_body(&server, path, false).error(413, "");
            large_body(&server, path, true).error(413, "");
        }
        still_answers(&server);
    }

    /// Rows: FILTER-47 SEC-10
    fn filter_47_deep_and_long_filters_are_refused(server) {
        server.create_user("present");
        for filter in deep_filters() {
            let reply = server.get(&format!("/Users?filter={filter}")).send();
            match reply.status {
                400 => { reply.error(400, "invalidFilter"); }
                status => assert!(matches!(status, 414 | 431), "status {status} for {}", &filter[..30]),
            }
        }
        // Longer than a request head may be: refused before there is a request to answer in SCIM.
        let reply = server.get(&format!("/Users?filter={}", "(".repeat(60_000))).send();
        assert!((400..500).contains(&reply.status), "{}", reply.status);
        still_answers(&server);
    }

    /// Rows: SEC-04 SEC-10
    fn sec_04_u_0000_is_refused_everywhere(server) {
        let user = server.create_user("ada");
        let path = format!("/Users/{}", id(&user));
        for body in [
            json!({ "schemas": [USER], "userName": "a\0b" }),
            json!({ "schemas": [USER], "userName": "nul", "name": { "familyName": "\0" } }),
            json!({ "schemas": [USER], "userName": "nul", "emails": [{ "value": "a\0@example.com" }] }),
            json!({ "schemas": [USER], "userName": "nul", "externalId": "\0" }),
            json!({ "schemas": [USER], "userName": "nul", "password": "secret\0secret" }),
        ] {
            server.post("/Users", body.clone()).send().error(400, "invalidValue");
            server.put(&path, body).send().error(400, "invalidValue");
        }
        let patch = |path_text: &str, value: Value| json!([{ "op": "add", "path": path_text, "value": value }]);
        server.patch(&path, patch("title", json!("\0"))).send().error(400, "invalidValue");
        for operations in [patch("ti\0tle", json!("x")), patch("emails[type eq \"\\u0000\"].value", json!("x"))] {
            refused(server.patch(&path, operations).send());
        }
        for path in ["/Users/a%00b", "/Groups/%00", "/Schemas/%00", "/%00", "/Users?filter=userName%20eq%20%22%00%22"] {
            refused(server.get(path).send());
        }
        refused(server.get("/Users").query("filter", r#"userName eq "\u0000""#).send());
        refused(server.get("/Users").query("filter", r#"emails[value co "\u0000"]"#).send());
        assert_eq!(server.names("userName pr"), ["ada"], "nothing of it was kept");
        still_answers(&server);
    }

    /// Rows: PAGE-06 PAGE-12 PAGE-14
    fn page_12_absurd_numbers_in_paging_do_no_harm(server) {
        server.create_user("only");
        for number in ["1000000000000000000", "9223372036854775807", "1000000000000000000000000000000"] {
            let reply = server.get("/Users").query("startIndex", number).send();
            if reply.status != 200 {
                reply.error(400, "invalidValue");
            } else {
                assert_eq!((&reply.body["totalResults"], &reply.body["Resources"]), (&json!(1), &json!([])));
            }
            let reply = server.get("/Users").query("count", number).send();
            assert!(matches!(reply.status, 200 | 400), "{}", reply.text);
        }
        let list = server.get("/Users").query("startIndex", "-1000000000000000000").send().expect(200);
        assert_eq!((&list["startIndex"], &list["itemsPerPage"]), (&json!(1), &json!(1)));
        still_answers(&server);
    }

    /// Rows: SEC-10
    fn sec_10_too_many_patch_operations_are_refused_with_413(server) {
        let user = server.create_user("patched");
        let path = format!("/Users/{}", id(&user));
        for count in [1_001, 100_000] {
            let operations = vec![json!({ "op": "add", "path": "title", "value": "x" }); count];
            server.patch(&path, json!(operations)).send().error(413, "");
        }
        let after = server.get(&path).send().expect(200);
        assert_eq!(after, user, "nothing was applied");
        still_answers(&server);
    }

    /// Rows: SEC-10 ERR-14
    fn sec_10_huge_numbers_and_long_strings_are_answered(server) {
        for number in ["1e999", "-1e999", "1e400000", &"9".repeat(5_000)] {
            let body = format!(r#"{{"schemas":["{USER}"],"userName":"numbers","nickName":{number}}}"#);
            let reply = server.request("POST", "/Users").raw(Some("application/json"), body).send();
            assert!(matches!(reply.status, 201 | 400), "{number:.20}: {}", reply.text);
            if reply.status == 201 {
                server.delete(&format!("/Users/{}", id(&reply.body))).send().expect(204);
            }
        }
        let long = noise(70 * 1024);
        for attribute in ["userName", "displayName", "externalId", "password"] {
            let mut body = json!({ "schemas": [USER], "userName": "long" });
            body[attribute] = json!(long);
            server.post("/Users", body).send().error(400, "invalidValue");
        }
        still_answers(&server);
    }

    /// Values that fit every limit of ours but not a page of a database index.
    ///
    /// Rows: SEC-10 ERR-06
    fn sec_10_long_indexed_values_never_end_in_a_5xx(server) {
        let long = noise(20_000);
        let kept = server.user(json!({
            "userName": "long",
            "displayName": long,
            "externalId": long,
            "emails": [{ "value": format!("{long}@example.com") }]
        }));
        for (attribute, literal) in [("displayName", &long), ("externalId", &long)] {
            // Too long for a filter in a URL, but the prefix is not.
            let filter = format!(r#"{attribute} sw "{}""#, &literal[..2_000]);
            assert_eq!(server.search("/Users", &filter).len(), 1, "{attribute}");
        }
        let read = server.get(&format!("/Users/{}", id(&kept))).send().expect(200);
        assert_eq!(read, kept);
        for body in [json!({ "userName": long }), json!({ "schemas": [USER], "userName": format!("{long}@example.com") })] {
            let reply = server.post("/Users", body).send();
            assert!(matches!(reply.status, 201 | 400), "{:.200}", reply.text);
        }
        let reply = server.post("/Groups", json!({ "displayName": long })).send();
        assert!(matches!(reply.status, 201 | 400), "{:.200}", reply.text);
        still_answers(&server);
    }

    /// Rows: SEC-10 HTTP-05
    fn sec_10_invalid_encodings_in_urls_are_refused(server) {
        for path in ["/Users/%FF", "/Users/%C0%80", "/Groups/%ED%A0%80", "/Schemas/%FF"] {
            refused(server.get(path).send());
        }
        for query in ["filter=userName%20eq%20%22%FF%22", "filter=%ED%A0%80", "sortBy=%FF", "filter=%", "filter=%zz"] {
            let reply = server.get(&format!("/Users?{query}")).send();
            assert_eq!(reply.status, 400, "{query}: {}", reply.text);
            reply.scim_error();
        }
        still_answers(&server);
    }

    /// Rows: SEC-10
    fn sec_10_memory_is_flat_under_hostile_requests(server) {
        let user = server.create_user("steady");
        hostile_round(&server, id(&user));
        let before = server.resident_kib();
        for _ in 0..10 {
            hostile_round(&server, id(&user));
        }
        // Nothing to compare on systems without /proc.
        if let (Some(before), Some(after)) = (before, server.resident_kib()) {
            assert!(after < before + GROWTH_MAX_KIB, "resident memory went from {before} to {after} KiB");
        }
        still_answers(&server);
    }
}

/// Five of the heaviest requests.
fn hostile_round(server: &TestServer, user_id: &str) {
    large_body(server, "/Users", false).error(413, "");
    large_body(server, "/Users", true).error(413, "");
    let brackets = vec![b'['; 100_000];
    let reply = server.request("POST", "/Users").raw(None, brackets).send();
    reply.error(400, "invalidSyntax");
    let operations = vec![json!({ "op": "add", "path": "title", "value": "x" }); 100_000];
    server
        .patch(&format!("/Users/{user_id}"), json!(operations))
        .send()
        .error(413, "");
    let [nested, ..] = deep_filters();
    refused(server.get(&format!("/Users?filter={nested}")).send());
}

/// A user that would be valid if it were smaller.
fn large_body(server: &TestServer, path: &str, in_chunks: bool) -> Reply {
    let padding = "x".repeat(LARGE_BODY_BYTES);
    let body = format!(r#"{{"schemas":["{USER}"],"userName":"large","displayName":"{padding}"}}"#);
    let framing = if in_chunks {
        "Transfer-Encoding: chunked".to_owned()
    } else {
        format!("Content-Length: {}", body.len())
    };
    let head = format!(
        "POST /scim/v2{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/scim+json\r\n\
         Authorization: Bearer {}\r\n{framing}\r\n\r\n",
        server.token()
    );
    let mut bytes = head.into_bytes();
    if in_chunks {
        bytes.extend(chunked(body.as_bytes()));
    } else {
        bytes.extend(body.as_bytes());
    }
    let reply = server.exchange(bytes);
    reply.unwrap_or_else(|| panic!("no answer to a large body on {path}, in chunks: {in_chunks}"))
}

/// Percent-encoded only where a URL demands it, to stay below the limit of a request head.
fn deep_filters() -> [String; 5] {
    let around = |open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}", open.repeat(NESTING), close.repeat(NESTING))
    };
    [
        around("(", "title%20pr", ")"),
        around("not(", "title%20pr", ")"),
        around("(", "", ""),
        around("a[", "b%20pr", "]"),
        format!("title%20pr{}", "%20or%20a%20pr".repeat(2_000)),
    ]
}

/// An error in SCIM form with a status of the 400s.
#[track_caller]
fn refused(reply: Reply) {
    assert!(
        (400..500).contains(&reply.status),
        "status {}: {}",
        reply.status,
        reply.text
    );
    reply.scim_error();
}

#[track_caller]
fn still_answers(server: &TestServer) {
    server.create_user("still.here@example.com");
    let log = server.log();
    assert!(!log.contains("panicked"), "something panicked: {log}");
}

/// Text that no compression makes short; a fixed seed, so every run sends the same.
fn noise(length: usize) -> String {
    let alphabet = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let letters = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(alphabet[(state % 36) as usize])
    });
    letters.take(length).collect()
}
