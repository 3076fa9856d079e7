//! Log lines on stderr, as text or as one JSON object each. Each line is readable alone.

use std::io::Write as _;
use std::panic::PanicHookInfo;

use log::kv::{Key, Value, VisitSource};
use log::{LevelFilter, Record};
use serde_json::{Map, json};

use crate::config::LogFormat;

/// Starts the logger. Libraries log only from `warn` on: their debug lines may hold what our lines never hold.
pub(super) fn start(level: LevelFilter, format: LogFormat) {
    let mut builder = env_logger::Builder::new();
    builder
        .filter_level(level.min(LevelFilter::Warn))
        .filter_module("scimd", level);
    if format == LogFormat::Json {
        builder.format(|out, record| writeln!(out, "{}", as_json(record)));
    } else {
        builder.format(|out, record| {
            writeln!(
                out,
                "{} {:5} {}{}",
                out.timestamp_millis(),
                record.level(),
                record.args(),
                as_text(record)
            )
        });
    }
    builder.init();
    std::panic::set_hook(Box::new(|panic| {
        log::error!("{}", as_sentence(panic));
    }));
}

/// Where the program panicked. A message that was put together may hold what somebody sent, so it is left out.
fn as_sentence(panic: &PanicHookInfo<'_>) -> String {
    let place = panic.location().map(ToString::to_string);
    let place = place.unwrap_or_else(|| "an unknown place".to_owned());
    let message = panic.payload().downcast_ref::<&'static str>();
    match message {
        Some(message) => format!("panicked at {place}: {message}"),
        None => format!("panicked at {place}"),
    }
}

fn as_json(record: &Record<'_>) -> serde_json::Value {
    let now = crate::service::Clock.now_ms();
    let mut fields = Fields(Map::new());
    fields
        .0
        .insert("time".into(), scim::datetime::render_ms(now).into());
    fields.0.insert(
        "level".into(),
        record.level().as_str().to_lowercase().into(),
    );
    fields.0.insert("target".into(), record.target().into());
    fields
        .0
        .insert("message".into(), record.args().to_string().into());
    // Collecting into a map cannot fail.
    let _ = record.key_values().visit(&mut fields);
    serde_json::Value::Object(fields.0)
}

fn as_text(record: &Record<'_>) -> String {
    let mut fields = Fields(Map::new());
    let _ = record.key_values().visit(&mut fields);
    let pairs = fields.0.iter().map(|(key, value)| match value {
        serde_json::Value::String(text) if text.contains([' ', '"', '=']) => {
            format!(" {key}={text:?}")
        }
        serde_json::Value::String(text) => format!(" {key}={text}"),
        other => format!(" {key}={other}"),
    });
    pairs.collect()
}

struct Fields(Map<String, serde_json::Value>);

impl<'kvs> VisitSource<'kvs> for Fields {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), log::kv::Error> {
        let value = match (value.to_bool(), value.to_u64(), value.to_f64()) {
            (Some(truth), _, _) => json!(truth),
            (_, Some(integer), _) => json!(integer),
            (_, _, Some(float)) => json!(float),
            _ => json!(value.to_string()),
        };
        self.0.insert(key.to_string(), value);
        Ok(())
    }
}
