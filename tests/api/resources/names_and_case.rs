//! Prepared strings (RFC 7644 §5, RFC 8265): equal user names, forbidden user names, and how other text compares.

use serde_json::{Value, json};

use crate::support::{
    Reply, TestServer, USER, path_of, read, refuses_change, refuses_create, total, user_body,
};

/// `first` is created and kept as sent; no one else may then be called by any of the other spellings.
#[track_caller]
fn same_name(server: &TestServer, first: &str, others: &[&str]) {
    let user = server.create_user(first);
    assert_eq!(user["userName"], first, "the answer says what was sent");
    for other in others {
        let reply = server.post("/Users", user_body(other, json!({}))).send();
        assert_eq!(reply.status, 409, "{other:?} is {first:?}: {}", reply.text);
        reply.error(409, "uniqueness");
        assert_eq!(
            server.names(&format!("userName eq \"{other}\"")),
            [first],
            "found as {other:?}"
        );
        assert!(
            server
                .names(&format!(
                    "userName ne \"{other}\" and userName eq \"{first}\""
                ))
                .is_empty()
        );
    }
    assert_eq!(read(server, &path_of(&user)), user);
}

#[track_caller]
fn post_bytes(server: &TestServer, body: Vec<u8>) -> Reply {
    server
        .request("POST", "/Users")
        .raw(Some("application/scim+json"), body)
        .send()
}

/// The user names of a list, in its order.
#[track_caller]
fn order(server: &TestServer, sort_by: &str) -> Vec<String> {
    let list = server
        .get("/Users")
        .query("sortBy", sort_by)
        .send()
        .expect(200);
    let users = list["Resources"].as_array().expect("a list");
    users
        .iter()
        .map(|user| user["userName"].as_str().unwrap_or_default().to_owned())
        .collect()
}

