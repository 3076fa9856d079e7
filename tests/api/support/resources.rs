//! Resources: the requests that most tests begin with, and what their answers hold.

use serde_json::{Value, json};

use super::server::TestServer;
use super::{BULK_REQUEST, GROUP, USER};

/// The id of a resource.
#[track_caller]
pub(crate) fn id(resource: &Value) -> &str {
    resource["id"]
        .as_str()
        .unwrap_or_else(|| panic!("a resource without an id: {resource}"))
}

/// The resource as a GET shows it now.
#[track_caller]
pub(crate) fn read(server: &TestServer, path: &str) -> Value {
    server.get(path).send().expect(200)
}

/// How many resources an endpoint lists.
#[track_caller]
pub(crate) fn total(server: &TestServer, endpoint: &str) -> u64 {
    let list = server.get(endpoint).query("count", "0").send().expect(200);
    list["totalResults"]
        .as_u64()
        .expect("totalResults is an integer")
}

/// `/Users/{id}` or `/Groups/{id}`.
#[track_caller]
pub(crate) fn path_of(resource: &Value) -> String {
    let resource_type = resource["meta"]["resourceType"].as_str();
    format!(
        "/{}s/{}",
        resource_type.expect("a resource names its type"),
        id(resource)
    )
}

/// The names of an object's members, sorted.
#[track_caller]
pub(crate) fn keys(object: &Value) -> Vec<&str> {
    let members = object.as_object();
    let members = members.unwrap_or_else(|| panic!("not an object: {object}"));
    let mut names: Vec<&str> = members.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// `rest` with the User schema and this name, unless it brings its own.
pub(crate) fn user_body(user_name: &str, rest: Value) -> Value {
    let mut body = json!({ "schemas": [USER], "userName": user_name });
    for (name, value) in rest.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body
}

impl TestServer {
    /// The resources that a filter selects at an endpoint.
    #[track_caller]
    pub(crate) fn search(&self, endpoint: &str, filter: &str) -> Vec<Value> {
        let reply = self.get(endpoint).query("filter", filter).send();
        let list = reply.expect(200);
        let resources = list["Resources"].as_array();
        resources
            .unwrap_or_else(|| panic!("a list without Resources: {list}"))
            .clone()
    }

    /// The user names that a filter selects, sorted.
    #[track_caller]
    pub(crate) fn names(&self, filter: &str) -> Vec<String> {
        let users = self.search("/Users", filter);
        let mut names: Vec<String> = users
            .iter()
            .map(|user| user["userName"].as_str().unwrap_or_default().to_owned())
            .collect();
        names.sort();
        names
    }

    /// A user with nothing but a name.
    #[track_caller]
    pub(crate) fn create_user(&self, user_name: &str) -> Value {
        self.user(json!({ "userName": user_name }))
    }

    /// A user from this body; `schemas` is added when missing.
    #[track_caller]
    pub(crate) fn user(&self, mut body: Value) -> Value {
        if body.get("schemas").is_none() {
            body["schemas"] = json!([USER]);
        }
        self.post("/Users", body).send().expect(201)
    }

    /// A group with these members.
    #[track_caller]
    /// Creates users by Bulk, each as `user` says. Returns their ids in the order of creation.
    pub(crate) fn crowd(&self, count: usize, user: impl Fn(usize) -> Value) -> Vec<String> {
        let numbers: Vec<usize> = (0..count).collect();
        let create = |numbers: &[usize]| {
            let operation = |number: &usize| {
                let data = user(*number);
                json!({ "method": "POST", "path": "/Users", "bulkId": number.to_string(), "data": data })
            };
            let operations: Vec<Value> = numbers.iter().map(operation).collect();
            let body = json!({ "schemas": [BULK_REQUEST], "Operations": operations });
            let answer = self.post("/Bulk", body).send().expect(200);
            let made = answer["Operations"].as_array().expect("operations").clone();
            made.into_iter().map(|one| {
                let location = one["location"].as_str().expect("a location").to_owned();
                location.rsplit('/').next().expect("an id").to_owned()
            })
        };
        numbers.chunks(250).flat_map(create).collect()
    }

    pub(crate) fn create_group(&self, display_name: &str, member_ids: &[&str]) -> Value {
        let members: Vec<Value> = member_ids.iter().map(|id| json!({ "value": id })).collect();
        let body = json!({ "schemas": [GROUP], "displayName": display_name, "members": members });
        self.post("/Groups", body).send().expect(201)
    }
}
