//! The requests most tests begin with.

use serde_json::{Value, json};

use super::server::TestServer;
use super::{GROUP, USER};

/// The id of a resource.
#[track_caller]
pub(crate) fn id(resource: &Value) -> &str {
    resource["id"]
        .as_str()
        .unwrap_or_else(|| panic!("a resource without an id: {resource}"))
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
    pub(crate) fn create_group(&self, display_name: &str, member_ids: &[&str]) -> Value {
        let members: Vec<Value> = member_ids.iter().map(|id| json!({ "value": id })).collect();
        let body = json!({ "schemas": [GROUP], "displayName": display_name, "members": members });
        self.post("/Groups", body).send().expect(201)
    }
}
