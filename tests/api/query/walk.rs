//! Walks page by page while others write: they show every user that exists all the time, whichever instance answers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{Backend, TestServer, id};

/// Users at the beginning; every second one stays.
const USERS: usize = 40;
const ROUNDS: u64 = 4;

/// A small generator (Knuth's MMIX constants), so that a failure can be repeated by its seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// A tenant whose people come and go.
struct Town<'s> {
    servers: [&'s TestServer; 2],
    chance: Chance,
    /// Ids of those who stay.
    stay: BTreeSet<String>,
    /// Ids of those who may go.
    may_go: Vec<String>,
    made: usize,
    asked: usize,
}

impl<'s> Town<'s> {
    fn new(servers: [&'s TestServer; 2], seed: u64) -> Self {
        let mut town = Self {
            servers,
            chance: Chance(seed),
            stay: BTreeSet::new(),
            may_go: Vec::new(),
            made: 0,
            asked: 0,
        };
        for number in 0..USERS {
            let id = town.arrive();
            if number % 2 == 0 {
                town.may_go.retain(|other| *other != id);
                town.stay.insert(id);
            }
        }
        town
    }

    /// A new user whose name falls anywhere in the order.
    fn arrive(&mut self) -> String {
        self.made += 1;
        let name = format!("{:04}-{}", self.chance.below(10_000), self.made);
        let title = ["a", "b", "c"][self.chance.below(3)];
        let user =
            self.servers[0].user(json!({ "userName": name, "title": title, "nickName": "all" }));
        let id = id(&user).to_owned();
        self.may_go.push(id.clone());
        id
    }

    /// A user comes, goes, or changes an attribute that is not the sort key.
    fn something_happens(&mut self) {
        for _ in 0..self.chance.below(4) {
            match self.chance.below(5) {
                0 => drop(self.arrive()),
                1 => {
                    let all: Vec<String> = self.stay.iter().cloned().collect();
                    let path = format!("/Users/{}", all[self.chance.below(all.len())]);
                    let change = json!([{ "op": "replace", "path": "profileUrl", "value": format!("https://x.test/{}", self.made) }]);
                    self.servers[1].patch(&path, change).send().expect(200);
                }
                _ if !self.may_go.is_empty() => {
                    let gone = self
                        .may_go
                        .swap_remove(self.chance.below(self.may_go.len()));
                    assert_eq!(
                        self.servers[0]
                            .delete(&format!("/Users/{gone}"))
                            .send()
                            .status,
                        204
                    );
                }
                _ => {}
            }
        }
    }

    /// One page, asked of one instance or the other.
    fn ask(&mut self, query: &str) -> Value {
        self.asked += 1;
        let server = self.servers[self.asked % 2];
        let page = server.get(&format!("/Users?{query}")).send().expect(200);
        self.something_happens();
        page
    }

    /// The walk has seen all users that stay; with `once`, each of them once.
    fn check(&self, seen: &[String], once: bool, how: &str) {
        let missed: Vec<_> = self.stay.iter().filter(|id| !seen.contains(id)).collect();
        assert!(
            missed.is_empty(),
            "{how}: {} of {} were missed",
            missed.len(),
            self.stay.len()
        );
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for id in seen {
            *times.entry(id).or_default() += 1;
        }
        let twice = times.values().filter(|times| **times > 1).count();
        assert!(!once || twice == 0, "{how}: {twice} were seen twice");
    }
}

fn ids(page: &Value) -> Vec<String> {
    page["Resources"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|user| id(user).to_owned())
        .collect()
}

const QUERIES: [&str; 6] = [
    "",
    "&sortBy=userName",
    "&sortBy=userName&sortOrder=descending",
    "&sortBy=title",
    "&filter=nickName+eq+%22all%22",
    "&sortBy=title&sortOrder=descending&filter=title+ne+%22z%22",
];

fn by_index(town: &mut Town<'_>, query: &str, count: usize) -> Vec<String> {
    let (mut seen, mut start) = (Vec::new(), 1);
    loop {
        let page = town.ask(&format!("count={count}&startIndex={start}{query}"));
        assert_eq!(page["startIndex"], start);
        let found = ids(&page);
        let total = usize::try_from(page["totalResults"].as_u64().unwrap()).unwrap();
        assert!(start - 1 + found.len() <= total, "{page}");
        start += found.len();
        seen.extend(found.iter().cloned());
        // As clients do it: until they have as many as there are.
        if found.is_empty() || start > total {
            return seen;
        }
    }
}

/// In creation order, from the last page to the first.
fn by_index_backward(town: &mut Town<'_>, count: usize) -> Vec<String> {
    let page = town.ask("count=0");
    let total = usize::try_from(page["totalResults"].as_u64().unwrap()).unwrap();
    let (mut seen, mut end) = (Vec::new(), total + 1);
    // Those at the very end first, then page before page.
    while end > 1 {
        let start = end.saturating_sub(count).max(1);
        let size = end - start;
        seen.extend(ids(&town.ask(&format!("count={size}&startIndex={start}"))));
        end = start;
    }
    seen
}

fn by_cursor(town: &mut Town<'_>, query: &str, count: usize) -> (Vec<String>, Vec<String>) {
    let walk = |town: &mut Town<'_>, from: String, way: &str| {
        let (mut seen, mut cursor, mut back) = (Vec::new(), Some(from), None);
        while let Some(at) = cursor {
            let page = town.ask(&format!("count={count}&cursor={at}{query}"));
            seen.push(ids(&page));
            cursor = page[way].as_str().map(str::to_owned);
            back = page["previousCursor"].as_str().map(str::to_owned);
        }
        (seen, back)
    };
    let (forward, back) = walk(town, String::new(), "nextCursor");
    let mut backward = Vec::new();
    if let Some(back) = back {
        backward = walk(town, back, "previousCursor").0.concat();
        // The page it turned round on is part of the way back.
        backward.extend(forward[forward.len() - 1].iter().cloned());
    }
    (forward.concat(), backward)
}

