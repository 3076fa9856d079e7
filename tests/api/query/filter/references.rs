//! Filters across resources: groups, members, the groups of a user, managers (RFC 7644 §3.4.2.2).

use serde_json::json;

use super::people::{People, selects};
use crate::support::{ENTERPRISE, GROUP, TestServer, id};

/// The display names of the groups that a filter selects, sorted.
#[track_caller]
fn group_names(server: &TestServer, filter: &str) -> Vec<String> {
    let groups = server.search("/Groups", filter);
    let mut names: Vec<String> = groups
        .iter()
        .map(|group| group["displayName"].as_str().unwrap_or_default().to_owned())
        .collect();
    names.sort();
    names
}

api_test! {
    /// Rows: FILTER-42
    fn filter_42_references_are_filtered(server) {
        let people = People::create(&server);
        let (ada, bob) = (id(&people.ada), id(&people.bob));
        let inner = server.create_group("Inner", &[ada, bob]);
        let outer = server.create_group("Outer", &[id(&inner)]);
        server.create_group("Empty", &[]);
        for (filter, expected) in [
            (format!(r#"members.value eq "{ada}""#), "Inner"),
            (format!(r#"members eq "{ada}""#), "Inner"),
            (format!(r#"members[value eq "{bob}" and type eq "User"]"#), "Inner"),
            (format!(r#"members[value eq "{bob}" and type eq "Group"]"#), ""),
            (format!(r#"members.value eq "{}""#, id(&people.dave)), ""),
            (format!(r#"members.value eq "{}""#, ada.to_uppercase()), ""),
            (format!(r#"members.value eq "{}""#, id(&inner)), "Outer"),
            (format!(r#"displayName eq "inner" and members[value eq "{ada}"]"#), "Inner"),
            (r#"members.type eq "Group""#.to_owned(), "Outer"),
            ("members pr".to_owned(), "Inner Outer"),
            ("not (members pr)".to_owned(), "Empty"),
        ] {
            assert_eq!(group_names(&server, &filter).join(" "), expected, "{filter}");
        }
        selects(
            &server,
            &[
                (format!(r#"groups[value eq "{}"]"#, id(&inner)), "Bob ada"),
                (format!(r#"groups.value eq "{}""#, id(&inner)), "Bob ada"),
                (format!(r#"groups.value eq "{}""#, id(&outer)), "Bob ada"),
                (format!(r#"groups[value eq "{}" and type eq "indirect"]"#, id(&outer)), "Bob ada"),
                (format!(r#"groups[value eq "{}" and type eq "direct"]"#, id(&outer)), ""),
                (r#"groups.display eq "inner""#.to_owned(), "Bob ada"),
                ("groups pr".to_owned(), "Bob ada"),
                ("not (groups pr)".to_owned(), "carol dave zoë"),
                (format!(r#"{ENTERPRISE}:manager.value eq "{bob}""#), "ada"),
                (format!(r#"{ENTERPRISE}:manager.value eq "{ada}""#), ""),
            ],
        );
        // Membership moves, the filter follows at once.
        server
            .patch(
                &format!("/Groups/{}", id(&inner)),
                json!([
                    { "op": "remove", "path": format!(r#"members[value eq "{bob}"]"#) },
                ]),
            )
            .send()
            .expect(204);
        selects(&server, &[(format!(r#"groups.value eq "{}""#, id(&outer)), "ada")]);
    }

    /// Rows: FILTER-40 COMMON-21 GROUP-14
    fn filter_40_common_attributes_are_filtered_on_groups(server) {
        let body = json!({ "schemas": [GROUP], "displayName": "Sales", "externalId": "g1" });
        let sales = server.post("/Groups", body).send().expect(201);
        server.create_group("Support", &[]);
        for (filter, expected) in [
            (r#"externalId eq "g1""#.to_owned(), "Sales"),
            (r#"externalId eq "G1""#.to_owned(), ""),
            ("externalId pr".to_owned(), "Sales"),
            (format!(r#"id eq "{}""#, id(&sales)), "Sales"),
            (r#"meta.resourceType eq "Group""#.to_owned(), "Sales Support"),
            (r#"meta.resourceType eq "User""#.to_owned(), ""),
            (format!(r#"schemas eq "{GROUP}""#), "Sales Support"),
            (r#"displayName sw "S""#.to_owned(), "Sales Support"),
            (r#"displayName eq "SALES""#.to_owned(), "Sales"),
            (format!(r#"{GROUP}:displayName co "upp""#), "Support"),
        ] {
            assert_eq!(group_names(&server, &filter).join(" "), expected, "{filter}");
        }
    }
}
