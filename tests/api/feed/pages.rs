//! Pages of the feed: what an event says, and what the page shows beside it.

use serde_json::{Value, json};

use super::{asked, create_all, page_after, position, settle, text, told};
use crate::support::{ENTERPRISE, GROUP, id, keys};

api_test! {
    fn the_first_page_tells_where_the_feed_is_now(server) {
        server.create_user("early");
        settle(&server);
        let page = asked(&server, &[]).expect(200);
        assert_eq!(page["events"], json!([]), "what is already there is read from /Users");
        assert_eq!(page["resources"], json!([]));
        let late = server.create_user("late");
        let next = page_after(&server, text(&page["position"]));
        assert_eq!(told(&next), [format!("create {}", id(&late))]);
        assert_eq!(page_after(&server, text(&next["position"]))["events"], json!([]));
    }

    fn an_event_names_what_changed_and_the_page_shows_how_it_is(server) {
        let start = position(&server);
        let created = server.post("/Users", json!({
            "schemas": [crate::support::USER], "userName": "ada", "title": "Countess", "password": "difference-engine",
        })).send();
        let request_id = created.header("X-Request-Id").expect("an id").to_owned();
        let ada = created.expect(201);
        let path = format!("/Users/{}", id(&ada));
        server.patch(&path, json!([{ "op": "replace", "path": "title", "value": "Dr" }])).send().expect(200);

        let page = page_after(&server, &start);
        assert_eq!(told(&page), [format!("create {}", id(&ada)), format!("patch {}", id(&ada))]);
        let event = &page["events"][0];
        assert_eq!(event["resourceType"], "User");
        assert_eq!(event["version"], "W/\"1\"");
        assert_eq!(event["requestId"], request_id);
        assert!(text(&event["actor"]).starts_with("credential:"), "{event}");
        assert_eq!(event["at"], ada["meta"]["created"]);
        assert_eq!(page["events"][1]["attributes"], json!(["title"]));
        // One resource for both events, as it is now, and never a secret.
        let resources = page["resources"].as_array().expect("resources");
        assert_eq!(resources.len(), 1);
        let mut read = server.get(&path).send().expect(200);
        read.as_object_mut().expect("an object").remove("groups");
        assert_eq!(resources[0], read);
        assert!(!page.to_string().contains("difference-engine"));
    }

    /// Another resource's name can change without an event of this one.
    fn names_of_other_resources_are_left_out(server) {
        let boss = server.user(json!({ "userName": "boss", "displayName": "The Boss" }));
        let start = position(&server);
        let ann = server.user(json!({
            "schemas": [crate::support::USER, ENTERPRISE], "userName": "ann", (ENTERPRISE): { "manager": { "value": id(&boss) } },
        }));
        assert_eq!(ann[ENTERPRISE]["manager"]["displayName"], "The Boss");
        let page = page_after(&server, &start);
        assert_eq!(page["resources"][0][ENTERPRISE]["manager"], json!({ "value": id(&boss), "$ref": ann[ENTERPRISE]["manager"]["$ref"] }));
    }

    fn a_deletion_is_told_and_shows_nothing(server) {
        let ada = server.create_user("ada");
        let crew = server.create_group("crew", &[id(&ada)]);
        let start = position(&server);
        server.delete(&format!("/Users/{}", id(&ada))).send().expect(204);
        let page = page_after(&server, &start);
        assert_eq!(told(&page), [format!("unlink {}", id(&crew)), format!("delete {}", id(&ada))]);
        assert_eq!(page["events"][0]["members"], json!({ "present": [], "absent": [id(&ada)] }));
        assert_eq!(shown(&page), [id(&crew)]);
    }

    /// Each kind of change of members names those that came or went, and no others.
    fn memberships_are_told_as_they_are_now(server) {
        let [ada, bob, cyd] = ["ada", "bob", "cyd"].map(|name| id(&server.create_user(name)).to_owned());
        let mut start = position(&server);
        let mut changed = |what: &str| {
            let page = page_after(&server, &start);
            start = text(&page["position"]).to_owned();
            let events = page["events"].as_array().expect("events");
            assert_eq!(events.len(), 1, "{what}: {page}");
            sorted(&events[0]["members"])
        };
        let crew = server.create_group("crew", &[&ada, &bob]);
        assert_eq!(changed("create"), members(&[&ada, &bob], &[]));
        let path = format!("/Groups/{}", id(&crew));
        let patch = |operation: Value| server.patch(&path, json!([operation])).send().expect(204);

        patch(json!({ "op": "add", "path": "members", "value": [{ "value": ada }, { "value": cyd }] }));
        assert_eq!(changed("add"), members(&[&cyd], &[]), "ada was a member already");
        patch(json!({ "op": "remove", "path": format!("members[value eq \"{bob}\"]") }));
        assert_eq!(changed("remove"), members(&[], &[&bob]));
        let put = |members: Value| {
            let body = json!({ "schemas": [GROUP], "displayName": "crew", "members": members });
            server.put(&path, body).send().expect(200);
        };
        put(json!([{ "value": bob }, { "value": cyd }]));
        assert_eq!(changed("PUT"), members(&[&bob], &[&ada]));
        put(json!([]));
        assert_eq!(changed("PUT of none"), members(&[], &[&bob, &cyd]));
        patch(json!({ "op": "replace", "path": "displayName", "value": "staff" }));
        assert_eq!(changed("rename"), Value::Null);
    }

    /// The row of changes has room for a thousand ids.
    fn very_many_members_are_not_named(server) {
        let start = position(&server);
        let names: Vec<String> = (0..1_200).map(|n| format!("user-{n}")).collect();
        let ids = create_all(&server, &names);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        assert_eq!(ids.len(), names.len());
        server.create_group("most", &ids[..1_000]);
        server.create_group("all", &ids);

        settle(&server);
        let mut events = Vec::new();
        let mut at = start;
        loop {
            let page = asked(&server, &[("after", &at), ("wait", "0"), ("count", "500")]).expect(200);
            events.extend(page["events"].as_array().expect("events").clone());
            at = text(&page["position"]).to_owned();
            if page["more"] != true {
                break;
            }
        }
        let [.., most, all] = events.as_slice() else { panic!("{} events", events.len()) };
        assert_eq!(most["members"]["present"].as_array().map(Vec::len), Some(1_000));
        assert_eq!(most.get("allMembers"), None);
        assert_eq!((all.get("members"), &all["allMembers"]), (None, &json!(true)));
        assert_eq!(events.len(), names.len() + 2, "one event each");
    }

    fn pages_have_the_size_that_is_asked_for(server) {
        let start = position(&server);
        let users = ["ada", "bob", "cyd"].map(|name| server.create_user(name));
        settle(&server);
        let first = asked(&server, &[("after", &start), ("count", "2")]).expect(200);
        assert_eq!(told(&first), [format!("create {}", id(&users[0])), format!("create {}", id(&users[1]))]);
        assert_eq!(first["more"], true);
        let second = page_after(&server, text(&first["position"]));
        assert_eq!(told(&second), [format!("create {}", id(&users[2]))]);
        assert_eq!(second["more"], false);
        // The same page again: nothing is used up.
        assert_eq!(asked(&server, &[("after", &start), ("count", "2")]).expect(200), first);
    }

    fn resources_of_own_types_are_told(server) {
        server.write("printer.json", &json!({
            "id": "urn:example:scim:2.0:Printer", "name": "Printer", "attributes": [{ "name": "serial", "required": true }],
        }));
        server.write("printers.json", &json!({
            "name": "Printer", "endpoint": "/Printers", "schema": "urn:example:scim:2.0:Printer",
        }));
        server.cli(&["schema", "add", "printer.json"]).ok();
        server.cli(&["resource-type", "add", "printers.json"]).ok();
        let start = position(&server);
        let body = json!({ "schemas": ["urn:example:scim:2.0:Printer"], "serial": "1" });
        let printer = server.post("/Printers", body).send().expect(201);
        let page = page_after(&server, &start);
        assert_eq!(page["events"][0]["resourceType"], "Printer");
        assert_eq!(page["resources"], json!([printer]));
    }

    fn no_type_is_served_where_the_feed_is(server) {
        server.write("feed.json", &json!({
            "name": "Feed", "endpoint": "/feed", "schema": "urn:ietf:params:scim:schemas:core:2.0:User",
        }));
        let reason = server.cli(&["resource-type", "add", "feed.json"]).refused();
        assert!(reason.contains("feed"), "{reason}");
    }

    fn wrong_parameters_are_refused(server) {
        for wrong in ["-1", "soon", "", "41", "41-zzzzzzzz", "99999999999999999999-00000000"] {
            let detail = asked(&server, &[("after", wrong)]).error(400, "invalidValue");
            assert!(detail.starts_with("`after`: is the position of a page, or 0"), "{detail}");
        }
        for (name, wrong) in [("count", "0"), ("count", ""), ("wait", "61"), ("wait", "x")] {
            let detail = asked(&server, &[(name, wrong)]).error(400, "invalidValue");
            assert!(detail.starts_with(&format!("`{name}`: is a whole number")), "{detail}");
        }
        for (name, wrong) in [("After", "is no parameter of the feed"), ("after[]", "is no parameter of the feed")] {
            let detail = asked(&server, &[(name, "0")]).error(400, "invalidValue");
            assert!(detail.contains(wrong) && detail.contains("after, count, wait"), "{detail}");
        }
        asked(&server, &[("after", "0"), ("after", "0")]).error(400, "invalidValue");
        server.get("/feed").header("Last-Event-ID", "x").send().error(400, "invalidValue");
        server.post("/feed", json!({})).send().error(405, "");
    }

    fn a_position_that_was_never_given_out_is_gone(server) {
        let start = position(&server);
        let (number, mark) = start.split_once('-').expect("a mark");
        for other in [format!("1{number}-{mark}"), format!("{number}-{}", if mark == "00000000" { "00000001" } else { "00000000" })] {
            let detail = asked(&server, &[("after", &other)]).error(410, "");
            assert!(detail.contains("no such position") && detail.contains("without `after`"), "{detail}");
        }
        // The beginning needs no mark.
        server.create_user("ada");
        assert_eq!(page_after(&server, "0")["events"].as_array().map(Vec::len), Some(1));
    }

    fn the_feed_takes_the_scope_read_and_is_the_tenants_own(server) {
        let start = position(&server);
        server.create_user("ada");
        let reader = server.token_of("read");
        settle(&server);
        let page = server.get("/feed").query("after", &start).token(&reader).send().expect(200);
        assert_eq!(page["events"].as_array().map(Vec::len), Some(1));
        server.get("/feed").anonymous().send().error(401, "");

        server.cli(&["tenant", "create", "acme"]).ok();
        let acme = server.cli(&["token", "create", "acme", "--scope", "read"]).ok();
        let acme = acme.lines().last().expect("a token");
        let page = server.get("/t/acme/scim/v2/feed").absolute().token(acme).query("after", "0").query("wait", "0").send();
        assert_eq!(page.expect(200)["events"], json!([]));
        server.get("/t/acme/scim/v2/feed").absolute().token(&reader).send().error(401, "");
    }
}

/// The ids of the resources that a page shows.
fn shown(page: &Value) -> Vec<&str> {
    let resources = page["resources"].as_array().expect("resources");
    resources.iter().map(id).collect()
}

fn members(present: &[&str], absent: &[&str]) -> Value {
    sorted(&json!({ "present": present, "absent": absent }))
}

/// The same with each list in order.
fn sorted(members: &Value) -> Value {
    let mut members = members.clone();
    if members.is_object() {
        assert_eq!(keys(&members), ["absent", "present"]);
        for list in ["present", "absent"] {
            let list = members[list].as_array_mut().expect("a list");
            list.sort_by_key(ToString::to_string);
        }
    }
    members
}
