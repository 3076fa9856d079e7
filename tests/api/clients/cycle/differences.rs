//! A test of the model itself: it sees every difference.

use serde_json::{Value, json};

use super::accounts::{account, add};
use super::client::Cycle;
use crate::support::GROUP;

api_test! {
    /// What all the sequences rest on.
    fn a_difference_between_server_and_model_is_seen(server) {
        let mut cycle = Cycle::of(&server);
        let users = ["a@t.test", "b@t.test"].map(|name| cycle.create("/Users", &account(name)));
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
