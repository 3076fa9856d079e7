//! Sequences of `JumpCloud` and authentik.

use serde_json::{Value, json};

use super::{Cycle, group_lookup, lookup, resources};
use crate::support::{GROUP, USER, id};

/// A user as `JumpCloud` and authentik send it.
fn person(name: &str) -> Value {
    json!({
        "schemas": [USER], "userName": name, "externalId": format!("ext-{name}"), "displayName": name, "active": true,
        "name": { "givenName": "Test", "familyName": "User" }, "emails": [{ "value": name, "type": "work", "primary": true }],
    })
}

fn add(user: &str) -> Value {
    json!({ "op": "add", "path": "members", "value": [{ "value": user }] })
}

/// Puts a whole user, whose sender thinks that its own id matters (AK-4).
#[track_caller]
fn put(cycle: &mut Cycle, user: &str, body: &Value) {
    let answer = cycle.put(&format!("/Users/{user}"), body, 200);
    cycle.model.put(user, body);
    cycle.model.shows(&answer);
}

/// Creates without a lookup, is told that the name is taken, looks for who has it and takes the account over (AK-3).
#[track_caller]
fn adopt(authentik: &mut Cycle, body: &Value) -> String {
    assert_eq!(
        authentik.post("/Users", body, 409)["scimType"],
        "uniqueness"
    );
    let name = body["userName"].as_str().expect("a name");
    let list = authentik.get(&lookup("userName", name), 200);
    let user = id(&resources(&list)[0]).to_owned();
    put(authentik, &user, body);
    user
}

