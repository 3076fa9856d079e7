//! `/openapi.json` describes every route and no others, and is sound.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::description::{Description, Operation};
use crate::support::{Backend, Reply, TestServer, id};

const METHODS: [&str; 8] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE",
];

/// What examples have where the id of a user belongs.
const A_USER: &str = "2819c223-7f76-453a-919d-413861904646";

/// A described path with its parameters filled in, and resources behind it.
struct Place<'a> {
    server: &'a TestServer,
    path: String,
    absolute: bool,
}

impl<'a> Place<'a> {
    fn new(server: &'a TestServer, template: &str, absolute: bool) -> Self {
        let id = match template.split('/').nth(1) {
            Some("Groups") => id(&server.create_group("Team", &[])).to_owned(),
            Some("Schemas") => crate::support::USER.to_owned(),
            Some("ResourceTypes") => "User".to_owned(),
            Some("Me") => {
                let ada = server.create_user("ada");
                server.link_token(id(&ada));
                String::new()
            }
            _ if template.contains("{id}") => id(&server.create_user("ada")).to_owned(),
            _ => String::new(),
        };
        let path = template
            .replace("{endpoint}", "Users")
            .replace("{file}", "page.js")
            .replace("{id}", &id);
        Self {
            server,
            path,
            absolute,
        }
    }

    /// An answer that changes nothing: no version is 0, and no body is none.
    fn ask(&self, method: &str) -> Reply {
        let request = self.server.request(method, &self.path);
        let request = request.header("If-Match", "W/\"0\"");
        if self.absolute {
            request.absolute().send()
        } else {
            request.send()
        }
    }
}

api_test! {
    /// Rows: HTTP-02 HTTP-03 HTTP-12
    fn http_02_every_path_offers_the_methods_that_are_described(server) {
        let description = Description::of(&server);
        let operations = description.operations();
        let paths: BTreeSet<_> = operations.iter().map(|operation| &operation.path).collect();
        assert!(paths.len() > 10, "{paths:?}");
        for path in paths {
            let here: Vec<_> = operations.iter().filter(|operation| operation.path == *path).collect();
            let place = Place::new(&server, path, here[0].absolute);
            for method in METHODS {
                let reply = place.ask(method);
                let described = here.iter().find(|operation| operation.method == method.replace("HEAD", "GET"));
                match described {
                    Some(operation) => answers_as_described(&reply, operation, method),
                    None => refuses(&reply, &here, &format!("{method} {path}")),
                }
            }
            if let Some(ada) = server.search("/Users", "userName eq \"ada\"").first() {
                server.delete(&format!("/Users/{}", id(ada))).send().expect(204);
            }
            if let Some(team) = server.search("/Groups", "displayName eq \"Team\"").first() {
                server.delete(&format!("/Groups/{}", id(team))).send().expect(204);
            }
        }
    }

    /// An example that is refused teaches the wrong thing.
    fn examples_of_the_description_are_accepted(server) {
        let description = Description::of(&server);
        let mut known: Vec<(String, String)> = Vec::new();
        let mut created = Vec::new();
        let mut accepted = 0;
        // POST comes before PUT and PATCH of the same resource; without an example there is nothing to send.
        for operation in &description.operations() {
            if operation.path.contains("{endpoint}") {
                continue;
            }
            if operation.path == "/Me" {
                server.link_token(known.iter().find(|(at, _)| at == "/Users").map_or("", |(_, id)| id.as_str()));
            }
            let endpoint = operation.path.trim_end_matches("/{id}");
            let known_id = known.iter().find(|(at, _)| at == endpoint).map_or("", |(_, id)| id.as_str());
            let known_user = known.iter().find(|(at, _)| at == "/Users").map_or("", |(_, id)| id.as_str()).to_owned();
            for example in &operation.examples {
                let body = example.to_string().replace(A_USER, &known_user);
                let path = operation.path.replace("{id}", known_id);
                let reply = server.request(&operation.method, &path).raw(Some("application/scim+json"), body.clone()).send();
                if reply.status == 405 && operation.documents(405) {
                    continue; // wants another token
                }
                assert!((200..300).contains(&reply.status), "{} {}: {body}: {}", operation.method, operation.path, reply.text);
                accepted += 1;
                if reply.status == 201 {
                    created.push((endpoint.to_owned(), id(&reply.body).to_owned()));
                }
            }
            known.append(&mut created);
        }
        assert!(accepted >= 18, "{accepted} examples");
    }

    /// `/docs` offers them in a list, each with a title.
    fn examples_of_filters_are_accepted(server) {
        let description = Description::of(&server);
        server.create_user("ada@example.com");
        let mut asked = 0;
        for operation in &description.operations() {
            for filter in operation.examples_of("filter") {
                let filter = filter.as_str().expect("a text");
                let path = operation.path.replace("{endpoint}", "Users");
                // The empty one stands for none.
                let request = server.get(&path);
                let request = if filter.is_empty() { request } else { request.query("filter", filter) };
                request.send().expect(200);
                asked += 1;
            }
        }
        assert!(asked >= 15, "{asked} filters");
    }
}

