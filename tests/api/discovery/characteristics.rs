//! The characteristics that /Schemas announces for users, groups and the enterprise extension (RFC 7643 §8.7.1 with its
//! verified errata). Other modules test that the server behaves like that.

use serde_json::{Value, json};

use crate::support::{ENTERPRISE, GROUP, TestServer, USER};

/// name, type, multi-valued, required, caseExact, mutability, returned, uniqueness; `-` for what does not apply.
const USER_ATTRIBUTES: &str = "
userName string false true false readWrite default server
name complex false false - readWrite default -
name.formatted string false false false readWrite default none
name.familyName string false false false readWrite default none
name.givenName string false false false readWrite default none
name.middleName string false false false readWrite default none
name.honorificPrefix string false false false readWrite default none
name.honorificSuffix string false false false readWrite default none
displayName string false false false readWrite default none
nickName string false false false readWrite default none
profileUrl reference false false true readWrite default none
title string false false false readWrite default none
userType string false false false readWrite default none
preferredLanguage string false false false readWrite default none
locale string false false false readWrite default none
timezone string false false false readWrite default none
active boolean false false - readWrite default -
password string false false true writeOnly never none
addresses complex true false - readWrite default -
addresses.formatted string false false false readWrite default none
addresses.streetAddress string false false false readWrite default none
addresses.locality string false false false readWrite default none
addresses.region string false false false readWrite default none
addresses.postalCode string false false false readWrite default none
addresses.country string false false false readWrite default none
addresses.type string false false false readWrite default none
addresses.primary boolean false false - readWrite default -
groups complex true false - readOnly default -
groups.value string false false true readOnly default none
groups.$ref reference false false true readOnly default none
groups.display string false false false readOnly default none
groups.type string false false false readOnly default none
";

/// Attributes with value, display, type and primary, and what their `value` is.
const PLURALS: [(&str, &str); 7] = [
    ("emails", "string false false false"),
    ("phoneNumbers", "string false false false"),
    ("ims", "string false false false"),
    ("photos", "reference false false true"),
    ("entitlements", "string false false false"),
    ("roles", "string false false false"),
    ("x509Certificates", "binary false false true"),
];

const GROUP_ATTRIBUTES: &str = "
displayName string false true false readWrite default server
members complex true false - readWrite default -
members.value string false false true immutable default none
members.$ref reference false false true immutable default none
members.type string false false false immutable default none
members.display string false false false readOnly default none
";

const ENTERPRISE_ATTRIBUTES: &str = "
employeeNumber string false false false readWrite default none
costCenter string false false false readWrite default none
organization string false false false readWrite default none
division string false false false readWrite default none
department string false false false readWrite default none
manager complex false false - readWrite default -
manager.value string false false true readWrite default none
manager.$ref reference false false true readWrite default none
manager.displayName string false false false readOnly default none
";

fn plural((name, value): (&str, &str)) -> String {
    format!(
        "{name} complex true false - readWrite default -
{name}.value {value} readWrite default none
{name}.display string false false false readWrite default none
{name}.type string false false false readWrite default none
{name}.primary boolean false false - readWrite default -
"
    )
}

fn sorted(table: &str) -> Vec<String> {
    let mut lines: Vec<String> = table
        .lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    lines.sort();
    lines
}

fn line(name: &str, attribute: &Value) -> String {
    let columns = [
        "type",
        "multiValued",
        "required",
        "caseExact",
        "mutability",
        "returned",
        "uniqueness",
    ];
    let words = columns.map(|column| match &attribute[column] {
        Value::String(word) => word.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null => "-".to_owned(),
        other => format!("({other})"),
    });
    format!("{name} {}", words.join(" "))
}

fn schema(server: &TestServer, urn: &str) -> Value {
    server.get(&format!("/Schemas/{urn}")).send().expect(200)
}