fn walks(backend: Backend) {
    let server = TestServer::start(backend);
    let other = server.another();
    for seed in 0..ROUNDS {
        for query in QUERIES {
            let mut town = Town::new([&server, &other], seed);
            let count = 1 + town.chance.below(9);
            let how = |way: &str| format!("{way}, seed {seed}, count {count}, query {query:?}");
            let seen = by_index(&mut town, query, count);
            town.check(&seen, false, &how("by index"));
            let (forward, backward) = by_cursor(&mut town, query, count);
            town.check(&forward, true, &how("by cursor"));
            if !backward.is_empty() {
                town.check(&backward, true, &how("back by cursor"));
            }
            if query.is_empty() {
                let seen = by_index_backward(&mut town, count);
                town.check(&seen, false, &how("back by index"));
            }
            for gone in town.stay.iter().chain(&town.may_go) {
                assert_eq!(server.delete(&format!("/Users/{gone}")).send().status, 204);
            }
        }
    }
}

/// Rows: CURSOR-19 PAGE-13
#[test]
fn cursor_19_nobody_is_missed_while_others_come_and_go_sqlite() {
    walks(Backend::Sqlite);
}

/// Rows: CURSOR-19 PAGE-13
#[test]
fn cursor_19_nobody_is_missed_while_others_come_and_go_postgres() {
    walks(Backend::Postgres);
}

