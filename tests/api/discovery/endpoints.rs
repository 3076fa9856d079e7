//! ServiceProviderConfig, resource types and schemas (RFC 7644 §4, RFC 7643 §5 to §8).

use serde_json::{Value, json};

use crate::support::{ENTERPRISE, GROUP, Reply, TestServer, USER, id};

const SPC_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const TYPE_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const SCHEMA_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";
const ENDPOINTS: [&str; 3] = ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"];

#[track_caller]
fn config(server: &TestServer) -> Value {
    server.get("/ServiceProviderConfig").send().expect(200)
}

/// The resources of a list whose totals agree with it.
#[track_caller]
fn listed(reply: Reply) -> Vec<Value> {
    let list = reply.expect(200);
    assert_eq!(
        list["schemas"],
        json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"])
    );
    let resources = list["Resources"]
        .as_array()
        .expect("a list has Resources")
        .clone();
    assert_eq!(list["totalResults"], resources.len());
    resources
}

/// The path below the base URL of a resource's own location.
#[track_caller]
fn location<'a>(server: &TestServer, resource: &'a Value) -> &'a str {
    let location = resource["meta"]["location"].as_str().expect("a location");
    location
        .strip_prefix(server.base())
        .expect("a location below the base URL")
}

/// `visit` sees every attribute of a schema, sub-attributes with their parent's name before a dot.
fn each_attribute(schema: &Value, visit: &mut dyn FnMut(&str, &Value)) {
    for attribute in schema["attributes"].as_array().expect("attributes") {
        let name = attribute["name"].as_str().expect("a name");
        visit(name, attribute);
        for sub in attribute["subAttributes"].as_array().unwrap_or(&Vec::new()) {
            visit(
                &format!("{name}.{}", sub["name"].as_str().expect("a name")),
                sub,
            );
        }
    }
}