/// The table of a served schema.
fn announced(server: &TestServer, urn: &str) -> Vec<String> {
    let schema = schema(server, urn);
    let mut lines = Vec::new();
    for attribute in schema["attributes"].as_array().expect("attributes") {
        let name = attribute["name"].as_str().expect("a name");
        lines.push(line(name, attribute));
        for sub in attribute["subAttributes"].as_array().unwrap_or(&Vec::new()) {
            lines.push(line(
                &format!("{name}.{}", sub["name"].as_str().expect("a name")),
                sub,
            ));
        }
    }
    lines.sort();
    lines
}

/// An attribute of a served schema, or one of its sub-attributes.
fn attribute(schema: &Value, path: &str) -> Value {
    let mut found = schema.clone();
    let mut list = "attributes";
    for name in path.split('.') {
        let attributes = found[list].as_array().expect("a list of attributes");
        let next = attributes
            .iter()
            .find(|attribute| attribute["name"] == name)
            .expect("the attribute");
        found = next.clone();
        list = "subAttributes";
    }
    found
}

api_test! {
    /// Rows: DISC-24 SCHEMA-13 GROUP-01 GROUP-02
    fn disc_24_characteristics_are_those_of_the_standard(server) {
        let user = USER_ATTRIBUTES.to_owned() + &PLURALS.map(plural).concat();
        for (urn, table) in [(USER, user.as_str()), (GROUP, GROUP_ATTRIBUTES), (ENTERPRISE, ENTERPRISE_ATTRIBUTES)] {
            assert_eq!(announced(&server, urn), sorted(table), "{urn}");
        }
    }

    /// Rows: DISC-23 DISC-24 DISC-31
    fn disc_24_suggested_values_and_targets_of_references(server) {
        let user = schema(&server, USER);
        for (path, values) in [
            ("emails.type", "home other work"),
            ("phoneNumbers.type", "fax home mobile other pager work"),
            ("ims.type", "aim gtalk icq msn other qq skype xmpp yahoo"),
            ("photos.type", "photo thumbnail"),
            ("addresses.type", "home other work"),
            ("groups.type", "direct indirect"),
        ] {
            let attribute = attribute(&user, path);
            let list = attribute["canonicalValues"].as_array().expect("a list of values");
            let mut words: Vec<&str> = list.iter().map(|word| word.as_str().unwrap()).collect();
            words.sort_unstable();
            assert_eq!(words.join(" "), values, "{path}");
        }
        for path in ["entitlements.type", "roles.type", "x509Certificates.type"] {
            assert_eq!(attribute(&user, path).get("canonicalValues"), None, "{path}");
        }
        let (group, enterprise) = (schema(&server, GROUP), schema(&server, ENTERPRISE));
        for (schema, path, targets) in [
            (&user, "profileUrl", json!(["external"])),
            (&user, "photos.value", json!(["external"])),
            (&user, "groups.$ref", json!(["Group"])),
            (&group, "members.$ref", json!(["User", "Group"])),
            (&enterprise, "manager.$ref", json!(["User"])),
        ] {
            assert_eq!(attribute(schema, path)["referenceTypes"], targets, "{path}");
        }
        let kinds = attribute(&group, "members.type")["canonicalValues"].clone();
        assert_eq!(kinds, json!(["User", "Group"]));
    }

    /// Rows: DISC-24 DEC-5 GROUP-02
    fn disc_24_unique_group_names_are_announced_as_they_are_enforced(server) {
        let announced = |server: &TestServer| attribute(&schema(server, GROUP), "displayName")["uniqueness"].clone();
        let twin = json!({ "schemas": [GROUP], "displayName": "SALES" });
        server.create_group("Sales", &[]);
        assert_eq!(announced(&server), "server");
        server.post("/Groups", twin.clone()).send().error(409, "uniqueness");
        server.cli(&["tenant", "set", "default", "unique-group-names=false"]).ok();
        assert_eq!(announced(&server), "none");
        server.post("/Groups", twin).send().expect(201);
    }
}
