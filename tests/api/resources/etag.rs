//! Versions and conditional requests (RFC 7644 §3.14, RFC 9110 §13).

use std::collections::BTreeSet;
use std::thread;

use serde_json::{Value, json};

use crate::support::{GROUP, Reply, Request, TestServer, USER, id};

const STALE: &str = "W/\"stale\"";

#[track_caller]
fn tag(reply: &Reply) -> String {
    let tag = reply.header("etag");
    tag.unwrap_or_else(|| panic!("no ETag: {} {}", reply.status, reply.text))
        .to_owned()
}

#[track_caller]
fn version(resource: &Value) -> String {
    resource["meta"]["version"]
        .as_str()
        .expect("a version")
        .to_owned()
}

fn path(user: &Value) -> String {
    format!("/Users/{}", id(user))
}

/// The current tag, as GET tells it.
#[track_caller]
fn current(server: &TestServer, path: &str) -> String {
    tag(&server.get(path).send())
}

fn set_title(server: &TestServer, path: &str, title: &str) -> Request {
    server.patch(
        path,
        json!([{ "op": "replace", "path": "title", "value": title }]),
    )
}

fn body(title: &str) -> Value {
    json!({ "schemas": [USER], "userName": "ada", "title": title })
}

/// A change by each method that can make one, to a user called ada.
fn writes(server: &TestServer, path: &str) -> [Request; 3] {
    [
        server.put(path, body("put")),
        set_title(server, path, "patch"),
        server.delete(path),
    ]
}

