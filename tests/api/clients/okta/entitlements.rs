//! Okta Identity Governance: roles and entitlements, with the pack.

use std::path::Path;

use serde_json::{Value, json};

use super::requests::okta;
use crate::clients::shared::walk;
use crate::support::{TestServer, USER, id, read, refuses_change, user_body};

const ROLE: &str = "urn:okta:scim:schemas:core:1.0:Role";
const ENTITLEMENT: &str = "urn:okta:scim:schemas:core:1.0:Entitlement";
const LICENSE: &str = "urn:example:scim:schemas:extension:acme:1.0:License";

/// What one application offers: the pack, licences beside it, and two resources or three of each kind.
struct Catalogue {
    roles: Vec<Value>,
    entitlements: Vec<Value>,
    licenses: Vec<Value>,
}

impl Catalogue {
    #[track_caller]
    fn of(server: &TestServer) -> Self {
        server.cli(&["pack", "add", "okta-entitlements"]).ok();
        let examples =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("packs/okta-entitlements/examples");
        for (command, file) in [
            ("schema", "License.schema.json"),
            ("resource-type", "License.resource-type.json"),
        ] {
            let file = examples.join(file);
            server
                .cli(&[command, "add", file.to_str().expect("UTF-8")])
                .ok();
        }
        let admin = server.token_of("admin");
        let make = |endpoint: &str, body: Value| {
            server.post(endpoint, body).token(&admin).send().expect(201)
        };
        let role = |name: &str| make("/Roles", json!({ "schemas": [ROLE], "displayName": name }));
        let entitlement = |name: &str| {
            make(
                "/Entitlements",
                json!({ "schemas": [ENTITLEMENT], "displayName": name, "type": "Entitlement" }),
            )
        };
        let license = |name: &str| {
            make(
                "/Licenses",
                json!({
                    "schemas": [ENTITLEMENT, LICENSE], "displayName": name, "type": "License", LICENSE: { "sku": name },
                }),
            )
        };
        Self {
            roles: ["Admin", "Auditor", "Guest"].map(role).to_vec(),
            entitlements: ["Reports", "Export"].map(entitlement).to_vec(),
            licenses: ["Seat", "Viewer"].map(license).to_vec(),
        }
    }
}

/// The resource types whose resources Okta imports, in its order of calls.
#[track_caller]
fn discovered(server: &TestServer) -> Vec<Value> {
    let kinds = okta(server.get("/ResourceTypes")).send().expect(200);
    let schemas = okta(server.get("/Schemas")).send().expect(200);
    let listed = |list: &Value| {
        assert_eq!(
            list["schemas"],
            json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"])
        );
        list["Resources"].as_array().expect("a list").clone()
    };
    let schemas: Vec<Value> = listed(&schemas)
        .iter()
        .map(|schema| schema["id"].clone())
        .collect();
    let wanted = |kind: &Value| kind["schema"] == ROLE || kind["schema"] == ENTITLEMENT;
    let kinds: Vec<Value> = listed(&kinds).into_iter().filter(wanted).collect();
    for kind in &kinds {
        assert_eq!(
            kind["schemas"],
            json!(["urn:ietf:params:scim:schemas:core:2.0:ResourceType"])
        );
        assert_eq!(
            (&kind["id"], &kind["meta"]["resourceType"]),
            (&kind["name"], &json!("ResourceType"))
        );
        let location = format!("{}/ResourceTypes/{}", server.base(), id(kind));
        assert_eq!(kind["meta"]["location"], location);
        for extension in kind["schemaExtensions"].as_array().into_iter().flatten() {
            assert!(
                schemas.contains(&extension["schema"]),
                "{extension} is not at /Schemas"
            );
        }
    }
    kinds
}

/// All that an endpoint lists, by pages of two.
#[track_caller]
fn imported(server: &TestServer, endpoint: &str) -> Vec<String> {
    walk(|start| okta(server.get(&format!("{endpoint}?startIndex={start}&count=2"))).send())
}

fn ids(resources: &[Value]) -> Vec<&str> {
    resources.iter().map(id).collect()
}

