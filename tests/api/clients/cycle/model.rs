//! The resources that the server must hold after a sequence. The test derives them from its requests, and compares whole
//! resources with them.

use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

use crate::support::{ENTERPRISE, GROUP, USER, id};

/// Users and groups by id, without attributes that the server computes, and the members of each group.
pub(crate) struct Model {
    base: String,
    users: BTreeMap<String, Value>,
    groups: BTreeMap<String, Value>,
    memberships: BTreeSet<(String, String)>,
}

impl Model {
    /// `base` is what the server's links begin with.
    pub(crate) fn new(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            memberships: BTreeSet::new(),
        }
    }

    /// Takes in a resource that was sent to an endpoint and has now this id.
    pub(crate) fn created(&mut self, endpoint: &str, id: &str, sent: &Value) {
        if endpoint == "/Users" {
            let mut user = kept(sent);
            if user.get("active").is_none() {
                user["active"] = true.into();
            }
            let old = self.users.insert(id.to_owned(), user);
            assert_eq!(old, None, "the id of a new user is new");
        } else {
            let old = self.groups.insert(id.to_owned(), kept(sent));
            assert_eq!(old, None, "the id of a new group is new");
            self.set_members(id, &listed(sent));
        }
    }

    /// A PUT: attributes that the body lacks are gone, except `active`.
    pub(crate) fn put(&mut self, id: &str, sent: &Value) {
        if self.groups.contains_key(id) {
            self.groups.insert(id.to_owned(), kept(sent));
            self.set_members(id, &listed(sent));
        } else {
            let mut user = kept(sent);
            if user.get("active").is_none() {
                user["active"] = self.users[id]["active"].clone();
            }
            self.users.insert(id.to_owned(), user);
        }
    }

    /// The user or group with this id, to be changed.
    #[track_caller]
    pub(crate) fn edit(&mut self, id: &str) -> &mut Value {
        let resource = self.users.get_mut(id).or_else(|| self.groups.get_mut(id));
        resource.unwrap_or_else(|| panic!("no resource {id}"))
    }

    pub(crate) fn join(&mut self, group: &str, user: &str) {
        self.memberships.insert((group.to_owned(), user.to_owned()));
    }

    pub(crate) fn leave(&mut self, group: &str, user: &str) {
        self.memberships
            .remove(&(group.to_owned(), user.to_owned()));
    }

    pub(crate) fn set_members(&mut self, group: &str, users: &[String]) {
        self.memberships.retain(|(of, _)| of != group);
        for user in users {
            self.join(group, user);
        }
    }

    pub(crate) fn deleted(&mut self, id: &str) {
        self.users.remove(id);
        self.groups.remove(id);
        self.memberships
            .retain(|(group, user)| group != id && user != id);
    }

    pub(crate) fn members(&self, group: &str) -> Vec<String> {
        let of = self.memberships.iter().filter(|(of, _)| of == group);
        of.map(|(_, user)| user.clone()).collect()
    }

    /// Groups of a user.
    pub(crate) fn groups_of(&self, user: &str) -> Vec<String> {
        let of = self.memberships.iter().filter(|(_, of)| of == user);
        of.map(|(group, _)| group.clone()).collect()
    }

    /// A resource as the server must show it: without `meta`, with lists in the order of ids.
    #[track_caller]
    pub(crate) fn shown(&self, id: &str) -> Value {
        match (self.users.get(id), self.groups.get(id)) {
            (Some(user), _) => self.shown_user(id, user.clone()),
            (None, Some(group)) => self.shown_group(id, group.clone()),
            (None, None) => panic!("no resource {id}"),
        }
    }

    fn shown_user(&self, id: &str, mut user: Value) -> Value {
        user["id"] = id.into();
        user["schemas"] = match user.get(ENTERPRISE) {
            Some(_) => json!([USER, ENTERPRISE]),
            None => json!([USER]),
        };
        let boss = user.pointer(&format!("/{ENTERPRISE}/manager/value"));
        if let Some(boss) = boss.and_then(Value::as_str).map(str::to_owned) {
            user[ENTERPRISE]["manager"] = self.shown_manager(&boss);
        }
        let groups = self.groups_of(id);
        let groups = groups.iter().map(|group| {
            json!({ "value": group, "$ref": self.location("Groups", group), "type": "direct",
                "display": self.groups[group]["displayName"] })
        });
        let groups: Vec<Value> = groups.collect();
        if !groups.is_empty() {
            user["groups"] = groups.into();
        }
        user
    }

    /// A manager that does not exist has no name.
    fn shown_manager(&self, id: &str) -> Value {
        let mut manager = json!({ "value": id, "$ref": self.location("Users", id) });
        if let Some(name) = self.name_of(id) {
            manager["displayName"] = name.clone();
        }
        manager
    }

    fn shown_group(&self, id: &str, mut group: Value) -> Value {
        group["id"] = id.into();
        group["schemas"] = json!([GROUP]);
        let members = self.members(id);
        let members = members.iter().map(|user| {
            let location = self.location("Users", user);
            let mut member = json!({ "value": user, "$ref": location, "type": "User" });
            if let Some(name) = self.name_of(user) {
                member["display"] = name.clone();
            }
            member
        });
        group["members"] = members.collect();
        group
    }

    fn name_of(&self, user: &str) -> Option<&Value> {
        self.users.get(user)?.get("displayName")
    }

    fn location(&self, endpoint: &str, id: &str) -> String {
        format!("{}/{endpoint}/{id}", self.base)
    }

    /// A resource of an answer in the form of [`Model::shown`]; its `meta` must be sound.
    #[track_caller]
    pub(crate) fn plain(&self, answer: &Value) -> Value {
        let mut resource = answer.clone();
        let meta = resource.as_object_mut().and_then(|all| all.remove("meta"));
        let meta = meta.unwrap_or_else(|| panic!("a resource without meta: {answer}"));
        let endpoint = format!("{}s", meta["resourceType"].as_str().unwrap_or_default());
        let location = self.location(&endpoint, id(answer));
        assert_eq!(meta["location"], location, "{answer}");
        for list in ["groups", "members"] {
            if let Some(list) = resource.get_mut(list).and_then(Value::as_array_mut) {
                list.sort_by_key(|item| item["value"].to_string());
            }
        }
        resource
    }

    /// Asserts that an answer is a resource as it must be now.
    #[track_caller]
    pub(crate) fn shows(&self, answer: &Value) {
        assert_eq!(self.plain(answer), self.shown(id(answer)));
    }

    /// Where the whole state of a server differs from this one.
    pub(crate) fn differences(&self, users: &[Value], groups: &[Value]) -> Vec<String> {
        let mut found = BTreeMap::new();
        let mut differences = Vec::new();
        for resource in users.iter().chain(groups) {
            if found.insert(id(resource), self.plain(resource)).is_some() {
                differences.push(format!("listed twice: {resource}"));
            }
        }
        for id in self.users.keys().chain(self.groups.keys()) {
            let expected = self.shown(id);
            match found.remove(id.as_str()) {
                Some(found) if found == expected => (),
                Some(found) => differences.push(format!("found {found}\ninstead of {expected}")),
                None => differences.push(format!("missing: {expected}")),
            }
        }
        differences.extend(found.values().map(|found| format!("unexpected: {found}")));
        differences
    }
}

/// What the server keeps of a resource that was sent: no nulls, no empty lists, nothing that is its own to say.
fn kept(sent: &Value) -> Value {
    let computed = ["schemas", "id", "meta", "groups", "members", "password"];
    let sent = sent.as_object().into_iter().flatten();
    let kept = sent.filter(|(name, value)| {
        !computed.contains(&name.as_str()) && !value.is_null() && **value != json!([])
    });
    let kept = kept.map(|(name, value)| match value.as_str() {
        Some("True") if name == "active" => (name.clone(), true.into()),
        _ => (name.clone(), value.clone()),
    });
    Value::Object(kept.collect::<Map<_, _>>())
}

/// Ids of the members in a body.
fn listed(sent: &Value) -> Vec<String> {
    let members = sent["members"].as_array().into_iter().flatten();
    let ids = members.map(|member| member["value"].as_str().unwrap_or_default().to_owned());
    ids.collect()
}
