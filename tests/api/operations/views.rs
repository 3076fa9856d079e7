//! The views that applications read (docs/application.md): every column of each, after real requests.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Behind, ENTERPRISE, TestServer, USER, id, path_of};

/// The views that show how things are.
const PRESENT: [&str; 8] = [
    "scim_users",
    "scim_groups",
    "scim_group_members",
    "scim_effective_members",
    "scim_effective_groups",
    "scim_user_emails",
    "scim_user_phones",
    "scim_user_roles",
];
/// The views that show what has changed.
const FEED: [&str; 2] = ["scim_changes", "scim_feed"];

api_test! {
    /// An element may lack its value, also the first one and the primary one.
    fn the_address_and_the_number_are_the_first_that_are_there(server) {
        for (name, emails) in [
            ("first", json!([{ "type": "work" }, { "value": "it@x" }])),
            ("primary", json!([{ "type": "work", "primary": true }, { "value": "it@x" }])),
            ("plain", json!([{ "value": "no@x" }, { "value": "it@x", "primary": true }])),
        ] {
            server.user(json!({ "userName": name, "emails": emails.clone(), "phoneNumbers": emails }));
        }
        let both = "SELECT user_name || ' ' || email || ' ' || phone AS text FROM scim_users ORDER BY user_name";
        assert_eq!(server.behind().texts(both), ["first it@x it@x", "plain it@x it@x", "primary it@x it@x"]);
    }

    /// The same address twice is one person; the query is that of docs/application.md.
    fn who_has_an_address_twice_is_one_person(server) {
        let page = include_str!("../../../docs/application.md");
        let query = page.split("```sql\n").find(|block| block.contains("e.email_key = lower(:address)"));
        let query = query.and_then(|block| block.split(";\n").next()).expect("the query of the page");
        let emails = json!([{ "value": "Dup@x.test", "type": "work" }, { "value": "dup@X.test", "type": "home" }]);
        let user = server.user(json!({ "userName": "dup", "emails": emails }));
        let query = query.replace(":address", "'DUP@x.test'");
        let found = server.behind().texts(&format!("SELECT q.id AS text FROM ({query}) AS q"));
        assert_eq!(found, [id(&user)]);
    }

    fn every_column_of_a_user_and_its_lists_is_there(server) {
        let boss = server.create_user("boss");
        let body = json!({
            "userName": "Ada@Example.Test", "externalId": "e-1", "displayName": "Ada L.", "title": "Countess", "userType": "Employee",
            "preferredLanguage": "en-GB", "locale": "en-GB", "timezone": "Europe/London",
            "name": { "givenName": "Ada", "familyName": "Lovelace" },
            "emails": [{ "value": "home@x.test", "type": "home" }, { "value": "ÄDA@X.test", "type": "work", "primary": true }],
            "phoneNumbers": [{ "value": "+44 1", "type": "work" }, { "value": "+44 2", "type": "mobile" }],
            "roles": [{ "value": "admin", "display": "Administrator", "type": "app", "primary": true }, { "value": "reader" }],
            ENTERPRISE: {
                "employeeNumber": "7", "costCenter": "c", "organization": "o", "division": "v", "department": "d",
                "manager": { "value": id(&boss) },
            },
        });
        let ada = server.user(body.clone());
        let mut document = body;
        document["active"] = true.into();
        let [of_boss, seen] = rows(&server, "scim_users").try_into().expect("two users");
        assert_eq!(seen, json!({
            "tenant": "default", "id": id(&ada), "user_name": "Ada@Example.Test", "external_id": "e-1", "display_name": "Ada L.",
            "given_name": "Ada", "family_name": "Lovelace", "email": "ÄDA@X.test", "active": true, "version": 1,
            "created": ada["meta"]["created"], "last_modified": ada["meta"]["lastModified"], "document": document,
            "user_name_key": "ada@example.test", "title": "Countess", "user_type": "Employee", "preferred_language": "en-GB",
            "locale": "en-GB", "timezone": "Europe/London", "phone": "+44 1", "employee_number": "7", "cost_center": "c",
            "organization": "o", "division": "v", "department": "d", "manager_id": id(&boss),
        }));
        let assigned: Vec<_> = of_boss.as_object().expect("a row").iter().filter(|(_, value)| !value.is_null()).collect();
        let assigned: Vec<_> = assigned.iter().map(|(name, _)| name.as_str()).collect();
        let always = ["active", "created", "document", "id", "last_modified", "tenant", "user_name", "user_name_key", "version"];
        assert_eq!(sorted(assigned), always, "nothing else has a value when nothing was sent");

        let user_id = id(&ada);
        assert_eq!(rows(&server, "scim_user_emails"), sorted(vec![
            json!({ "tenant": "default", "user_id": user_id, "email": "home@x.test", "type": "home", "is_primary": false,
                    "email_key": "home@x.test" }),
            json!({ "tenant": "default", "user_id": user_id, "email": "ÄDA@X.test", "type": "work", "is_primary": true,
                    "email_key": "äda@x.test" }),
        ]));
        assert_eq!(rows(&server, "scim_user_phones"), vec![
            json!({ "tenant": "default", "user_id": user_id, "phone": "+44 1", "type": "work", "is_primary": false }),
            json!({ "tenant": "default", "user_id": user_id, "phone": "+44 2", "type": "mobile", "is_primary": false }),
        ]);
        assert_eq!(rows(&server, "scim_user_roles"), vec![
            json!({ "tenant": "default", "user_id": user_id, "role": "admin", "display": "Administrator", "type": "app", "is_primary": true }),
            json!({ "tenant": "default", "user_id": user_id, "role": "reader", "display": null, "type": null, "is_primary": false }),
        ]);
    }

    fn the_email_is_the_primary_or_the_first_after_every_write(server) {
        let ada = server.user(json!({ "userName": "ada", "emails": [{ "value": "One@x.test" }, { "value": "two@x.test", "type": "work" }] }));
        assert_eq!(emails(&server), ["One@x.test"], "none is primary: the first");
        let path = path_of(&ada);
        let patch = |operation: Value| server.patch(&path, json!([operation])).send().expect(200);
        patch(json!({ "op": "replace", "path": "emails[type eq \"work\"].primary", "value": true }));
        assert_eq!(emails(&server), ["two@x.test"], "the primary one");
        patch(json!({ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "Three@x.test" }));
        assert_eq!(emails(&server), ["Three@x.test"]);
        patch(json!({ "op": "add", "path": "emails", "value": [{ "value": "four@x.test", "primary": true }] }));
        assert_eq!(emails(&server), ["four@x.test"], "another became the primary one");
        patch(json!({ "op": "remove", "path": "emails[primary eq true]" }));
        assert_eq!(emails(&server), ["One@x.test"], "the primary one is gone: the first");
        patch(json!({ "op": "remove", "path": "emails" }));
        assert_eq!(emails(&server), Vec::<String>::new());
        let long = format!("{}@x.test", "l".repeat(600));
        let body = json!({ "schemas": [USER], "userName": "ada", "emails": [{ "type": "work", "primary": true }, { "value": long }] });
        server.put(&path, body).send().expect(200);
        assert_eq!(emails(&server), [long.as_str()], "the primary one has no value: the first that has one");
        let listed = rows(&server, "scim_user_emails");
        assert_eq!(listed.len(), 1, "an element without an address is not listed: {listed:?}");
        assert_eq!((&listed[0]["email"], &listed[0]["email_key"]), (&json!(long), &Value::Null), "too long for the index");
    }

    fn a_put_clears_columns_and_a_delete_removes_rows(server) {
        let ada = server.user(json!({
            "userName": "ada", "title": "x", "externalId": "e", "emails": [{ "value": "a@x.test" }], "phoneNumbers": [{ "value": "1" }],
            "roles": [{ "value": "r" }],
        }));
        let path = path_of(&ada);
        server.create_group("crew", &[id(&ada)]);
        let replaced = server.put(&path, json!({ "schemas": [USER], "userName": "Grace", "active": false })).send().expect(200);
        let [seen] = rows(&server, "scim_users").try_into().expect("one user");
        for (column, value) in [
            ("user_name", json!("Grace")), ("user_name_key", json!("grace")), ("active", json!(false)), ("version", json!(2)),
            ("title", Value::Null), ("external_id", Value::Null), ("email", Value::Null), ("phone", Value::Null),
            ("last_modified", replaced["meta"]["lastModified"].clone()),
        ] {
            assert_eq!(seen[column], value, "{column}");
        }
        for view in ["scim_user_emails", "scim_user_phones", "scim_user_roles"] {
            assert_eq!(rows(&server, view), Vec::<Value>::new(), "{view}");
        }
        server.delete(&path).send().expect(204);
        for view in PRESENT.iter().filter(|view| **view != "scim_groups") {
            assert_eq!(rows(&server, view), Vec::<Value>::new(), "{view}");
        }
        assert_eq!(rows(&server, "scim_groups").len(), 1);
    }

    fn memberships_are_shown_direct_and_effective(server) {
        let (ada, bob) = (server.create_user("ada"), server.create_user("bob"));
        let inner = server.create_group("Inner", &[id(&ada)]);
        let middle = server.create_group("Middle", &[id(&inner), id(&bob)]);
        let outer = server.create_group("Outer", &[id(&middle), id(&ada)]);
        let group = &rows(&server, "scim_groups")[0];
        assert_eq!(*group, json!({
            "tenant": "default", "id": id(&inner), "display_name": "Inner", "external_id": null, "version": 1,
            "created": inner["meta"]["created"], "last_modified": inner["meta"]["lastModified"], "document": { "displayName": "Inner" },
        }));
        let edge = |group: &Value, member: &Value, kind: &str| json!({
            "tenant": "default", "group_id": id(group), "member_id": id(member), "member_type": kind,
        });
        let direct = [
            edge(&inner, &ada, "User"), edge(&middle, &inner, "Group"), edge(&middle, &bob, "User"), edge(&outer, &middle, "Group"),
            edge(&outer, &ada, "User"),
        ];
        assert_eq!(rows(&server, "scim_group_members"), sorted(direct.to_vec()));
        let indirect = [edge(&middle, &ada, "User"), edge(&outer, &inner, "Group"), edge(&outer, &bob, "User")];
        let marked = |edges: &[Value], is_direct: bool| -> Vec<Value> {
            edges.iter().cloned().map(|mut edge| { edge["direct"] = is_direct.into(); edge }).collect()
        };
        let effective = [marked(&direct, true), marked(&indirect, false)].concat();
        assert_eq!(rows(&server, "scim_effective_members"), sorted(effective.clone()));
        let groups = [&inner, &middle, &outer];
        let named = effective.iter().map(|edge| {
            let group = groups.iter().find(|group| edge["group_id"] == id(group)).expect("one of the groups");
            json!({
                "tenant": "default", "member_id": edge["member_id"], "member_type": edge["member_type"], "group_id": edge["group_id"],
                "display_name": group["displayName"], "direct": edge["direct"],
            })
        });
        assert_eq!(rows(&server, "scim_effective_groups"), sorted(named.collect()));
    }

    /// The server refuses circles. The views would end all the same.
    fn walks_end_in_a_circle(server) {
        let ada = server.create_user("ada");
        let inner = server.create_group("inner", &[id(&ada)]);
        let outer = server.create_group("outer", &[id(&inner)]);
        server.behind().execute(&format!(
            "INSERT INTO memberships (tenant_id, group_key, member_key) SELECT i.tenant_id, i.key, o.key \
             FROM resources i JOIN resources o ON o.id = '{}' WHERE i.id = '{}'", id(&outer), id(&inner),
        ));
        let of = |view: &str, column: &str, of: &Value| {
            let found = rows(&server, view).into_iter().filter(|row| row[column] == id(of));
            found.count()
        };
        assert_eq!(of("scim_effective_members", "group_id", &outer), 3);
        assert_eq!(of("scim_effective_groups", "member_id", &ada), 2);
    }

    /// Rows of the tables in docs/application.md begin with the name of the column.
    fn every_column_is_documented_in_its_order(server) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/application.md");
        let page = fs::read_to_string(path).expect("the page");
        for view in PRESENT.into_iter().chain(FEED) {
            let section = page.split("\n### ").find(|section| section.starts_with(&format!("`{view}`")));
            let section = section.unwrap_or_else(|| panic!("a section on {view}"));
            let documented: Vec<_> = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).collect();
            let documented: Vec<_> = documented.into_iter().map(|(column, _)| column.to_owned()).collect();
            assert_eq!(documented, columns(&mut server.behind(), view), "{view}");
        }
    }
}