api_test! {
    /// Rows: OKTA-38 SP-5 ROLE-02
    fn okta_38_discovery_leads_to_every_role_and_entitlement(server) {
        assert!(discovered(&server).is_empty(), "without the pack there is no Governance tab");
        okta(server.get("/Roles")).send().error(404, "");
        let catalogue = Catalogue::of(&server);
        let kinds = discovered(&server);
        let found: Vec<_> = kinds.iter().map(|kind| (kind["endpoint"].as_str().unwrap(), kind["schema"].as_str().unwrap())).collect();
        assert_eq!(found, [("/Entitlements", ENTITLEMENT), ("/Licenses", ENTITLEMENT), ("/Roles", ROLE)]);
        assert_eq!(imported(&server, "/Roles"), ids(&catalogue.roles));
        assert_eq!(imported(&server, "/Entitlements"), ids(&catalogue.entitlements));
        assert_eq!(imported(&server, "/Licenses"), ids(&catalogue.licenses));
    }

    /// Rows: OKTA-39 ROLE-02
    fn okta_39_roles_and_entitlements_have_what_okta_reads(server) {
        Catalogue::of(&server);
        for kind in discovered(&server) {
            let endpoint = kind["endpoint"].as_str().unwrap();
            let page = okta(server.get(&format!("{endpoint}?count=1&startIndex=1"))).send().expect(200);
            assert_eq!((&page["itemsPerPage"], page["Resources"].as_array().map(Vec::len)), (&json!(1), Some(1)), "{endpoint}");
            for one in imported(&server, endpoint) {
                let one = read(&server, &format!("{endpoint}/{one}"));
                assert!([&one["id"], &one["displayName"]].iter().all(|text| text.as_str().is_some_and(|text| !text.is_empty())), "{one}");
                let expected = if kind["schema"] == ENTITLEMENT { Some(&kind["name"]) } else { None };
                assert_eq!(one.get("type"), expected, "{one}");
                assert!(one["schemas"].as_array().unwrap().contains(&kind["schema"]), "{one}");
            }
        }
        let long = "d".repeat(1_000);
        let body = json!({ "schemas": [ROLE], "displayName": "Described", "description": long });
        let admin = server.token_of("admin");
        let role = server.post("/Roles", body).token(&admin).send().expect(201);
        assert_eq!(read(&server, &format!("/Roles/{}", id(&role)))["description"], long);
        let nameless = json!({ "schemas": [ROLE], "description": "no name" });
        server.post("/Roles", nameless).token(&admin).send().error(400, "invalidValue");
    }

    /// Rows: OKTA-40 ROLE-05
    fn okta_40_users_hold_roles_and_entitlements_as_typed_lists(server) {
        let Catalogue { roles, entitlements, licenses } = Catalogue::of(&server);
        let held = |seat: &Value| json!({
            "roles": [{ "value": roles[0]["id"], "display": "Admin" }],
            "entitlements": [
                { "value": seat["id"], "display": seat["displayName"], "type": "License" },
                { "value": entitlements[0]["id"], "display": "Reports", "type": "Entitlement" },
            ],
        });
        let user = okta(server.post("/Users", user_body("kim@x.test", held(&licenses[0])))).send().expect(201);
        let path = format!("/Users/{}", id(&user));
        let shows = |user: &Value, seat: &Value| {
            assert_eq!(user["roles"][0]["value"], roles[0]["id"], "{user}");
            assert_eq!(user["roles"][0]["display"], "Admin", "{user}");
            assert_eq!(user["entitlements"], held(seat)["entitlements"]);
            assert_eq!(&read(&server, &path), user);
        };
        shows(&user, &licenses[0]);
        let mut edited = read(&server, &path);
        edited["entitlements"] = held(&licenses[1])["entitlements"].clone();
        shows(&okta(server.put(&path, edited.clone())).send().expect(200), &licenses[1]);
        for (attribute, wrong) in [("roles", "r-unknown"), ("entitlements", id(&roles[0]))] {
            let mut stray = edited.clone();
            stray[attribute] = json!([{ "value": wrong, "display": "Admin" }]);
            refuses_change(&server, &path, okta(server.put(&path, stray)), 400, "invalidValue");
        }
        edited["roles"] = json!([]);
        assert_eq!(okta(server.put(&path, edited)).send().expect(200).get("roles"), None);
        assert_eq!(server.names(&format!("entitlements.value eq \"{}\"", id(&licenses[1]))), ["kim@x.test"]);
        assert!(server.names(&format!("entitlements.value eq \"{}\"", id(&licenses[0]))).is_empty());
    }

    /// Rows: OKTA-40
    fn okta_40_without_a_catalogue_the_lists_are_the_clients_own(server) {
        let body = json!({
            "schemas": [USER], "userName": "kim@x.test", "roles": [{ "value": "r1", "display": "Admin" }],
            "entitlements": [{ "value": "e1", "display": "Seat", "type": "License" }],
        });
        let user = okta(server.post("/Users", body.clone())).send().expect(201);
        let path = format!("/Users/{}", id(&user));
        let shows = |user: &Value| assert_eq!((&user["roles"], &user["entitlements"]), (&body["roles"], &body["entitlements"]));
        shows(&user);
        shows(&okta(server.put(&path, body.clone())).send().expect(200));
        shows(&read(&server, &path));
    }
}
