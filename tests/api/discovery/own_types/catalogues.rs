//! Catalogues: roles and entitlements that users can have, as Okta discovers them.

use serde_json::{Value, json};

use crate::support::{TestServer, id};

const ENTITLEMENT: &str = "urn:okta:scim:schemas:core:1.0:Entitlement";
const ROLE: &str = "urn:okta:scim:schemas:core:1.0:Role";
const STORAGE: &str = super::devices::STORAGE;

/// Roles, and two more kinds of entitlements beside the pack's own: licences, and exactly one profile.
fn define(server: &TestServer, profile_required: bool) -> String {
    server.cli(&["pack", "add", "okta-entitlements"]).ok();
    let kind = |name: &str, endpoint: &str, catalogue: Value| {
        json!({ "name": name, "endpoint": endpoint, "schema": ENTITLEMENT,
            STORAGE: { "readOnly": true, "catalogue": catalogue } })
    };
    server.write("kinds.json", &json!([
        kind("License", "/Licenses", json!({ "attribute": "entitlements" })),
        kind("Profile", "/Profiles", json!({ "attribute": "entitlements", "multiValued": false, "required": profile_required })),
    ]));
    server.cli(&["resource-type", "add", "kinds.json"]).ok();
    server.token_of("admin")
}

#[track_caller]
fn entry(server: &TestServer, admin: &str, endpoint: &str, name: &str) -> String {
    let mut body = json!({ "schemas": [ENTITLEMENT], "displayName": name, "type": endpoint.trim_matches(['/', 's']) });
    if endpoint == "/Roles" {
        body = json!({ "schemas": [ROLE], "displayName": name });
    }
    let made = server.post(endpoint, body).token(admin).send().expect(201);
    id(&made).to_owned()
}

fn held(user: &Value, attribute: &str) -> Vec<(String, String, String)> {
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let values = user[attribute]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    values
        .iter()
        .map(|value| {
            (
                text(value, "value"),
                text(value, "display"),
                text(value, "type"),
            )
        })
        .collect()
}

