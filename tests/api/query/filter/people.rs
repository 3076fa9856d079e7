//! Five users for filters to select, and tables of filters with the users that they select.

use serde_json::{Value, json};

use crate::support::{ENTERPRISE, TestServer, USER, id};

/// Every user of `People`, sorted as `TestServer::names` sorts.
pub(super) const EVERYBODY: &str = "Bob ada carol dave zoë";

/// Five users who differ in what they have and lack.
pub(super) struct People {
    pub(super) ada: Value,
    pub(super) bob: Value,
    pub(super) carol: Value,
    pub(super) dave: Value,
    pub(super) zoe: Value,
}

impl People {
    pub(super) fn create(server: &TestServer) -> Self {
        let bob = server.user(json!({
            "userName": "Bob", "externalId": "ABC", "displayName": "100% _sure_", "title": "engineer",
            "userType": "Intern", "active": false,
            "emails": [{ "value": "bob@home.example", "type": "work" }],
        }));
        let ada = server.user(json!({
            "schemas": [USER, ENTERPRISE],
            "userName": "ada", "externalId": "abc", "displayName": "Ada \"a\\b\"/", "title": "Engineer",
            "userType": "Employee", "password": "Corr3ct-horse-battery",
            "name": { "familyName": "O'Malley", "givenName": "Ada" },
            "emails": [
                { "value": "ada@work.example", "type": "work", "primary": true },
                { "value": "ada@home.example", "type": "home" },
            ],
            ENTERPRISE: { "department": "Sales", "employeeNumber": "1001", "manager": { "value": id(&bob) } },
        }));
        let carol = server.user(json!({
            "schemas": [USER, ENTERPRISE],
            "userName": "carol", "displayName": "Carol*?\\", "nickName": "",
            "name": { "familyName": "Öman" },
            "emails": [{ "value": "carol@x.org", "type": "home" }],
            "phoneNumbers": [{ "value": "555-1234", "type": "mobile" }],
            "x509Certificates": [{ "value": "MIIB" }],
            ENTERPRISE: { "department": "Vertrieb" },
        }));
        let dave =
            server.user(json!({ "userName": "dave", "displayName": "two\nlines\tand a tab" }));
        let zoe = server.user(json!({
            "userName": "zoë", "displayName": "Zoë 😀", "emails": [{ "value": "zoe@x.org" }],
        }));
        Self {
            ada,
            bob,
            carol,
            dave,
            zoe,
        }
    }

    pub(super) fn all(&self) -> [&Value; 5] {
        [&self.bob, &self.ada, &self.carol, &self.dave, &self.zoe]
    }
}

/// Each filter selects exactly these users; names in one string, parted by blanks.
#[track_caller]
pub(super) fn selects<F: AsRef<str>>(server: &TestServer, table: &[(F, &str)]) {
    for (filter, expected) in table {
        let filter = filter.as_ref();
        let expected: Vec<&str> = expected.split_whitespace().collect();
        assert_eq!(server.names(filter), expected, "filter: {filter}");
    }
}

/// Each filter is refused with 400 `invalidFilter`.
#[track_caller]
pub(super) fn refuses<F: AsRef<str>>(server: &TestServer, filters: &[F]) {
    for filter in filters {
        let filter = filter.as_ref();
        let reply = server.get("/Users").query("filter", filter).send();
        assert_eq!(reply.status, 400, "filter: {filter}: {}", reply.text);
        reply.error(400, "invalidFilter");
    }
}
