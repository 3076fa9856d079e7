//! `scimd audit`

use std::collections::HashSet;
use std::thread;
use std::time::Duration;

use scim::datetime::render_ms;
use serde_json::{Map, Value};

use super::terminal::{Outcome, say, told};
use crate::config::{AuditArgs, GlobalArgs, LogFormat};
use crate::service::{Audit, Operator};

/// How often somebody who follows asks for more.
const EVERY: Duration = Duration::from_millis(500);
/// Rows that are read at once.
const PAGE: i64 = 1_000;
/// A row may come after one with a larger number, by as many as came while its transaction took.
const LATE: i64 = 500;

pub(super) fn run(global: &GlobalArgs, args: &AuditArgs) -> Outcome {
    let operator = Operator::open(&global.database_url)?;
    let tenant = args.tenant.as_deref();
    let mut since_ms = operator.now_ms() - args.since;
    let mut shown: HashSet<i64> = HashSet::new();
    let mut after = 0;
    loop {
        let rows = operator
            .audit(tenant, since_ms, after, PAGE)
            .map_err(told)?;
        for row in rows.iter().filter(|row| !shown.contains(&row.id)) {
            say(&line(row, global.log_format))?;
        }
        let is_last = i64::try_from(rows.len()) != Ok(PAGE);
        shown.extend(rows.iter().map(|row| row.id));
        let newest = rows.last().map_or(after, |row| row.id);
        match (is_last, args.follow) {
            (false, _) => after = newest,
            (true, false) => return Ok(()),
            (true, true) => {
                // What comes now is new, whenever it happened: a server may have kept it while the database was away.
                (since_ms, after) = (0, (newest - LATE).max(0).max(after));
                shown.retain(|id| *id > after);
                thread::sleep(EVERY);
            }
        }
    }
}

fn line(row: &Audit, format: LogFormat) -> String {
    let row = &row.said;
    let count = (row.count != 1).then(|| row.count.to_string());
    let said = [
        ("actor", &row.actor),
        ("subject", &row.subject),
        ("cause", &row.cause),
        ("address", &row.address),
        ("request_id", &row.request_id),
        ("count", &count),
    ];
    let said = said
        .into_iter()
        .filter_map(|(name, text)| Some((name, text.as_ref()?)));
    let (at, tenant) = (render_ms(row.at_ms), row.tenant.as_deref());
    if format == LogFormat::Text {
        let said: Vec<String> = said.map(|(name, text)| format!("{name}={text}")).collect();
        return format!(
            "{at}  {:12}  {:22}  {}",
            tenant.unwrap_or("-"),
            row.event,
            said.join(" ")
        );
    }
    let mut object = Map::new();
    object.insert("at".into(), at.into());
    object.insert("tenant".into(), tenant.map_or(Value::Null, Value::from));
    object.insert("event".into(), row.event.as_str().into());
    object.extend(said.map(|(name, text)| (name.to_owned(), Value::from(text.as_str()))));
    object.insert("count".into(), row.count.into());
    Value::Object(object).to_string()
}
