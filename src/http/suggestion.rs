//! "Did you mean": the path that a client probably wanted, where nothing is served at the path that it asked for.
//!
//! Only known words come back, never a part of the request: an answer to a wrong path is read by whoever sent it.

use scim::registry::Registry;

use super::base_path::BASE_PATH;
use crate::service::Slug;

/// The endpoints of every tenant beside those of its resource types.
const FIXED: [&str; 7] = [
    "ServiceProviderConfig",
    "ResourceTypes",
    "Schemas",
    "Bulk",
    "Me",
    ".search",
    "feed",
];
/// Longest path that is looked at. No path of ours comes near it.
const PATH_BYTES_MAX: usize = 1_000;

/// The right path for a wrong one, if the mistake is a usual one: no base, a part of the base, the base twice, another
/// letter case, or one letter `s` too few or too many.
pub(super) fn suggestion(path: &str, registry: &Registry) -> Option<String> {
    let path = path.get(..path.len().min(PATH_BYTES_MAX))?;
    let asked: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (base, rest) = without_bases(&asked);
    let Some((endpoint, behind)) = rest.split_first() else {
        // Nothing but parts of bases: the base was meant.
        return (!asked.is_empty()).then_some(base);
    };
    let known = known(endpoint, registry)?;
    let behind = match behind {
        [] => "",
        [".search"] => "/.search",
        [_] => "/{id}",
        _ => return None,
    };
    let was_right = format!("/{}", asked.join("/"));
    let meant = format!("{base}/{known}");
    (!was_right.starts_with(&meant)).then(|| format!("{meant}{behind}"))
}

/// The base that was meant, and the rest of the path without any part of a base in front of it.
fn without_bases<'a>(mut parts: &'a [&'a str]) -> (String, &'a [&'a str]) {
    let mut base = BASE_PATH.to_owned();
    loop {
        parts = match parts {
            [word, rest @ ..] if is_of_base(word) => rest,
            ["t", slug, rest @ ..] if Slug::parse(slug).is_ok() => {
                base = format!("/t/{slug}{BASE_PATH}");
                rest
            }
            rest => return (base, rest),
        };
    }
}

/// `scim`, or a version, in any letter case.
fn is_of_base(word: &str) -> bool {
    let version = word.strip_prefix(['v', 'V']).unwrap_or_default();
    let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    is_version || word.eq_ignore_ascii_case("scim")
}

/// The endpoint that a word stands for.
fn known<'r>(word: &str, registry: &'r Registry) -> Option<&'r str> {
    let types = registry.resource_types().iter();
    let endpoints = types.map(|one| one.endpoint.as_str()).chain(FIXED);
    let word = word.to_ascii_lowercase();
    let singular = |text: &str| text.strip_suffix('s').unwrap_or(text).to_owned();
    let mut endpoints: Vec<&str> = endpoints.collect();
    // A word that differs in nothing but letter case comes before one that lacks a letter.
    endpoints.sort_by_key(|endpoint| !endpoint.eq_ignore_ascii_case(&word));
    endpoints
        .into_iter()
        .find(|endpoint| singular(&endpoint.to_ascii_lowercase()) == singular(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_mistakes_lead_to_the_right_path() {
        let registry = Registry::standard(true);
        for (path, meant) in [
            ("/Users", Some("/scim/v2/Users")),
            ("/Users/4711", Some("/scim/v2/Users/{id}")),
            ("/users/.search", Some("/scim/v2/Users/.search")),
            ("/v2/Users", Some("/scim/v2/Users")),
            ("/scim/Users", Some("/scim/v2/Users")),
            ("/SCIM/V2/Users", Some("/scim/v2/Users")),
            ("/scim/v2/users", Some("/scim/v2/Users")),
            ("/scim/v2/User", Some("/scim/v2/Users")),
            ("/scim/v2/group/4711", Some("/scim/v2/Groups/{id}")),
            ("/scim/v2/schema", Some("/scim/v2/Schemas")),
            ("/scim/v2/me", Some("/scim/v2/Me")),
            ("/feed", Some("/scim/v2/feed")),
            (
                "/serviceproviderconfigs",
                Some("/scim/v2/ServiceProviderConfig"),
            ),
            ("/scim/v2/scim/v2/Users", Some("/scim/v2/Users")),
            ("/scim/v2/v2/users", Some("/scim/v2/Users")),
            ("/scim", Some("/scim/v2")),
            ("/scim/v2/scim/v2", Some("/scim/v2")),
            ("/t/acme/Users", Some("/t/acme/scim/v2/Users")),
            (
                "/t/acme/scim/v2/t/acme/scim/v2/Users",
                Some("/t/acme/scim/v2/Users"),
            ),
            ("/t/acme", Some("/t/acme/scim/v2")),
            ("/t/<b>/Users", None),
            ("/scim/v2/Users/4711/name", None),
            ("/scim/v2/Users/4711", None),
            ("/scim/v2/Printers", None),
            ("/nope", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(suggestion(path, &registry).as_deref(), meant, "{path}");
        }
        let long = format!("/{}ü/Users", "a".repeat(PATH_BYTES_MAX - 2));
        assert_eq!(suggestion(&long, &registry), None);
    }
}
