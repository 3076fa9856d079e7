//! Many clients at the same moment: no update is lost, nothing is created twice, no client sees an error that it would not see
//! alone.

use serde_json::{Value, json};
use std::sync::Barrier;
use std::thread;

use crate::support::{Reply, Request, TestServer, USER, id};

const MEMBERS: usize = 30;
const CREATORS: usize = 20;
const EDITORS: usize = 20;

api_test! {
    /// Rows: PATCH-94
    fn patch_94_parallel_member_adds_all_arrive(server) {
        let users: Vec<Value> = (0..MEMBERS).map(|n| server.create_user(&format!("user-{n}"))).collect();
        let group = server.create_group("everyone", &[]);
        let path = format!("/Groups/{}", id(&group));
        let requests = users.iter().map(|user| {
            server.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": id(user) }] }]))
        });
        for reply in at_once(requests.collect()) {
            reply.expect(204);
        }
        let group = server.get(&path).send().expect(200);
        let mut found = ids(&group["members"], "value");
        let mut wanted = ids(&json!(users), "id");
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "each of the {MEMBERS} members is there once");
    }

    /// Rows: PATCH-94
    fn patch_94_parallel_patches_of_two_attributes_both_show(server) {
        let user = server.create_user("shared");
        let path = format!("/Users/{}", id(&user));
        for round in 0..5 {
            let requests = ["title", "nickName"].map(|attribute| {
                let value = format!("{attribute} {round}");
                server.patch(&path, json!([{ "op": "replace", "path": attribute, "value": value }]))
            });
            for reply in at_once(requests.to_vec()) {
                reply.expect(200);
            }
            let user = server.get(&path).send().expect(200);
            assert_eq!(user["title"], format!("title {round}"));
            assert_eq!(user["nickName"], format!("nickName {round}"));
        }
    }

    /// Rows: CRUD-08 USER-02 ERR-09
    fn crud_08_parallel_creates_of_one_user_name_make_one_user(server) {
        let requests = (0..CREATORS).map(|n| {
            // The same name in other letter cases is still the same name.
            let name = if n % 2 == 0 { "only.one@example.com" } else { "Only.One@Example.COM" };
            server.post("/Users", json!({ "schemas": [USER], "userName": name }))
        });
        let (created, refused) = split(at_once(requests.collect()), 201);
        assert_eq!(created.len(), 1, "one create wins");
        assert_eq!(refused.len(), CREATORS - 1);
        for reply in refused {
            reply.error(409, "uniqueness");
        }
        assert_eq!(server.names(r#"userName eq "only.one@example.com""#).len(), 1);
    }

    /// Rows: ETAG-16 ETAG-04
    fn etag_16_of_parallel_patches_with_one_tag_one_succeeds(server) {
        let user = server.create_user("versioned");
        let path = format!("/Users/{}", id(&user));
        let reply = server.get(&path).send();
        let tag = reply.header("etag").expect("a user has an ETag").to_owned();
        let requests = (0..EDITORS).map(|n| {
            let operations = json!([{ "op": "replace", "path": "title", "value": format!("editor {n}") }]);
            server.patch(&path, operations).header("If-Match", &tag)
        });
        let (patched, refused) = split(at_once(requests.collect()), 200);
        assert_eq!(patched.len(), 1, "one PATCH wins");
        assert_eq!(refused.len(), EDITORS - 1);
        for reply in refused {
            reply.error(412, "");
        }
        let user = server.get(&path).send().expect(200);
        assert_eq!(user["title"], patched[0].body["title"], "the winner's value stays");
    }

    /// Rows: CRUD-16 CRUD-17
    fn crud_16_parallel_deletes_of_one_user_answer_204_once(server) {
        let user = server.create_user("leaver");
        let path = format!("/Users/{}", id(&user));
        let requests = vec![server.delete(&path); 8];
        let (deleted, refused) = split(at_once(requests), 204);
        assert_eq!(deleted.len(), 1, "one DELETE finds the user");
        for reply in refused {
            reply.error(404, "");
        }
    }
}

/// Sends all requests from threads that start together.
fn at_once(requests: Vec<Request>) -> Vec<Reply> {
    let start = Barrier::new(requests.len());
    thread::scope(|scope| {
        let threads: Vec<_> = requests
            .into_iter()
            .map(|request| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    request.send()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("every request is answered"))
            .collect()
    })
}

fn split(replies: Vec<Reply>, status: u16) -> (Vec<Reply>, Vec<Reply>) {
    replies
        .into_iter()
        .partition(|reply| reply.status == status)
}

fn ids(list: &Value, key: &str) -> Vec<String> {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    items
        .iter()
        .map(|item| item[key].as_str().unwrap_or_default().to_owned())
        .collect()
}

// Compile-time proof that a server can be shared by the threads of a test.
const _: fn() = || {
    fn shared<T: Sync>() {}
    shared::<TestServer>();
};