api_test! {
    /// Rows: PAGE-13 PAGE-15
    fn page_13_a_page_goes_on_where_the_last_one_ended(server) {
        let all: Vec<String> = (0..12).map(|number| id(&server.create_user(&format!("u{number:02}"))).to_owned()).collect();
        let page = |start: usize, count: usize| {
            let list = server.get(&format!("/Users?count={count}&startIndex={start}")).send().expect(200);
            (ids(&list), list["totalResults"].as_i64().unwrap())
        };
        assert_eq!(page(1, 4), (all[..4].to_vec(), 12));
        for gone in &all[..2] {
            server.delete(&format!("/Users/{gone}")).send();
        }
        assert_eq!(page(5, 4), (all[4..8].to_vec(), 12), "nobody is skipped, and the walk's total stays");
        assert_eq!(page(5, 4), (all[4..8].to_vec(), 12), "the same page asked again");
        assert_eq!(page(1, 4).0, all[2..6], "a walk that begins anew counts anew");
        assert_eq!(page(8, 4), (all[9..].to_vec(), 10), "a jump counts");
        assert_eq!(page(4, 4), (all[5..9].to_vec(), 10), "back from there");
        // Another credential walks by itself.
        let token = server.cli(&["token", "create", "default"]).ok().lines().last().unwrap().to_owned();
        let list = server.get("/Users?count=4&startIndex=9").token(&token).send().expect(200);
        assert_eq!(ids(&list), all[10..]);
    }

    /// A look at the first users by the same token does not come between the pages of a walk.
    ///
    /// Rows: PAGE-13
    fn page_13_walks_side_by_side_keep_their_places(server) {
        let all: Vec<String> = (0..12).map(|number| id(&server.create_user(&format!("u{number:02}"))).to_owned()).collect();
        let page = |start: usize, count: usize| {
            ids(&server.get(&format!("/Users?count={count}&startIndex={start}")).send().expect(200))
        };
        assert_eq!(page(1, 4), all[..4]);
        assert_eq!(page(1, 1), all[..1]);
        for gone in &all[..2] {
            server.delete(&format!("/Users/{gone}")).send();
        }
        assert_eq!(page(5, 4), all[4..8]);
        assert_eq!(page(1, 1), all[2..3]);
        assert_eq!(page(9, 4), all[8..]);
    }

    /// What a look at the first user left behind says nothing of a list in hundreds.
    ///
    /// Rows: PAGE-13 OKTA-15
    fn page_13_pages_of_another_size_are_another_walk(server) {
        let all: Vec<String> = ["a", "b"].iter().map(|name| id(&server.create_user(name)).to_owned()).collect();
        assert_eq!(ids(&server.get("/Users?startIndex=1&count=1").send().expect(200)), all[..1]);
        server.delete(&format!("/Users/{}", all[0])).send().expect(204);
        let new = server.create_user("c");
        let list = server.get("/Users?startIndex=1&count=100").send().expect(200);
        assert_eq!((ids(&list), &list["totalResults"]), (vec![all[1].clone(), id(&new).to_owned()], &json!(2)));
        let list = server.get("/Users?startIndex=2&count=100").send().expect(200);
        assert_eq!((ids(&list), &list["totalResults"]), (vec![id(&new).to_owned()], &json!(2)));
    }

    /// Rows: PAGE-12
    fn page_12_an_empty_page_ends_the_walk(server) {
        let all: Vec<String> = (0..10).map(|number| id(&server.create_user(&format!("u{number}"))).to_owned()).collect();
        server.patch(&format!("/Users/{}", all[0]), json!([{ "op": "replace", "path": "active", "value": false }])).send().expect(200);
        let page = |start: usize| {
            let list = server.get(&format!("/Users?count=8&startIndex={start}&filter=active+eq+true")).send().expect(200);
            (ids(&list).len(), list["totalResults"].as_u64().unwrap())
        };
        assert_eq!(page(1), (8, 9));
        for (user, active) in [(&all[9], false), (&all[0], true)] {
            server.patch(&format!("/Users/{user}"), json!([{ "op": "replace", "path": "active", "value": active }])).send().expect(200);
        }
        // One more than was seen matches, but it lies behind the walk: a client that asks for it again would never end.
        assert_eq!(page(9), (0, 8));
        assert_eq!(page(1), (8, 9));
        // Nobody is left: the page behind the last one says so.
        for user in &all {
            server.delete(&format!("/Users/{user}")).send().expect(204);
        }
        assert_eq!(page(9), (0, 0));
    }

    fn a_whole_list_is_no_walk(mut server) {
        server.create_user("ada");
        server.get("/Users?filter=userName+eq+%22ada%22").send().expect(200);
        server.get("/Users").send().expect(200);
        server.restart();
        server.get("/Users?count=1&startIndex=1").send().expect(200);
    }
}
