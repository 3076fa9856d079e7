//! The packs that the program carries.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{TestServer, id, percent_encode};

fn examples(pack: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("packs")
        .join(pack)
        .join("examples");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("examples")
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let example = |path: PathBuf| {
        let name = path.file_stem()?.to_str()?.to_owned();
        let text = fs::read_to_string(&path).expect("a file");
        Some((
            name,
            serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        ))
    };
    paths.into_iter().filter_map(example).collect()
}

/// Further definitions, then everything else through the endpoint of its type; each is found again by its id.
fn load(server: &TestServer, pack: &str) {
    let admin = server.token_of("admin");
    let examples = examples(pack);
    for (suffix, endpoint) in [
        (".schema", "/Schemas"),
        (".resource-type", "/ResourceTypes"),
    ] {
        for (name, body) in examples.iter().filter(|(name, _)| name.ends_with(suffix)) {
            let reply = server.post(endpoint, body.clone()).token(&admin).send();
            assert_eq!(reply.status, 201, "{name}: {}", reply.text);
        }
    }
    for (name, body) in examples.iter().filter(|(name, _)| !name.contains('.')) {
        let kind = name.split('-').next().unwrap();
        let kind = server
            .get(&format!("/ResourceTypes/{kind}"))
            .send()
            .expect(200);
        let endpoint = kind["endpoint"].as_str().unwrap();
        let reply = server.post(endpoint, body.clone()).token(&admin).send();
        assert_eq!(reply.status, 201, "{name}: {}", reply.text);
        let made = reply.body;
        for (attribute, value) in made.as_object().unwrap() {
            if let (Value::String(text), false) = (value, attribute.contains(':')) {
                let filter = format!("{attribute} eq {} and id eq \"{}\"", json!(text), id(&made));
                assert_eq!(
                    server.search(endpoint, &filter).len(),
                    1,
                    "{name}: {filter}"
                );
            }
        }
    }
}

