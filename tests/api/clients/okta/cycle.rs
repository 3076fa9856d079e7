//! Okta: from the test of the credentials to the last unlinked group, as a catalogue app does it and as a wizard app does it.

use serde_json::{Value, json};

use crate::clients::cycle::Cycle;
use crate::support::{ENTERPRISE, GROUP, TestServer, USER, percent_encode};

const PEOPLE: usize = 100;
const GROUPS: usize = 10;

/// The two kinds of apps.
#[derive(Clone, Copy, PartialEq, Eq)]
enum App {
    /// PATCH for activation, passwords and groups, PUT for profiles.
    Catalogue,
    /// PUT for everything (OKTA-10, OKTA-25).
    Wizard,
}

struct Okta<'a> {
    cycle: Cycle<'a>,
    app: App,
}

fn user_name(n: usize) -> String {
    format!("person{n:03}@x.test")
}

fn by_name(name: &str) -> String {
    let name = percent_encode(name);
    format!("/Users?filter=userName%20eq%20%22{name}%22&startIndex=1&count=100")
}

fn group_by_name(name: &str) -> String {
    let name = percent_encode(name);
    format!("/Groups?filter=displayName%20eq%20%22{name}%22&startIndex=1&count=100")
}

/// The body of a create (OKTA-4), with a short password (OKTA-5) and empty values (OKTA-35).
fn person(n: usize) -> Value {
    let mut body = json!({
        "schemas": [USER], "userName": user_name(n), "name": { "givenName": "Kim", "familyName": format!("Lee{n:03}") },
        "emails": [{ "primary": true, "value": user_name(n), "type": "work" }], "displayName": format!("Kim Lee{n:03}"),
        "locale": "en-US", "externalId": format!("00u{n:04}"), "groups": [], "password": "q7w2e9", "active": true,
    });
    if n.is_multiple_of(2) {
        body["schemas"] = json!([USER, ENTERPRISE]);
        body["title"] = "".into();
        body["name"]["middleName"] = "".into();
        body["phoneNumbers"] =
            json!([{ "primary": true, "value": format!("+47 {n}"), "type": "work" }]);
        body[ENTERPRISE] = json!({ "employeeNumber": format!("{n}"), "costCenter": "4130" });
    }
    body
}

/// A user that the server had before Okta came; the last ten have accounts in Okta too.
fn native(n: usize) -> Value {
    let name = if n < 120 {
        format!("native{n:03}")
    } else {
        user_name(n - 120)
    };
    json!({ "schemas": [USER], "userName": name, "displayName": format!("Native {n}"), "title": "Old hand", "active": !n.is_multiple_of(7) })
}

impl<'a> Okta<'a> {
    fn of(server: &'a TestServer, app: App) -> Self {
        let cycle = Cycle::of_okta(server);
        Self { cycle, app }
    }

    /// OKTA-2.
    fn test_credentials(&mut self) {
        self.cycle.get("/Users?startIndex=1&count=2", 200);
        self.cycle.get("/Groups?startIndex=1&count=100", 200);
    }

    /// OKTA-15, OKTA-16: everything, page by page.
    fn import(&mut self) {
        let users = self.cycle.walk("/Users", Some(100));
        let groups = self.cycle.walk("/Groups", Some(100));
        let differences = self.cycle.model.differences(&users, &groups);
        assert!(differences.is_empty(), "{}", differences.join("\n"));
    }

    /// Reads a user and puts the edited answer back (OKTA-7), at times with stale groups in it.
    fn put_user(&mut self, user: &str, edit: impl FnOnce(&mut Value)) {
        let path = format!("/Users/{user}");
        let mut edited = self.cycle.read(&path);
        edit(&mut edited);
        if edited.get("groups").is_none() {
            edited["groups"] = json!([{ "value": "stale", "display": "Stale" }]);
        }
        let answer = self.cycle.put(&path, &edited, 200);
        self.cycle.model.put(user, &edited);
        self.cycle.model.shows(&answer);
    }

