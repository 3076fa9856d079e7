//! The core User (RFC 7643 §4.1) and its derived `groups`.

use serde_json::{Value, json};

use super::schema_model::CERTIFICATE;
use crate::support::{
    ENTERPRISE, Reply, TestServer, USER, id, keys, path_of, read, refuses_change, refuses_create,
    user_body,
};

const PASSWORD: &str = "Corr3ct-horse-battery";

api_test! {
    /// Rows: USER-01 LEN-19 I18N-07
    fn user_01_a_user_name_must_say_something(server) {
        for name in [json!(""), json!(" "), json!("   "), json!("\t"), json!("\u{3000}"), Value::Null] {
            let body = user_body("", json!({ "userName": name }));
            let detail = refuses_create(&server, "/Users", body, "invalidValue");
            assert!(detail.contains("userName"), "{detail}");
        }
        let user = server.create_user("bjensen");
        let path = path_of(&user);
        for name in [json!(""), json!(" "), Value::Null] {
            let request = server.patch(&path, json!([{ "op": "replace", "path": "userName", "value": name }]));
            let before = read(&server, &path);
            let reply = request.send();
            assert_eq!(reply.status, 400, "{name}: {}", reply.text);
            assert_eq!(read(&server, &path), before);
        }
    }

    /// Rows: USER-02 USER-03 USER-04 USER-05 PUT-10 SCHEMA-20 SCHEMA-21 GEN-8 GEN-10 PROFILE-07
    fn user_02_a_user_name_is_taken_in_every_letter_case(server) {
        let first = server.create_user("bjensen@X.org");
        let second = server.user(json!({ "userName": "other", "title": "Guide" }));
        let path = path_of(&second);
        for taken in ["bjensen@X.org", "BJENSEN@x.ORG", "bJensen@x.org"] {
            let detail = server.post("/Users", user_body(taken, json!({}))).send().error(409, "uniqueness");
            assert!(detail.contains("userName"), "{detail}");
            let put = server.put(&path, user_body(taken, json!({ "title": "Driver" })));
            refuses_change(&server, &path, put, 409, "uniqueness");
            let patch = server.patch(&path, json!([
                { "op": "replace", "path": "title", "value": "Driver" },
                { "op": "replace", "path": "userName", "value": taken },
            ]));
            refuses_change(&server, &path, patch, 409, "uniqueness");
        }
        assert_eq!(server.names("userName pr"), ["bjensen@X.org", "other"]);
        let own = path_of(&first);
        let new = server.put(&own, user_body("BJENSEN@x.org", json!({}))).send().expect(200);
        assert_eq!(new["userName"], "BJENSEN@x.org", "the case of one's own name may change, and is kept");
        assert_ne!(new["meta"]["version"], first["meta"]["version"]);
        assert_eq!(read(&server, &own)["userName"], "BJENSEN@x.org");
        let new = server.patch(&own, json!([{ "op": "replace", "path": "userName", "value": "BJensen@x.org" }])).send();
        assert_eq!(new.expect(200)["userName"], "BJensen@x.org");
        assert_eq!(server.names("userName eq \"bjensen@x.org\""), ["BJensen@x.org"]);
        server.put(&own, user_body("moved", json!({}))).send().expect(200);
        server.create_user("bjensen@x.org");
    }

    /// Rows: USER-02 DEC-7 GEN-3
    fn user_02_an_inactive_user_keeps_the_name(server) {
        let leaver = server.user(json!({ "userName": "leaver", "active": false }));
        server.post("/Users", user_body("LEAVER", json!({ "active": true }))).send().error(409, "uniqueness");
        assert_eq!(read(&server, &path_of(&leaver)), leaver, "not revived either");
    }

    /// Rows: USER-06 USER-07 USER-09 USER-11 USER-18 SCHEMA-26 GEN-26
    fn user_06_values_are_kept_as_sent_and_none_is_derived(server) {
        let sent = json!({
            "userName": "Barbara.Jensen@EXAMPLE.com", "name": { "familyName": "Jensen", "givenName": "Barbara" },
            "nickName": "  Babs ", "title": "Tour\nGuide", "userType": "eMpLoYeE", "preferredLanguage": "en-US,de;q=0.5",
            "locale": "en_US", "timezone": "America/Los_Angeles",
            "emails": [{ "value": "Barbara@EXAMPLE.com", "type": "Work" }, { "value": "barbara@Example.COM" }],
            "phoneNumbers": [{ "value": "555-1234", "type": "mobile" }, { "value": "tel:+1-201-555-0123" }],
        });
        let user = server.user(sent.clone());
        for (name, value) in sent.as_object().expect("an object") {
            assert_eq!(user[name], *value, "{name}");
        }
        assert_eq!(user.get("displayName"), None);
        let named = json!({ "formatted": "Ms. Barbara Jensen", "familyName": "Jensen", "givenName": "Barbara" });
        let user = server.user(json!({ "userName": "named", "name": named }));
        let patched = server.patch(&path_of(&user), json!([{ "op": "replace", "path": "name.familyName", "value": "Smith" }]));
        let expected = json!({ "formatted": "Ms. Barbara Jensen", "familyName": "Smith", "givenName": "Barbara" });
        assert_eq!(patched.send().expect(200)["name"], expected, "formatted is the client's own business");
    }

    /// Rows: USER-08 SCHEMA-10 USER-19
    fn user_08_urls_are_checked(server) {
        server.set_tenant("any-format=off");
        for url in ["not a uri", "https://x.example/a b", "http://[half"] {
            refuses_create(&server, "/Users", user_body("a", json!({ "profileUrl": url })), "invalidValue");
            let photo = json!({ "photos": [{ "value": url, "type": "photo" }] });
            refuses_create(&server, "/Users", user_body("a", photo), "invalidValue");
        }
        let photo = "https://photos.example.com/profilephoto/72930000000Ccne/F?size=L#face";
        let user = server.user(json!({
            "userName": "a", "profileUrl": "https://Login.example.com/BJensen%20x",
            "photos": [{ "value": photo, "type": "photo" }, { "value": photo, "type": "thumbnail" }],
            "ims": [{ "value": "someaimhandle", "type": "aim" }, { "value": "x", "type": "other" }],
        }));
        assert_eq!(user["profileUrl"], "https://Login.example.com/BJensen%20x");
        assert_eq!(user["photos"][0]["value"], photo);
        assert_eq!(user["photos"].as_array().map(Vec::len), Some(2), "one value under two types is two elements");
        assert_eq!(user["ims"][1], json!({ "value": "x", "type": "other" }));
    }

    /// Rows: LEN-31
    fn len_31_one_bad_text_does_not_cost_the_person(server) {
        let pem = "-----BEGIN CERTIFICATE-----\nMAEH\n-----END CERTIFICATE-----\n";
        let sent = json!({
            "profileUrl": "see the intranet", "locale": "English, please", "x509Certificates": [{ "value": pem }],
            "photos": [{ "value": "C:\\me at work.png", "type": "photo" }],
        });
        let created = server.user(user_body("kim", sent.clone()));
        let path = path_of(&created);
        let put = server.put(&path, user_body("kim", sent.clone())).send().expect(200);
        assert_eq!(put, created, "the same again is no change");
        for (name, value) in sent.as_object().expect("an object") {
            assert_eq!(created[name], *value, "kept as sent");
            let patch = json!([{ "op": "replace", "path": name, "value": value }]);
            assert_eq!(server.patch(&path, patch).send().expect(200)[name], *value);
        }
        assert_eq!(server.names("profileUrl eq \"see the intranet\" and locale eq \"english, PLEASE\""), ["kim"]);
        let blank = json!({ "profileUrl": " ", "locale": "\t", "photos": [{ "value": "  ", "type": "photo" }], "x509Certificates": [{ "value": " " }] });
        let emptied = server.put(&path, user_body("kim", blank.clone())).send().expect(200);
        for name in blank.as_object().expect("an object").keys() {
            assert_eq!(emptied.get(name), None, "{name}: blanks are no value");
            let patch = json!([{ "op": "add", "path": name, "value": sent[name] }, { "op": "replace", "path": name, "value": blank[name] }]);
            assert_eq!(server.patch(&path, patch).send().expect(200).get(name), None, "{name} in PATCH");
        }
        server.rfc();
        for (name, value) in sent.as_object().expect("an object").iter().chain(blank.as_object().expect("an object")) {
            refuses_create(&server, "/Users", user_body("lee", json!({ name.as_str(): value })), "invalidValue");
        }
    }

    /// Rows: USER-10
    fn user_10_a_locale_has_no_blanks(server) {
        server.set_tenant("any-format=off");
        for locale in ["en US", " en-US", "en-US "] {
            let detail = refuses_create(&server, "/Users", user_body("a", json!({ "locale": locale })), "invalidValue");
            assert!(detail.contains("locale"), "{detail}");
        }
        for locale in ["en", "en-US", "en_US", "zh-Hant-TW", "de-CH-1996"] {
            assert_eq!(server.user(json!({ "userName": locale, "locale": locale }))["locale"], locale);
        }
    }

    /// Rows: USER-11 USER-20 USER-26
    fn user_20_country_zone_and_certificate_are_checked_only_by_profile_rfc(server) {
        let two_certificates = format!("{CERTIFICATE}{CERTIFICATE}");
        let loose = [
            json!({ "timezone": "Pacific Standard Time" }), json!({ "addresses": [{ "type": "work", "country": "USA" }] }),
            json!({ "addresses": [{ "country": "Deutschland" }] }), json!({ "x509Certificates": [{ "value": two_certificates }] }),
            json!({ "x509Certificates": [{ "value": "MIIB" }] }),
        ];
        for (number, rest) in loose.iter().enumerate() {
            let user = server.user(user_body(&format!("loose-{number}"), rest.clone()));
            for (name, value) in rest.as_object().expect("an object") {
                assert_eq!(user[name], *value, "real clients send such things");
            }
        }
        server.rfc();
        for rest in loose {
            refuses_create(&server, "/Users", user_body("strict", rest), "invalidValue");
        }
        let user = server.user(json!({
            "userName": "strict", "timezone": "America/Los_Angeles", "addresses": [{ "type": "work", "country": "US" }],
            "x509Certificates": [{ "value": CERTIFICATE }],
        }));
        assert_eq!(user["timezone"], "America/Los_Angeles");
        assert_eq!(user["addresses"], json!([{ "type": "work", "country": "US" }]));
        assert_eq!(user["x509Certificates"], json!([{ "value": CERTIFICATE }]));
    }

    /// Rows: USER-26 SCHEMA-09
    fn user_26_certificates_are_base64(server) {
        for text in ["%%%", "A", "M-I_", "====", "MII=B", "MIIBä", "-----BEGIN X-----\n%%\n-----END X-----"] {
            let rest = json!({ "x509Certificates": [{ "value": text }] });
            refuses_create(&server, "/Users", user_body("a", rest), "invalidValue");
        }
        for (name, text) in [("padded", "TWE="), ("unpadded", "TWE"), ("signs", "+/+/"), ("case", "aBcD")] {
            let user = server.user(json!({ "userName": name, "x509Certificates": [{ "value": text }] }));
            assert_eq!(user["x509Certificates"][0]["value"], text);
        }
        assert_eq!(server.names("x509Certificates.value eq \"aBcD\""), ["case"]);
        assert!(server.names("x509Certificates.value eq \"abcd\"").is_empty(), "binary is case-exact");
    }

    /// Rows: USER-13 GEN-3 CRUD-23
    fn user_13_a_suspended_user_stays_visible_and_changeable(server) {
        let user = server.create_user("bjensen");
        let path = path_of(&user);
        let suspended = server.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).send().expect(200);
        assert_eq!(suspended["active"], false);
        assert_eq!(read(&server, &path)["active"], false);
        assert_eq!(server.names("userName eq \"bjensen\""), ["bjensen"]);
        assert_eq!(server.names("active eq false"), ["bjensen"]);
        assert_eq!(server.get("/Users").send().expect(200)["totalResults"], 1);
        let titled = server.patch(&path, json!([{ "op": "add", "path": "title", "value": "x" }])).send().expect(200);
        assert_eq!((&titled["title"], &titled["active"]), (&json!("x"), &json!(false)));
        let back = server.patch(&path, json!([{ "op": "replace", "path": "active", "value": true }])).send().expect(200);
        assert_eq!(back["active"], true);
        server.delete(&path).send().expect(204);
        server.get(&path).send().error(404, "");
    }

    /// Rows: USER-14 SCHEMA-18 SCHEMA-19 GEN-20 PROJ-16
    fn user_14_a_password_never_comes_back(server) {
        let hidden = |reply: Reply, status: u16| {
            assert_eq!(reply.status, status, "{}", reply.text);
            assert!(!reply.text.to_lowercase().contains("password"), "{}", reply.text);
            assert!(!reply.text.contains("horse"), "{}", reply.text);
            assert!(!reply.text.contains("$argon2"), "not even as a hash: {}", reply.text);
            reply.body
        };
        let body = user_body("bjensen", json!({ "password": PASSWORD }));
        let created = server.post("/Users", body.clone()).query("attributes", "password,userName").send();
        let path = format!("/Users/{}", id(&hidden(created, 201)));
        hidden(server.get(&path).send(), 200);
        hidden(server.get(&path).query("attributes", "password").send(), 200);
        hidden(server.get(&path).query("attributes", &format!("{USER}:Password")).send(), 200);
        hidden(server.get("/Users").send(), 200);
        hidden(server.get("/Users").query("attributes", "password").send(), 200);
        hidden(server.put(&path, body.clone()).send(), 200);
        let patch = json!([{ "op": "replace", "path": "password", "value": PASSWORD }]);
        hidden(server.patch(&path, patch).query("attributes", "password").send(), 200);
        hidden(server.patch(&path, json!([{ "op": "add", "value": { "password": PASSWORD } }])).send(), 200);

        let conflict = server.post("/Users", body).send();
        assert!(!conflict.text.contains("horse"), "{}", conflict.text);
        conflict.error(409, "uniqueness");
        let wrong = server.post("/Users", user_body("b", json!({ "password": { "was": PASSWORD } }))).send();
        assert!(!wrong.text.contains("horse"), "an error does not quote a secret: {}", wrong.text);
        wrong.error(400, "invalidValue");
        assert!(!server.log().contains("horse"), "nor does the log");
    }

    /// Rows: USER-16 SORT-10
    fn user_16_a_password_cannot_be_guessed_by_asking(server) {
        server.user(json!({ "userName": "bjensen", "password": PASSWORD }));
        for filter in [
            format!("password eq \"{PASSWORD}\""), "password sw \"C\"".to_owned(), "password co \"horse\"".to_owned(),
            "password gt \"A\"".to_owned(), "password pr".to_owned(), "not (password pr)".to_owned(),
            format!("{USER}:PASSWORD eq \"{PASSWORD}\""), "userName eq \"nobody\" or password sw \"C\"".to_owned(),
        ] {
            let reply = server.get("/Users").query("filter", &filter).send();
            assert_eq!(reply.status, 400, "{filter}: {}", reply.text);
            assert!(!reply.text.contains("horse"), "{}", reply.text);
            reply.error(400, "invalidFilter");
        }
        server.get("/Users").query("sortBy", "password").send().error(400, "invalidPath");
    }

    /// Rows: USER-17 NULL-08 SCHEMA-15 SCHEMA-22
    fn user_17_an_element_needs_no_value_as_schemas_say(server) {
        for profile in ["default", "rfc"] {
            server.set_tenant(&format!("profile={profile}"));
            for attribute in ["emails", "phoneNumbers", "ims", "photos", "entitlements", "roles", "x509Certificates"] {
                let value = server.get(&format!("/Schemas/{USER}")).send().expect(200);
                let listed = value["attributes"].as_array().expect("attributes").iter();
                let plural = listed.clone().find(|one| one["name"] == attribute).expect("the attribute");
                let inside = plural["subAttributes"].as_array().expect("sub-attributes").iter();
                assert!(inside.clone().any(|sub| sub["name"] == "value" && sub["required"] == false), "{attribute}");
                let sent = json!([{ "value": "MAEH", "type": "work" }, { "type": "home" }]);
                let name = format!("{profile}-{attribute}");
                let user = server.user(user_body(&name, json!({ attribute: sent })));
                assert_eq!(user[attribute], sent);
                let path = path_of(&user);
                let put = server.put(&path, user_body(&name, json!({ attribute: [{ "type": "home" }] }))).send().expect(200);
                assert_eq!(put[attribute], json!([{ "type": "home" }]));
                assert_eq!(server.names(&format!("userName eq \"{name}\" and {attribute}.value pr")), Vec::<String>::new());
                let add = json!([{ "op": "add", "path": attribute, "value": [{ "type": "home" }] }]);
                assert_eq!(server.patch(&path, add).send().expect(200)[attribute], put[attribute], "it is there already");
                let fill = json!([{ "op": "replace", "path": format!("{attribute}[type eq \"home\"].value"), "value": "MAEH" }]);
                let filled = server.patch(&path, fill).send().expect(200);
                assert_eq!(filled[attribute], json!([{ "type": "home", "value": "MAEH" }]));
            }
        }
        server.set_tenant("profile=default");
        let user = server.user(json!({
            "userName": "a", "emails": [{ "type": "home", "value": null }, { "value": "a@x.org", "type": "private" }],
        }));
        assert_eq!(user["emails"], json!([{ "value": "a@x.org", "type": "private" }]), "a value of null takes its element along");
        assert_eq!(read(&server, &path_of(&user))["emails"], user["emails"]);
    }

    /// Rows: USER-21 USER-22 USER-23 PATCH-14
    fn user_21_groups_is_derived_and_read_only(server) {
        let user = server.create_user("bjensen");
        let path = path_of(&user);
        let group = server.create_group("engineers", &[]);
        for operations in [
            json!([{ "op": "add", "path": "groups", "value": [{ "value": id(&group) }] }]),
            json!([{ "op": "replace", "path": "title", "value": "x" }, { "op": "replace", "path": "groups", "value": [] }]),
            json!([{ "op": "remove", "path": "groups" }]),
        ] {
            refuses_change(&server, &path, server.patch(&path, operations), 400, "mutability");
        }
        assert_eq!(read(&server, &path_of(&group))["members"], json!([]));

        change_members(&server, &group, "add", &user);
        let expected = json!({
            "value": id(&group), "$ref": group["meta"]["location"], "display": "engineers", "type": "direct",
        });
        assert_eq!(read(&server, &path)["groups"], json!([expected]));
        let listed = server.search("/Users", &format!("groups.value eq \"{}\"", id(&group)));
        assert_eq!(listed[0]["groups"], json!([expected]));
        let renamed = json!([{ "op": "replace", "path": "displayName", "value": "Engineering" }]);
        server.patch(&path_of(&group), renamed).send().expect(204);
        assert_eq!(read(&server, &path)["groups"][0]["display"], "Engineering");
        change_members(&server, &group, "remove", &user);
        assert_eq!(read(&server, &path).get("groups"), None);
        change_members(&server, &group, "add", &user);
        server.delete(&path_of(&group)).send().expect(204);
        assert_eq!(read(&server, &path).get("groups"), None);
        assert_eq!(read(&server, &path), user, "and all of that was no change of the user");
    }

    /// Rows: USER-24 GROUP-06
    fn user_24_membership_through_nested_groups_is_indirect(server) {
        let user = server.create_user("bjensen");
        let bottom = server.create_group("bottom", &[id(&user)]);
        let middle = server.create_group("middle", &[id(&bottom)]);
        let top = server.create_group("top", &[id(&middle)]);
        // A direct member that is also an indirect one: listed once, as direct.
        let both = server.create_group("both", &[id(&user), id(&top)]);
        assert_eq!(kinds(&server, &user), ["both direct", "bottom direct", "middle indirect", "top indirect"]);
        change_members(&server, &middle, "remove", &bottom);
        assert_eq!(kinds(&server, &user), ["both direct", "bottom direct"]);
        change_members(&server, &both, "remove", &user);
        change_members(&server, &middle, "add", &bottom);
        assert_eq!(kinds(&server, &user), ["both indirect", "bottom direct", "middle indirect", "top indirect"]);
        server.delete(&path_of(&top)).send().expect(204);
        assert_eq!(kinds(&server, &user), ["bottom direct", "middle indirect"]);
    }

    /// Rows: USER-25 LEN-24
    fn user_25_roles_and_entitlements_have_no_fixed_vocabulary(server) {
        let sent = json!({
            "userName": "bjensen", "entitlements": [{ "value": "Ünlimited / 7", "type": "whatever", "display": "U" }],
            "roles": [{ "value": "{\"id\":\"1\",\"value\":\"x\"}", "primary": true }, { "value": "owner", "type": "" }],
        });
        let user = server.user(sent.clone());
        assert_eq!(user["entitlements"], sent["entitlements"]);
        assert_eq!(user["roles"][0], sent["roles"][0]);
        assert_eq!(user["roles"][1]["value"], "owner");
    }

    /// Rows: USER-27 USER-28 ETAG-11
    fn user_27_a_deleted_user_changes_the_groups_and_nobody_else(server) {
        let [leaves, stays] = ["leaves", "stays"].map(|name| server.create_user(name));
        let group = server.create_group("engineers", &[id(&leaves), id(&stays)]);
        let bystander = server.create_group("others", &[id(&stays)]);
        server.delete(&path_of(&leaves)).send().expect(204);
        let after = read(&server, &path_of(&group));
        assert_eq!(after["members"].as_array().map(Vec::len), Some(1));
        assert_eq!(after["members"][0]["value"], id(&stays));
        assert_ne!(after["meta"]["version"], group["meta"]["version"]);
        assert_eq!(read(&server, &path_of(&bystander)), bystander);
        assert_eq!(read(&server, &path_of(&stays))["meta"], stays["meta"]);
        let stale = group["meta"]["version"].as_str().expect("a version");
        let rename = json!([{ "op": "replace", "path": "displayName", "value": "x" }]);
        server.patch(&path_of(&group), rename).header("If-Match", stale).send().error(412, "");
    }

    /// Rows: USER-14 SCHEMA-30 ENT-01
    fn schema_30_an_answer_is_not_an_echo(server) {
        let user = server.user(json!({
            "userName": "bjensen", "password": PASSWORD, "bogus": 1, "department": 5, "id": "x", "groups": [{ "value": "x" }],
            "urn:example:unknown:1.0": { "a": 1 }, ENTERPRISE: { "bogus": true, "division": "West" }, "name": { "bogus": "x", "givenName": "B" },
        }));
        assert_eq!(keys(&user), ["active", "id", "meta", "name", "schemas", ENTERPRISE, "userName"]);
        assert_eq!(user[ENTERPRISE], json!({ "division": "West" }));
        assert_eq!(user["name"], json!({ "givenName": "B" }));
        assert_eq!(read(&server, &path_of(&user)), user);
    }
}

/// Adds a member to a group, or removes it, the way identity providers do.
#[track_caller]
fn change_members(server: &TestServer, group: &Value, op: &str, member: &Value) {
    let operation = match op {
        "add" => json!({ "op": "add", "path": "members", "value": [{ "value": id(member) }] }),
        _ => json!({ "op": "remove", "path": format!("members[value eq \"{}\"]", id(member)) }),
    };
    server
        .patch(&path_of(group), json!([operation]))
        .send()
        .expect(204);
}

/// Name and kind of each of the user's groups, sorted.
#[track_caller]
fn kinds(server: &TestServer, user: &Value) -> Vec<String> {
    let shown = read(server, &path_of(user));
    let groups = shown["groups"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let kind = |group: &Value| format!("{} {}", group["display"], group["type"]).replace('"', "");
    let mut kinds: Vec<String> = groups.iter().map(kind).collect();
    kinds.sort();
    kinds
}