/// What an older SQLite cannot read is a JSONB; the views have none.
#[test]
fn an_older_sqlite_can_read_all_columns() {
    let server = TestServer::start(crate::support::Backend::Sqlite);
    for view in PRESENT.into_iter().chain(FEED) {
        let query = format!("SELECT sql AS text FROM sqlite_master WHERE name = '{view}'");
        let text = server.behind().texts(&query).concat();
        assert!(!text.contains("comparable"), "{view} reads a JSONB: {text}");
    }
}

/// The primary or first e-mail addresses of all users that have one.
fn emails(server: &TestServer) -> Vec<String> {
    server
        .behind()
        .texts("SELECT email AS text FROM scim_users WHERE email IS NOT NULL")
}

fn columns(behind: &mut Behind, view: &str) -> Vec<String> {
    let query = match behind {
        Behind::Sqlite(_) => format!("SELECT name AS text FROM pragma_table_info('{view}')"),
        Behind::Postgres(_) => format!(
            "SELECT column_name::text AS text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = '{view}' ORDER BY ordinal_position"
        ),
    };
    behind.texts(&query)
}

/// The rows of a view as objects, alike on both databases, in the order of their texts.
fn rows(server: &TestServer, view: &str) -> Vec<Value> {
    let mut behind = server.behind();
    let columns = columns(&mut behind, view);
    let on_postgres = matches!(behind, Behind::Postgres(_));
    let value = |column: &str| match (on_postgres, column) {
        (true, "created" | "last_modified") => {
            format!("to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
        }
        (false, "active" | "direct" | "is_primary") => {
            format!("json(CASE {column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)")
        }
        (false, "document") => "json(document)".to_owned(),
        _ => column.to_owned(),
    };
    let members: Vec<_> = columns
        .iter()
        .map(|column| format!("'{column}', {}", value(column)))
        .collect();
    let object = if on_postgres {
        "json_build_object"
    } else {
        "json_object"
    };
    let query = format!(
        "SELECT CAST({object}({}) AS TEXT) AS text FROM {view}",
        members.join(", ")
    );
    let found = behind.texts(&query);
    let parsed = found.iter().map(|row| serde_json::from_str(row));
    sorted(parsed.collect::<Result<_, _>>().expect("JSON"))
}

fn sorted<T: ToString>(mut rows: Vec<T>) -> Vec<T> {
    rows.sort_by_key(ToString::to_string);
    rows
}
