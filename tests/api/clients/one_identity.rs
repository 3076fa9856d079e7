//! One Identity, and other governance tools that ask for many users in one filter.

use serde_json::{Value, json};

use super::shared::{set, users};
use crate::support::{TestServer, id};

/// So many alternatives have to be understood.
const TERMS: usize = 200;

/// `a or b or c`.
fn chain(terms: impl IntoIterator<Item = String>) -> String {
    terms.into_iter().collect::<Vec<_>>().join(" or ")
}

/// The ids that a filter selects, whichever way it is asked.
#[track_caller]
fn selects(server: &TestServer, filter: &str, expected: &[String]) {
    let message = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": filter, "count": 1_000,
    });
    let asked = [
        server.get("/Users?count=1000").query("filter", filter),
        server.post("/Users/.search", message),
    ];
    for request in asked {
        let list = request.send().expect(200);
        assert_eq!(list["totalResults"], expected.len());
        let found = list["Resources"].as_array().expect("a list").iter().map(id);
        assert_eq!(set(found), set(expected.iter().map(String::as_str)));
    }
}

api_test! {
    /// Rows: ONEID-1
    fn oneid_01_two_hundred_names_in_one_filter(server) {
        let users = users(&server, TERMS + 10);
        let named = |number: usize| format!("userName eq \"user-{number}@x.test\"");
        selects(&server, &chain((0..TERMS).map(named)), &users[..TERMS]);
        // Unknown names among them match no user.
        let strange = (0..TERMS).map(|number| if number % 2 == 0 { named(number) } else { format!("userName eq \"no-{number}\"") });
        let even: Vec<String> = users[..TERMS].iter().step_by(2).cloned().collect();
        selects(&server, &chain(strange), &even);
    }

    /// Rows: ONEID-1
    fn oneid_01_two_hundred_ids_in_one_filter(server) {
        let users = users(&server, TERMS + 10);
        let by_id = users[..TERMS].iter().map(|user| format!("id eq \"{user}\""));
        selects(&server, &chain(by_id), &users[..TERMS]);
    }

    /// Rows: ONEID-1 FILTER-44
    fn oneid_01_what_is_too_long_is_an_invalid_filter(server) {
        server.create_user("kim@x.test");
        let long = chain((0..1_200).map(|number| format!("userName eq \"user-{number}@x.test\"")));
        let message = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": long });
        let refused: [(&str, Value); 2] = [("/Users/.search", message.clone()), ("/Groups/.search", message)];
        for (path, message) in refused {
            let detail = server.post(path, message).send().error(400, "invalidFilter");
            assert!(detail.contains("at most"), "{detail}");
        }
        // As far as a URL reaches.
        let long = chain((0..1_200).map(|number| format!("userName eq \"u{number}\"")));
        let detail = server.get("/Users").query("filter", &long).send().error(400, "invalidFilter");
        assert!(detail.contains("at most"), "{detail}");
        assert_eq!(server.names("userName eq \"kim@x.test\""), ["kim@x.test"], "the next one is served");
    }
}
