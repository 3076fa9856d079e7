//! Filters on members and groups: what they look at lies in other rows.

use std::sync::Arc;

use scim::resource_type::ResourceType;
use serde_json::json;

use crate::world::{BASE, World};

/// Two users, and groups in groups: ada is in `inner`, `inner` and bob are in `outer`, `empty` has nobody.
struct Directory {
    world: World,
    ada: String,
    bob: String,
    inner: String,
    outer: String,
    empty: String,
}

impl Directory {
    fn new(backend: crate::world::Backend) -> Self {
        let world = World::standard(backend);
        let (user, group) = (world.kind("User"), world.kind("Group"));
        let ada = world.create(&user, json!({"userName": "ada", "displayName": "Ada L."}));
        let bob = world.create(&user, json!({"userName": "Bob", "displayName": "Straße"}));
        let inner = world.create(
            &group,
            json!({"displayName": "Inner", "members": [{"value": ada}]}),
        );
        let outer = world.create(
            &group,
            json!({"displayName": "Outer", "members": [{"value": inner}, {"value": bob}]}),
        );
        let empty = world.create(&group, json!({"displayName": "Empty"}));
        Self {
            world,
            ada,
            bob,
            inner,
            outer,
            empty,
        }
    }

    #[track_caller]
    fn selects(&self, kind: &Arc<ResourceType>, filter: &str, expected: &[&String]) {
        let (ids, total) = self.world.ids(kind, &[("filter", filter)]).expect("a list");
        assert_eq!(ids.iter().collect::<Vec<_>>(), expected, "{filter}");
        assert_eq!(total, expected.len() as i64, "{filter}");
    }
}

store_test! {
    /// Rows: FILTER-42 GROUP-04 GROUP-06
    fn members_are_found_by_what_they_are(backend) {
        let directory = Directory::new(backend);
        let Directory { ada, bob, inner, outer, empty, world } = &directory;
        let group = world.kind("Group");
        let groups = |filter: &str, expected: &[&String]| directory.selects(&group, filter, expected);
        groups(&format!("members eq \"{ada}\""), &[inner]);
        groups(&format!("members.value eq \"{inner}\""), &[outer]);
        groups(&format!("not (members.value eq \"{ada}\")"), &[outer, empty]);
        groups(&format!("members[not (value eq \"{inner}\")]"), &[inner, outer]);
        groups("members pr", &[inner, outer]);
        groups("members eq null", &[empty]);
        groups("members.type eq \"USER\"", &[inner, outer]);
        groups("members.type eq \"group\"", &[outer]);
        groups("members[type eq \"User\" and display sw \"ADA\"]", &[inner]);
        groups("members.display eq \"STRASSE\"", &[outer]);
        groups("members.display ew \"SSE\"", &[outer]);
        groups("members[type eq \"Group\" and display eq \"straße\"]", &[]);
        groups(&format!("members.$ref eq \"{BASE}/Users/{bob}\""), &[outer]);
        groups(&format!("members.$ref eq \"{BASE}/Groups/{bob}\""), &[]);
        groups("members.$ref co \"/Groups/\"", &[outer]);
        groups(&format!("members.value eq \"{ada}\" or members.value eq \"{bob}\""), &[inner, outer]);
        groups("members.value eq \"'; DROP TABLE resources; --\"", &[]);
    }

    /// Rows: FILTER-42 USER-22 USER-24
    fn groups_are_found_direct_and_indirect(backend) {
        let directory = Directory::new(backend);
        let Directory { ada, bob, inner, outer, world, .. } = &directory;
        let user = world.kind("User");
        let lone = world.create(&user, json!({"userName": "lone"}));
        let users = |filter: &str, expected: &[&String]| directory.selects(&user, filter, expected);
        users(&format!("groups eq \"{inner}\""), &[ada]);
        users(&format!("groups.value eq \"{outer}\""), &[ada, bob]);
        users(&format!("not (groups.value eq \"{inner}\")"), &[bob, &lone]);
        users("groups pr", &[ada, bob]);
        users("not (groups pr)", &[&lone]);
        users("groups.type eq \"indirect\"", &[ada]);
        users(&format!("groups[value eq \"{outer}\" and type eq \"DIRECT\"]"), &[bob]);
        users(&format!("groups[value eq \"{outer}\" and not (type eq \"direct\")]"), &[ada]);
        users(&format!("groups[type eq \"direct\" or value eq \"{outer}\"]"), &[ada, bob]);
        users("groups.type gt \"direct\"", &[ada]);
        users("groups.type gt \"é\"", &[]);
        users("groups.display eq \"OUTER\"", &[ada, bob]);
        users("groups[display eq \"inner\" and type eq \"direct\"]", &[ada]);
        users(&format!("groups.$ref eq \"{BASE}/Groups/{inner}\""), &[ada]);
        users("groups[not (display eq \"Outer\")]", &[ada]);
    }

    /// Rows: FILTER-42 ENT-03
    fn managers_are_found_by_reference_and_name(backend) {
        let world = World::standard(backend);
        let user = world.kind("User");
        let boss = world.create(&user, json!({"userName": "boss", "displayName": "The Böss"}));
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let led = world.create(&user, json!({"userName": "led", (urn): {"manager": {"value": boss}}}));
        let stray = world.create(&user, json!({"userName": "stray", (urn): {"manager": {"value": "gone"}}}));
        let selects = |filter: &str, expected: &[&String]| {
            let (ids, _) = world.ids(&user, &[("filter", filter)]).expect("a list");
            assert_eq!(ids.iter().collect::<Vec<_>>(), expected, "{filter}");
        };
        selects(&format!("{urn}:manager eq \"{boss}\""), &[&led]);
        selects(&format!("manager.value eq \"{boss}\""), &[&led]);
        selects("manager.displayName eq \"the BÖSS\"", &[&led]);
        selects("manager.displayName pr", &[&led]);
        selects("manager pr and not (manager.displayName pr)", &[&stray]);
        selects(&format!("manager.$ref eq \"{BASE}/Users/{boss}\""), &[&led]);
        selects("manager.$ref ew \"/Users/gone\"", &[&stray]);
        selects("manager eq null", &[&boss]);
        // An empty reference has no address: the representation shows none.
        let blank = world.create(&user, json!({"userName": "blank", (urn): {"manager": {"value": ""}}}));
        selects("manager.$ref pr", &[&led, &stray]);
        selects("userName eq \"blank\" and not (manager.$ref pr)", &[&blank]);
    }
}
