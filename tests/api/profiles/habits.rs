//! For each leniency one request that the server understands only because of it.

use serde_json::{Value, json};

use super::requests::patch_of;
use crate::support::{ENTERPRISE, GROUP, Reply, Request, SEARCH_REQUEST, TestServer, USER, id};

/// What a habit is tried on.
#[derive(Clone, Copy)]
pub(super) enum To {
    /// POST /Users with these attributes.
    Users,
    /// PATCH of a user with this message.
    User,
    /// PATCH of a group with this message.
    Group,
    /// PUT of a group with these attributes and no members.
    GroupPut,
    /// POST /Users/.search with these members.
    Search,
    /// POST /Users with this `Content-Type`.
    ContentType,
    /// GET /Users with this filter.
    Filter,
    /// GET /Users with this query parameter, which asks for no resources.
    Parameter,
    /// GET /Users with this `Accept`.
    Accept,
    /// GET /Users with this `Authorization`, in which `{token}` stands for the token.
    Authorization,
}

/// A request that needs one rule.
pub(super) struct Habit {
    pub(super) rule: &'static str,
    to: To,
    body: Value,
    /// Status and `scimType` where the rule is off. A success: it is read otherwise then.
    pub(super) refused: (u16, &'static str),
    /// Whether profile `rfc` has the rule all the same, and whether `default` has.
    pub(super) in_rfc: bool,
    pub(super) in_default: bool,
}

fn habit(rule: &'static str, to: To, body: Value, status: u16, scim_type: &'static str) -> Habit {
    Habit {
        rule,
        to,
        body,
        refused: (status, scim_type),
        in_rfc: false,
        in_default: true,
    }
}

impl Habit {
    fn in_rfc(self) -> Self {
        Self {
            in_rfc: true,
            ..self
        }
    }

