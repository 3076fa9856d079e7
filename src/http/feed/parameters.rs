//! The parameters of the feed.

use std::time::Duration;

use actix_web::http::header::HeaderName;
use scim::ScimError;
use scim::query::Parameters;
use scim::quote::quoted;

use crate::http::authorised::{Authorised, Follow};
use crate::service::feed::Position;

/// The position after which a stream goes on. A browser sends it by itself when it connects again.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const KNOWN: [&str; 3] = ["after", "count", "wait"];
/// Seconds that a request waits for events when it does not say.
const WAIT_DEFAULT_S: i64 = 20;
/// The most: proxies end requests that take longer.
const WAIT_MAX_S: i64 = 60;

/// The parameters of the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FeedParameters {
    /// The position after which events are wanted. `None` asks for the present position.
    pub(super) after: Option<Position>,
    /// Most events of a page.
    pub(super) count: i64,
    /// How long to wait for an event.
    pub(super) wait: Duration,
}

impl FeedParameters {
    /// Errors: `invalidValue` for a parameter that is wrong, out of its range, given twice or not known.
    pub(super) fn of(asked: &Authorised<Follow>) -> Result<Self, ScimError> {
        let limits = asked.app.service.limits;
        let last_seen = asked.header(LAST_EVENT_ID);
        Self::parse(
            &asked.parameters()?,
            last_seen.as_deref(),
            limits.page_size_default,
            limits.page_size_max,
        )
    }

    fn parse(
        parameters: &Parameters,
        last_seen: Option<&str>,
        count_default: i64,
        count_max: i64,
    ) -> Result<Self, ScimError> {
        check_names(parameters)?;
        let number = |name: &str, lowest: i64, highest: i64| {
            let given = parameters.get(name);
            given
                .map(|text| within(name, text, lowest, highest))
                .transpose()
        };
        let after = match last_seen {
            Some(text) => Some(position("Last-Event-ID", text)?),
            None => parameters
                .get("after")
                .map(|text| position("after", text))
                .transpose()?,
        };
        let count = number("count", 1, i64::MAX)?.unwrap_or(count_default);
        let wait_s = number("wait", 0, WAIT_MAX_S)?.unwrap_or(WAIT_DEFAULT_S);
        Ok(Self {
            after,
            count: count.min(count_max),
            wait: Duration::from_secs(wait_s.unsigned_abs()),
        })
    }
}

/// A reader whose `after` is misspelt would take the present end for the end of what it asked for.
fn check_names(parameters: &Parameters) -> Result<(), ScimError> {
    for (place, name) in parameters.names().enumerate() {
        if !KNOWN.contains(&name) {
            let expected = format!(
                "is no parameter of the feed, which has {}",
                KNOWN.join(", ")
            );
            return Err(ScimError::invalid_value(quoted(name).to_string(), expected));
        }
        if parameters
            .names()
            .take(place)
            .any(|earlier| earlier == name)
        {
            return Err(ScimError::invalid_value(name, "is given twice"));
        }
    }
    Ok(())
}

fn position(name: &str, text: &str) -> Result<Position, ScimError> {
    Position::parse(text.trim()).ok_or_else(|| {
        let expected = format!(
            "is the position of a page, or 0 for the beginning, not {}",
            quoted(text)
        );
        ScimError::invalid_value(name, expected)
    })
}

fn within(name: &str, text: &str, lowest: i64, highest: i64) -> Result<i64, ScimError> {
    let number = text.trim().parse().ok();
    let fitting = number.filter(|number| (lowest..=highest).contains(number));
    fitting.ok_or_else(|| {
        let range = match highest {
            i64::MAX => format!("of at least {lowest}"),
            _ => format!("from {lowest} to {highest}"),
        };
        let expected = format!("is a whole number {range}, not {}", quoted(text));
        ScimError::invalid_value(name, expected)
    })
}

#[cfg(test)]
mod tests {
    use scim::profile::Leniency;

    use super::*;

    fn parsed(
        query: &[(&str, &str)],
        last_seen: Option<&str>,
    ) -> Result<FeedParameters, ScimError> {
        let pairs = query
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        let leniency = Leniency::rfc();
        let parameters = Parameters::new(pairs.collect(), &leniency)?;
        FeedParameters::parse(&parameters, last_seen, 100, 1_000)
    }

    #[test]
    fn what_a_browser_has_seen_counts_more_than_its_first_address() {
        let both = parsed(&[("after", "7-00000007")], Some("9-00000009"));
        let seen = both.map(|parameters| parameters.after);
        assert_eq!(seen, Ok(Position::parse("9-00000009")));
        assert!(parsed(&[("after", "7-00000007")], Some("x")).is_err());
    }

    #[test]
    fn pages_and_waits_are_limited() {
        let many = parsed(&[("count", "5000"), ("wait", "60")], None);
        let wanted = FeedParameters {
            after: None,
            count: 1_000,
            wait: Duration::from_secs(60),
        };
        assert_eq!(many, Ok(wanted));
        for pair in [("count", "0"), ("wait", "61"), ("wait", "-1")] {
            assert!(parsed(&[pair], None).is_err(), "{pair:?}");
        }
    }

    #[test]
    fn names_are_exact_and_given_once() {
        for wrong in ["After", "after[]", "filter", ""] {
            assert!(parsed(&[(wrong, "0")], None).is_err(), "{wrong}");
        }
        assert!(parsed(&[("after", "0"), ("after", "0")], None).is_err());
    }
}