api_test! {
    /// Rows: I18N-01 I18N-02 I18N-03 I18N-04 I18N-09 USER-02 USER-05
    fn i18n_02_width_case_and_composition_make_no_other_name(server) {
        same_name(&server, "ａlice", &["alice", "ALICE", "ａＬＩＣＥ"]);
        same_name(&server, "émile", &["ÉMILE", "Émile", "e\u{301}mile", "E\u{301}MILE"]);
        same_name(&server, "Zoe\u{308}", &["zoë", "ZOË"]);
        same_name(&server, "ДМИТРИЙ", &["дмитрий", "Дмитрий"]);
        same_name(&server, "ﾀﾞ", &["ダ"]);
        assert_eq!(total(&server, "/Users"), 5);
    }

    /// Rows: I18N-03 I18N-01
    fn i18n_03_names_are_lower_cased_not_folded_or_stripped(server) {
        for name in ["straße", "strasse", "emile", "émile", "ıo", "io", "a-b", "a_b", "a.b", "ab"] {
            assert_eq!(server.create_user(name)["userName"], name, "each is a name of its own");
        }
        server.post("/Users", user_body("STRASSE", json!({}))).send().error(409, "uniqueness");
        server.post("/Users", user_body("STRAẞE", json!({}))).send().error(409, "uniqueness");
        assert_eq!(server.names("userName eq \"STRASSE\""), ["strasse"]);
        assert_eq!(server.names("userName eq \"STRAẞE\""), ["straße"]);
        assert_eq!(server.names("userName sw \"É\""), ["émile"]);
    }

    /// Rows: I18N-02 USER-03 USER-04 PUT-10
    fn i18n_02_the_same_holds_for_put_and_patch(server) {
        server.create_user("émile");
        let user = server.create_user("bob");
        let path = path_of(&user);
        for taken in ["ÉMILE", "e\u{301}mile", "éｍile"] {
            refuses_change(&server, &path, server.put(&path, user_body(taken, json!({}))), 409, "uniqueness");
            let patch = server.patch(&path, json!([{ "op": "replace", "path": "userName", "value": taken }]));
            refuses_change(&server, &path, patch, 409, "uniqueness");
        }
        let wide = server.put(&path, user_body("ＢＯＢ", json!({}))).send().expect(200);
        assert_eq!(wide["userName"], "ＢＯＢ", "one's own name in another width is free, and kept");
        assert_eq!(server.names("userName eq \"bob\""), ["ＢＯＢ"]);
    }

    /// Rows: I18N-05 GEN-26
    fn i18n_05_what_a_user_name_may_hold(server) {
        for name in [
            "ada.lovelace_1815+test%x-y@sub.example.com", "ada_x.org#EXT#@tenant.onmicrosoft.com",
            "o'malley", "DOMAIN\\ada", "a b", "Ada King Noel",
            "!$&*/=?^`{|}~", "李雷", "ประยุทธ", "1234",
        ] {
            let user = server.create_user(name);
            assert_eq!(user["userName"], name);
            let quoted = name.replace('\\', "\\\\");
            assert_eq!(server.names(&format!("userName eq \"{quoted}\"")), [name]);
        }
        server.post("/Users", user_body("ADA KING noel", json!({}))).send().error(409, "uniqueness");
        server.create_user("AdaKingNoel");
    }

    /// Rows: LEN-30
    fn len_30_a_legal_person_is_let_in_and_is_one_person(server) {
        for (name, other) in [
            ("Seán O’Brien", "SEÁN o’brien"), ("Anna—Maria", "ANNA—MARIA"), ("ACME™", "acmetm"), ("ada😀", "ADA😀"),
            ("Straße№", "STRASSE№"), ("zoe\u{308}™", "ZOË™"), ("a\u{200b}b", "ab"), ("x\u{a0}y", "X Y"),
        ] {
            let created = server.user(user_body(name, json!({})));
            assert_eq!(created["userName"], name, "stored and shown as it was sent");
            for spelling in [name, other] {
                let filter = format!("userName eq {}", json!(spelling));
                assert_eq!(server.names(&filter), [name], "{filter}");
                let listed = server.get("/Users").query("filter", &filter).send();
                assert_eq!(listed.expect(200)["totalResults"], 1);
                server.post("/Users", user_body(spelling, json!({}))).send().error(409, "uniqueness");
            }
            // The owner of such a name can be renamed, deactivated and found, also by a tenant that lets no new one in.
            let path = path_of(&created);
            server.put(&path, user_body(other, json!({}))).send().expect(200);
            server.put(&path, user_body(name, json!({}))).send().expect(200);
        }
        assert_eq!(server.names("userName sw \"SEÁN O’\""), ["Seán O’Brien"]);
        server.set_tenant("any-user-name=off");
        let found = server.get("/Users").query("filter", "externalId pr or userName co \"😀\"").send().expect(200);
        let path = path_of(&found["Resources"][0]);
        let leaves = server.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).send();
        assert_eq!(leaves.header("SCIM-Leniency"), None);
        assert_eq!(leaves.expect(200)["active"], false);
        let put = server.put(&path, user_body("ada😀", json!({ "title": "gone" }))).send();
        assert_eq!(put.expect(200)["title"], "gone");
        server.put(&path, user_body("ada😀😀", json!({}))).send().error(400, "invalidValue");
        server.set_tenant("any-user-name=profile");
        for name in ["a\tb", "a\nb", "a\u{2028}b", "\u{200b}", "\u{7f}"] {
            server.post("/Users", user_body(name, json!({}))).send().error(400, "invalidValue");
        }
    }

    /// Rows: I18N-05 I18N-06 I18N-07
    fn i18n_05_what_a_user_name_may_not_hold(server) {
        server.set_tenant("any-user-name=off");
        let user = server.create_user("kept");
        let path = path_of(&user);
        let refused = [
            "a\u{1}b", "a\tb", "a\nb", "a\u{7f}b", "a\u{85}b", "a\u{378}b", "a\u{200b}b", "a\u{202e}b",
            "a\u{feff}b", "a\u{e000}b", "a\u{fffe}b",
            "ada😀", "ada☃", "ada™", "ﬁnn", "a①", "שלוםabc", "abcאבג", "",
        ];
        for name in refused {
            let detail = refuses_create(&server, "/Users", user_body(name, json!({})), "invalidValue");
            assert!(detail.contains("userName"), "{detail}");
            refuses_change(&server, &path, server.put(&path, user_body(name, json!({}))), 400, "invalidValue");
        }
        for name in ["a\u{1}b", "ada😀", "abcאבג"] {
            let patch = server.patch(&path, json!([{ "op": "replace", "path": "userName", "value": name }]));
            refuses_change(&server, &path, patch, 400, "invalidValue");
            assert!(server.names(&format!("userName eq {}", json!(name))).is_empty(), "no such user, and no error");
        }
        for name in ["שלום", "מרים7", "سلمى"] {
            assert_eq!(server.create_user(name)["userName"], name, "a name from right to left");
        }
    }

    /// Rows: I18N-08 USER-14
    fn i18n_08_a_password_may_be_any_text(server) {
        for (number, password) in ["pass\u{3000}word ünïcode 😀 1A", "ＷＩＤＥ Pass 1", "e\u{301} Abc 123 !"].iter().enumerate() {
            let user = server.user(json!({ "userName": format!("u{number}"), "password": password }));
            assert_eq!(user.get("password"), None);
        }
    }

    /// Rows: I18N-10 I18N-01 SORT-03
    fn i18n_10_order_is_by_code_point_without_a_locale(server) {
        for (name, title) in [("zoe", "b"), ("Ärger", "Z"), ("adam", "ä"), ("Bob", "A"), ("ｃarl", "É"), ("éa", "z-1")] {
            server.user(json!({ "userName": name, "title": title }));
        }
        assert_eq!(order(&server, "userName"), ["adam", "Bob", "ｃarl", "zoe", "Ärger", "éa"], "by the prepared name");
        assert_eq!(order(&server, "title"), ["Bob", "zoe", "Ärger", "éa", "adam", "ｃarl"]);
        let names = server.names("userName ge \"C\"");
        assert_eq!(names, ["zoe", "Ärger", "éa", "ｃarl"], "comparison follows the same order");
    }

    /// Rows: I18N-11 SCHEMA-21 FILTER-05
    fn i18n_11_other_text_compares_folded_and_composed(server) {
        server.user(json!({
            "userName": "a", "title": "Straße", "displayName": "Zoe\u{308} ΣΊΣΥΦΟΣ", "externalId": "Straße",
            "emails": [{ "value": "JÜRGEN@x.org" }], "name": { "familyName": "ÖMAN" },
        }));
        for filter in [
            "title eq \"STRASSE\"", "title eq \"straße\"", "title sw \"STRASS\"", "title co \"SSE\"",
            "title ew \"ẞE\"",
            "displayName sw \"ZOË\"", "displayName co \"zoe\u{308}\"", "displayName co \"σίσυφος\"",
            "emails.value eq \"jürgen@X.ORG\"",
            "emails[value sw \"ju\u{308}r\"]", "name.familyName eq \"öman\"", "name.familyName eq \"O\u{308}MAN\"", "externalId eq \"Straße\"",
        ] {
            assert_eq!(server.names(filter), ["a"], "filter: {filter}");
        }
        for filter in [
            "title eq \"STRASE\"", "title ne \"STRASSE\"", "displayName sw \"Zoe\"", "name.familyName eq \"oman\"",
            "externalId eq \"STRASSE\"", "externalId eq \"straße\"",
        ] {
            assert!(server.names(filter).is_empty(), "filter: {filter}");
        }
    }

    /// Rows: I18N-11 GROUP-02 DEC-5
    fn i18n_11_group_names_ignore_unicode_case(server) {
        let group = server.create_group("Größe", &[]);
        let body = json!({ "displayName": "GRÖSSE" });
        server.post("/Groups", body).send().error(409, "uniqueness");
        assert_eq!(server.search("/Groups", "displayName eq \"gro\u{308}sse\""), [group]);
        server.create_group("Gr😀sse Group ☃", &[]);
    }

    /// Rows: I18N-12 MEDIA-08
    fn i18n_12_text_that_is_no_text_is_refused(server) {
        let around = |inside: &[u8]| [format!("{{\"schemas\":[\"{USER}\"],\"userName\":\"").as_bytes(), inside, b"\"}"].concat();
        for inside in [
            &b"a\xff"[..], b"\xc3", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", br"\ud800",
            br"\udc00x", br"\ud800\u0041", br"\ud83d\ud83d",
        ] {
            post_bytes(&server, around(inside)).error(400, "invalidSyntax");
        }
        assert_eq!(total(&server, "/Users"), 0);
        let body = format!("{{\"schemas\":[\"{USER}\"],\"userName\":\"\\u00e9mile\",\"displayName\":\"\\ud83d\\ude00 Zoë 😀\"}}");
        let user = post_bytes(&server, body.into_bytes()).expect(201);
        assert_eq!(user["userName"], "émile");
        assert_eq!(user["displayName"], Value::from("😀 Zoë 😀"));
        assert_eq!(read(&server, &path_of(&user)), user);
        let sent = "Zoe\u{308} 👩‍👩‍👧 \u{2028}\u{fffd} ×";
        let kept = server.patch(&path_of(&user), json!([{ "op": "replace", "path": "displayName", "value": sent }]));
        assert_eq!(kept.send().expect(200)["displayName"], sent, "nothing is composed, trimmed or replaced in what is stored");
    }
}
