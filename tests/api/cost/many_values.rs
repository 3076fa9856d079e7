//! What one change costs of a resource with very many values.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{TestServer, id};

const FEW: usize = 500;
const TIMES: usize = 8;

fn emails(count: usize) -> Vec<Value> {
    (0..count)
        .map(|number| json!({ "value": format!("{number}@x.test") }))
        .collect()
}

/// The least time of a few that a change of one value of so many takes.
fn change_of(server: &TestServer, count: usize) -> Duration {
    let user = server.user(json!({ "userName": format!("user-{count}"), "emails": emails(count) }));
    let path = format!("/Users/{}", id(&user));
    let times = (0..5).map(|round| {
        let display = json!([{ "op": "replace", "path": "emails[value eq \"7@x.test\"].display", "value": format!("{round}") }]);
        let began = Instant::now();
        server.patch(&path, display).send().expect(200);
        began.elapsed()
    });
    let least = times.min().expect("a few");
    let found = server.get(&path).send().expect(200);
    assert_eq!(
        (
            &found["emails"][7]["display"],
            found["emails"].as_array().map(Vec::len)
        ),
        (&json!("4"), Some(count))
    );
    least
}

api_test! {
    /// Comparing each value with each would take the square of this. Faults: N2
    fn n2_a_change_costs_as_much_more_as_there_are_more_values(server) {
        let few = change_of(&server, FEW);
        let many = change_of(&server, FEW * TIMES);
        let ratio = many.as_secs_f64() / few.as_secs_f64();
        let most = 3.0 * TIMES as f64;
        assert!(ratio < most, "{few:?} for {FEW} values, {many:?} for {TIMES} times as many");
    }

    /// Values that go, come and stay are found again, however many there are. Faults: N2
    fn n2_very_many_values_are_replaced(server) {
        let mut wanted = emails(9_000);
        let user = server.user(json!({ "userName": "much-mail", "emails": wanted }));
        let path = format!("/Users/{}", id(&user));
        wanted[0] = json!({ "value": "new@x.test" });
        server.put(&path, json!({ "schemas": user["schemas"], "userName": "much-mail", "emails": wanted })).send().expect(200);
        for (value, found) in [("new@x.test", 1), ("0@x.test", 0), ("8999@x.test", 1)] {
            let list = server.get("/Users").query("filter", &format!("emails.value eq \"{value}\"")).query("attributes", "userName").send();
            assert_eq!(list.expect(200)["totalResults"], found, "{value}");
        }
    }
}
