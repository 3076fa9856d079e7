//! All users of a large tenant, page by page. The last pages may not cost more than the first, and memory may not grow.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Result;
use crate::announced::Announced;
use crate::cli::WalkArgs;
use crate::measure::{Bench, Measured};
use crate::memory::{Course, Memory};
use crate::multiply;
use crate::progress::Progress;
use crate::ratio::{WALK, divide};
use crate::report::Report;
use crate::scenario::pages::{PAGE_SIZE, Paging, Walk, ask, each_once, index};
use crate::target::Target;

/// The number of pages that are compared at each end.
const EDGE: usize = 100;
/// Fewer users fill hardly two pages.
const USERS_MIN: usize = 2 * PAGE_SIZE;
/// Requests for the first page before a walk. They prepare connections and statements, but not the rows.
const WARM_UP: usize = 100;
/// Pages of a walk in another order. Each may cost a sort.
const SORTED: usize = 10;
const SORTED_BY: [(&str, &str); 2] = [
    ("&sortBy=userName", "ascending"),
    ("&sortBy=userName&sortOrder=descending", "descending"),
];
const PROGRESS_STEPS: usize = 20;

pub(crate) fn run(args: &WalkArgs, target: &Target) -> Result<Report> {
    let bench = Bench::new(target, 1)?;
    let total = populate(&bench, args, target)?;
    let mut report = Report::new(format!(
        "{}: {total} users, pages of {PAGE_SIZE}, one connection",
        target.label()
    ));
    let has_cursors = Announced::read(bench.one.first()?)?.cursor;
    let at_start = memory(&bench);
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
        let at_start = memory(&bench);
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
    let walk = Mutex::new(Walk::new(paging, "", total));
    let mut progress = Progress::new(&format!("pages by {name}"), pages);
    let first = stretch(bench, &format!("{name}: first {edge} pages"), &walk, edge)?;
    let when_warm = memory(bench);
    let mut middle = Measured::new(&format!("{name}: the pages between"))?;
    let between = pages - 2 * edge;
    let step = between.div_ceil(PROGRESS_STEPS).max(1);
    for done in (0..between).step_by(step) {
        go_on(bench, &mut middle, &walk, step.min(between - done))?;
        progress.done(edge + done + step);
    }
    let mut last = stretch(bench, &format!("{name}: last {edge} pages"), &walk, edge)?;
    progress.done(pages);
    let memory = Course {
        start: at_start,
        warm: when_warm,
        end: memory(bench),
    };
    let seen = into_inner(walk).seen();
    last.wrong
        .extend(each_once(&seen, total).err().map(|error| error.to_string()));
    let seconds = |measured: &Measured| measured.waited.as_secs_f64();
    let whole = seconds(&first) + seconds(&middle) + seconds(&last);
    let (first_s, last_s) = (seconds(&first), seconds(&last));
    report.ratio_of_all(
        format!("{name}: last {edge} pages ({last_s:.2} s) : first {edge} pages ({first_s:.2} s)"),
        divide(Some(last_s), Some(first_s)),
        (&last, &first),
        WALK,
    );
    report.note(format!(
        "{name}: {} users seen on {pages} pages in {whole:.1} s, {:.0} pages per second",
        seen.len(),
        pages as f64 / whole.max(f64::EPSILON)
    ));
    report.note(format!("{name}: memory of the server {memory}"));
    report.scenario(first);
    if between > 0 {
        report.scenario(middle);
    }
    report.scenario(last);
    Ok(seen)
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

fn stretch(bench: &Bench, name: &str, walk: &Mutex<Walk>, pages: usize) -> Result<Measured> {
    let mut measured = Measured::new(name)?;
    go_on(bench, &mut measured, walk, pages)?;
    Ok(measured)
}

fn go_on(bench: &Bench, measured: &mut Measured, walk: &Mutex<Walk>, pages: usize) -> Result<()> {
    bench.block(measured, &bench.one, pages, |client, _| {
        lock(walk).step(client)
    })
}

fn warm_up(bench: &Bench, paging: Paging) -> Result<()> {
    let warmed = bench
        .one
        .run(WARM_UP, |client, _| Ok(ask(client, &paging.first(), "")?.1));
    warmed.all_right()
}

fn memory(bench: &Bench) -> Option<Memory> {
    bench.probe.server_pid.and_then(Memory::of)
}

/// A block of requests runs on its own thread, so its state is behind a lock. No other thread takes this lock.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn into_inner<T>(shared: Mutex<T>) -> T {
    shared.into_inner().unwrap_or_else(PoisonError::into_inner)
}