api_test! {
    /// Rows: JC-1 JC-2 JC-3 GEN-4 GEN-15
    fn jc_01_an_activation_can_be_repeated_with_the_same_mail(server) {
        let mut jumpcloud = Cycle::of(&server);
        let neighbour = jumpcloud.create("/Users", &person("neighbour@t.test"));
        let mut ids = vec![neighbour.clone()];
        for round in 0..3 {
            jumpcloud.finds(&lookup("userName", "test@t.test"), None);
            let mut body = person("test@t.test");
            let user = jumpcloud.create("/Users", &body);
            let path = format!("/Users/{user}");
            jumpcloud.read(&path);
            body["name"]["familyName"] = format!("Changed {round}").into();
            put(&mut jumpcloud, &user, &body);
            let group = jumpcloud.create("/Groups", &json!({ "schemas": [GROUP], "displayName": "Test group" }));
            // The same member is added again and again.
            for _ in 0..3 {
                jumpcloud.change_group(&group, json!([add(&user)]));
                jumpcloud.model.join(&group, &user);
                jumpcloud.read(&format!("/Groups/{group}"));
            }
            jumpcloud.change_group(&group, json!([add(&neighbour)]));
            jumpcloud.model.join(&group, &neighbour);
            jumpcloud.change_group(&group, json!([{ "op": "remove", "path": "members", "value": [{ "value": user }] }]));
            jumpcloud.model.leave(&group, &user);
            jumpcloud.compare();
            jumpcloud.change(&user, json!([{ "op": "replace", "path": "active", "value": false }]), |user| user["active"] = false.into());
            // Either may go first.
            let (first, second) = if round == 1 { (path, format!("/Groups/{group}")) } else { (format!("/Groups/{group}"), path) };
            jumpcloud.delete(&first);
            jumpcloud.compare();
            jumpcloud.delete(&second);
            jumpcloud.compare();
            ids.extend([user, group]);
        }
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 7, "no id came twice: {ids:?}");
    }

    /// Rows: AK-3 AK-4 AK-5 AK-6 GEN-10 DEC-5 LEN-10 LEN-13
    fn ak_03_what_is_in_the_way_of_a_create_is_adopted(server) {
        let mut authentik = Cycle::of(&server);
        let config = authentik.get("/ServiceProviderConfig", 200);
        let operations_max = config["bulk"]["maxOperations"].as_u64().expect("an integer");
        assert!(config["patch"]["supported"] == true && operations_max > 1, "{config}");
        let in_the_way = authentik.create("/Users", &json!({ "schemas": [USER], "userName": "P1@t.test", "title": "Boss" }));
        let bystander = authentik.create("/Users", &person("bystander@t.test"));
        let names: Vec<String> = (0..30).map(|n| format!("p{n}@t.test")).collect();
        let mut people = Vec::new();
        for (n, name) in names.iter().enumerate() {
            people.push(if n == 1 { adopt(&mut authentik, &person(name)) } else { authentik.create("/Users", &person(name)) });
        }
        assert_eq!(people[1], in_the_way);
        // A second run comes to the same accounts.
        for (name, user) in names.iter().zip(&people) {
            assert_eq!(adopt(&mut authentik, &person(name)), *user);
        }
        authentik.compare();
        // Users are updated by PUT, with an id in the body; who is gone is created anew.
        for (name, user) in names.iter().zip(&people).take(5) {
            let mut body = person(name);
            body["id"] = "another".into();
            body["displayName"] = "Changed".into();
            put(&mut authentik, user, &body);
        }
        authentik.put("/Users/no-longer-here", &person("p99@t.test"), 404);
        authentik.create("/Users", &person("p99@t.test"));

        // A group in the way, with a member that is not authentik's.
        let team = authentik.create("/Groups", &json!({ "schemas": [GROUP], "displayName": "TEAM", "members": [{ "value": bystander }] }));
        let body = json!({ "schemas": [GROUP], "externalId": "g-1", "displayName": "Team" });
        assert_eq!(authentik.post("/Groups", &body, 409)["scimType"], "uniqueness");
        authentik.finds(&group_lookup("Team"), Some(&team));
        let whole = json!({ "schemas": [GROUP], "id": "own-id", "externalId": "g-1", "displayName": "Team" });
        for _ in 0..2 {
            authentik.change_group(&team, json!([{ "op": "replace", "path": null, "value": whole }]));
            *authentik.model.edit(&team) = json!({ "externalId": "g-1", "displayName": "Team" });
            authentik.read(&format!("/Groups/{team}"));
        }

        // Members: what is missing, in many operations of one each, then the others out by value lists.
        let now = authentik.read(&format!("/Groups/{team}"));
        assert_eq!(now["members"][0]["value"], bystander.as_str());
        authentik.change_group(&team, people.iter().map(|user| add(user)).collect());
        for user in &people {
            authentik.model.join(&team, user);
        }
        authentik.read(&format!("/Groups/{team}"));
        let gone = people[10..20].iter().chain([&bystander]);
        let removals = gone.clone().map(|user| json!({ "op": "remove", "path": "members", "value": [{ "value": user }] }));
        authentik.change_group(&team, removals.collect());
        for user in gone {
            authentik.model.leave(&team, user);
        }
        authentik.compare();
        let empty = authentik.create("/Groups", &json!({ "schemas": [GROUP], "displayName": "Empty" }));
        assert_eq!(authentik.read(&format!("/Groups/{empty}"))["members"], json!([]), "authentik adds nobody where there is no list");
    }

    /// Rows: AK-7 GEN-16 GEN-17
    fn ak_07_discovery_without_a_count_sees_everything_once_and_ends(server) {
        let mut authentik = Cycle::of(&server);
        assert!(authentik.walk("/Groups", None).is_empty());
        let users: Vec<String> = (0..5).map(|n| authentik.create("/Users", &person(&format!("p{n}@t.test")))).collect();
        for g in 0..215 {
            let members: Vec<Value> = users[..g % 6].iter().map(|user| json!({ "value": user })).collect();
            authentik.create("/Groups", &json!({ "schemas": [GROUP], "displayName": format!("Group {g}"), "members": members }));
            // At the edges of pages a walk is easiest to get wrong.
            if [98, 99, 100, 199, 200, 214].contains(&g) {
                let (seen, users) = (authentik.walk("/Groups", None), authentik.walk("/Users", None));
                assert_eq!(seen.len(), g + 1);
                assert_eq!(authentik.model.differences(&users, &seen), [""; 0]);
            }
        }
    }

    /// What all the sequences rest on.
    fn a_difference_between_server_and_model_is_seen(server) {
        let mut cycle = Cycle::of(&server);
        let users = ["a@t.test", "b@t.test"].map(|name| cycle.create("/Users", &person(name)));
        let group = cycle.create("/Groups", &json!({ "schemas": [GROUP], "displayName": "Team", "members": [{ "value": users[0] }] }));
        cycle.compare();
        let (a, b, team) = (format!("/Users/{}", users[0]), format!("/Users/{}", users[1]), format!("/Groups/{group}"));
        let replace = |path: &str, value: &str| json!([{ "op": "replace", "path": path, "value": value }]);
        // Each step is one that the model is not told about, and the number of resources in which it shows.
        let mut steps = vec![
            ("PATCH", &a, replace("title", "X"), 1), ("PATCH", &a, json!([{ "op": "remove", "path": "title" }]), 0),
            ("PATCH", &team, json!([add(&users[1])]), 2), ("PATCH", &a, replace("userName", "A@t.test"), 3),
            ("PATCH", &a, replace("userName", "a@t.test"), 2), ("PATCH", &team, replace("displayName", "team"), 3),
            ("DELETE", &b, Value::Null, 3), ("DELETE", &team, Value::Null, 3),
        ];
        for (method, path, operations, expected) in steps.drain(..) {
            match method {
                "PATCH" => server.patch(path, operations.clone()).send(),
                _ => server.delete(path).send(),
            };
            let (users, groups) = (cycle.walk("/Users", Some(1)), cycle.walk("/Groups", Some(1)));
            let differences = cycle.model.differences(&users, &groups);
            assert_eq!(differences.len(), expected, "{method} {path} {operations}: {differences:?}");
        }
        server.create_user("unexpected");
        let users = cycle.walk("/Users", None);
        assert_eq!(cycle.model.differences(&users, &[]).len(), 4);
        assert_eq!(cycle.model.differences(&[users[0].clone(), users[0].clone()], &[]).len(), 4, "one twice and in no group, two missing");
    }
}
