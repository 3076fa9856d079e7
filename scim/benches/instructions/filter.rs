//! A filter: from text to a condition on users.

use gungraun::{library_benchmark, library_benchmark_group};
use scim::filter::{parse, resolve};

use super::limit::{Growth, counted};
use super::world::World;

/// What identity providers ask before they create a user.
const USER_NAME: &str = r#"userName eq "ada@example.com""#;

/// One of most things that the language has.
const MIXED: &str = r#"(emails[type eq "work" and value ew "@example.com"] or name.familyName sw "Love") and not (active eq false) and meta.lastModified gt "2026-01-01T00:00:00Z" and urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department pr"#;

/// A filter that came in.
struct Asked {
    world: &'static World,
    text: String,
}

impl Asked {
    /// The path ran once before: what the process makes only once is not counted.
    fn leaked(text: String) -> &'static Self {
        let world = World::leaked();
        let asked = Box::leak(Box::new(Self { world, text }));
        read(asked);
        asked
    }

    fn of(text: &str) -> &'static Self {
        Self::leaked(text.to_owned())
    }

    /// As clients ask for many users by their ids.
    fn of_ids(ids: usize) -> &'static Self {
        let tests: Vec<String> = (0..ids).map(|id| format!(r#"id eq "{id:036}""#)).collect();
        Self::leaked(tests.join(" or "))
    }
}

/// The terms of the condition.
fn read(asked: &Asked) -> usize {
    let filter = parse(&asked.text).expect("it is a filter");
    let condition = resolve(&filter, asked.world.user(), &asked.world.leniency);
    condition.expect("users have these attributes").terms()
}

fn check(terms: usize) {
    assert!(terms > 0, "nothing was read");
}

#[library_benchmark(setup = Asked::of, teardown = check)]
#[bench::user_name(args = (USER_NAME), config = counted(14_694))]
#[bench::mixed(args = (MIXED), config = counted(35_136))]
fn read_filter(asked: &'static Asked) -> usize {
    read(asked)
}

const IDS: Growth = Growth::linear(49_654, 514_669);

#[library_benchmark(setup = Asked::of_ids, teardown = check)]
#[bench::of_10(args = (10), config = counted(IDS.at_size))]
#[bench::of_100(args = (100), config = counted(IDS.at_ten_times_the_size))]
fn read_ids(asked: &'static Asked) -> usize {
    read(asked)
}

library_benchmark_group!(name = filters, benchmarks = [read_filter, read_ids]);