    /// What an app sends about one thing of a user: the PATCH of OKTA-8 and OKTA-11, or the PUT of OKTA-10.
    fn update_user(&mut self, user: &str, name: &str, value: Value) {
        match self.app {
            App::Catalogue => {
                let operation = json!({ "op": "replace", "value": { name: value.clone() } });
                self.cycle.change(user, json!([operation]), |user| {
                    if name != "password" {
                        user[name] = value;
                    }
                });
            }
            App::Wizard => self.put_user(user, |user| user[name] = value),
        }
    }

    /// Looks a person up and creates it, or takes over the account that is there (OKTA-3, OKTA-4).
    fn assign(&mut self, n: usize, existing: Option<&str>) -> String {
        self.cycle.finds(&by_name(&user_name(n)), existing);
        let Some(user) = existing else {
            return self.cycle.create("/Users", &person(n));
        };
        self.put_user(user, |user| {
            for (name, value) in person(n).as_object().into_iter().flatten() {
                user[name] = value.clone();
            }
        });
        user.to_owned()
    }

    fn members(&self, users: &[String]) -> Vec<Value> {
        let member = |user: &String| {
            let name = self.cycle.model.shown(user)["userName"].clone();
            json!({ "value": user, "display": name })
        };
        users.iter().map(member).collect()
    }

    /// OKTA-25: the whole group, repeatedly.
    fn put_group(&mut self, group: &str, name: &str, users: &[String]) {
        let body = json!({ "schemas": [GROUP], "id": group, "displayName": name, "members": self.members(users) });
        for _ in 0..2 {
            let answer = self.cycle.put(&format!("/Groups/{group}"), &body, 200);
            self.cycle.model.put(group, &body);
            self.cycle.model.shows(&answer);
        }
    }

    /// Sends the name, as after a create, before a push and to rename (OKTA-19, OKTA-26). Members stay.
    fn push_name(&mut self, group: &str, name: &str) {
        match self.app {
            App::Catalogue => {
                let operation =
                    json!({ "op": "replace", "value": { "id": group, "displayName": name } });
                self.cycle.change_group(group, json!([operation]));
                self.cycle.model.edit(group)["displayName"] = name.into();
            }
            App::Wizard => {
                let members = self.cycle.model.members(group);
                self.put_group(group, name, &members);
            }
        }
    }

    /// Some leave, some come (OKTA-20).
    fn push_delta(&mut self, group: &str, gone: &[String], come: &[String]) {
        for user in gone {
            self.cycle.model.leave(group, user);
        }
        for user in come {
            self.cycle.model.join(group, user);
        }
        let name = self.name(group);
        match self.app {
            App::Catalogue => {
                self.push_name(group, &name);
                let remove = |user: &String| json!({ "op": "remove", "path": format!("members[value eq \"{user}\"]") });
                let mut operations: Vec<Value> = gone.iter().map(remove).collect();
                operations
                    .push(json!({ "op": "add", "path": "members", "value": self.members(come) }));
                self.cycle.change_group(group, operations.into());
            }
            App::Wizard => {
                let members = self.cycle.model.members(group);
                self.put_group(group, &name, &members);
            }
        }
        self.cycle.read(&format!("/Groups/{group}"));
    }

    /// "Push Now": the list becomes exactly this (OKTA-22, OKTA-23), without a path as well (OKTA-24).
    fn push_now(&mut self, group: &str, users: &[String]) {
        let name = self.name(group);
        match self.app {
            App::Catalogue => {
                self.push_name(group, &name);
                let list = self.members(users);
                for operation in [
                    json!({ "op": "replace", "path": "members", "value": list }),
                    json!({ "op": "replace", "value": { "members": list } }),
                ] {
                    self.cycle.change_group(group, json!([operation]));
                }
                self.cycle.model.set_members(group, users);
            }
            App::Wizard => self.put_group(group, &name, users),
        }
        self.cycle.read(&format!("/Groups/{group}"));
    }

