//! Order and pages, judged by a comparison of what clients see.

use std::cmp::Ordering;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use scim::datetime;
use scim::path::{AttributeRef, Home};
use scim::profile::Leniency;
use scim::query::{ListQuery, Parameters};
use scim::resource_type::ResourceType;
use scim::schema::AttributeType;
use serde_json::{Map, Value};

use crate::agreement::{fill, fill_directory};
use crate::filters::filters;
use crate::judge::Judge;
use crate::kitchen_sink;
use crate::seed::Seeded;
use crate::vocabulary::Vocabulary;
use crate::world::{LIMITS, World, text};

/// Random queries that are read page by page.
const PAGED: u32 = 40;

store_test! {
    /// Every sortable path, both ways. Resources without a value come last ascending, first descending; ties keep
    /// creation order.
    ///
    /// Rows: SORT-01 SORT-02 SORT-03 SORT-04 SORT-05 SORT-06 SORT-08 SORT-09
    fn sql_orders_as_values_compare(backend) {
        let mut cases = Seeded::new(PAGED);
        let world = World::new(backend, kitchen_sink::registry());
        let kind = world.kind("Sink");
        fill(&world, &kind, &mut cases);
        check_order(&world, &kind);
    }

    /// Rows: SORT-01 SORT-02 SORT-03 SORT-04 SORT-05 SORT-06 SORT-08 SORT-09
    fn sql_orders_users_and_groups_as_values_compare(backend) {
        let mut cases = Seeded::new(PAGED);
        let world = World::standard(backend);
        fill_directory(&world, &mut cases);
        check_order(&world, &world.kind("User"));
        check_order(&world, &world.kind("Group"));
    }

    /// Rows: PAGE-04 PAGE-09 PAGE-12 PAGE-13 SORT-13 SORT-15 CURSOR-02 CURSOR-04 CURSOR-10
    fn pages_joined_are_the_whole(backend) {
        let mut cases = Seeded::new(PAGED);
        let world = World::new(backend, kitchen_sink::registry());
        let kind = world.kind("Sink");
        fill(&world, &kind, &mut cases);
        let judge = Judge::over(&world, &kind);
        let vocabulary = Vocabulary::of(&kind, &judge.resources);
        let paths = vocabulary.places.iter().map(|place| place.path.clone());
        let sortable = |path: &String| world.ids(&kind, &[("sortBy", path)]).is_ok();
        let paths: Vec<String> = paths.filter(sortable).collect();
        let queries = (filters(&vocabulary), select(paths), any::<bool>(), 1i64..8);
        cases.check(&queries, |(filter, path, descending, count)| {
            let Ok(expected) = judge.matching(&filter) else { return Ok(()) };
            let order = if descending { "descending" } else { "ascending" };
            let sorted = [("filter", filter.as_str()), ("sortBy", path.as_str()), ("sortOrder", order)];
            for query in [&sorted[..], &sorted[..1]] {
                joined(&judge, query, count, expected.len())?;
                walked(&judge, query, count)?;
            }
            Ok(())
        });
    }
}

/// Reads a query page by page and whole.
fn joined(
    judge: &Judge<'_>,
    query: &[(&str, &str)],
    count: i64,
    expected: usize,
) -> Result<(), String> {
    let read = |more: &[(&str, &str)]| {
        let parameters: Vec<(&str, &str)> = query.iter().chain(more).copied().collect();
        judge
            .world
            .ids(&judge.kind, &parameters)
            .map_err(|error| format!("{error:?}"))
    };
    let (whole, _) = read(&[])?;
    let (mut pieces, size) = (Vec::new(), count.to_string());
    // One page beyond the end is part of the deal: it is empty and knows the total.
    while pieces.len() <= expected {
        let (ids, total) = read(&[
            ("startIndex", &(pieces.len() + 1).to_string()),
            ("count", &size),
        ])?;
        if total != expected as i64 || ids.len() as i64 > count {
            return Err(format!(
                "{total} in all and {} at once, not {expected} and {count}",
                ids.len()
            ));
        }
        if ids.is_empty() {
            break;
        }
        pieces.extend(ids);
    }
    if pieces == whole && whole.len() == expected {
        Ok(())
    } else {
        Err(format!("{pieces:?}\nis not\n{whole:?}"))
    }
}

/// Reads a query by cursor to its end and back again.
fn walked(judge: &Judge<'_>, query: &[(&str, &str)], count: i64) -> Result<(), String> {
    let read = |more: &[(&str, &str)]| {
        let parameters: Vec<(&str, &str)> = query.iter().chain(more).copied().collect();
        let page = judge.world.page(&judge.kind, &parameters);
        page.map_err(|error| format!("{error:?}"))
    };
    let (whole, _) = judge
        .world
        .ids(&judge.kind, query)
        .map_err(|error| format!("{error:?}"))?;
    let size = count.to_string();
    let walk = |from: &str, way: &str| {
        let (mut pages, mut cursor) = (Vec::new(), Some(from.to_owned()));
        let mut back = None;
        while let Some(at) = cursor {
            let page = read(&[("cursor", &at), ("count", &size)])?;
            if page["totalResults"] != whole.len() {
                return Err(format!("{} is not {}", page["totalResults"], whole.len()));
            }
            pages.push(ids_of(&page));
            cursor = page[way].as_str().map(str::to_owned);
            back = page["previousCursor"].as_str().map(str::to_owned);
            if pages.len() > whole.len() + 1 {
                return Err(format!("no end of pages: {pages:?}"));
            }
        }
        Ok((pages, back))
    };
    let (forward, back) = walk("", "nextCursor")?;
    if forward.concat() != whole {
        return Err(format!("forward {forward:?}\nis not\n{whole:?}"));
    }
    let Some(back) = back else {
        return (forward.len() == 1)
            .then_some(())
            .ok_or("the last of several pages leads nowhere".into());
    };
    let (mut backward, _) = walk(&back, "previousCursor")?;
    backward.reverse();
    let seen = backward.concat();
    if seen == whole[..seen.len()] && seen.len() + forward[forward.len() - 1].len() == whole.len() {
        Ok(())
    } else {
        Err(format!(
            "backward {backward:?}\nis not the beginning of\n{whole:?}"
        ))
    }
}

