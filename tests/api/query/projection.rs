//! `attributes` and `excludedAttributes` (RFC 7644 §3.4.2.5, §3.9).

use serde_json::{Value, json};

use crate::support::{ENTERPRISE, GROUP, Reply, Request, TestServer, USER, id};

const PASSWORD: &str = "Corr3ct-horse-battery";

/// A user with something of everything.
fn rich(user_name: &str, manager: &Value) -> Value {
    json!({
        "schemas": [USER, ENTERPRISE], "userName": user_name, "externalId": "x1", "title": "Dr", "password": PASSWORD,
        "name": { "givenName": "Ada", "familyName": "Lovelace" },
        "emails": [
            { "value": "a@work.example", "type": "work", "primary": true, "display": "Work" },
            { "value": "a@home.example", "type": "home" },
        ],
        ENTERPRISE: { "department": "Sales", "costCenter": "7", "manager": { "value": id(manager) } },
    })
}

fn create(server: &TestServer) -> Value {
    let boss = server.create_user("boss");
    server.user(rich("ada", &boss))
}

/// The names of an object's members, sorted, parted by blanks.
fn keys(object: &Value) -> String {
    let names: Vec<&str> = object
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    sorted(&names.join(" "))
}

fn sorted(words: &str) -> String {
    let mut words: Vec<&str> = words.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

/// The user read with each query: its members besides `id` and `schemas`, which every representation has.
#[track_caller]
fn shows(server: &TestServer, user: &Value, table: &[(&str, &str)]) {
    for (query, expected) in table {
        let found = server
            .get(&format!("/Users/{}?{query}", id(user)))
            .send()
            .expect(200);
        assert_eq!(found["id"], user["id"], "{query}");
        assert!(found["schemas"].is_array(), "{query}");
        let names = keys(&found);
        let others: Vec<&str> = names
            .split(' ')
            .filter(|name| !["id", "schemas"].contains(name))
            .collect();
        assert_eq!(others.join(" "), *expected, "{query}");
    }
}

/// The parts of one attribute that the answer shows.
#[track_caller]
fn part(server: &TestServer, user: &Value, query: &str, attribute: &str) -> Value {
    let found = server
        .get(&format!("/Users/{}?{query}", id(user)))
        .send()
        .expect(200);
    found.get(attribute).cloned().unwrap_or(Value::Null)
}

api_test! {
    /// Rows: PROJ-01 PROJ-12 PROJ-13 PROJ-15 COMMON-08 COMMON-20
    fn proj_01_attributes_names_what_is_shown(server) {
        let ada = create(&server);
        let all = format!("active emails externalId meta name title {ENTERPRISE} userName");
        let all = all.as_str();
        shows(
            &server,
            &ada,
            &[
                ("", all),
                ("attributes=userName", "userName"),
                ("attributes=title,userName", "title userName"),
                ("attributes=USERNAME,%20Emails", "emails userName"),
                ("attributes=+title+,+active+", "active title"),
                ("attributes=id", ""),
                ("attributes=schemas", ""),
                ("attributes=externalId", "externalId"),
                ("attributes=meta", "meta"),
                ("attributes=nickName", ""),
                // Unknown names show nothing and are no error.
                ("attributes=bogus", ""),
                ("attributes=bogus,title", "title"),
                ("attributes=title.bogus,urn:none:x,..,members", ""),
                ("attributes=title,title,TITLE", "title"),
                ("attributes=,title,", "title"),
                // Nothing named counts as not asked.
                ("attributes=", all),
                ("excludedAttributes=", all),
            ],
        );
    }

    /// Rows: PROJ-02 PROJ-04 PROJ-12 PROJ-13
    fn proj_02_excluded_attributes_names_what_is_hidden(server) {
        let ada = create(&server);
        let rest = format!("active externalId meta name {ENTERPRISE} userName");
        let rest = rest.as_str();
        shows(
            &server,
            &ada,
            &[
                ("excludedAttributes=emails,title", rest),
                ("excludedAttributes=EMAILS,%20Title", rest),
                ("excludedAttributes=emails,title,bogus,nickName", rest),
                // `id` is always returned, and so are the schemas.
                ("excludedAttributes=id,schemas,emails,title", rest),
                ("excludedAttributes=ID,urn:none:x,emails,title", rest),
            ],
        );
        shows(
            &server,
            &ada,
            &[(&format!("excludedAttributes={ENTERPRISE},emails,name,active,meta"), "externalId title userName")],
        );
    }

    /// Rows: PROJ-05 PROJ-06 PROJ-10 PROJ-18 PROJ-20
    fn proj_05_sub_attributes_are_named_one_by_one(server) {
        let ada = create(&server);
        let part = |query: &str, attribute: &str| part(&server, &ada, query, attribute);
        assert_eq!(part("attributes=name.givenName", "name"), json!({ "givenName": "Ada" }));
        assert_eq!(part("attributes=NAME.GIVENNAME", "name"), json!({ "givenName": "Ada" }));
        assert_eq!(part("attributes=name", "name"), json!({ "givenName": "Ada", "familyName": "Lovelace" }));
        assert_eq!(
            part("attributes=name,name.givenName", "name"),
            json!({ "givenName": "Ada", "familyName": "Lovelace" })
        );
        assert_eq!(part("excludedAttributes=name.familyName", "name"), json!({ "givenName": "Ada" }));
        assert_eq!(
            part("attributes=emails.value", "emails"),
            json!([{ "value": "a@work.example" }, { "value": "a@home.example" }])
        );
        assert_eq!(
            part("attributes=emails.value,emails.type", "emails"),
            json!([
                { "value": "a@work.example", "type": "work" }, { "value": "a@home.example", "type": "home" },
            ])
        );
        assert_eq!(
            part("excludedAttributes=emails.display,emails.primary,emails.type", "emails"),
            json!([{ "value": "a@work.example" }, { "value": "a@home.example" }])
        );
        assert_eq!(part("attributes=emails", "emails"), ada["emails"]);
        // What would be empty is left out.
        assert_eq!(part("attributes=name.middleName", "name"), Value::Null);
        assert_eq!(part("excludedAttributes=name.givenName,name.familyName", "name"), Value::Null);
        assert_eq!(part("attributes=emails.display", "emails"), json!([{ "display": "Work" }]));
        let boss = &server.search("/Users", r#"userName eq "boss""#)[0];
        shows(&server, boss, &[("attributes=emails.value,name", ""), ("attributes=name.givenName", "")]);
        shows(&server, boss, &[(&format!("attributes={ENTERPRISE}"), "")]);
    }

    /// Rows: PROJ-07 PROJ-08 PROJ-09 EXT-01 EXT-02 EXT-12
    fn proj_07_names_may_carry_their_schema(server) {
        let ada = create(&server);
        let extension = |query: &str| part(&server, &ada, query, ENTERPRISE);
        shows(
            &server,
            &ada,
            &[
                (&format!("attributes={USER}:userName"), "userName"),
                (&format!("attributes={}:USERNAME", USER.to_uppercase()), "userName"),
                (&format!("attributes={USER}:name.givenName"), "name"),
                (&format!("attributes={ENTERPRISE}:department"), ENTERPRISE),
                (&format!("attributes={ENTERPRISE}"), ENTERPRISE),
                (
                    &format!("excludedAttributes={USER}:emails,{USER}:title,{ENTERPRISE}"),
                    "active externalId meta name userName",
                ),
                (&format!("attributes={ENTERPRISE}:bogus"), ""),
                (&format!("attributes={GROUP}:displayName"), ""),
            ],
        );
        assert_eq!(extension(&format!("attributes={ENTERPRISE}:department")), json!({ "department": "Sales" }));
        assert_eq!(
            extension(&format!("attributes={}:DEPARTMENT", ENTERPRISE.to_uppercase())),
            json!({ "department": "Sales" })
        );
        assert_eq!(extension(&format!("attributes={ENTERPRISE}")), ada[ENTERPRISE]);
        assert_eq!(keys(&extension(&format!("excludedAttributes={ENTERPRISE}:department"))), "costCenter manager");
        assert_eq!(keys(&extension(&format!("attributes={ENTERPRISE}:manager.value"))), "manager");
        assert_eq!(keys(&extension(&format!("attributes={ENTERPRISE}:manager.value"))["manager"]), "value");
        assert_eq!(
            extension(&format!(
                "excludedAttributes={ENTERPRISE}:department,{ENTERPRISE}:costCenter,{ENTERPRISE}:manager"
            )),
            Value::Null
        );
        let without = extension(&format!("excludedAttributes={ENTERPRISE}:manager.value"));
        assert_eq!(without["department"], "Sales");
        assert_eq!(without["manager"].get("value"), None);
    }

    /// Rows: PROJ-03 PROJ-14 PROJ-21 GEN-18
    fn proj_03_every_answer_with_a_resource_is_projected(server) {
        let boss = server.create_user("boss");
        let ada = server.user(rich("ada", &boss));
        let user = format!("/Users/{}", id(&ada));
        let team = server.create_group("Team", &[id(&ada)]);
        let group = format!("/Groups/{}", id(&team));
        let rename = json!([{ "op": "replace", "path": "title", "value": "Prof" }]);
        let regroup = json!([{ "op": "replace", "path": "displayName", "value": "Crew" }]);
        let new_user = |name: &str| server.post("/Users", rich(name, &boss));
        let new_group = |name: &str| server.post("/Groups", json!({ "schemas": [GROUP], "displayName": name }));
        let put_user = || server.put(&user, rich("ada", &boss));
        let put_group = || {
            server.put(&group, json!({ "schemas": [GROUP], "displayName": "Crew", "members": [{ "value": id(&ada) }] }))
        };
        let patch_user = || server.patch(&user, rename.clone());
        let patch_group = || server.patch(&group, regroup.clone());

        let shown = |request: Request, name: &str, status: u16| {
            let reply = request.query("attributes", name).send();
            assert_eq!(keys(&reply.clone().expect(status)), sorted(&format!("id schemas {name}")));
            reply
        };
        let hidden = |request: Request, name: &str, status: u16| {
            let body = request.query("excludedAttributes", name).send().expect(status);
            assert!(body.get(name).is_none() && body["meta"].is_object(), "{body}");
        };
        shown(server.get(&user), "userName", 200);
        shown(put_user(), "userName", 200);
        shown(patch_user(), "userName", 200);
        let made: Reply = shown(new_user("u1"), "userName", 201);
        // The headers do not depend on what the body shows.
        assert_eq!(made.header("location"), Some(format!("{}/Users/{}", server.base(), id(&made.body)).as_str()));
        assert!(made.header("etag").is_some());
        hidden(server.get(&user), "emails", 200);
        hidden(put_user(), "emails", 200);
        hidden(patch_user(), "emails", 200);
        hidden(new_user("u2"), "emails", 201);
        shown(server.get(&group), "members", 200);
        shown(server.get(&group), "displayName", 200);
        shown(put_group(), "displayName", 200);
        shown(patch_group(), "displayName", 200);
        shown(new_group("g1"), "displayName", 201);
        hidden(server.get(&group), "members", 200);
        hidden(put_group(), "members", 200);
        hidden(patch_group(), "members", 200);
        hidden(new_group("g2"), "members", 201);

        for endpoint in ["/Users", "/Groups"] {
            let name = if endpoint == "/Users" { "userName" } else { "members" };
            let list = server.get(&format!("{endpoint}?attributes={name}")).send().expect(200);
            for resource in list["Resources"].as_array().unwrap() {
                assert_eq!(keys(resource), sorted(&format!("id schemas {name}")));
            }
            let list = server.get(&format!("{endpoint}?excludedAttributes={name}")).send().expect(200);
            for resource in list["Resources"].as_array().unwrap() {
                assert!(resource.get(name).is_none() && resource["meta"].is_object(), "{resource}");
            }
        }
    }

    /// Rows: PROJ-06 PROJ-10 GROUP-13 SCHEMA-02
    fn proj_06_members_are_projected(server) {
        let ada = server.create_user("ada");
        let team = server.create_group("Team", &[id(&ada)]);
        let members = |query: &str| {
            let group = server.get(&format!("/Groups/{}?{query}", id(&team))).send().expect(200);
            group.get("members").cloned().unwrap_or(Value::Null)
        };
        assert_eq!(members("attributes=members.value"), json!([{ "value": id(&ada) }]));
        assert_eq!(
            members("attributes=members.$ref"),
            json!([{ "$ref": format!("{}/Users/{}", server.base(), id(&ada)) }])
        );
        assert_eq!(members("attributes=members.type,members.VALUE"), json!([{ "value": id(&ada), "type": "User" }]));
        assert_eq!(members("excludedAttributes=members.value")[0]["type"], "User");
        assert_eq!(members("excludedAttributes=members.value")[0].get("value"), None);
        assert_eq!(members("excludedAttributes=displayName"), team["members"]);
        assert_eq!(members("attributes=displayName"), Value::Null);
        assert_eq!(members("excludedAttributes=members"), Value::Null);
        let user = server.get(&format!("/Users/{}?attributes=groups.value", id(&ada))).send().expect(200);
        assert_eq!(user["groups"], json!([{ "value": id(&team) }]));
        shows(&server, &ada, &[("excludedAttributes=groups", "active meta userName")]);
    }

    /// Rows: PROJ-11
    fn proj_11_the_two_parameters_exclude_each_other(server) {
        let ada = create(&server);
        let user = format!("/Users/{}", id(&ada));
        let both = "attributes=userName&excludedAttributes=emails";
        for path in [format!("{user}?{both}"), format!("/Users?{both}"), format!("/Groups?{both}")] {
            server.get(&path).send().error(400, "invalidValue");
        }
        let patch = json!([{ "op": "replace", "path": "title", "value": "Prof" }]);
        server.patch(&format!("{user}?{both}"), patch).send().error(400, "invalidValue");
        server
            .post(&format!("/Users?{both}"), json!({ "schemas": [USER], "userName": "new" }))
            .send()
            .error(400, "invalidValue");
        // Refused means that nothing was written.
        assert_eq!(part(&server, &ada, "", "title"), "Dr");
        assert_eq!(server.names(r#"userName eq "new""#), [""; 0]);
    }

    /// Rows: PROJ-16 SCHEMA-18 USER-14 GEN-20
    fn proj_16_a_password_never_appears(server) {
        let ada = create(&server);
        let user = format!("/Users/{}", id(&ada));
        let boss = server.search("/Users", r#"userName eq "boss""#).remove(0);
        for query in [
            "",
            "?attributes=password",
            "?attributes=PASSWORD,title",
            "?excludedAttributes=title",
            "?attributes=urn:ietf:params:scim:schemas:core:2.0:User:password",
        ] {
            let set = json!([{ "op": "replace", "path": "password", "value": PASSWORD }]);
            let name = format!("u{}", query.len());
            for request in [
                server.get(&format!("{user}{query}")),
                server.get(&format!("/Users{query}")),
                server.put(&format!("{user}{query}"), rich("ada", &boss)),
                server.patch(&format!("{user}{query}"), set),
                server.post(&format!("/Users{query}"), rich(&name, &boss)),
            ] {
                let reply = request.send();
                assert!(reply.status < 300, "{}", reply.text);
                let text = reply.text.to_lowercase();
                assert!(!text.contains("password") && !text.contains("corr3ct"), "{query}: {text}");
                assert!(!text.contains("argon2"), "{query}: {text}");
            }
        }
    }

    /// Rows: PROJ-19 COMMON-18
    fn proj_19_meta_is_projected_like_the_rest(server) {
        let ada = create(&server);
        let meta = |query: &str| part(&server, &ada, query, "meta");
        assert_eq!(keys(&meta("")), "created lastModified location resourceType version");
        assert_eq!(meta("attributes=meta.lastModified"), json!({ "lastModified": ada["meta"]["lastModified"] }));
        assert_eq!(meta("attributes=META.LOCATION"), json!({ "location": ada["meta"]["location"] }));
        assert_eq!(meta("attributes=meta"), ada["meta"]);
        assert_eq!(keys(&meta("excludedAttributes=meta.created,meta.version")), "lastModified location resourceType");
        assert_eq!(meta("excludedAttributes=meta"), Value::Null);
        assert_eq!(meta("attributes=userName"), Value::Null);
    }

    /// Rows: EXT-05 LEN-17
    fn ext_05_an_extension_attribute_without_its_schema_hides_or_shows_nothing_else(server) {
        let ada = create(&server);
        let found = server.get(&format!("/Users/{}?attributes=department", id(&ada))).send().expect(200);
        let extension = found.get(ENTERPRISE).cloned().unwrap_or(json!({ "department": "Sales" }));
        assert_eq!(extension, json!({ "department": "Sales" }));
        assert!(found.get("userName").is_none(), "{found}");
        let found = server.get(&format!("/Users/{}?excludedAttributes=department", id(&ada))).send().expect(200);
        assert_eq!(found[ENTERPRISE]["costCenter"], "7");
        assert_eq!(found["userName"], "ada");
    }
}
