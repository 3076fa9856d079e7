//! Walks over all users, over one connection: what a client does that wants everybody.

use super::Table;
use crate::Result;
use crate::announced::Announced;
use crate::digits::grouped;
use crate::measure::Measured;
use crate::scenario::pages::{PAGE_SIZE, Paging};
use crate::scenario::whole_walk::{WholeWalk, warm_up};
use crate::statements::Statements;

/// A small directory is walked over again until so many pages were read: a few are no measure.
const PAGES_MIN: usize = 1_000;

impl Table<'_> {
    /// By index and by cursor. Everybody has to be seen exactly once, each time.
    pub(super) fn walks(&mut self, total: usize) -> Result<()> {
        self.walk(Paging::Index, total)?;
        if Announced::read(self.bench.one.first()?)?.cursor {
            self.walk(Paging::Cursor, total)?;
        } else {
            self.report
                .note("cursor: not offered by this server, so the walk by cursor is missing");
        }
        Ok(())
    }

    fn walk(&mut self, paging: Paging, total: usize) -> Result<()> {
        let name = format!("walk by {}, pages{}", paging.name(), self.suffix);
        crate::say(&format!("measuring {name}"));
        let pages = total.div_ceil(PAGE_SIZE);
        let tenth = (pages / 10).max(1);
        warm_up(self.bench, paging)?;
        self.bench.forget_highest();
        let start = self.bench.memory();
        let mut whole = WholeWalk::go(self.bench, paging, total, tenth, start)?;
        for _ in 1..PAGES_MIN / pages {
            if !whole.is_right() {
                break;
            }
            whole.absorb(&WholeWalk::go(self.bench, paging, total, tenth, start)?)?;
        }
        let what = format!("{name}: last tenth : first tenth");
        whole.compare(what, &mut self.report);
        let mut all = Measured::new(&name)?;
        for part in [&whole.first, &whole.middle, &whole.last] {
            all.absorb(part)?;
        }
        all.memory = self.bench.memory();
        // The last page may be shorter than the others.
        let users = all.rate().unwrap_or(0.0) * total as f64 / pages as f64;
        self.report.note(format!(
            "{name}: {} users per second; each of {} seen once: {}",
            grouped(users as u64),
            grouped(total),
            if whole.is_right() { "yes" } else { "NO" }
        ));
        self.add(all, Some(Statements::Page));
        Ok(())
    }
}
