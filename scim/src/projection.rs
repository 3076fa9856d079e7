//! Projections: `attributes` and `excludedAttributes` (RFC 7644 §3.9, RFC 7643 §7 `returned`).
//!
//! ```
//! use scim::path::{AttributeRef, Home};
//! use scim::profile::Leniency;
//! use scim::projection::Projection;
//! use scim::resource_type::ResourceType;
//!
//! let user = ResourceType::user();
//! let projection = Projection::parse(Some("name.givenName, title"), None, &user, &Leniency::rfc())?;
//! let shows = |name: &str| {
//!     user.schema.attribute(name).is_some_and(|attribute| {
//!         projection.shows(AttributeRef { home: Home::Core, attribute, sub: None })
//!     })
//! };
//! assert!(shows("title") && shows("name") && !shows("emails"));
//! # Ok::<(), scim::ScimError>(())
//! ```
//!
//! Not supported: filters inside the lists. `emails[type eq "work"]` shows all of `emails`.

use super::ScimError;
use super::document::Document;
use super::path::{AttrPath, AttributeRef, Home, Target, resolve};
use super::profile::Leniency;
use super::resource_type::ResourceType;
use super::schema::{Attribute, Returned};

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
    /// What the request has set, although it is otherwise shown on request only.
    written: Vec<Named>,
    /// Whether the client gave one of the two parameters, be it empty.
    is_asked_for: bool,
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
            written: Vec::new(),
            is_asked_for: attributes.is_some() || excluded.is_some(),
        })
    }

    /// Shows only what is always returned.
    #[must_use]
    pub fn minimal() -> Self {
        Self {
            only: Some(Vec::new()),
            except: Vec::new(),
            written: Vec::new(),
            is_asked_for: false,
        }
    }

    /// The projection of the answer to a write. It also shows what the write has set, even if it is returned on request
    /// only (RFC 7643 §7 `returned`). `before` is the document that a PATCH found; POST and PUT set everything.
    #[must_use]
    pub fn after_write(
        mut self,
        resource_type: &ResourceType,
        before: Option<&Document>,
        after: &Document,
    ) -> Self {
        let is_set = |target: &AttributeRef<'_>| {
            let now = target.value_in(after);
            now.is_some() && before.is_none_or(|before| target.value_in(before) != now)
        };
        let written = hidden(resource_type).filter(is_set).map(Named::of);
        self.written.extend(written);
        self
    }

    /// Whether the client gave `attributes` or `excludedAttributes`, be it empty.
    pub fn is_asked_for(&self) -> bool {
        self.is_asked_for
    }

    /// Whether the attribute (without a sub-attribute) is shown at least in part.
    pub fn shows(&self, target: AttributeRef<'_>) -> bool {
        match target.attribute.returned {
            Returned::Always => return true,
            Returned::Never => return false,
            Returned::Request if self.only.is_none() => return self.is_written(target),
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

    /// The keys of documents whose values are not shown as they are stored: those that are hidden as a whole or in part.
    /// `None` when only some attributes are shown.
    pub(crate) fn altered<'a>(
        &'a self,
        resource_type: &'a ResourceType,
    ) -> Option<impl Iterator<Item = &'a str>> {
        let named = self.except.iter().filter_map(|named| {
            let attribute = named.attribute.as_deref();
            attribute.or(named.extension.as_deref())
        });
        let hidden = attributes(resource_type)
            .map(|(_, attribute)| attribute)
            .filter(|attribute| {
                is_returned(attribute, Returned::Request) || is_returned(attribute, Returned::Never)
            })
            .map(|attribute| attribute.name.as_str());
        self.only.is_none().then(|| named.chain(hidden))
    }

    /// Whether a sub-attribute of a shown attribute is shown.
    pub fn shows_sub(&self, target: AttributeRef<'_>) -> bool {
        let Some(sub) = target.sub else { return true };
        match sub.returned {
            Returned::Always => return true,
            Returned::Never => return false,
            Returned::Request if self.only.is_none() => return self.is_written(target),
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

impl Projection {
    fn is_written(&self, target: AttributeRef<'_>) -> bool {
        self.written.iter().any(|named| named.touches(target))
    }
}

/// Whether some attribute of the type is shown on request only.
pub fn hides_some(resource_type: &ResourceType) -> bool {
    hidden(resource_type).next().is_some()
}

/// The attributes of a type that are shown on request only, as a whole or in part.
fn hidden(resource_type: &ResourceType) -> impl Iterator<Item = AttributeRef<'_>> {
    attributes(resource_type)
        .filter(|(_, attribute)| is_returned(attribute, Returned::Request))
        .map(|(home, attribute)| AttributeRef {
            home,
            attribute,
            sub: None,
        })
}

fn attributes(resource_type: &ResourceType) -> impl Iterator<Item = (Home<'_>, &Attribute)> {
    let core = resource_type.schema.attributes.iter();
    let extensions = resource_type.extensions.iter().flat_map(|extension| {
        let home = Home::Extension(&extension.schema.id);
        let attributes = extension.schema.attributes.iter();
        attributes.map(move |attribute| (home, attribute))
    });
    core.map(|attribute| (Home::Core, attribute))
        .chain(extensions)
}

/// Whether a part of the attribute, or all of it, is returned like this.
fn is_returned(attribute: &Attribute, returned: Returned) -> bool {
    let mut all = std::iter::once(attribute).chain(&attribute.sub_attributes);
    all.any(|one| one.returned == returned)
}

impl Named {
    fn of(target: AttributeRef<'_>) -> Self {
        Self {
            extension: match target.home {
                Home::Extension(urn) => Some(urn.to_owned()),
                Home::Common | Home::Core => None,
            },
            attribute: Some(target.attribute.name.clone()),
            sub: target.sub.map(|sub| sub.name.clone()),
        }
    }

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
        Target::Attribute(target) => Some(Named::of(target)),
    }
}

#[cfg(test)]
mod tests;
