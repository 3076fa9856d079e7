//! Entra ID: the first cycle of a job, and the cycles after it.

use serde_json::{Value, json};

use super::directory::{
    GROUPS, PEOPLE, group, group_name, groups_of, manager, members_of, object_id, person, user_name,
};
use crate::clients::cycle::{Cycle, group_lookup, lookup};
use crate::support::ENTERPRISE;

/// What Entra remembers of a provisioned directory: the ids that the server gave.
struct Links {
    people: Vec<String>,
    groups: Vec<String>,
}

fn set(op: &str, path: &str, value: impl Into<Value>) -> Value {
    json!({ "op": op, "path": path, "value": value.into() })
}

/// A member as Entra writes it (ENTRA-28, ENTRA-29).
fn member(user: &str) -> Value {
    json!({ "$ref": null, "value": user })
}

/// What Entra asks before it saves a connection, and as a heartbeat (ENTRA-1).
fn test_connection(entra: &mut Cycle) {
    let stranger = "0e2b1f1c-0000-4000-8000-5e1f00000000";
    entra.finds(&lookup("userName", stranger), None);
    entra.finds(&group_lookup(stranger), None);
}

/// Matches by two attributes, then creates (ENTRA-2, ENTRA-4, ENTRA-5).
fn provision_person(entra: &mut Cycle, n: usize) -> String {
    entra.finds(&lookup("userName", &user_name(n)), None);
    entra.finds(&lookup("externalId", &object_id(n)), None);
    entra.create("/Users", &person(n))
}

/// Sends the manager of a person, in one of three shapes, and asks whether it has arrived.
fn send_manager(entra: &mut Cycle, shape: usize, user: &str, boss: &str) {
    let urn = format!("{ENTERPRISE}:manager");
    let operation = match shape % 3 {
        0 => set("Add", &urn, boss),
        1 => set(
            "Add",
            "manager",
            json!([{ "$ref": format!("https://x.test/Users/{boss}"), "value": boss }]),
        ),
        _ => set("Replace", &urn, json!({ "value": boss })),
    };
    entra.change(user, json!([operation]), |user| {
        user[ENTERPRISE]["manager"] = json!({ "value": boss })
    });
    entra.refers("/Users", user, "manager", boss, true);
}

/// Matches by name and creates (ENTRA-26), reads without the members (ENTRA-27).
fn provision_group(entra: &mut Cycle, g: usize) -> String {
    entra.finds(&group_lookup(&group_name(g)), None);
    let id = entra.create("/Groups", &group(g));
    entra.read(&format!("/Groups/{id}?excludedAttributes=members"));
    id
}

/// One PATCH adds these.
fn add_members(entra: &mut Cycle, group: &str, users: &[&String]) {
    let members: Vec<Value> = users.iter().map(|user| member(user)).collect();
    entra.change_group(group, json!([set("Add", "members", members)]));
    for user in users {
        entra.model.join(group, user);
    }
}

fn first_cycle(entra: &mut Cycle) -> Links {
    let people: Vec<String> = (0..PEOPLE).map(|n| provision_person(entra, n)).collect();
    for (n, boss) in (0..PEOPLE).filter_map(|n| Some((n, manager(n)?))) {
        send_manager(entra, n, &people[n], &people[boss]);
    }
    let groups: Vec<String> = (0..GROUPS).map(|g| provision_group(entra, g)).collect();
    for (g, group) in groups.iter().enumerate() {
        let members: Vec<&String> = members_of(g).into_iter().map(|n| &people[n]).collect();
        entra.refers("/Groups", group, "members", members[0], false);
        // Mostly one member each; now and then Entra sends several together.
        let size = if g % 5 == 4 { 8 } else { 1 };
        for some in members.chunks(size) {
            add_members(entra, group, some);
        }
        entra.refers("/Groups", group, "members", members[0], true);
        entra.read(&format!("/Groups/{group}"));
    }
    Links { people, groups }
}

