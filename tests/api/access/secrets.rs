//! Secrets, and attributes that the server ignores: the tests look into the database for what it stores of them.

use argon2::Argon2;
use argon2::password_hash::PasswordVerifier as _;
use serde_json::{Value, json};

use crate::support::{ENTERPRISE, TestServer, id, path_of, user_body};

const PASSWORD: &str = "Corr3ct-horse-battery";

/// The stored hash of a user's password.
#[track_caller]
fn stored_hash(server: &TestServer, user: &Value) -> Option<String> {
    let query = format!(
        "SELECT coalesce(password_hash, '') AS text FROM resources WHERE id = '{}'",
        id(user)
    );
    let mut hashes = server.behind().texts(&query);
    assert_eq!(hashes.len(), 1, "the user is one row");
    hashes.pop().filter(|hash| !hash.is_empty())
}

fn holds(hash: &str, password: &str) -> bool {
    Argon2::default()
        .verify_password(password.as_bytes(), hash)
        .is_ok()
}

api_test! {
    /// Rows: USER-15 SEC-04 SEC-06 AUTH-09
    fn user_15_secrets_are_stored_as_hashes_only(server) {
        let [one, two] = ["one", "two"].map(|name| server.user(json!({ "userName": name, "password": PASSWORD })));
        let patched = server.user(json!({ "userName": "three", "password": "F1rst-horse-battery" }));
        let replace = json!([{ "op": "replace", "path": "password", "value": "S3cond-horse-battery" }]);
        server.patch(&path_of(&patched), replace).send().expect(200);
        server.put(&path_of(&two), user_body("two", json!({ "password": "Th1rd-horse-battery" }))).send().expect(200);
        // The search itself works.
        assert!(server.stores("three") && server.stores("$argon2id$"));
        assert!(!server.stores("-horse-battery"), "no password, old or new, is anywhere in the database");
        assert!(!server.stores(&server.token()["scimd_".len()..]), "nor is a token");
        let hash = stored_hash(&server, &one).expect("a hash");
        assert!(hash.starts_with("$argon2id$") && holds(&hash, PASSWORD) && !holds(&hash, "corr3ct-horse-battery"));
        let twin = server.user(json!({ "userName": "twin", "password": PASSWORD }));
        assert_ne!(stored_hash(&server, &twin), Some(hash), "every hash has its own salt");
        assert_eq!(stored_hash(&server, &server.create_user("without")), None);
    }

    /// Rows: PUT-09 DEC-4
    fn put_09_a_password_left_out_stays(server) {
        let user = server.user(json!({ "userName": "ada", "password": PASSWORD, "title": "a" }));
        let path = path_of(&user);
        let before = stored_hash(&server, &user).expect("a hash");
        server.put(&path, user_body("ada", json!({ "title": "b" }))).send().expect(200);
        assert_eq!(stored_hash(&server, &user).as_ref(), Some(&before));
        server.put(&path, user_body("ada", json!({ "password": "An0ther-horse" }))).send().expect(200);
        let after = stored_hash(&server, &user).expect("a hash");
        assert!(holds(&after, "An0ther-horse") && !holds(&after, PASSWORD));
    }

    /// Rows: I18N-08
    fn i18n_08_a_password_is_prepared_before_it_is_hashed(server) {
        for (number, (sent, prepared)) in [
            ("pass\u{3000}word", "pass word"), ("e\u{301}lan Vital 1", "élan Vital 1"), ("ＷＩＤＥ Pass", "ＷＩＤＥ Pass"),
        ].into_iter().enumerate() {
            let user = server.user(json!({ "userName": format!("u{number}"), "password": sent }));
            let hash = stored_hash(&server, &user).expect("a hash");
            assert!(holds(&hash, prepared), "{sent:?}");
            assert!(!holds(&hash, &prepared.to_lowercase()) || prepared == prepared.to_lowercase(), "case counts: {sent:?}");
            assert!(sent == prepared || !holds(&hash, sent), "{sent:?} is not hashed as it is");
        }
        for refused in ["", "tab\tbed", "nul\u{0}"] {
            let reply = server.post("/Users", user_body("new", json!({ "password": refused }))).send();
            assert!(matches!(reply.status, 201 | 400), "{}", reply.text);
            if reply.status == 201 {
                assert_eq!(stored_hash(&server, &reply.body), None, "{refused:?} is no password");
                server.delete(&path_of(&reply.body)).send().expect(204);
            }
        }
    }

    /// Rows: SEC-07 SCHEMA-29 CRUD-16
    fn sec_07_only_what_schemas_define_is_stored(server) {
        let body = user_body("ada", json!({
            "title": "kept-1843", "shoeSize": "stray-1843", "name": { "givenName": "Ada", "pet": "stray-1843" },
            "emails": [{ "value": "ada@x.org", "note": "stray-1843" }], ENTERPRISE: { "badge": "stray-1843" },
            "urn:example:hr": { "salary": "stray-1843" },
        }));
        let user = server.post("/Users", body.clone()).send().expect(201);
        server.put(&path_of(&user), body).send().expect(200);
        let patch = json!([{ "op": "add", "value": { "shoeSize": "stray-1843", "nickName": "A" } }]);
        server.patch(&path_of(&user), patch).send().expect(200);
        assert!(server.stores("kept-1843"));
        assert!(!server.stores("stray-1843"));
        // A deleted user leaves no copy behind in any table.
        server.delete(&path_of(&user)).send().expect(204);
        for (table, column) in [("resources", "document"), ("resources", "comparable"), ("changes", "attributes")] {
            let text = if matches!(server.behind(), crate::support::Behind::Sqlite(_)) {
                format!("json({column})")
            } else {
                format!("{column}::text")
            };
            let rows = server.behind().texts(&format!("SELECT {text} AS text FROM {table}"));
            assert!(rows.iter().all(|row| !row.contains("kept-1843")), "{table}.{column}: {rows:?}");
        }
    }
}