api_test! {
    /// The vendor's entitlements test, at every endpoint. EN-2.
    ///
    /// Rows: ROLE-02 ROLE-05
    fn role_02_discovery_lists_pages_and_filters(server) {
        let admin = define(&server, false);
        let kinds = server.get("/ResourceTypes").send().expect(200);
        let mut endpoints = Vec::new();
        for kind in kinds["Resources"].as_array().unwrap() {
            if kind["schema"] == ROLE || kind["schema"] == ENTITLEMENT {
                endpoints.push(kind["endpoint"].as_str().unwrap().to_owned());
            }
        }
        assert_eq!(endpoints, ["/Entitlements", "/Licenses", "/Profiles", "/Roles"]);
        for endpoint in endpoints {
            let ids = ["Gold plan", "Silver"].map(|name| entry(&server, &admin, &endpoint, name));
            let list = server.get(&endpoint).query("count", "1").query("startIndex", "1").send().expect(200);
            assert_eq!(list["itemsPerPage"], 1, "{endpoint}");
            assert_eq!(list["totalResults"], json!(2), "a number");
            assert_eq!(list["Resources"].as_array().map(Vec::len), Some(1));
            for filter in [r#"displayName eq "Gold plan""#.to_owned(), format!("id eq \"{}\"", ids[0])] {
                let found = server.search(&endpoint, &filter);
                assert_eq!(found.len(), 1, "{endpoint} {filter}");
                assert_eq!(id(&found[0]), ids[0]);
                assert_eq!(found[0]["displayName"], "Gold plan");
            }
            assert!(server.search(&endpoint, r#"displayName eq "Bronze""#).is_empty());
        }
    }

    /// EN-3.
    ///
    /// Rows: ROLE-06
    fn role_06_users_have_what_the_catalogue_has(server) {
        let admin = define(&server, false);
        let role = entry(&server, &admin, "/Roles", "Auditor");
        let [gold, silver] = ["Gold", "Silver"].map(|name| entry(&server, &admin, "/Licenses", name));
        let user = server.create_user("ada");
        let path = format!("/Users/{}", id(&user));
        let with = |roles: Value, entitlements: Value| {
            json!({ "schemas": [crate::support::USER], "userName": "ada", "roles": roles, "entitlements": entitlements })
        };
        let granted = with(json!([{ "value": role }]), json!([{ "value": gold }, { "value": silver, "display": "a lie", "type": "x" }]));
        let shown = server.put(&path, granted.clone()).send().expect(200);
        assert_eq!(server.get(&path).send().expect(200), shown);
        assert_eq!(held(&shown, "roles"), [(role.clone(), "Auditor".into(), "Role".into())]);
        let both = [(gold.clone(), "Gold".to_owned(), "License".to_owned()), (silver.clone(), "Silver".into(), "License".into())];
        assert_eq!(held(&shown, "entitlements"), both);
        let again = server.put(&path, granted).send().expect(200);
        assert_eq!(again["meta"], shown["meta"], "nothing changed");
        let twice = json!([{ "op": "add", "path": "entitlements", "value": [{ "value": gold }] }]);
        let again = server.patch(&path, twice).send().expect(200);
        assert_eq!(again["meta"], shown["meta"], "there already");
        assert_eq!(server.names(&format!("entitlements.value eq \"{gold}\"")), ["ada"]);
        assert_eq!(server.names(r#"roles.display eq "auditor""#), ["ada"]);

        let revoked = json!([{ "op": "remove", "path": format!("entitlements[value eq \"{silver}\"]") }]);
        let shown = server.patch(&path, revoked).send().expect(200);
        assert_eq!(held(&shown, "entitlements"), both[..1]);
        for (attribute, value) in [("roles", "nothing"), ("roles", &gold[..]), ("entitlements", &role[..]), ("entitlements", id(&user))] {
            let operations = json!([{ "op": "add", "path": attribute, "value": [{ "value": value }] }]);
            let detail = server.patch(&path, operations).send().error(400, "invalidValue");
            assert!(detail.contains(value) && detail.contains(attribute), "{detail}");
            let body = json!({ "schemas": [crate::support::USER], "userName": "bo", attribute: [{ "value": value }] });
            server.post("/Users", body.clone()).send().error(400, "invalidValue");
            server.put(&path, body).send().error(400, "invalidValue");
        }
        assert_eq!(server.get(&path).send().expect(200), shown);
        assert_eq!(server.names("userName pr"), ["ada"]);
    }

    /// Rows: ROLE-06
    fn role_06_single_and_required_catalogues(server) {
        let admin = define(&server, true);
        let [standard, guest] = ["Standard", "Guest"].map(|name| entry(&server, &admin, "/Profiles", name));
        let user = |profiles: &[&String]| {
            let values: Vec<Value> = profiles.iter().map(|profile| json!({ "value": profile })).collect();
            json!({ "schemas": [crate::support::USER], "userName": "ada", "entitlements": values })
        };
        for profiles in [&[][..], &[&standard, &guest]] {
            let detail = server.post("/Users", user(profiles)).send().error(400, "invalidValue");
            assert!(detail.contains("Profile") && detail.contains("entitlements"), "{detail}");
        }
        let made = server.post("/Users", user(&[&standard])).send().expect(201);
        let path = format!("/Users/{}", id(&made));
        server.put(&path, user(&[])).send().error(400, "invalidValue");
        server.put(&path, user(&[&guest])).send().expect(200);
    }

    /// Rows: ROLE-06
    fn role_06_a_withdrawn_role_does_not_hold_up_a_leaver(server) {
        let admin = define(&server, false);
        let [role, other] = ["Auditor", "Clerk"].map(|name| entry(&server, &admin, "/Roles", name));
        let user = server.user(json!({ "userName": "ada", "roles": [{ "value": role }] }));
        let path = format!("/Users/{}", id(&user));
        server.delete(&format!("/Roles/{role}")).token(&admin).send().expect(204);
        let leaves = json!([{ "op": "replace", "path": "active", "value": false }]);
        let shown = server.patch(&path, leaves).send().expect(200);
        assert_eq!(shown["active"], false);
        let kept = json!({ "schemas": [crate::support::USER], "userName": "ada", "title": "T", "roles": [{ "value": role }] });
        server.put(&path, kept).send().expect(200);
        let more = json!([{ "op": "add", "path": "roles", "value": [{ "value": other }] }]);
        let held = server.patch(&path, more).send().expect(200)["roles"].clone();
        assert_eq!(held.as_array().unwrap().len(), 2, "what was withdrawn holds up no change of the others: {held}");
        let unknown = json!([{ "op": "add", "path": "roles", "value": [{ "value": "nobody" }] }]);
        server.patch(&path, unknown).send().error(400, "invalidValue");
        let gone = json!([{ "op": "remove", "path": format!("roles[value eq \"{role}\"]") }]);
        server.patch(&path, gone).send().expect(200);
        let back = json!([{ "op": "add", "path": "roles", "value": [{ "value": role }] }]);
        server.patch(&path, back).send().error(400, "invalidValue");
    }

    /// A kind with an extension, by configuration only. EN-4.
    ///
    /// Rows: DISC-19 ROLE-02
    fn role_02_a_kind_with_an_extension_needs_no_code(mut server) {
        let admin = define(&server, false);
        let urn = "urn:example:scim:extension:1.0:Plan";
        server.write("plan.json", &json!({ "id": urn, "attributes": [{ "name": "seats", "type": "integer", "required": true }] }));
        server.cli(&["schema", "add", "plan.json"]).ok();
        server.write("kind.json", &json!({ "name": "Plan", "endpoint": "/Plans", "schema": ENTITLEMENT,
            "schemaExtensions": [{ "schema": urn, "required": true }] }));
        server.cli(&["resource-type", "add", "kind.json"]).ok();
        for restarted in [false, true] {
            if restarted {
                server.restart();
            }
            let shown = server.get("/ResourceTypes/Plan").send().expect(200);
            assert_eq!(shown["schemaExtensions"], json!([{ "schema": urn, "required": true }]));
            assert_eq!(server.get(&format!("/Schemas/{urn}")).send().expect(200)["attributes"][0]["name"], "seats");
            let mut body = json!({ "schemas": [ENTITLEMENT], "displayName": "Team", "type": "Plan" });
            server.post("/Plans", body.clone()).token(&admin).send().error(400, "invalidValue");
            body[urn] = json!({ "seats": 5 });
            server.post("/Plans", body).token(&admin).send().expect(201);
            assert!(!server.search("/Plans", &format!("{urn}:seats eq 5")).is_empty());
        }
    }
}