    fn name(&self, group: &str) -> String {
        let name = &self.cycle.model.shown(group)["displayName"];
        name.as_str().expect("a group has a name").to_owned()
    }

    /// Looks a group up and creates it (OKTA-18).
    fn push_group(&mut self, name: &str) -> String {
        self.cycle.finds(&group_by_name(name), None);
        let body = json!({ "schemas": [GROUP], "displayName": name, "members": [] });
        let group = self.cycle.create("/Groups", &body);
        self.push_name(&group, name);
        group
    }

    /// The server before Okta comes: 130 users, and three groups with ten of them each. The ids.
    fn natives(&mut self) -> (Vec<String>, Vec<String>) {
        let users: Vec<String> = (0..130)
            .map(|n| self.cycle.create("/Users", &native(n)))
            .collect();
        let group = |(g, users): (usize, &[String])| {
            let body = json!({ "schemas": [GROUP], "externalId": format!("native-{g}"), "displayName": format!("Native {g}"),
                "members": self.members(users) });
            self.cycle.create("/Groups", &body)
        };
        let groups = users.chunks(10).take(3).enumerate().map(group).collect();
        (users, groups)
    }

    /// Assigns all people. Ten exist already; Okta sends some creates twice (OKTA-6, OKTA-44).
    fn assign_all(&mut self, natives: &[String]) -> Vec<String> {
        let mut people = Vec::new();
        for n in 0..PEOPLE {
            let user = self.assign(n, natives.get(120 + n).map(String::as_str));
            if n % 10 == 3 {
                let refusal = self.cycle.post("/Users", &person(n), 409);
                let detail = refusal["detail"].as_str().unwrap_or_default();
                assert!(detail.contains(&user_name(n)), "{refusal}");
                assert_eq!(refusal["scimType"], "uniqueness");
                self.cycle.finds(&by_name(&user_name(n)), Some(&user));
            }
            people.push(user);
        }
        people
    }

    fn profiles_change(&mut self, people: &[String]) {
        for (n, user) in people.iter().enumerate().skip(20).take(20) {
            self.put_user(user, |user| {
                user["name"]["familyName"] = "Li".into();
                user["displayName"] = format!("Kim Li{n}").into();
                user["title"] = "".into();
                user["nickName"] = "K".into();
                user.as_object_mut().map(|user| user.remove("phoneNumbers"));
            });
        }
        for user in &people[30..35] {
            self.update_user(user, "password", json!("N3w-One"));
        }
    }

    /// Twenty people are unassigned; half of them are assigned again and found as they were left (OKTA-12, OKTA-13).
    fn people_leave_and_return(&mut self, people: &[String]) {
        for (n, user) in people.iter().enumerate().skip(40).take(20) {
            self.update_user(user, "active", json!(false));
            self.cycle.finds(&by_name(&user_name(n)), Some(user));
        }
        for (n, user) in people.iter().enumerate().skip(40).take(10) {
            self.cycle
                .finds(&by_name(&user_name(n).to_uppercase()), Some(user));
            self.put_user(user, |user| user["title"] = "Back".into());
            self.update_user(user, "active", json!(true));
        }
    }

    /// Creates the groups and fills them with a delta each; a person is in one group or in two.
    fn push_groups(&mut self, people: &[String]) -> Vec<String> {
        let push = |g: usize| {
            let group = self.push_group(&format!("Sales {g}"));
            let members: Vec<String> = people.iter().skip(g).step_by(7).cloned().collect();
            self.push_delta(&group, &[], &members);
            group
        };
        (0..GROUPS).map(push).collect()
    }