    fn opted_into(self) -> Self {
        Self {
            in_default: false,
            ..self
        }
    }
}

/// A habit for every leniency there is. `{member}` stands for the id of a member of the group.
pub(super) fn habits() -> Vec<Habit> {
    use To::{
        Accept, Authorization, ContentType, Filter, Group, GroupPut, Parameter, Search, User, Users,
    };
    let work = "emails[type eq \"work\"]";
    let set = |path: &str, value: Value| {
        patch_of(json!({ "op": "replace", "path": path, "value": value }))
    };
    let manager = format!("{ENTERPRISE}:manager");
    let former = "urn:scim:schemas:extension:enterprise:1.0";
    vec![
        habit(
            "patch-op-case",
            User,
            patch_of(json!({ "op": "Replace", "path": "title", "value": "Chef" })),
            400,
            "invalidSyntax",
        )
        .in_rfc(),
        habit(
            "boolean-string",
            User,
            set("active", json!("False")),
            400,
            "invalidValue",
        ),
        habit(
            "boolean-string",
            Users,
            json!({ "active": "False" }),
            400,
            "invalidValue",
        ),
        habit(
            "boolean-string-filter",
            Filter,
            json!("active eq \"True\""),
            400,
            "invalidFilter",
        ),
        habit(
            "boolean-string-filter",
            User,
            set("emails[primary eq \"True\"].value", json!("p@x.test")),
            400,
            "invalidFilter",
        ),
        habit(
            "complex-from-string",
            User,
            set(&manager, json!("{member}")),
            400,
            "invalidValue",
        ),
        habit(
            "complex-from-string",
            Users,
            json!({ ENTERPRISE: { "manager": "{member}" } }),
            400,
            "invalidValue",
        ),
        habit(
            "single-from-array",
            User,
            set("active", json!([false])),
            400,
            "invalidValue",
        ),
        habit(
            "single-from-array",
            Users,
            json!({ "title": ["Chef"] }),
            400,
            "invalidValue",
        ),
        habit(
            "multi-from-single",
            Users,
            json!({ "emails": { "value": "e@x.test" } }),
            400,
            "invalidValue",
        ),
        habit(
            "multi-from-single",
            Users,
            json!({ "emails": ["e@x.test"] }),
            400,
            "invalidValue",
        ),
        habit(
            "multi-from-single",
            Group,
            patch_of(json!({ "op": "add", "path": "members", "value": "{member}" })),
            400,
            "invalidValue",
        ),
        habit(
            "string-from-number",
            Users,
            json!({ ENTERPRISE: { "employeeNumber": 7001 } }),
            400,
            "invalidValue",
        ),
        habit(
            "string-from-number",
            User,
            set("addresses", json!([{ "postalCode": 91608 }])),
            400,
            "invalidValue",
        ),
        habit(
            "create-from-value-filter",
            User,
            set("phoneNumbers[type eq \"work\"].value", json!("1")),
            400,
            "noTarget",
        ),
        habit(
            "remove-listed-values",
            Group,
            patch_of(
                json!({ "op": "remove", "path": "members", "value": [{ "value": "{member}" }] }),
            ),
            400,
            "invalidValue",
        ),
        habit(
            "remove-listed-values",
            User,
            patch_of(
                json!({ "op": "remove", "path": "emails", "value": [{ "value": "w@x.test" }] }),
            ),
            400,
            "invalidValue",
        ),
        habit(
            "ignore-remove-value",
            User,
            patch_of(json!({ "op": "remove", "path": format!("{work}.display"), "value": "x" })),
            400,
            "invalidValue",
        )
        .in_rfc(),
        habit(
            "dotted-keys",
            User,
            patch_of(json!({ "op": "replace", "value": { "name.givenName": "Kim" } })),
            400,
            "invalidPath",
        ),
        habit(
            "dotted-keys",
            User,
            patch_of(json!({ "op": "replace", "value": { USER: { "active": false } } })),
            400,
            "invalidPath",
        ),
        habit(
            "ignore-strangers",
            Users,
            json!({ "shoeSize": 7 }),
            400,
            "invalidSyntax",
        )
        .in_rfc(),
        habit(
            "ignore-strangers",
            Users,
            json!({ "name": { "nobility": "Sir" } }),
            400,
            "invalidSyntax",
        )
        .in_rfc(),
        habit(
            "ignore-strangers",
            User,
            patch_of(json!({ "op": "replace", "value": { "shoeSize": 7, "title": "Chef" } })),
            400,
            "invalidSyntax",
        )
        .in_rfc(),
        habit(
            "ignore-strangers",
            User,
            set("name", json!({ "nobility": "Sir" })),
            400,
            "invalidSyntax",
        )
        .in_rfc(),
        habit(
            "ignore-strangers",
            User,
            set(ENTERPRISE, json!({ "shoeSize": 7 })),
            400,
            "invalidSyntax",
        )
        .in_rfc(),
        habit(
            "ignore-unknown-paths",
            User,
            set("shoeSize", json!(7)),
            400,
            "invalidPath",
        )
        .opted_into(),
        habit(
            "ignore-unknown-schemas",
            Users,
            json!({ "schemas": [USER, "urn:bogus"] }),
            400,
            "invalidValue",
        ),
        habit(
            "ignore-unknown-schemas",
            Users,
            json!({ "schemas": null }),
            400,
            "invalidSyntax",
        ),
        habit(
            "ignore-unknown-schemas",
            User,
            json!({ "Operations": [{ "op": "replace", "path": "title", "value": "Chef" }] }),
            400,
            "invalidSyntax",
        ),
        habit(
            "ignore-unknown-extensions",
            Users,
            json!({ "urn:example:shoes": { "size": 7 } }),
            400,
            "invalidSyntax",
        )
        .in_rfc(),
        habit(
            "former-urns",
            Users,
            json!({ former: { "department": "Ops" } }),
            201,
            "",
        ),
        habit(
            "bare-extension-attribute",
            User,
            set("department", json!("Ops")),
            400,
            "invalidPath",
        ),
        habit(
            "bare-extension-attribute",
            Filter,
            json!("department eq \"Ops\""),
            400,
            "invalidFilter",
        ),
        habit("any-accept", Accept, json!("text/html"), 406, "").in_rfc(),
        habit(
            "extra-keys",
            User,
            patch_of(json!({ "op": "replace", "path": "title", "value": "Chef", "name": "x" })),
            400,
            "invalidSyntax",
        )
        .in_rfc(),
        habit(
            "former-names",
            Users,
            json!({ ENTERPRISE: { "manager": { "managerId": "{member}" } } }),
            201,
            "",
        ),
        habit(
            "former-names",
            User,
            set(&format!("{manager}.managerId"), json!("{member}")),
            400,
            "invalidPath",
        ),
        habit(
            "search-number-text",
            Search,
            json!({ "count": "1" }),
            400,
            "invalidValue",
        ),
        habit(
            "any-content-type",
            ContentType,
            json!("text/plain"),
            415,
            "",
        )
        .opted_into(),
        habit("any-content-type", ContentType, json!(";;;"), 415, "").opted_into(),
        habit(
            "any-user-name",
            Users,
            json!({ "userName": "kim o’brien {number}" }),
            400,
            "invalidValue",
        ),
        habit("empty-filter", Filter, json!(""), 400, "invalidFilter"),
        habit("parameter-case", Parameter, json!("Count"), 200, ""),
        habit("put-keeps-members", GroupPut, json!({}), 200, "").opted_into(),
        habit(
            "any-format",
            Users,
            json!({ "timezone": "Nowhere" }),
            400,
            "invalidValue",
        ),
        habit(
            "any-format",
            User,
            set("addresses", json!([{ "country": "Norway" }])),
            400,
            "invalidValue",
        ),
        habit(
            "any-format",
            Users,
            json!({ "profileUrl": "see the intranet" }),
            400,
            "invalidValue",
        ),
        habit(
            "any-format",
            User,
            set("locale", json!("English, please")),
            400,
            "invalidValue",
        ),
        habit(
            "any-format",
            User,
            set("x509Certificates", json!([{ "value": "MA\nEH" }])),
            400,
            "invalidValue",
        ),
        habit(
            "ignore-unknown-members",
            Group,
            patch_of(json!({ "op": "add", "path": "members", "value": [{ "value": "nobody" }] })),
            400,
            "invalidValue",
        )
        .opted_into(),
        habit("bare-token", Authorization, json!("{token}"), 401, "").opted_into(),
    ]
}

/// What a habit did.
pub(super) struct Tried {
    pub(super) reply: Reply,
    /// What the request was about, before and after.
    pub(super) before: Value,
    pub(super) after: Value,
}

impl Habit {
    /// Sends the request about fresh resources.
    #[track_caller]
    pub(super) fn try_on(&self, server: &TestServer) -> Tried {
        let number = server.get("/Users").query("count", "0").send().expect(200);
        let name = format!("kim-{}", number["totalResults"]);
        let user = server.user(json!({
            "userName": name,
            "emails": [{ "type": "work", "value": "w@x.test", "display": "W", "primary": true }],
        }));
        let group = server.create_group(&name, &[id(&user)]);
        let path = match self.to {
            To::User => format!("/Users/{}", id(&user)),
            To::Group | To::GroupPut => format!("/Groups/{}", id(&group)),
            _ => "/Users".to_owned(),
        };
        let read = || match self.to {
            To::User | To::Group | To::GroupPut => server.get(&path).send().expect(200),
            _ => server.get("/Users").query("count", "0").send().expect(200),
        };
        let before = read();
        let body = self.body.to_string().replace("{member}", id(&user));
        let body = body.replace("{number}", &number["totalResults"].to_string());
        let reply = self.request(server, &path, &name, &body).send();
        Tried {
            reply,
            before,
            after: read(),
        }
    }

