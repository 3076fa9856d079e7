//! The `path` of an operation: `/Users` or `/Users/{id}`, relative to the base URL (RFC 7644 §3.7).

use percent_encoding::percent_decode_str;

use super::method::Method;
use super::references::name_of;
use crate::ScimError;
use crate::registry::RESERVED;

/// What an operation is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// The endpoint, perhaps one that is not served.
    pub(super) endpoint: String,
    /// The resource below it; a POST has none.
    pub(super) resource: Option<Named>,
}

/// How a path names a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// By its id.
    Id(String),
    /// By the `bulkId` of the POST that creates it.
    BulkId(String),
}

/// Reads the path of an operation of this method.
///
/// Errors: `invalidSyntax`; 404 where the path names nothing that could be there.
pub(super) fn parse(path: &str, method: Method) -> Result<Target, ScimError> {
    if path.contains("://") || path.starts_with("//") {
        return Err(fault(path, "is relative to the base URL, such as /Users"));
    }
    if path.contains(['?', '#']) {
        return Err(fault(path, "has no query and no fragment"));
    }
    let relative = path.strip_prefix('/').unwrap_or(path);
    let (endpoint, rest) = relative.split_once('/').unwrap_or((relative, ""));
    let is_search = endpoint == ".search" || rest.ends_with(".search") && name_of(rest).is_none();
    if RESERVED.contains(&endpoint) || is_search {
        return Err(fault(
            path,
            "names an endpoint of resources, such as /Users",
        ));
    }
    if endpoint.is_empty() {
        return Err(fault(path, "begins with an endpoint, such as /Users"));
    }
    let resource = (!rest.is_empty()).then(|| named(rest)).transpose()?;
    match (method, &resource) {
        (Method::Post, Some(_)) => Err(fault(
            path,
            "of a POST is the endpoint alone, such as /Users",
        )),
        (Method::Put | Method::Patch | Method::Delete, None) => {
            Err(fault(path, "names the resource, such as /Users/{id}"))
        }
        _ => Ok(Target {
            endpoint: endpoint.to_owned(),
            resource,
        }),
    }
}

/// A `bulkId` may hold any character. So it is decoded only if its colon is encoded.
fn named(rest: &str) -> Result<Named, ScimError> {
    if let Some(name) = name_of(rest) {
        return Ok(Named::BulkId(name.to_owned()));
    }
    let decoded = percent_decode_str(rest.strip_suffix('/').unwrap_or(rest))
        .decode_utf8()
        .map_err(|_| ScimError::UnknownEndpoint)?;
    match name_of(&decoded) {
        Some(name) => Ok(Named::BulkId(name.to_owned())),
        None if decoded.contains('/') => Err(ScimError::UnknownEndpoint),
        None => Ok(Named::Id(decoded.into_owned())),
    }
}

fn fault(path: &str, expected: &str) -> ScimError {
    ScimError::InvalidSyntax(format!("`path` {expected}; it is \"{path:.100}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(path: &str, method: Method, endpoint: &str, resource: Option<Named>) {
        let expected = Target {
            endpoint: endpoint.to_owned(),
            resource,
        };
        assert_eq!(parse(path, method), Ok(expected), "{path}");
    }

    /// Rows: BULK-07 BULK-26
    #[test]
    fn paths_are_relative_and_of_resources() {
        let id = |id: &str| Some(Named::Id(id.to_owned()));
        let bulk_id = |name: &str| Some(Named::BulkId(name.to_owned()));
        reads("/Users", Method::Post, "Users", None);
        reads("/Users/", Method::Post, "Users", None);
        reads("Users", Method::Post, "Users", None);
        reads("/Users/7", Method::Put, "Users", id("7"));
        reads("/Users/a%20b/", Method::Delete, "Users", id("a b"));
        reads("/Users/bulkId:x", Method::Patch, "Users", bulk_id("x"));
        reads(
            "/Users/bulkId%3Aa%2Fb",
            Method::Patch,
            "Users",
            bulk_id("a/b"),
        );
        reads(
            "/Users/bulkId:a/b%41",
            Method::Patch,
            "Users",
            bulk_id("a/b%41"),
        );
        for wrong in [
            "",
            "/",
            "//",
            "/Bulk",
            "/Me",
            "/.search",
            "/Users/.search",
            "/Schemas/7",
            "https://x.test/Users",
            "//x.test/Users",
            "/Users?a=b",
            "/Users#a",
            "/Users/7",
        ] {
            let refused = parse(wrong, Method::Post).map_err(|error| error.wire());
            assert_eq!(refused, Err((400, Some("invalidSyntax"))), "{wrong}");
        }
        assert!(parse("/Users", Method::Delete).is_err());
        for nothing in ["/Users/7/8", "/Users/%ff"] {
            assert_eq!(
                parse(nothing, Method::Put),
                Err(ScimError::UnknownEndpoint),
                "{nothing}"
            );
        }
    }
}
