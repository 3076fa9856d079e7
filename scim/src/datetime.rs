//! `dateTime` (RFC 7643 §2.3.5): an xsd:dateTime with both date and time.
//!
//! ```
//! use scim::datetime::{key_us, parse, render, render_ms};
//!
//! let instant = parse("2026-01-31T09:30:00+01:00").ok_or("no dateTime")?;
//! assert_eq!(render(instant), "2026-01-31T08:30:00.000Z");
//! assert_eq!(render_ms(key_us(instant) / 1000), "2026-01-31T08:30:00.000Z");
//! assert_eq!(parse("2026-01-31"), None);
//! # Ok::<(), &str>(())
//! ```
//!
//! Not supported: dates without a time, years of more than four digits, fractions finer than a nanosecond.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::temporal::DateTimePrinter;

/// Prints three digits of a second.
const TO_MILLISECONDS: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// Parses a dateTime. Any offset is accepted; a missing one means UTC.
pub fn parse(text: &str) -> Option<Timestamp> {
    // jiff also reads dates without a time, blanks for `T` and `[Zone]` suffixes, which xsd:dateTime does not know.
    let bytes = text.as_bytes();
    let plain = bytes
        .iter()
        .all(|byte| byte.is_ascii_digit() || b"-+:.TZ".contains(byte));
    if !plain || bytes.get(10) != Some(&b'T') {
        return None;
    }
    text.parse::<Timestamp>().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        let utc = jiff::tz::TimeZone::UTC.to_timestamp(local).ok()?;
        (!text.ends_with('Z') && !text[11..].contains(['+', '-'])).then_some(utc)
    })
}

/// The comparison key of a dateTime: microseconds since 1970, rounded down.
pub fn key_us(timestamp: Timestamp) -> i64 {
    timestamp.as_nanosecond().div_euclid(1_000) as i64
}

/// Renders milliseconds since 1970 as UTC with millisecond precision: `2026-11-23T20:00:00.123Z`.
pub fn render_ms(milliseconds: i64) -> String {
    let timestamp = Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX);
    TO_MILLISECONDS.timestamp_to_string(&timestamp)
}

/// Renders a parsed dateTime in UTC, with at least millisecond precision.
pub fn render(timestamp: Timestamp) -> String {
    if timestamp.as_nanosecond().rem_euclid(1_000_000) == 0 {
        TO_MILLISECONDS.timestamp_to_string(&timestamp)
    } else {
        timestamp.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows: SCHEMA-08 FILTER-14
    #[test]
    fn offsets_mean_the_same_instant() {
        let utc = parse("2020-01-01T10:00:00Z").unwrap();
        assert_eq!(parse("2020-01-01T12:00:00+02:00"), Some(utc));
        assert_eq!(parse("2020-01-01T10:00:00"), Some(utc));
        assert_eq!(parse("2020-01-01T10:00:00.000"), Some(utc));
        assert_eq!(render(utc), "2020-01-01T10:00:00.000Z");
        assert_eq!(render_ms(key_us(utc) / 1000), "2020-01-01T10:00:00.000Z");
    }

    #[test]
    fn a_date_alone_is_no_date_time() {
        for text in [
            "2020-01-01",
            "yesterday",
            "",
            "2020-01-01 10:00:00Z",
            "2020-13-01T00:00:00Z",
            "10:00:00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