    fn memberships_change(&mut self, people: &[String], groups: &[String]) {
        for (g, group) in groups.iter().enumerate().take(4) {
            let gone = self.cycle.model.members(group)[..3].to_vec();
            self.push_delta(group, &gone, &people[10 * g..10 * g + 6]);
        }
        for group in &groups[4..6] {
            self.push_now(group, &people[70..90]);
        }
        self.push_now(&groups[6], &[]);
        self.push_now(&groups[6], &people[3..5]);
        self.push_now(&groups[7], &[]);
    }

    /// A rename frees the old name at once (OKTA-26); a native group is linked and filled (OKTA-27); two are unlinked and
    /// deleted (OKTA-28).
    fn groups_change(&mut self, people: &[String], groups: &[String], native_groups: &[String]) {
        self.push_name(&groups[0], "Sellers");
        let successor = self.push_group("Sales 0");
        self.push_delta(&successor, &[], &people[..2]);
        let linked = &native_groups[0];
        self.cycle.finds(&group_by_name("Native 0"), Some(linked));
        self.push_name(linked, "Native 0");
        assert_eq!(self.cycle.model.members(linked).len(), 10);
        self.push_delta(linked, &[], &people[20..25]);
        assert_eq!(self.cycle.model.members(linked).len(), 15);
        for group in [&groups[8], &native_groups[1]] {
            let members = self.cycle.model.members(group);
            self.cycle.delete(&format!("/Groups/{group}"));
            for user in &members {
                self.cycle.read(&format!("/Users/{user}"));
            }
        }
    }

    /// OKTA-17: reads everything once by its id.
    fn see_whether_they_are_there(&mut self, people: &[String], groups: &[String]) {
        for user in people {
            self.cycle.read(&format!("/Users/{user}"));
        }
        for (g, group) in groups.iter().enumerate() {
            if g == 8 {
                self.cycle.get(&format!("/Groups/{group}"), 404);
            } else {
                self.cycle.read(&format!("/Groups/{group}"));
            }
        }
    }
}

fn run(server: &TestServer, app: App, name: &str) {
    let mut okta = Okta::of(server, app);
    okta.test_credentials();
    let (natives, native_groups) = okta.natives();
    okta.import();
    let people = okta.assign_all(&natives);
    okta.profiles_change(&people);
    let groups = okta.push_groups(&people);
    okta.people_leave_and_return(&people);
    okta.memberships_change(&people, &groups);
    okta.import();
    okta.groups_change(&people, &groups, &native_groups);
    okta.see_whether_they_are_there(&people, &groups);
    okta.import();
    okta.cycle
        .finish(&format!("Okta, {name}, 100 users and 10 groups"));
}

api_test! {
    /// Rows: OKTA-1 OKTA-2 OKTA-3 OKTA-4 OKTA-5 OKTA-6 OKTA-7 OKTA-8 OKTA-9 OKTA-11 OKTA-12 OKTA-13 OKTA-15 OKTA-16 OKTA-17 OKTA-18
    /// OKTA-19 OKTA-20 OKTA-21 OKTA-22 OKTA-23 OKTA-24 OKTA-26 OKTA-27 OKTA-28 OKTA-33 OKTA-35 OKTA-44 GEN-16 GEN-20
    fn okta_02_a_catalogue_app_from_its_test_to_its_last_group(server) {
        run(&server, App::Catalogue, "a catalogue app");
    }

    /// Rows: OKTA-10 OKTA-25 OKTA-1 OKTA-2 OKTA-3 OKTA-4 OKTA-5 OKTA-6 OKTA-7 OKTA-9 OKTA-11 OKTA-12 OKTA-13 OKTA-15 OKTA-16 OKTA-17
    /// OKTA-18 OKTA-21 OKTA-26 OKTA-27 OKTA-28 OKTA-33 OKTA-35 OKTA-44 GEN-16 GEN-20
    fn okta_10_a_wizard_app_from_its_test_to_its_last_group(server) {
        run(&server, App::Wizard, "a wizard app");
    }
}
