//! Tenants: creating, listing, changing and deleting them.
//!
//! Each function is part of a transaction, so that a server can call it as a command does.

use scim::ScimError;

use super::registries::standard_registry;
use super::settings::Settings;
use super::slug::Slug;
use crate::store::{Result, Session, Tenant, Tenants};

/// The key of the tenant's name for people. It is not stored among the settings.
const NAME: &str = "name";

/// Changes of settings of a tenant. Each is already checked by itself.
#[derive(Debug, Clone)]
pub struct SettingChanges(Vec<(String, String)>);

impl SettingChanges {
    /// Reads `KEY=VALUE` texts, without the database.
    ///
    /// Errors: a sentence with the mistake.
    pub fn parse(texts: &[String]) -> std::result::Result<Self, String> {
        let mut changes: Vec<(String, String)> = Vec::with_capacity(texts.len());
        for text in texts {
            let (key, value) = text
                .split_once('=')
                .ok_or_else(|| format!("\"{text}\" is not KEY=VALUE"))?;
            check(key, value)?;
            if changes.iter().any(|(known, _)| known == key) {
                return Err(format!("{key} is set twice"));
            }
            changes.push((key.to_owned(), value.to_owned()));
        }
        Ok(Self(changes))
    }

    /// Whether the changes affect requests. A change of the name does not.
    fn move_the_revision(&self) -> bool {
        self.0.iter().any(|(key, _)| key != NAME)
    }

    fn touch(&self, setting: &str) -> bool {
        self.0.iter().any(|(key, _)| key == setting)
    }
}

fn check(key: &str, value: &str) -> std::result::Result<(), String> {
    if key != NAME {
        return Settings::default().set(key, value);
    }
    one_line(NAME, value)
}

/// Checks a text for people. Commands print it in a line with others.
///
/// Errors: a sentence with the mistake.
pub(super) fn one_line(what: &str, text: &str) -> std::result::Result<(), String> {
    if text.contains(char::is_control) {
        return Err(format!("a {what} is one line of text, not {text:?}"));
    }
    Ok(())
}

/// Creates a tenant.
///
/// Errors: `UniqueViolation` when a tenant has this slug already; a name of several lines.
pub(super) fn create(
    tenants: &mut Tenants<'_>,
    slug: &Slug,
    name: Option<&str>,
    now_ms: i64,
) -> Result<Tenant> {
    let name = name.unwrap_or(slug.as_str());
    one_line(NAME, name).map_err(ScimError::InvalidSyntax)?;
    tenants.create(slug.as_str(), name, now_ms)
}

/// The tenant of this slug.
///
/// Errors: 404.
pub(super) fn find(tenants: &mut Tenants<'_>, slug: &str) -> Result<Tenant> {
    let found = tenants.find(slug)?;
    found.ok_or_else(|| {
        ScimError::NotFound {
            resource_type: "Tenant".to_owned(),
            id: slug.to_owned(),
        }
        .into()
    })
}

/// Changes a tenant's name and settings.
///
/// Errors: 404; a sentence that says why stored groups prevent a setting.
pub(super) fn set(tenants: &mut Tenants<'_>, slug: &str, changes: &SettingChanges) -> Result<()> {
    let id = find(tenants, slug)?.id;
    let mut session = tenants.session(id);
    let mut tenant = if changes.move_the_revision() {
        session.advance_tenant()?
    } else {
        session.hold_tenant()?
    };
    for (key, value) in &changes.0 {
        if key == NAME {
            tenant.name.clone_from(value);
        } else {
            let stored = Settings::store(&mut tenant.settings, key, value);
            stored.map_err(ScimError::InvalidSyntax)?;
        }
    }
    session.save_tenant(&tenant)?;
    if changes.touch("unique-group-names") {
        rule_names(&mut session, &tenant)?;
    }
    Ok(())
}

/// Applies the rule to the stored groups, or removes it from them.
fn rule_names(session: &mut Session<'_>, tenant: &Tenant) -> Result<()> {
    let settings = Settings::read(&tenant.settings);
    let registry = standard_registry(&settings);
    let with_members = registry
        .resource_types()
        .iter()
        .filter(|resource_type| resource_type.members.is_some());
    for resource_type in with_members {
        if settings.unique_group_names {
            session.unite_names(resource_type)?;
        } else {
            session.free_names(resource_type)?;
        }
    }
    Ok(())
}

/// Deletes a tenant with all its resources and credentials.
///
/// Errors: 404.
pub(super) fn delete(tenants: &mut Tenants<'_>, slug: &str) -> Result<()> {
    let tenant = find(tenants, slug)?;
    tenants.session(tenant.id).delete_tenant()
}