fn ids_of(page: &Value) -> Vec<String> {
    let resources = page["Resources"].as_array().expect("resources").iter();
    resources
        .map(|resource| resource["id"].as_str().expect("an id").to_owned())
        .collect()
}

fn check_order(world: &World, kind: &Arc<ResourceType>) {
    let judge = Judge::over(world, kind);
    let mut wrong = Vec::new();
    for place in Vocabulary::of(kind, &judge.resources).places {
        for descending in [false, true] {
            wrong.extend(order_differs(&judge, &place.path, descending));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} orders differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn order_differs(judge: &Judge<'_>, path: &str, descending: bool) -> Option<String> {
    let order = if descending {
        "descending"
    } else {
        "ascending"
    };
    let parameters = [("sortBy", path), ("sortOrder", order)];
    let leniency = Leniency::lenient();
    let pairs = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let given = Parameters::new(pairs.into(), &leniency).expect("parameters");
    // A complex value by its bare name is for filters only.
    let kinds = std::slice::from_ref(&judge.kind);
    let query = ListQuery::parse(&given, kinds, &leniency, LIMITS).ok()?;
    let by = query.selections[0].sort_by.expect("an order");
    let selected = match judge.world.ids(&judge.kind, &parameters) {
        Ok((ids, _)) => ids,
        Err(error) => return Some(format!("{path} {order}: {error:?}")),
    };
    let mut expected: Vec<(Option<Key>, &str)> = judge
        .resources
        .iter()
        .map(|resource| (key(&judge.kind, by, resource), text(resource, "id")))
        .collect();
    // Stable: ties keep creation order.
    expected.sort_by(|(one, _), (other, _)| compare(one.as_ref(), other.as_ref(), descending));
    let ids: Vec<&str> = expected.iter().map(|(_, id)| *id).collect();
    (ids != selected).then(|| {
        let keys: Vec<_> = selected
            .iter()
            .map(|id| {
                expected
                    .iter()
                    .find(|(_, own)| own == id)
                    .map(|(key, _)| key)
            })
            .collect();
        format!("{path} {order}: {keys:?}")
    })
}

#[derive(Debug, PartialEq, PartialOrd)]
enum Key {
    Text(String),
    Whole(i64),
    Number(f64),
    Boolean(bool),
}

fn compare(one: Option<&Key>, other: Option<&Key>, descending: bool) -> Ordering {
    let ascending = match (one, other) {
        (Some(one), Some(other)) => one.partial_cmp(other).expect("keys of one type"),
        // A missing value is larger than any other.
        (one, other) => one.is_none().cmp(&other.is_none()),
    };
    if descending {
        ascending.reverse()
    } else {
        ascending
    }
}

/// What a resource is ordered by: of several values that of the primary element, else that of the first.
fn key(kind: &ResourceType, by: AttributeRef<'_>, resource: &Map<String, Value>) -> Option<Key> {
    let holder = match by.home {
        Home::Extension(urn) => resource.get(urn)?.as_object()?,
        Home::Common | Home::Core => resource,
    };
    let leaf_of = |value: &Value| match by.sub {
        Some(sub) => value.get(&sub.name).cloned(),
        None => Some(value.clone()),
    };
    let value = match holder.get(&by.attribute.name)? {
        Value::Array(elements) => {
            let primary = elements
                .iter()
                .find(|element| element.get("primary") == Some(&Value::Bool(true)));
            primary
                .and_then(leaf_of)
                .or_else(|| leaf_of(elements.first()?))?
        }
        single => leaf_of(single)?,
    };
    let preparation = match (by.home, by.sub) {
        (Home::Core, None) => kind.preparation(by.attribute),
        _ => by.leaf().preparation(),
    };
    match by.leaf().kind {
        AttributeType::Boolean => value.as_bool().map(Key::Boolean),
        AttributeType::Integer => value.as_i64().map(Key::Whole),
        AttributeType::Decimal => value.as_f64().map(Key::Number),
        AttributeType::DateTime => {
            datetime::parse(value.as_str()?).map(|instant| Key::Whole(datetime::key_us(instant)))
        }
        _ => {
            let key = preparation.key(value.as_str()?);
            let unique = kind.unique.as_ref();
            let is_unique = unique.is_some_and(|unique| unique.name == by.attribute.name);
            // Of other texts the beginning counts.
            let shown = if is_unique { usize::MAX } else { 256 };
            Some(Key::Text(key.chars().take(shown).collect()))
        }
    }
}