    fn request(&self, server: &TestServer, path: &str, name: &str, body: &str) -> Request {
        let body: Value = serde_json::from_str(body).unwrap();
        let text = body.as_str().unwrap_or_default();
        match self.to {
            To::Users => {
                let mut user =
                    json!({ "schemas": [USER, ENTERPRISE], "userName": format!("{name}-new") });
                for (name, value) in body.as_object().into_iter().flatten() {
                    user[name] = value.clone();
                }
                server.post(path, user)
            }
            To::User | To::Group => server.request("PATCH", path).json(&body),
            To::GroupPut => {
                let group = json!({ "schemas": [GROUP], "displayName": name });
                server.put(path, group)
            }
            To::Search => {
                let mut search = json!({ "schemas": [SEARCH_REQUEST] });
                for (name, value) in body.as_object().into_iter().flatten() {
                    search[name] = value.clone();
                }
                server.post("/Users/.search", search)
            }
            To::ContentType => {
                let user = json!({ "schemas": [USER], "userName": format!("{name}-new") });
                server.post(path, user).header("Content-Type", text)
            }
            To::Parameter => server.get(path).query(text, "0"),
            To::Filter => server.get(path).query("filter", text),
            To::Accept => server.get(path).header("Accept", text),
            To::Authorization => {
                let value = text.replace("{token}", server.token());
                server.get(path).header("Authorization", &value)
            }
        }
    }
}