api_test! {
    /// Rows: ETAG-01 ETAG-02 ETAG-03 COMMON-17
    fn etag_01_every_answer_with_one_resource_carries_its_version(server) {
        let made = server.post("/Users", body("a")).send();
        let path = path(&made.body);
        let replies = [
            made,
            server.get(&path).send(),
            set_title(&server, &path, "b").send(),
            server.put(&path, body("c")).send(),
            server.get(&path).send(),
        ];
        for reply in &replies {
            let tag = tag(reply);
            assert_eq!(tag, version(&reply.body), "the header equals meta.version");
            let number = tag.strip_prefix("W/\"").and_then(|rest| rest.strip_suffix('"')).expect("a weak tag");
            assert!(!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()), "{tag}");
        }
        // A PATCH of a group answers without a body, and tells the version all the same.
        let group = server.create_group("Team", &[]);
        let path = format!("/Groups/{}", id(&group));
        let reply = server.patch(&path, json!([{ "op": "replace", "path": "displayName", "value": "Crew" }])).send();
        assert_eq!((reply.status, reply.text.as_str()), (204, ""));
        let now = server.get(&path).send();
        assert_eq!(tag(&reply), tag(&now));
        assert_eq!(tag(&now), version(&now.body));
        assert_ne!(tag(&now), version(&group));
    }

    /// Rows: ETAG-04 ETAG-15 ETAG-18
    fn etag_04_a_stale_version_changes_nothing(server) {
        let ada = server.user(body("old"));
        let path = path(&ada);
        // The last is not quoted, so no tag at all.
        for stale in [STALE, "\"stale\"", "W/\"x\", W/\"y\"", "abc"] {
            for write in writes(&server, &path) {
                let detail = write.header("If-Match", stale).send().error(412, "");
                assert!(!detail.contains("old"), "{detail}");
            }
        }
        assert_eq!(server.get(&path).send().expect(200), ada);
        let group = server.create_group("Team", &[]);
        let path = format!("/Groups/{}", id(&group));
        let join = json!([{ "op": "add", "path": "members", "value": [{ "value": id(&ada) }] }]);
        for write in [
            server.put(&path, json!({ "schemas": [GROUP], "displayName": "Crew" })),
            server.patch(&path, join),
            server.delete(&path),
        ] {
            write.header("If-Match", STALE).send().error(412, "");
        }
        assert_eq!(server.get(&path).send().expect(200), group);
    }

    /// Rows: ETAG-05 ETAG-06 ETAG-07
    fn etag_05_a_current_version_lets_the_change_through(server) {
        let path = path(&server.user(body("old")));
        let matching: [fn(&str) -> String; 6] = [
            str::to_owned,
            |_| "*".to_owned(),
            |tag| format!("W/\"x\", {tag}"),
            |tag| format!("{tag},W/\"x\""),
            |tag| format!("  W/\"a,b\" ,  {tag}  "),
            // Weak comparison: the strong spelling of the same version.
            |tag| tag.trim_start_matches("W/").to_owned(),
        ];
        for (number, spell) in matching.iter().enumerate() {
            let precondition = spell(&current(&server, &path));
            set_title(&server, &path, &format!("p{number}")).header("If-Match", &precondition).send().expect(200);
            let precondition = spell(&current(&server, &path));
            server.put(&path, body(&format!("q{number}"))).header("If-Match", &precondition).send().expect(200);
        }
        let now = current(&server, &path);
        server.delete(&path).header("If-Match", &now).send().expect(204);
        server.get(&path).send().error(404, "");
    }

    /// Rows: ETAG-08 ETAG-09 MEDIA-14
    fn etag_08_a_known_version_is_not_sent_again(server) {
        let path = path(&server.user(body("a")));
        let old = current(&server, &path);
        for known in [old.clone(), "*".to_owned(), format!("W/\"x\", {old}"), old.trim_start_matches("W/").to_owned()] {
            let reply = server.get(&path).header("If-None-Match", &known).send();
            assert_eq!((reply.status, reply.text.as_str()), (304, ""), "{known}");
            assert_eq!(tag(&reply), old);
        }
        let head = server.request("HEAD", &path).header("If-None-Match", &old).send();
        assert_eq!(head.status, 304);
        server.get(&path).header("If-None-Match", STALE).send().expect(200);
        set_title(&server, &path, "b").send().expect(200);
        let changed = server.get(&path).header("If-None-Match", &old).send().expect(200);
        assert_eq!(changed["title"], "b");
    }

    /// Rows: ETAG-10
    fn etag_10_if_none_match_stops_a_write(server) {
        let ada = server.user(body("old"));
        let path = path(&ada);
        for matching in [version(&ada), "*".to_owned(), format!("W/\"x\", {}", version(&ada))] {
            for write in writes(&server, &path) {
                write.header("If-None-Match", &matching).send().error(412, "");
            }
        }
        assert_eq!(server.get(&path).send().expect(200), ada);
        set_title(&server, &path, "new").header("If-None-Match", STALE).send().expect(200);
        server.delete(&path).header("If-None-Match", STALE).send().expect(204);
    }

    /// Rows: ETAG-11 ETAG-12
    fn etag_11_every_change_makes_a_new_version_and_nothing_else_does(server) {
        let ada = server.user(body("t0"));
        let path = path(&ada);
        let mut seen = BTreeSet::from([version(&ada)]);
        // Back to an old state is a new version too.
        for title in ["t1", "t2", "t0", "t1"] {
            let changed = set_title(&server, &path, title).send().expect(200);
            assert!(seen.insert(version(&changed)), "{title}: a version never seen before");
            let again = set_title(&server, &path, title).send();
            assert_eq!(tag(&again), version(&changed), "nothing has changed");
            assert_eq!(again.body["meta"], changed["meta"]);
        }
        let put = server.put(&path, body("t3")).send().expect(200);
        assert!(seen.insert(version(&put)));
        let same = server.patch(&path, json!([{ "op": "add", "path": "userName", "value": "ada" }])).send().expect(200);
        assert_eq!(version(&same), version(&put));
        let group = server.create_group("Team", &[id(&ada)]);
        let path = format!("/Groups/{}", id(&group));
        let join = json!([{ "op": "add", "path": "members", "value": [{ "value": id(&ada) }] }]);
        let reply = server.patch(&path, join).send();
        assert_eq!(tag(&reply), version(&group));
        let leave = json!([{ "op": "remove", "path": format!("members[value eq \"{}\"]", id(&ada)) }]);
        let left = tag(&server.patch(&path, leave.clone()).send());
        assert_ne!(left, version(&group));
        assert_eq!(tag(&server.patch(&path, leave).send()), left);
    }

    /// Rows: ETAG-13 ETAG-14 ERR-20
    fn etag_13_preconditions_come_after_auth_existence_and_method(server) {
        let ada = server.user(body("old"));
        let path = path(&ada);
        for precondition in [STALE, "*"] {
            for write in writes(&server, "/Users/no-such-id") {
                write.header("If-Match", precondition).send().error(404, "");
            }
        }
        server.get("/Users/no-such-id").header("If-None-Match", "*").send().error(404, "");
        server.delete(&path).anonymous().header("If-Match", STALE).send().error(401, "");
        server.post(&path, body("x")).header("If-Match", STALE).send().error(405, "");
        // The server looks at the body only after the version matches.
        server.create_user("bob");
        let taken = json!({ "schemas": [USER], "userName": "bob" });
        server.put(&path, taken.clone()).header("If-Match", STALE).send().error(412, "");
        server.put(&path, taken).header("If-Match", &version(&ada)).send().error(409, "uniqueness");
        // If-Match is evaluated first.
        let conditional = |request: Request, if_match: &str, if_none_match: &str| {
            request.header("If-Match", if_match).header("If-None-Match", if_none_match).send()
        };
        let now = version(&ada);
        conditional(server.get(&path), STALE, &now).error(412, "");
        assert_eq!(conditional(server.get(&path), &now, &now).status, 304);
        conditional(set_title(&server, &path, "x"), STALE, STALE).error(412, "");
        conditional(set_title(&server, &path, "x"), &now, &now).error(412, "");
        assert_eq!(server.get(&path).send().expect(200), ada);
        conditional(set_title(&server, &path, "x"), &now, STALE).expect(200);
    }

    /// Rows: ETAG-16
    fn etag_16_of_many_writers_with_one_version_one_succeeds(server) {
        let ada = server.user(body("old"));
        let path = path(&ada);
        for round in 0..3 {
            let now = current(&server, &path);
            let writers: Vec<_> = (0..20)
                .map(|number| {
                    let request = set_title(&server, &path, &format!("r{round} w{number}")).header("If-Match", &now);
                    thread::spawn(move || request.send())
                })
                .collect();
            let replies: Vec<Reply> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
            let (won, lost): (Vec<Reply>, Vec<Reply>) = replies.into_iter().partition(|reply| reply.status == 200);
            assert_eq!(won.len(), 1, "one writer wins");
            for reply in lost {
                reply.error(412, "");
            }
            let stored = server.get(&path).send();
            assert_eq!(stored.body["title"], won[0].body["title"]);
            assert_eq!(tag(&stored), tag(&won[0]));
        }
    }

    /// Rows: ETAG-17 PROJ-03
    fn etag_17_the_version_does_not_depend_on_the_representation(server) {
        let path = path(&server.user(body("a")));
        let tag_of = |request: Request| tag(&request.send());
        let expected = current(&server, &path);
        for request in [
            server.get(&format!("{path}?attributes=title")),
            server.get(&format!("{path}?excludedAttributes=meta")),
            server.get(&path).header("Accept", "application/json"),
            server.get(&path).header("Accept", "*/*"),
            server.request("HEAD", &path),
        ] {
            assert_eq!(tag_of(request), expected);
        }
        let reply = server.get(&format!("{path}?attributes=title")).header("If-None-Match", &expected).send();
        assert_eq!(reply.status, 304);
    }

    /// Rows: ETAG-19 ETAG-20 DISC-07
    fn etag_19_versions_are_announced_and_listed(server) {
        let config = server.get("/ServiceProviderConfig").send().expect(200);
        assert_eq!(config["etag"]["supported"], true);
        let ada = server.user(body("a"));
        let team = server.create_group("Team", &[]);
        for (endpoint, resource) in [("/Users", &ada), ("/Groups", &team)] {
            let list = server.get(endpoint).send();
            assert_eq!(list.header("etag"), None, "a list has no version of its own");
            assert_eq!(version(&list.body["Resources"][0]), version(resource));
        }
    }
}