#[track_caller]
fn answers_as_described(reply: &Reply, operation: &Operation, method: &str) {
    let what = format!(
        "{method} {}: {} {}",
        operation.path, reply.status, reply.text
    );
    assert!(operation.documents(reply.status), "not described: {what}");
    // The router's own "no such path" is a 404 too.
    assert!(!reply.text.contains("no endpoint at this path"), "{what}");
    let here = operation.is_offered() || [405, 501].contains(&reply.status);
    assert!(here, "described as not offered: {what}");
}

#[track_caller]
fn refuses(reply: &Reply, here: &[&Operation], what: &str) {
    assert_eq!(reply.status, 405, "{what}: {}", reply.text);
    let mut expected: BTreeSet<_> = here
        .iter()
        .filter(|operation| operation.is_offered() && !operation.documents(405))
        .map(|operation| operation.method.as_str())
        .collect();
    if expected.contains("GET") {
        expected.insert("HEAD");
    }
    let allow = reply.header("allow").unwrap_or_default();
    let allowed: BTreeSet<_> = allow.split(", ").collect();
    assert_eq!(allowed, expected, "{what}");
}

/// Methods are compared over HTTP, so a path is all that could be forgotten.
#[test]
fn every_route_is_described() {
    let server = TestServer::start(Backend::Sqlite);
    let description = Description::of(&server);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/routes.rs");
    let source = fs::read_to_string(file).expect("the routes are in src/http/routes.rs");
    let routes = routed_paths(&source);
    assert!(routes.len() > 10, "{routes:?}");
    for route in routes {
        assert!(
            description.has_path(&route),
            "`{route}` is routed, but not described in openapi/scim.json"
        );
    }
}

/// The paths in the source: every text that begins with a slash, except messages about features that are not offered. The
/// root of a base is a path of its own, and other code splits at slashes.
fn routed_paths(source: &str) -> BTreeSet<String> {
    let texts = source.match_indices("\"/").filter_map(|(at, _)| {
        let path = source[at + 1..].split('"').next()?;
        let told = source[..at].ends_with("not_implemented(");
        (!told && path.len() > 1).then(|| path.to_owned())
    });
    texts.collect()
}

#[test]
fn a_forgotten_route_is_found() {
    let source = r#".route("/a", web::get()) reading(
        "/b/{id}", x) web::to(|| not_implemented("/c")) web::resource(["", "/"])"#;
    let found: Vec<_> = routed_paths(source).into_iter().collect();
    assert_eq!(found, ["/a", "/b/{id}"]);
}

#[test]
fn the_description_is_sound() {
    let server = TestServer::start(Backend::Sqlite);
    let description = Description::of(&server);
    let root = &description.root;
    assert_eq!(root["openapi"], "3.1.0");
    assert_eq!(root["info"]["version"], env!("CARGO_PKG_VERSION"));
    description.references_resolve();
    description.components_are_used();
    let operations = description.operations();
    let names: BTreeSet<_> = operations.iter().map(|operation| &operation.name).collect();
    assert_eq!(
        names.len(),
        operations.len(),
        "an operationId is missing or there twice"
    );
    let tags: Vec<_> = description
        .list("/tags")
        .iter()
        .map(|tag| &tag["name"])
        .collect();
    assert_eq!(root["security"], json!([{ "bearer": [] }]));
    for operation in &operations {
        let what = format!("{} {}", operation.method, operation.path);
        assert!(!operation.name.is_empty(), "{what}: operationId");
        assert!(
            operation.value["tags"]
                .as_array()
                .is_some_and(|own| own.iter().all(|tag| tags.contains(&tag))),
            "{what}: tags"
        );
        assert!(operation.value["summary"].is_string(), "{what}: summary");
        // Open are the paths outside the SCIM bases, and no others.
        let open = operation.value.get("security") == Some(&Value::Array(Vec::new()));
        assert_eq!(open, operation.absolute, "{what}: security");
        assert!(open || operation.documents(401), "{what}: 401");
        assert_eq!(
            operation.value.get("requestBody").is_some(),
            operation.documents(415),
            "{what}: 415"
        );
        description.parameters_fit(operation);
    }
}

#[test]
fn servers_begin_with_the_public_url() {
    let server =
        TestServer::start_with(Backend::Sqlite, &[("SCIMD_BASE_URL", "https://x.test/api")]);
    let description = Description::of(&server);
    let root = &description.root;
    assert_eq!(root["servers"][0]["url"], "https://x.test/api/scim/v2");
    assert_eq!(
        root["servers"][1]["url"],
        "https://x.test/api/t/{slug}/scim/v2"
    );
    assert_eq!(
        root["paths"]["/livez"]["servers"][0]["url"],
        "https://x.test/api"
    );
}
