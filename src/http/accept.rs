//! The `Accept` header (RFC 9110 §12.5.1), as far as it matters here.

/// Media ranges that JSON is in.
const JSON_RANGES: [&str; 4] = [
    "*/*",
    "application/*",
    "application/json",
    "application/scim+json",
];
/// The media type of server-sent events.
const EVENT_STREAM: &str = "text/event-stream";

/// Whether an answer in JSON is acceptable.
pub(super) fn takes_json(accept: &str) -> bool {
    ranges(accept).any(|(range, _)| JSON_RANGES.contains(&range.as_str()))
}

/// Whether the client would rather have a stream of events than JSON.
pub(super) fn prefers_stream(accept: &str) -> bool {
    let best = |wanted: &[&str]| {
        let qualities = ranges(accept).filter(|(range, _)| wanted.contains(&range.as_str()));
        qualities.map(|(_, quality)| quality).fold(0.0, f32::max)
    };
    let stream = best(&[EVENT_STREAM]);
    stream > 0.0 && stream >= best(&JSON_RANGES[2..])
}

/// The media ranges of the header in lower case, each with its quality from 0 to 1.
fn ranges(accept: &str) -> impl Iterator<Item = (String, f32)> {
    accept.split(',').map(|range| {
        let mut parts = range
            .split(';')
            .map(|part| part.trim().to_ascii_lowercase());
        let name = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok());
        (name, quality.unwrap_or(1.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_for_those_who_prefer_it() {
        for (accept, wanted) in [
            ("text/event-stream", true),
            ("Text/Event-Stream; q=0.5, */*;q=0.1", true),
            ("text/event-stream, application/json", true),
            ("application/json, text/event-stream;q=0.9", false),
            ("application/json, text/event-stream;q=0", false),
            ("text/event-stream;q=0", false),
            ("*/*", false),
            ("", false),
        ] {
            assert_eq!(prefers_stream(accept), wanted, "{accept}");
        }
    }
}
