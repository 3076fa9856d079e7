//! Durations as people write them: `90d`.

/// The units, the largest first: letter and milliseconds.
const UNITS: [(char, i64); 5] = [
    ('w', 604_800_000),
    ('d', 86_400_000),
    ('h', 3_600_000),
    ('m', 60_000),
    ('s', 1_000),
];
const HUNDRED_YEARS_MS: i64 = 100 * 366 * 86_400_000;

/// A duration such as `90d`, in milliseconds.
///
/// Errors: a sentence with the expected form.
pub fn parse_ms(text: &str) -> Result<i64, String> {
    let wrong =
        || format!("\"{text}\" is not a duration; write a number and s, m, h, d or w, such as 90d");
    let letter = text.chars().last().ok_or_else(wrong)?;
    let mut units = UNITS.into_iter();
    let (_, unit_ms) = units.find(|(unit, _)| *unit == letter).ok_or_else(wrong)?;
    let number = text.strip_suffix(letter).unwrap_or_default();
    let number: i64 = number.parse().map_err(|_| wrong())?;
    match number.checked_mul(unit_ms) {
        Some(ms) if number > 0 && ms <= HUNDRED_YEARS_MS => Ok(ms),
        _ => Err(format!(
            "\"{text}\" is out of range; it must be longer than 0 and at most 100 years"
        )),
    }
}

/// The same, or none at all: `0s`.
///
/// Errors: as [`parse_ms`].
pub fn parse_span_ms(text: &str) -> Result<i64, String> {
    match text {
        "0s" => Ok(0),
        _ => parse_ms(text),
    }
}

/// Whole seconds in the largest unit that is exact, up to days: `90d`.
pub fn render_ms(ms: i64) -> String {
    let mut units = UNITS.into_iter().filter(|(unit, _)| *unit != 'w');
    let exact = units.find(|(_, unit_ms)| ms % unit_ms == 0);
    let (unit, unit_ms) = exact.unwrap_or(('s', 1_000));
    format!("{}{unit}", ms / unit_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_shown() {
        assert_eq!(parse_ms("90d"), Ok(90 * 86_400_000));
        assert_eq!(parse_ms("1s"), Ok(1_000));
        assert_eq!(
            (parse_span_ms("0s"), parse_span_ms("1s")),
            (Ok(0), Ok(1_000))
        );
        for wrong in [
            "",
            "d",
            "soon",
            "-1d",
            "0d",
            "1y",
            "99999999999999d",
            "1",
            "é",
        ] {
            assert!(parse_ms(wrong).is_err(), "{wrong}");
        }
        for (text, shown) in [
            ("90d", "90d"),
            ("2w", "14d"),
            ("36h", "36h"),
            ("90s", "90s"),
        ] {
            assert_eq!(render_ms(parse_ms(text).unwrap()), shown);
        }
    }
}
