//! Watches the statements of a connection: each is a sign that the database goes on. At log level `trace`, a line for each
//! with its time.
//!
//! What a client sent is bound, so it is not in the text of a statement. diesel prints bound values behind the text, and
//! that part is cut off here.

use std::time::Instant;

use diesel::Connection;
use diesel::connection::{Instrumentation, InstrumentationEvent};

use super::job::came_back;

/// What a line of these is filtered by.
const TARGET: &str = "scimd::sql";
/// Parts the text of a statement from its values.
const BEFORE_VALUES: &str = " -- binds: ";

/// Watches the statements of a connection, and logs them if anybody reads that.
pub(super) fn watch(connection: &mut impl Connection) {
    if log::log_enabled!(target: TARGET, log::Level::Trace) {
        connection.set_instrumentation(Statements::default());
    } else {
        connection.set_instrumentation(Signs);
    }
}

/// Notes that a statement has ended.
struct Signs;

impl Instrumentation for Signs {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::FinishQuery { .. } = event {
            came_back();
        }
    }
}

/// The statements of one connection.
#[derive(Default)]
struct Statements {
    began: Option<Instant>,
}

impl Instrumentation for Statements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::FinishQuery { .. } = event {
            came_back();
        }
        match event {
            InstrumentationEvent::StartQuery { .. } => self.began = Some(Instant::now()),
            InstrumentationEvent::FinishQuery { query, error, .. } => {
                let elapsed = self.began.take().map(|began| began.elapsed());
                let text = one_line(without_values(&query.to_string()));
                log::trace!(
                    target: TARGET,
                    sql = text.as_str(),
                    ms = elapsed.unwrap_or_default().as_micros() as f64 / 1000.0,
                    outcome = if error.is_some() { "failed" } else { "ok" };
                    "statement"
                );
            }
            _ => {}
        }
    }
}

/// A migration has many lines, and a line of the log is one.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn without_values(text: &str) -> &str {
    text.split_once(BEFORE_VALUES).map_or(text, |(sql, _)| sql)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cut_off() {
        let shown = without_values("SELECT ? -- binds: [\"ada -- binds: x\"]");
        assert_eq!(shown, "SELECT ?");
        assert_eq!(without_values("COMMIT"), "COMMIT");
    }
}