/// Names, mails, phones and departments change, each in the shape without the flag and with it.
fn profiles_change(entra: &mut Cycle, people: &[String]) {
    for (n, user) in people.iter().enumerate().take(40).skip(20) {
        let (name, mail) = (format!("wed{n}@t.test"), format!("wed-mail{n}@t.test"));
        let operations = json!([
            set("Replace", "userName", name.clone()),
            set("Replace", "displayName", format!("Wed {n}")),
            set("Replace", "emails[type eq \"work\"].value", mail.clone()),
            set("Replace", "name.familyName", "Wed"),
        ]);
        entra.change(user, operations, |user| {
            user["userName"] = name.clone().into();
            user["displayName"] = format!("Wed {n}").into();
            user["emails"][0]["value"] = mail.clone().into();
            user["name"]["familyName"] = "Wed".into();
        });
        entra.finds(&lookup("userName", &user_name(n)), None);
        entra.finds(&lookup("userName", &name.to_uppercase()), Some(user));
        entra.finds(
            &lookup("emails[type+eq+%22work%22].value", &mail),
            Some(user),
        );
    }
    for (n, user) in people.iter().enumerate().take(80).skip(60) {
        let operations = json!([
            set("Replace", "emails[type eq \"work\"].value", "new@t.test"),
            set("Add", "emails[type eq \"other\"].Value", "other@t.test"),
            set(
                "Replace",
                "phoneNumbers[type eq \"fax\"].value",
                format!("{n}")
            ),
        ]);
        entra.change(user, operations, |user| {
            user["emails"][0]["value"] = "new@t.test".into();
            append(
                user,
                "emails",
                json!({ "type": "other", "value": "other@t.test" }),
            );
            append(
                user,
                "phoneNumbers",
                json!({ "type": "fax", "value": format!("{n}") }),
            );
        });
    }
    let department = format!("{ENTERPRISE}:department");
    for user in &people[100..120] {
        let operations = json!([
            set("Replace", &department, "Looms"),
            set("Add", "title", "Weaver")
        ]);
        entra.change(user, operations, |user| {
            user["title"] = "Weaver".into();
            user[ENTERPRISE]["department"] = "Looms".into();
        });
    }
    for user in &people[120..140] {
        let operations = json!([
            set("replace", "emails[type eq \"work\"].value", "flag@t.test"),
            { "op": "replace", "value": { "displayName": "Kim", "name.givenName": "Kimi", (department.clone()): "Mills" } },
        ]);
        entra.change(user, operations, |user| {
            user["emails"][0]["value"] = "flag@t.test".into();
            user["displayName"] = "Kim".into();
            user["name"]["givenName"] = "Kimi".into();
            user[ENTERPRISE]["department"] = "Mills".into();
        });
    }
}

/// Appends to a list that may not be there yet.
fn append(user: &mut Value, list: &str, item: Value) {
    match user.get_mut(list).and_then(Value::as_array_mut) {
        Some(list) => list.push(item),
        None => user[list] = json!([item]),
    }
}

/// Some people get another manager, some lose theirs (ENTRA-21).
fn managers_change(entra: &mut Cycle, people: &[String]) {
    for (n, user) in people.iter().enumerate().take(150).skip(140) {
        send_manager(entra, n, user, &people[5]);
    }
    for (n, user) in people.iter().enumerate().take(160).skip(150) {
        let boss = &people[manager(n).expect("a manager")];
        let mut operation = json!({ "op": "Remove", "path": format!("{ENTERPRISE}:manager") });
        if n.is_multiple_of(2) {
            operation["value"] = json!(boss);
        }
        entra.change(user, json!([operation]), |user| {
            let extension = user[ENTERPRISE].as_object_mut().expect("an extension");
            extension.remove("manager");
            if extension.is_empty() {
                user.as_object_mut().map(|user| user.remove(ENTERPRISE));
            }
        });
        entra.refers("/Users", user, "manager", boss, false);
    }
}

/// Groups are renamed (ENTRA-34), members leave in both shapes (ENTRA-29, ENTRA-30).
fn groups_change(entra: &mut Cycle, links: &Links) {
    for (g, group) in links.groups.iter().enumerate().take(5) {
        let name = format!("Crew {g}");
        entra.read(&format!("/Groups/{group}?excludedAttributes=members"));
        entra.change_group(group, json!([set("Replace", "displayName", name.clone())]));
        entra.model.edit(group)["displayName"] = name.clone().into();
        entra.finds(&group_lookup(&group_name(g)), None);
        entra.finds(&group_lookup(&name), Some(group));
        entra.read(&format!("/Groups/{group}"));
    }
    for (g, group) in links.groups.iter().enumerate().skip(5) {
        for (nth, n) in members_of(g).into_iter().enumerate().step_by(4) {
            let user = &links.people[n];
            let operation = if nth.is_multiple_of(8) {
                set("Remove", "members", json!([member(user)]))
            } else {
                json!({ "op": "remove", "path": format!("members[value eq \"{user}\"]") })
            };
            entra.refers("/Groups", group, "members", user, true);
            entra.change_group(group, json!([operation]));
            entra.model.leave(group, user);
            entra.refers("/Groups", group, "members", user, false);
        }
        entra.read(&format!("/Groups/{group}"));
    }
}

