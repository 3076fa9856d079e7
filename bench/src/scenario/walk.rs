//! All users of a large tenant, page by page. The last pages may not cost more than the first, and memory may not grow.

use std::sync::Mutex;

use crate::Result;
use crate::announced::Announced;
use crate::cli::WalkArgs;
use crate::measure::{Bench, Measured};
use crate::memory::Memory;
use crate::multiply;
use crate::report::Report;
use crate::scenario::pages::{PAGE_SIZE, Paging, Walk, ask, index};
use crate::scenario::whole_walk::{WholeWalk, into_inner, lock, seconds, stretch, warm_up};
use crate::target::Target;

/// The number of pages that are compared at each end.
const EDGE: usize = 100;
/// Fewer users fill hardly two pages.
const USERS_MIN: usize = 2 * PAGE_SIZE;
/// Pages of a walk in another order. Each may cost a sort.
const SORTED: usize = 10;
const SORTED_BY: [(&str, &str); 2] = [
    ("&sortBy=userName", "ascending"),
    ("&sortBy=userName&sortOrder=descending", "descending"),
];

pub(crate) fn run(args: &WalkArgs, target: &Target) -> Result<Report> {
    let bench = Bench::new(target, 1)?;
    let total = populate(&bench, args, target)?;
    let mut report = Report::new(format!(
        "{}: {total} users, pages of {PAGE_SIZE}, one connection",
        target.label()
    ));
    let has_cursors = Announced::read(bench.one.first()?)?.cursor;
    let at_start = bench.memory();
    warm_up(&bench, Paging::Index)?;
    // This comes before the walks, so that no walk has warmed the caches.
    let (in_the_middle, mut jump) = jump(&bench, total)?;
    let seen = walk(&bench, Paging::Index, at_start, total, &mut report)?;
    if !seen[total.min(seen.len()) / 2..].starts_with(&in_the_middle) {
        let wrong = "the page is not the one that the walk finds in the middle";
        jump.wrong.push(wrong.to_owned());
    }
    report.scenario(jump);
    if has_cursors {
        let at_start = bench.memory();
        warm_up(&bench, Paging::Cursor)?;
        walk(&bench, Paging::Cursor, at_start, total, &mut report)?;
        for (options, order) in SORTED_BY {
            report.scenario(sorted(&bench, options, order, total)?);
        }
    } else {
        report.note("cursor: not offered by this server, so the walk by cursor is missing");
    }
    Ok(report)
}

/// Makes the users, unless the server is a given one. Returns their number.
fn populate(bench: &Bench, args: &WalkArgs, target: &Target) -> Result<usize> {
    if let Some(url) = target.database_url() {
        let users = usize::try_from(args.users(url))?;
        multiply::seed(bench, url, users)?;
        return Ok(users);
    }
    let answer = bench.one.first()?.get("/Users?count=0")?.expect(200)?;
    let total = answer.json()?["totalResults"].as_u64();
    let total = usize::try_from(total.ok_or("the list has no totalResults")?)?;
    if total < USERS_MIN {
        return Err(format!("{total} users are too few to walk over: {USERS_MIN} at least").into());
    }
    Ok(total)
}

/// One page out of turn. A later comparison with all users shows whether it is right.
fn jump(bench: &Bench, total: usize) -> Result<(Vec<u128>, Measured)> {
    let mut measured = Measured::new("startIndex: jump to the middle")?;
    let found = Mutex::new(Vec::new());
    bench.block(&mut measured, &bench.one, 1, |client, _| {
        let (page, took) = ask(client, &index(total / 2 + 1), "")?;
        *lock(&found) = page.ids;
        Ok(took)
    })?;
    Ok((into_inner(found), measured))
}

/// Walks from the first page to the last. `at_start` is the memory before the first request. Returns the users it has
/// seen.
fn walk(
    bench: &Bench,
    paging: Paging,
    at_start: Option<Memory>,
    total: usize,
    report: &mut Report,
) -> Result<Vec<u128>> {
    let name = paging.name();
    let pages = total.div_ceil(PAGE_SIZE);
    let edge = EDGE.min(pages / 2);
    let walk = WholeWalk::go(bench, paging, total, edge, at_start)?;
    let (first_s, last_s) = (seconds(&walk.first), seconds(&walk.last));
    walk.compare(
        format!("{name}: last {edge} pages ({last_s:.2} s) : first {edge} pages ({first_s:.2} s)"),
        report,
    );
    let whole = walk.seconds();
    report.note(format!(
        "{name}: {} users seen on {pages} pages in {whole:.1} s, {:.0} pages per second",
        walk.seen.len(),
        pages as f64 / whole.max(f64::EPSILON)
    ));
    report.note(format!("{name}: memory of the server {}", walk.memory));
    report.scenario(walk.first);
    if pages > 2 * edge {
        report.scenario(walk.middle);
    }
    report.scenario(walk.last);
    Ok(walk.seen)
}

/// The first pages in another order. Only a cursor can continue that order cheaply.
fn sorted(bench: &Bench, options: &'static str, name: &str, total: usize) -> Result<Measured> {
    let walk = Mutex::new(Walk::new(Paging::Cursor, options, total));
    let pages = SORTED.min(total.div_ceil(PAGE_SIZE));
    stretch(
        bench,
        &format!("cursor: first {pages} pages, userName {name}"),
        &walk,
        pages,
    )
}
