//! The SQL of both dialects selects what the pure evaluator does.

use std::sync::Arc;

use proptest::sample::select;
use scim::resource_type::ResourceType;
use serde_json::{Value, json};

use crate::documents::documents;
use crate::filters::filters;
use crate::judge::Judge;
use crate::kitchen_sink;
use crate::seed::Seeded;
use crate::vocabulary::Vocabulary;
use crate::world::World;

/// Random filters per database and resource type.
const FILTERS: u32 = 200;
/// Resources they are asked of.
const RESOURCES: usize = 20;
/// Literals that each operator meets at each place.
const LITERALS: usize = 4;

store_test! {
    /// Rows: FILTER-01 FILTER-07 FILTER-08 FILTER-10 FILTER-11 FILTER-20 FILTER-30 FILTER-32 FILTER-35 FILTER-36 FILTER-37 FILTER-40 FILTER-41
    fn sql_agrees_with_eval(backend) {
        let mut cases = Seeded::new(FILTERS);
        let world = World::new(backend, kitchen_sink::registry());
        let kind = world.kind("Sink");
        fill(&world, &kind, &mut cases);
        check_random(&world, &kind, &mut cases);
    }

    /// Rows: FILTER-01 FILTER-29 FILTER-35 FILTER-40 FILTER-42 FILTER-43 FILTER-51
    fn sql_agrees_with_eval_on_users_and_groups(backend) {
        let mut cases = Seeded::new(FILTERS);
        let world = World::standard(backend);
        fill_directory(&world, &mut cases);
        check_random(&world, &world.kind("User"), &mut cases);
        check_random(&world, &world.kind("Group"), &mut cases);
    }

    /// Each operator at each place, with a few literals each.
    ///
    /// Rows: FILTER-05 FILTER-06 FILTER-07 FILTER-08 FILTER-09 FILTER-13 FILTER-14 FILTER-15 FILTER-18 FILTER-20 FILTER-26 FILTER-27
    fn every_operator_agrees_with_eval(backend) {
        let mut cases = Seeded::new(1);
        let world = World::new(backend, kitchen_sink::registry());
        let kind = world.kind("Sink");
        fill(&world, &kind, &mut cases);
        let judge = Judge::over(&world, &kind);
        let failures: Vec<String> = every_operator(&Vocabulary::of(&kind, &judge.resources), &mut cases)
            .iter()
            .filter_map(|filter| judge.agrees(filter).err())
            .collect();
        assert!(failures.is_empty(), "{} filters differ:\n{}", failures.len(), failures.join("\n"));
    }
}

/// Creates random resources of a type.
pub(crate) fn fill(world: &World, kind: &Arc<ResourceType>, cases: &mut Seeded) -> Vec<String> {
    let bodies = cases.one(&documents(kind, RESOURCES));
    bodies
        .into_iter()
        .map(|body| world.create(kind, Value::Object(body)))
        .collect()
}

/// Creates random users with managers among them, and groups with members, some of them groups.
pub(crate) fn fill_directory(world: &World, cases: &mut Seeded) {
    let (user, group) = (world.kind("User"), world.kind("Group"));
    let mut users: Vec<String> = Vec::new();
    for (position, mut body) in cases
        .one(&documents(&user, RESOURCES))
        .into_iter()
        .enumerate()
    {
        let urn = user.extensions[0].schema.id.as_str();
        let manager = users.get(position / 2).filter(|_| position % 3 > 0);
        if let (Some(Value::Object(inside)), Some(id)) = (body.get_mut(urn), manager) {
            inside.insert("manager".into(), json!({"value": id}));
        }
        users.push(world.create(&user, Value::Object(body)));
    }
    let mut groups: Vec<String> = Vec::new();
    for name in [
        "Staff",
        "staff of \"Ünder\"",
        "100%_'x'",
        "Straße",
        "empty",
        "😀",
    ] {
        let inside = groups.iter().skip(groups.len().saturating_sub(2));
        let direct = cases.one(&proptest::sample::subsequence(
            users.clone(),
            groups.len() % 3 * 2,
        ));
        let members = if name == "empty" {
            Vec::new()
        } else {
            inside
                .chain(&direct)
                .map(|id| json!({"value": id}))
                .collect()
        };
        groups.push(world.create(
            &group,
            json!({"displayName": name, "externalId": name, "members": members}),
        ));
    }
}

fn check_random(world: &World, kind: &Arc<ResourceType>, cases: &mut Seeded) {
    let judge = Judge::over(world, kind);
    let vocabulary = Vocabulary::of(kind, &judge.resources);
    cases.check(&filters(&vocabulary), |filter| judge.agrees(&filter));
}

/// `path operator literal` for all paths and operators, brackets included; and what is present.
fn every_operator(vocabulary: &Vocabulary, cases: &mut Seeded) -> Vec<String> {
    let mut filters = Vec::new();
    let tests = ["pr", "eq null", "ne null"];
    let outer = vocabulary
        .places
        .iter()
        .map(|place| (place, String::new(), ""));
    let inner = vocabulary.brackets.iter().flat_map(|(path, places)| {
        places
            .iter()
            .map(move |place| (place, format!("{path}["), "]"))
    });
    for (place, before, after) in outer.chain(inner) {
        let own = select(place.literals.clone());
        for operator in place.operators() {
            let some = (0..LITERALS).map(|_| cases.one(&own));
            filters.extend(
                some.map(|literal| format!("{before}{} {operator} {literal}{after}", place.path)),
            );
        }
        filters.extend(
            tests
                .iter()
                .map(|test| format!("{before}{} {test}{after}", place.path)),
        );
    }
    for whole in &vocabulary.wholes {
        filters.extend(tests.iter().map(|test| format!("{whole} {test}")));
    }
    filters
}