/// Leavers are switched off (ENTRA-14, ENTRA-24), found all the same (GEN-3), and half of them come back.
fn people_leave_and_return(entra: &mut Cycle, people: &[String]) {
    let switch = |value: Value| json!([set("Replace", "active", value)]);
    for (n, user) in people.iter().enumerate().take(100).skip(80) {
        let off = if n.is_multiple_of(2) {
            json!("False")
        } else {
            json!(false)
        };
        entra.change(user, switch(off), |user| user["active"] = false.into());
        entra.finds(&lookup("userName", &user_name(n)), Some(user));
        entra.finds(&lookup("externalId", &object_id(n)), Some(user));
    }
    for user in &people[80..90] {
        entra.change(user, switch("True".into()), |user| {
            user["active"] = true.into()
        });
    }
}

/// Thirty days later Entra deletes the others (ENTRA-25). Their names come back with new ids. One is a manager: users that
/// Entra does not send again keep the old reference (ENTRA-23).
fn people_are_deleted_and_created_again(entra: &mut Cycle, links: &mut Links) {
    for n in (90..100).chain([16]) {
        let old = links.people[n].clone();
        entra.delete(&format!("/Users/{old}"));
        entra.patch(
            &format!("/Users/{old}"),
            json!([set("Replace", "active", "True")]),
            404,
        );
        let new = provision_person(entra, n);
        assert_ne!(new, old);
        for g in groups_of(n) {
            entra.refers("/Groups", &links.groups[g], "members", &old, false);
            add_members(entra, &links.groups[g], &[&new]);
        }
        links.people[n] = new;
    }
    for n in (90..100).chain(161..165) {
        let boss = manager(n).expect("a manager");
        send_manager(entra, n, &links.people[n], &links.people[boss]);
    }
}

/// A group is taken out of scope and put back.
fn groups_are_deleted_and_created_again(entra: &mut Cycle, links: &mut Links) {
    for g in [6, 7] {
        let old = links.groups[g].clone();
        let members = entra.model.members(&old);
        entra.delete(&format!("/Groups/{old}"));
        let new = provision_group(entra, g);
        assert_ne!(new, old);
        for user in &members {
            add_members(entra, &new, &[user]);
        }
        links.groups[g] = new;
    }
}

/// "Restart provisioning": everything is matched again, and nothing needs to be sent.
fn everything_is_matched_again(entra: &mut Cycle, links: &Links) {
    for (n, user) in links.people.iter().enumerate() {
        entra.finds(&lookup("externalId", &object_id(n)), Some(user));
        entra.read(&format!("/Users/{user}"));
    }
    for group in &links.groups {
        let name = entra.model.shown(group)["displayName"].clone();
        entra.finds(&group_lookup(name.as_str().expect("a name")), Some(group));
    }
}

api_test! {
    /// Rows: ENTRA-1 ENTRA-2 ENTRA-3 ENTRA-4 ENTRA-5 ENTRA-7 ENTRA-8 ENTRA-9 ENTRA-10 ENTRA-13 ENTRA-14 ENTRA-15 ENTRA-16 ENTRA-17
    /// ENTRA-18 ENTRA-19 ENTRA-20 ENTRA-21 ENTRA-22 ENTRA-23 ENTRA-24 ENTRA-25 ENTRA-26 ENTRA-27 ENTRA-28 ENTRA-29 ENTRA-30
    /// ENTRA-34 ENTRA-35 ENTRA-38 GEN-1 GEN-2 GEN-3 GEN-15 GEN-16 GEN-21 GEN-26
    fn entra_01_the_first_cycle_and_those_after_it(server) {
        let mut entra = Cycle::of(&server);
        test_connection(&mut entra);
        let mut links = first_cycle(&mut entra);
        entra.finish("Entra's first cycle, 200 users and 20 groups");
        profiles_change(&mut entra, &links.people);
        managers_change(&mut entra, &links.people);
        people_leave_and_return(&mut entra, &links.people);
        groups_change(&mut entra, &links);
        entra.compare();
        people_are_deleted_and_created_again(&mut entra, &mut links);
        groups_are_deleted_and_created_again(&mut entra, &mut links);
        everything_is_matched_again(&mut entra, &links);
        entra.finish("Entra's cycles after the first, 200 users and 20 groups");
    }
}
