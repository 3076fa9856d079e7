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
}
