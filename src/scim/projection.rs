//! `attributes` and `excludedAttributes` (RFC 7644 §3.9).

use super::ScimError;
use super::leniency::Leniency;
use super::path::{AttrPath, AttributeRef, Home, Target, resolve};
use super::resource_type::ResourceType;
use super::schema::Returned;

/// An attribute, sub-attribute or whole extension that a client named.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    extension: Option<String>,
    attribute: Option<String>,
    sub: Option<String>,
}

/// Which attributes a representation shows.
#[derive(Debug, Clone, Default)]
pub struct Projection {
    only: Option<Vec<Named>>,
    except: Vec<Named>,
}

impl Projection {
    /// Reads the two query parameters, each a comma-separated list. Unknown names are ignored, an empty list counts as
    /// absent.
    ///
    /// Errors: `invalidValue` when both are given.
    pub fn parse(
        attributes: Option<&str>,
        excluded: Option<&str>,
        resource_type: &ResourceType,
        leniency: &Leniency,
    ) -> Result<Self, ScimError> {
        let given = |list: Option<&str>| list.is_some_and(|list| !names(list).is_empty());
        if given(attributes) && given(excluded) {
            return Err(ScimError::invalid_value(
                "excludedAttributes",
                "cannot be combined with `attributes`",
            ));
        }
        let read = |list: &str| {
            let found = names(list).into_iter();
            found
                .filter_map(|name| named(name, resource_type, leniency))
                .collect()
        };
        Ok(Self {
            only: attributes.filter(|list| !names(list).is_empty()).map(read),
            except: excluded.map(read).unwrap_or_default(),
        })
    }

    /// Nothing but what is always returned.
    #[must_use]
    pub fn minimal() -> Self {
        Self {
            only: Some(Vec::new()),
            except: Vec::new(),
        }
    }

    /// Whether the attribute (without a sub-attribute) is shown at least in part.
    pub fn shows(&self, target: AttributeRef<'_>) -> bool {
        match target.attribute.returned {
            Returned::Always => return true,
            Returned::Never => return false,
            Returned::Request if self.only.is_none() => return false,
            Returned::Request | Returned::Default => {}
        }
        match &self.only {
            Some(only) => only.iter().any(|named| named.touches(target)),
            None => !self
                .except
                .iter()
                .any(|named| named.sub.is_none() && named.touches(target)),
        }
    }

    /// Whether a sub-attribute of a shown attribute is shown.
    pub fn shows_sub(&self, target: AttributeRef<'_>) -> bool {
        let Some(sub) = target.sub else { return true };
        match sub.returned {
            Returned::Always => return true,
            Returned::Never => return false,
            Returned::Request if self.only.is_none() => return false,
            Returned::Request | Returned::Default => {}
        }
        let names_sub = |named: &Named| named.sub.as_deref() == Some(sub.name.as_str());
        match &self.only {
            Some(only) => only
                .iter()
                .any(|named| named.touches(target) && (named.sub.is_none() || names_sub(named))),
            None => !self
                .except
                .iter()
                .any(|named| named.touches(target) && names_sub(named)),
        }
    }
}

impl Named {
    /// Whether this names the attribute, a part of it, or the extension it is in.
    fn touches(&self, target: AttributeRef<'_>) -> bool {
        let home = match target.home {
            Home::Extension(urn) => Some(urn),
            Home::Common | Home::Core => None,
        };
        self.extension.as_deref() == home
            && self
                .attribute
                .as_ref()
                .is_none_or(|name| *name == target.attribute.name)
    }
}

fn names(list: &str) -> Vec<&str> {
    list.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect()
}

fn named(name: &str, resource_type: &ResourceType, leniency: &Leniency) -> Option<Named> {
    // Entra's reference suite asks `attributes=emails[type eq "work"]`; the whole attribute answers it.
    let name = name.split('[').next().unwrap_or(name);
    let path = AttrPath::parse(name)?;
    match resolve(&path, resource_type, leniency).ok()? {
        Target::Extension(schema) => Some(Named {
            extension: Some(schema.id.clone()),
            attribute: None,
            sub: None,
        }),
        Target::Attribute(target) => Some(Named {
            extension: match target.home {
                Home::Extension(urn) => Some(urn.to_owned()),
                Home::Common | Home::Core => None,
            },
            attribute: Some(target.attribute.name.clone()),
            sub: target.sub.map(|sub| sub.name.clone()),
        }),
    }
}

#[cfg(test)]
mod tests;
