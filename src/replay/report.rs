//! Puts outcomes into words, line by line as they happen.

mod table;

use std::time::Duration;

use serde_json::json;

use super::recording::Recording;
use super::verdict::{Played, Verdict};

/// The form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// One JSON object a line.
    Json,
}

/// Counts recordings, steps and verdicts.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    recordings: usize,
    steps: usize,
    passed: usize,
    failed: usize,
    skipped: usize,
    cleanup: usize,
    cleanup_failed: usize,
}

/// Counts outcomes and writes them.
pub(crate) struct Report<'a> {
    format: Format,
    /// Shows the whole exchange of a failed step.
    verbose: bool,
    write: &'a mut dyn FnMut(&str),
    tally: Tally,
    /// A line for each failed step, to be read again at the end.
    failures: Vec<String>,
}

impl<'a> Report<'a> {
    /// `write` gets one line at a time, without a line break.
    pub(crate) fn new(format: Format, verbose: bool, write: &'a mut dyn FnMut(&str)) -> Self {
        Self {
            format,
            verbose,
            write,
            tally: Tally::default(),
            failures: Vec::new(),
        }
    }

    pub(super) fn begin(&mut self, recording: &Recording) {
        if self.format == Format::Table {
            if self.tally.recordings > 0 {
                (self.write)("");
            }
            self.lines(table::heading(recording, self.verbose));
        }
        self.tally.recordings += 1;
    }

    pub(super) fn step(&mut self, recording: &Recording, played: &Played<'_>) {
        self.tally.add(played);
        self.failures.extend(table::failure(recording, played));
        match self.format {
            Format::Table => self.lines(table::step(recording, played, self.verbose)),
            Format::Json => (self.write)(&step_json(recording, played)),
        }
    }

    /// Writes what failed, and the last line. A run that ended before its first step has neither.
    pub(crate) fn end(self, elapsed: Duration) -> Tally {
        match self.format {
            Format::Table if self.tally.steps == 0 => {}
            Format::Table => {
                if !self.failures.is_empty() {
                    (self.write)("");
                    (self.write)("failed:");
                }
                for failure in &self.failures {
                    (self.write)(failure);
                }
                (self.write)("");
                (self.write)(&self.tally.sentence(elapsed));
            }
            Format::Json => (self.write)(&self.tally.json(elapsed)),
        }
        self.tally
    }

    fn lines(&mut self, lines: Vec<String>) {
        for line in lines {
            (self.write)(&line);
        }
    }
}

impl Tally {
    /// A skipped step proves nothing, so it does not count as passed.
    pub(crate) fn all_passed(&self) -> bool {
        self.passed == self.steps && self.cleanup_failed == 0
    }

    fn add(&mut self, played: &Played<'_>) {
        if played.is_cleanup {
            self.cleanup += 1;
            // A skipped cleanup step has nothing to clean: no step made the resource.
            if matches!(played.verdict, Verdict::Failed(_)) {
                self.cleanup_failed += 1;
            }
            return;
        }
        self.steps += 1;
        match played.verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::Failed(_) => self.failed += 1,
            Verdict::Skipped(_) => self.skipped += 1,
        }
    }

    fn sentence(&self, elapsed: Duration) -> String {
        let mut parts = vec![format!("{} passed", self.passed)];
        for (count, word) in [(self.failed, "failed"), (self.skipped, "skipped")] {
            if count > 0 {
                parts.push(format!("{count} {word}"));
            }
        }
        if self.cleanup_failed > 0 {
            parts.push(format!(
                "{} of {} failed in cleanup",
                self.cleanup_failed, self.cleanup
            ));
        }
        format!(
            "{}, {}: {} ({:.1} s)",
            table::counted(self.recordings, "recording"),
            table::counted(self.steps, "step"),
            parts.join(", "),
            elapsed.as_secs_f64()
        )
    }

    fn json(&self, elapsed: Duration) -> String {
        json!({
            "recordings": self.recordings, "steps": self.steps, "passed": self.passed, "failed": self.failed,
            "skipped": self.skipped, "cleanup": self.cleanup, "cleanupFailed": self.cleanup_failed,
            "ms": table::milliseconds(elapsed)
        })
        .to_string()
    }
}

fn step_json(recording: &Recording, played: &Played<'_>) -> String {
    let (verdict, reason) = match &played.verdict {
        Verdict::Passed => ("pass", None),
        Verdict::Failed(reason) => ("fail", Some(reason)),
        Verdict::Skipped(reason) => ("skip", Some(reason)),
    };
    let path = played.message.as_ref().map(|message| &message.path);
    json!({
        "recording": recording.name, "cleanup": played.is_cleanup, "step": played.number, "name": played.step.name,
        "behaviours": played.step.behaviours, "method": played.step.request.method,
        "path": path.unwrap_or(&played.step.request.path), "result": verdict, "reason": reason,
        "status": played.answer.as_ref().map(|answer| answer.status), "ms": table::milliseconds(played.elapsed)
    })
    .to_string()
}

#[cfg(test)]
mod tests;