api_test! {
    /// Rows: DISC-21 ROLE-02
    fn every_pack_serves_its_examples(server) {
        let listed = server.cli(&["pack", "list"]).ok();
        for pack in ["agent", "device", "okta-entitlements"] {
            assert!(listed.contains(pack), "{listed}");
            let said = server.cli(&["pack", "add", pack]).ok();
            assert!(said.contains("/scim/v2/"), "{said}");
            load(&server, pack);
            server.cli(&["pack", "add", pack]).ok();
        }
    }

    /// Rows: DISC-18
    fn an_agent_type_added_while_servers_run_is_live_on_both(server) {
        let second = server.another();
        second.request("GET", "/Agents").send().error(404, "");
        server.get("/Agents").send().error(404, "");
        server.cli(&["pack", "add", "agent"]).ok();
        let body = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Agent"], "name": "night-watch", "subject": "s-1" });
        let made = second.request("POST", "/Agents").json(&body).send().expect(201);
        let path = format!("/Agents/{}", id(&made));
        assert_eq!(server.get(&path).send().expect(200)["name"], "night-watch");
        let operations = json!([{ "op": "replace", "path": "displayName", "value": "Night watch" }]);
        server.patch(&path, operations).send().expect(200);
        for filter in [r#"subject eq "s-1""#, r#"displayName eq "night watch""#, r#"name sw "NIGHT""#] {
            assert_eq!(server.search("/Agents", filter).len(), 1, "{filter}");
            let found = second.request("GET", &format!("/Agents?filter={}", percent_encode(filter))).send().expect(200);
            assert_eq!(found["totalResults"], 1, "{filter}");
        }
        second.request("DELETE", &path).send().expect(204);
        server.cli(&["resource-type", "remove", "AgenticApplication"]).ok();
        second.request("GET", "/AgenticApplications").send().error(404, "");
    }

    fn a_pack_is_removed_as_a_whole_while_nothing_is_stored_of_it(server) {
        let add = |pack: &str| server.cli(&["pack", "add", pack]).ok();
        add("device");
        add("agent");
        let body = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Agent"], "name": "night-watch", "subject": "s-1" });
        let made = server.post("/Agents", body).send().expect(201);
        let told = server.cli(&["pack", "remove", "agent"]).refused();
        let way_out = format!("DELETE /Agents/{}", id(&made));
        assert!(told.contains(&way_out), "{told}");
        let listed = server.cli(&["resource-type", "list"]).ok();
        assert!(listed.contains("Agent ") && listed.contains("AgenticApplication"), "all or nothing: {listed}");

        server.delete(&format!("/Agents/{}", id(&made))).send().expect(204);
        let said = server.cli(&["pack", "remove", "agent"]).ok();
        assert!(said.contains("no longer serves Agent") && said.contains("AgenticApplication"), "{said}");
        server.get("/Agents").send().error(404, "");
        assert!(!server.cli(&["schema", "list"]).ok().contains("Agent"));
        server.get("/Devices").send().expect(200);

        // What is left of a pack goes, too; then there is nothing to remove.
        server.cli(&["resource-type", "remove", "EndpointApp"]).ok();
        server.cli(&["pack", "remove", "device"]).ok();
        assert!(server.cli(&["schema", "list"]).ok().contains("no schemas of its own"));
        let told = server.cli(&["pack", "remove", "device"]).refused();
        assert!(told.contains("nothing of the pack device"), "{told}");
        let told = server.cli(&["pack", "remove", "nothing"]).refused();
        assert!(told.contains("okta-entitlements"), "{told}");
        add("device");
        server.get("/Devices").send().expect(200);
    }

    fn a_pack_takes_nothing_of_the_tenant_with_it(server) {
        let own = json!({ "id": "urn:x:Agent", "name": "Agent", "attributes": [{ "name": "codeName" }] });
        server.write("schema.json", &own);
        server.write("type.json", &json!({ "name": "Agent", "endpoint": "/Agents", "schema": "urn:x:Agent" }));
        server.cli(&["schema", "add", "schema.json"]).ok();
        server.cli(&["resource-type", "add", "type.json"]).ok();
        server.cli(&["pack", "remove", "agent"]).refused();
        server.get("/Agents").send().expect(200);
        // A schema of the pack that another type uses stays, and so does the pack.
        server.cli(&["pack", "add", "okta-entitlements"]).ok();
        let urn = server.cli(&["schema", "list"]).ok();
        let urn = urn.lines().find(|line| line.contains("Entitlement")).and_then(|line| line.split_whitespace().next());
        let urn = urn.expect("a schema of the pack").to_owned();
        server.write("licences.json", &json!({ "name": "Licence", "endpoint": "/Licences", "schema": urn }));
        server.cli(&["resource-type", "add", "licences.json"]).ok();
        let told = server.cli(&["pack", "remove", "okta-entitlements"]).refused();
        assert!(told.contains("Licence"), "{told}");
        server.get("/Roles").send().expect(200);
    }

    fn a_schema_in_use_is_refused_with_the_way_out(server) {
        server.write("badge.json", &json!({ "id": "urn:x:Badge", "name": "Badge", "attributes": [{ "name": "number" }] }));
        server.cli(&["schema", "add", "badge.json", "--extends", "User"]).ok();
        let told = server.cli(&["schema", "remove", "urn:x:Badge"]).refused();
        assert!(told.contains("User") && told.contains("--detach"), "{told}");
        server.cli(&["schema", "add", "badge.json"]).ok();
        server.write("type.json", &json!({ "name": "Badge", "endpoint": "/Badges", "schema": "urn:x:Badge" }));
        server.cli(&["schema", "remove", "urn:x:Badge", "--detach"]).ok();
        server.cli(&["schema", "add", "badge.json"]).ok();
        server.cli(&["resource-type", "add", "type.json"]).ok();
        let told = server.cli(&["schema", "remove", "urn:x:Badge"]).refused();
        assert!(told.contains("resource-type remove Badge") && !told.contains("--detach"), "{told}");
    }
}