api_test! {
    /// Rows: LEN-34 CURSOR-15
    fn len_34_pagination_is_hidden_from_clients_that_do_not_know_it(server) {
        let config = || server.get("/ServiceProviderConfig").send().expect(200);
        let mut announced = config();
        for profile in ["default", "rfc", "okta", "entra"] {
            server.set_tenant(&format!("profile={profile}"));
            assert_eq!(config()["pagination"], announced["pagination"], "{profile}");
        }
        server.set_tenant("profile=default");
        server.set_tenant("hide-pagination=on");
        announced.as_object_mut().expect("an object").remove("pagination");
        assert_eq!(config(), announced);
        let walk = server.get("/Users").query("cursor", "").send();
        assert_eq!(walk.status, 200, "what is hidden is still there");
    }

    /// Rows: DISC-01 DISC-02 DISC-03 DISC-04 DISC-06 DISC-29 DISC-30 AUTH-06 COMMON-19
    fn disc_01_the_provider_describes_itself(server) {
        let config = config(&server);
        assert_eq!(config["schemas"], json!([SPC_SCHEMA]));
        for feature in ["patch", "bulk", "filter", "changePassword", "sort", "etag"] {
            assert!(config[feature]["supported"].is_boolean(), "{feature}");
        }
        for (feature, limit) in [("bulk", "maxOperations"), ("bulk", "maxPayloadSize"), ("filter", "maxResults")] {
            assert!(config[feature][limit].is_u64(), "{feature}.{limit}");
        }
        let schemes = config["authenticationSchemes"].as_array().unwrap();
        let listed = ["oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest"];
        for scheme in schemes {
            assert!(listed.contains(&scheme["type"].as_str().unwrap()), "{scheme}");
            for text in ["name", "description"] {
                assert!(!scheme[text].as_str().unwrap().is_empty(), "{scheme}");
            }
        }
        assert!(schemes.iter().any(|scheme| scheme["type"] == "oauthbearertoken"), "what 401 asks for is announced");
        assert_eq!(config["meta"]["resourceType"], "ServiceProviderConfig");
        assert_eq!(location(&server, &config), "/ServiceProviderConfig");
        if let Some(documentation) = config.get("documentationUri") {
            assert!(documentation.as_str().unwrap().starts_with("http"), "{documentation}");
        }
        // Events are not offered.
        assert_eq!(config.get("securityEvents"), None);
    }

    /// Rows: DISC-07 HTTP-06
    fn disc_07_what_is_announced_works_and_the_rest_does_not(server) {
        let config = config(&server);
        let ada = server.create_user("ada");
        server.create_user("bob");
        let path = format!("/Users/{}", id(&ada));
        for (feature, supported) in [("patch", true), ("filter", true), ("sort", true), ("etag", true), ("bulk", true)]
        {
            assert_eq!(config[feature]["supported"], supported, "{feature}");
        }
        server.patch(&path, json!([{ "op": "add", "path": "title", "value": "Dr" }])).send().expect(200);
        assert_eq!(server.names("title pr"), ["ada"]);
        let list = server.get("/Users?sortBy=userName&sortOrder=descending").send().expect(200);
        assert_eq!(list["Resources"][0]["userName"], "bob");
        let tag = server.get(&path).send().header("etag").unwrap().to_owned();
        assert_eq!(server.get(&path).header("If-None-Match", &tag).send().status, 304);
        let delete = json!({ "Operations": [{ "method": "DELETE", "path": "/Users/none" }] });
        server.post("/Bulk", delete).send().expect(200);
        assert_eq!(config["bulk"]["maxOperations"], 1000);
        assert_eq!(config["bulk"]["maxPayloadSize"], 10 * 1024 * 1024);
        if config["changePassword"]["supported"] == true {
            let change = json!([{ "op": "replace", "path": "password", "value": "Corr3ct-horse" }]);
            server.patch(&path, change).send().expect(200);
        }
    }

    /// Rows: DISC-06 DISC-10 DISC-11 DISC-16 DISC-17 DISC-18 DISC-19 DISC-20 ENT-06 PROFILE-08
    fn disc_10_resource_types(server) {
        let types = listed(server.get("/ResourceTypes").send());
        let mut names: Vec<&str> = types.iter().map(|kind| kind["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, ["Group", "User"]);
        let schemas = listed(server.get("/Schemas").send());
        let is_schema = |urn: &Value| schemas.iter().any(|schema| schema["id"] == *urn);
        for kind in &types {
            assert_eq!(kind["schemas"], json!([TYPE_SCHEMA]));
            assert_eq!(kind["id"], kind["name"]);
            assert_eq!(kind["meta"]["resourceType"], "ResourceType");
            assert_eq!(location(&server, kind), format!("/ResourceTypes/{}", id(kind)));
            assert_eq!(&server.get(location(&server, kind)).send().expect(200), kind);
            assert!(is_schema(&kind["schema"]), "{kind}");
            let endpoint = kind["endpoint"].as_str().unwrap();
            assert!(endpoint.starts_with('/'), "{endpoint}");
            server.get(endpoint).send().expect(200);
            let extensions = kind.get("schemaExtensions").map(|list| list.as_array().expect("a list").clone());
            for extension in extensions.unwrap_or_default() {
                assert!(is_schema(&extension["schema"]), "{extension}");
                assert!(extension["required"].is_boolean(), "{extension}");
            }
        }
        let user = server.get("/ResourceTypes/User").send().expect(200);
        assert_eq!((&user["endpoint"], &user["schema"]), (&json!("/Users"), &json!(USER)));
        assert_eq!(user["schemaExtensions"], json!([{ "schema": ENTERPRISE, "required": false }]));
        let group = server.get("/ResourceTypes/Group").send().expect(200);
        assert_eq!((&group["endpoint"], &group["schema"]), (&json!("/Groups"), &json!(GROUP)));
    }

    /// Rows: DISC-06 DISC-10 DISC-11 DISC-13 DISC-21 DISC-22 DISC-25 DISC-26 EXT-11
    fn disc_21_schemas(server) {
        let schemas = listed(server.get("/Schemas").send());
        let mut ids: Vec<&str> = schemas.iter().map(id).collect();
        ids.sort_unstable();
        let mut expected = [USER, GROUP, ENTERPRISE, SPC_SCHEMA, TYPE_SCHEMA, SCHEMA_SCHEMA];
        expected.sort_unstable();
        assert_eq!(ids, expected);
        for schema in &schemas {
            assert_eq!(schema["schemas"], json!([SCHEMA_SCHEMA]));
            for text in ["name", "description"] {
                assert!(!schema[text].as_str().unwrap().is_empty(), "{}", id(schema));
            }
            assert_eq!(schema["meta"]["resourceType"], "Schema");
            assert_eq!(location(&server, schema), format!("/Schemas/{}", id(schema)));
            for path in [
                id(schema).to_owned(),
                id(schema).to_uppercase(),
                id(schema).to_lowercase(),
                id(schema).replace(':', "%3A"),
            ] {
                assert_eq!(&server.get(&format!("/Schemas/{path}")).send().expect(200), schema, "{path}");
            }
        }
    }

    /// Rows: DISC-12 DISC-15 EXT-11
    fn disc_12_what_is_not_described_is_not_found(server) {
        for path in [
            "/ResourceTypes/None",
            "/ResourceTypes/Users",
            "/Schemas/urn:none",
            "/Schemas/User",
            "/ServiceProviderConfig/x",
            "/Schemas/urn:ietf:params:scim:api:messages:2.0:PatchOp",
            "/Schemas/urn:ietf:params:scim:api:messages:2.0:Error",
        ] {
            server.get(path).send().error(404, "");
        }
    }

    /// Rows: DISC-08 DISC-09
    fn disc_08_no_filter_and_no_pages(server) {
        for endpoint in ENDPOINTS {
            server.get(endpoint).query("filter", "id pr").send().error(403, "");
            let whole = server.get(endpoint).send().expect(200);
            for query in
                ["count=1", "count=0", "startIndex=2", "sortBy=name&sortOrder=descending", "startIndex=5&count=1"]
            {
                assert_eq!(server.get(&format!("{endpoint}?{query}")).send().expect(200), whole, "{endpoint}?{query}");
            }
        }
    }

    /// Rows: DISC-14 HTTP-04
    fn disc_14_discovery_is_read_only(server) {
        let paths = [
            "/ServiceProviderConfig",
            "/ResourceTypes",
            "/ResourceTypes/User",
            "/Schemas",
            "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User",
        ];
        for path in paths {
            let before = server.get(path).send().expect(200);
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                let reply = server.request(method, path).json(&before).send();
                let allow = reply.header("allow").unwrap_or_default().to_owned();
                assert!(allow.contains("GET") && !allow.contains(method), "{method} {path}: Allow is `{allow}`");
                reply.error(405, "");
            }
            assert_eq!(server.get(path).send().expect(200), before);
        }
    }

    /// Rows: DISC-23 DISC-28 DISC-31 SCHEMA-13
    fn disc_23_attributes_are_described_in_full(server) {
        for schema in listed(server.get("/Schemas").send()) {
            let of_resources = [USER, GROUP, ENTERPRISE].contains(&id(&schema));
            each_attribute(&schema, &mut |name, attribute| {
                let words = |key: &str, allowed: &[&str]| {
                    let word = attribute[key].as_str().unwrap_or_default();
                    assert!(allowed.contains(&word), "{name}.{key} is {}", attribute[key]);
                };
                for flag in ["multiValued", "required"] {
                    assert!(attribute[flag].is_boolean(), "{name}.{flag}");
                }
                assert!(attribute.get("caseExact").is_none_or(Value::is_boolean), "{name}.caseExact");
                assert!(attribute["description"].as_str().is_some_and(|text| !text.is_empty()), "{name}.description");
                words(
                    "type",
                    &["string", "boolean", "decimal", "integer", "dateTime", "binary", "reference", "complex"],
                );
                words("mutability", &["readOnly", "readWrite", "immutable", "writeOnly"]);
                words("returned", &["always", "never", "default", "request"]);
                if ["string", "reference"].contains(&attribute["type"].as_str().unwrap()) {
                    words("uniqueness", &["none", "server", "global"]);
                }
                for list in ["canonicalValues", "referenceTypes"] {
                    assert!(attribute.get(list).is_none_or(Value::is_array), "{name}.{list}");
                }
                assert_eq!(attribute["type"] == "reference", attribute.get("referenceTypes").is_some(), "{name}");
                assert_eq!(attribute["type"] == "complex", attribute.get("subAttributes").is_some(), "{name}");
                if of_resources {
                    assert!(!(name.contains('.') && attribute["type"] == "complex"), "{name}: complex in complex");
                    assert!(!["id", "externalId", "meta", "schemas"].contains(&name), "{name} is common to all");
                }
            });
        }
    }

    /// Rows: DISC-27
    fn disc_27_schemas_are_read_only(server) {
        for urn in [SPC_SCHEMA, TYPE_SCHEMA, SCHEMA_SCHEMA] {
            let schema = server.get(&format!("/Schemas/{urn}")).send().expect(200);
            each_attribute(&schema, &mut |name, attribute| {
                assert_eq!(attribute["mutability"], "readOnly", "{urn} {name}");
                if urn == SCHEMA_SCHEMA && name == "id" {
                    assert_eq!(attribute["returned"], "always");
                }
            });
        }
    }

    /// Rows: DISC-32 MEDIA-01
    fn disc_32_discovery_answers_are_scim_json(server) {
        for endpoint in ENDPOINTS {
            let reply = server.get(endpoint).send();
            assert!(reply.header("content-type").unwrap().starts_with("application/scim+json"), "{endpoint}");
            // Versions are optional here; one that is told must hold.
            if let Some(tag) = reply.header("etag") {
                assert_eq!(server.get(endpoint).header("If-None-Match", tag).send().status, 304, "{endpoint}");
            }
        }
    }
}
