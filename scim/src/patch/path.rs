//! PATCH paths: `attrPath / valPath ["." subAttr] / attrExp` (RFC 7644 §3.5.2, erratum 7122).

use nom::Parser;
use nom::combinator::opt;
use nom::sequence::preceded;

use crate::ScimError;
use crate::filter::Filter;
use crate::filter::parse::{attr_path, bracketed, check_terms, comparison, complete};
use crate::path::AttrPath;
use crate::quote::quoted;

/// Longest path, in bytes.
const BYTES_MAX: usize = 8 * 1024;

/// A parsed path.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchPath {
    /// The attribute, perhaps with a sub-attribute.
    pub attribute: AttrPath,
    /// The filter in brackets; it is about one element.
    pub filter: Option<Filter>,
    /// The sub-attribute behind the brackets.
    pub sub: Option<AttrPath>,
}

impl PatchPath {
    /// Parses a path.
    ///
    /// Errors: `invalidPath`, or `invalidFilter` for what stands between brackets.
    pub fn parse(text: &str) -> Result<Self, ScimError> {
        if text.len() > BYTES_MAX {
            return Err(ScimError::InvalidPath(format!(
                "a path has at most {BYTES_MAX} bytes"
            )));
        }
        let trimmed = text.trim();
        if let Some(attribute) =
            AttrPath::parse(trimmed).filter(|_| !trimmed.contains(['[', ' ', '"']))
        {
            return Ok(Self {
                attribute,
                filter: None,
                sub: None,
            });
        }
        let bracketed = trimmed.contains('[') && trimmed.contains(']');
        let path = complete(trimmed, path).map_err(|error| match error {
            ScimError::InvalidFilter(detail) if !bracketed => invalid(text, &detail),
            other => other,
        })?;
        path.filter.as_ref().map_or(Ok(()), check_terms)?;
        Ok(path)
    }
}

fn invalid(text: &str, detail: &str) -> ScimError {
    ScimError::InvalidPath(format!("path {} is not valid: {detail}", quoted(text)))
}

fn path(input: &str) -> nom::IResult<&str, PatchPath, crate::filter::parse::Expected<'_>> {
    let (rest, attribute) = attr_path(input)?;
    if rest.starts_with('[') {
        let (rest, filter) = bracketed(rest, 0)?;
        let (rest, sub) =
            opt(preceded(nom::character::complete::char('.'), attr_path)).parse(rest)?;
        return Ok((
            rest,
            PatchPath {
                attribute,
                filter: Some(filter),
                sub,
            },
        ));
    }
    if rest.is_empty() {
        return Ok((
            rest,
            PatchPath {
                attribute,
                filter: None,
                sub: None,
            },
        ));
    }
    // Erratum 7122: a bare comparison picks values of a simple multi-valued attribute.
    let (rest, picked) = comparison(rest, &attribute)?;
    let filter = match (picked, AttrPath::parse("value")) {
        (Filter::Compare(_, operator, literal), Some(value)) => {
            Filter::Compare(value, operator, literal)
        }
        (other, _) => other,
    };
    Ok((
        rest,
        PatchPath {
            attribute,
            filter: Some(filter),
            sub: None,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, attribute: &str, filter: Option<&str>, sub: Option<&str>) {
        let path = PatchPath::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let printed = path.filter.as_ref().map(Filter::to_string);
        let found = (
            path.attribute.as_str(),
            printed.as_deref(),
            path.sub.as_ref().map(AttrPath::as_str),
        );
        assert_eq!(found, (attribute, filter, sub), "{text}");
    }

    #[track_caller]
    fn refused(text: &str, scim_type: &str) {
        assert_eq!(
            PatchPath::parse(text).unwrap_err().wire(),
            (400, Some(scim_type)),
            "{text}"
        );
    }

    /// Rows: PATCH-80 PATCH-82 PATCH-89
    #[test]
    fn forms() {
        check("title", "title", None, None);
        check("name.givenName", "name.givenName", None, None);
        check(
            "urn:x:2.0:User:manager.value",
            "urn:x:2.0:User:manager.value",
            None,
            None,
        );
        check(
            r#"emails[type eq "work"]"#,
            "emails",
            Some(r#"type eq "work""#),
            None,
        );
        check(
            r#"emails[type eq "a.b]"].value"#,
            "emails",
            Some(r#"type eq "a.b]""#),
            Some("value"),
        );
        check(r#"tags eq "x""#, "tags", Some(r#"value eq "x""#), None);
    }

    /// Rows: PATCH-06 PATCH-08 PATCH-83
    #[test]
    fn faults() {
        for text in [
            "", ".a", "a..b", "emails[", "a b", "emails]", "a.b.c", "[a pr]",
        ] {
            let error = PatchPath::parse(text).unwrap_err();
            assert!(
                matches!(error.wire().1, Some("invalidPath" | "invalidFilter")),
                "{text}: {error}"
            );
        }
        refused("emails[", "invalidPath");
        refused(".a", "invalidPath");
        refused("a..b", "invalidPath");
        refused("", "invalidPath");
        refused(r#"emails[type zz "a"]"#, "invalidFilter");
        refused("emails[0]", "invalidFilter");
        refused(&format!("emails[{}a pr", "(".repeat(10_000)), "invalidPath");
        refused(&format!("emails[{}a pr", "(".repeat(8_000)), "invalidPath");
    }

    /// Filters in paths have the limits of filters.
    #[test]
    fn limits() {
        let many = |terms: usize| format!("emails[{}]", vec!["a pr"; terms].join(" or "));
        assert!(PatchPath::parse(&many(1_000)).is_ok());
        refused(&many(1_001), "invalidFilter");
        refused(&many(2_000), "invalidPath");
        refused(&"a".repeat(BYTES_MAX + 1), "invalidPath");
    }
}
