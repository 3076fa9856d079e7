//! The progress of a long operation, for the person who watches.

use std::io::{IsTerminal, Write};
use std::time::Instant;

/// One line that is overwritten on a terminal, or a few lines in a log.
pub(crate) struct Progress {
    what: String,
    total: usize,
    start: Instant,
}

impl Progress {
    pub(crate) fn new(what: &str, total: usize) -> Self {
        Self {
            what: what.to_owned(),
            total,
            start: Instant::now(),
        }
    }

    pub(crate) fn done(&mut self, done: usize) {
        let done = done.min(self.total);
        let rate = done as f64 / self.start.elapsed().as_secs_f64().max(0.001);
        let text = format!("{}: {done} of {} ({rate:.0}/s)", self.what, self.total);
        let mut err = std::io::stderr().lock();
        let end = if err.is_terminal() && done < self.total {
            "\r"
        } else {
            "\n"
        };
        let _ = write!(err, "{text}{end}");
    }
}
