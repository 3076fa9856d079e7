//! Single requests that would take long.

use serde_json::{Value, json};

use crate::support::{BULK_REQUEST, Backend, PATCH_OP, SEARCH_REQUEST, TestServer, USER, id};

/// Rows: ERR-08 ROOT-04
fn a_filter_that_compares_too_much_is_refused(backend: Backend) {
    let server = TestServer::start_with(backend, &[("SCIMD_FILTER_WORK_MAX", "100")]);
    for number in 0..26 {
        server.create_user(&format!("user-{number}"));
    }
    let search = |endpoint: &str, terms: usize, term: &str| {
        let terms: Vec<String> = (0..terms)
            .map(|number| term.replace('#', &number.to_string()))
            .collect();
        let body = json!({ "schemas": [SEARCH_REQUEST], "filter": terms.join(" or "), "count": 5 });
        server.post(&format!("{endpoint}/.search"), body).send()
    };
    assert_eq!(
        search("/Users", 3, "title co \"#\"").expect(200)["totalResults"],
        0
    );
    for endpoint in ["/Users", ""] {
        let refused = search(endpoint, 4, "title co \"#\"").expect(400);
        assert_eq!(refused["scimType"], "tooMany", "{refused}");
        let detail = refused["detail"].as_str().unwrap();
        assert!(
            detail.contains("4 terms with each of 26 resources"),
            "{detail}"
        );
    }
    // An index answers these.
    assert_eq!(
        search("/Users", 40, "userName eq \"user-#\"").expect(200)["totalResults"],
        26
    );
    let narrow = "userName eq \"user-3\" and (title co \"a\" or title co \"b\" or title co \"c\" or not (title pr))";
    let found = server
        .get("/Users")
        .query("filter", narrow)
        .send()
        .expect(200);
    assert_eq!(found["totalResults"], 1);
}

#[test]
fn err_08_a_filter_that_compares_too_much_is_refused_sqlite() {
    a_filter_that_compares_too_much_is_refused(Backend::Sqlite);
}

#[test]
fn err_08_a_filter_that_compares_too_much_is_refused_postgres() {
    a_filter_that_compares_too_much_is_refused(Backend::Postgres);
}

/// A PATCH of so many operations, each of which looks at every e-mail.
fn patch(operations: usize) -> Vec<Value> {
    let operation = |number: usize| {
        let path = format!("emails[value eq \"{number}@x.test\"].display");
        json!({ "op": "replace", "path": path, "value": format!("display {number}") })
    };
    (0..operations).map(operation).collect()
}

api_test! {
    /// Faults: N2
    fn n2_a_patch_of_too_much_work_changes_nothing(server) {
        let emails: Vec<Value> = (0..2_000).map(|number| json!({ "value": format!("{number}@x.test") })).collect();
        let user = server.user(json!({ "userName": "much-mail", "emails": emails }));
        let path = format!("/Users/{}", id(&user));
        server.patch(&path, json!(patch(20))).send().expect(200);
        let before = server.get(&path).send().expect(200);
        let refused = server.patch(&path, json!(patch(200))).send().expect(413);
        assert!(refused["detail"].as_str().unwrap().contains("send fewer operations"), "{refused}");
        assert_eq!(server.get(&path).send().expect(200), before);
        // Operations of one Bulk request are counted together.
        let operation = json!({ "method": "PATCH", "path": path, "data": { "schemas": [PATCH_OP], "Operations": patch(40) } });
        let operations: Vec<Value> = (0..60).map(|_| operation.clone()).collect();
        let body = json!({ "schemas": [BULK_REQUEST], "Operations": operations });
        let status = |answer: &Value| -> Vec<String> {
            let operations = answer["Operations"].as_array().unwrap().iter();
            operations.map(|one| one["status"].as_str().unwrap().to_owned()).collect()
        };
        let answer = server.post("/Bulk", body.clone()).send().expect(200);
        let done = status(&answer);
        assert!(done[0] == "200" || done[0] == "204", "{}", answer["Operations"][0]);
        assert!(done.iter().filter(|status| *status == "413").count() > 10, "{done:?}");
        let before = server.get(&path).send().expect(200);
        let answer = server.post("/Bulk", body).header("scim-bulk-atomic", "true").send().expect(200);
        assert!(status(&answer).iter().all(|status| status == "413" || status == "409"), "{answer}");
        assert_eq!(server.get(&path).send().expect(200), before);
        let other = json!({ "schemas": [USER], "userName": "after" });
        server.post("/Users", other).send().expect(201);
    }
}
