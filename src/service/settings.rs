//! What an operator may set per tenant.

use serde::{Deserialize, Serialize};

/// Settings of a tenant, stored as JSON; what is absent has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Settings {
    /// Answer by the letter of the RFCs, without the leniencies that depart from it.
    pub strict: bool,
    /// Two groups cannot have one name.
    pub unique_group_names: bool,
    /// What happens to member ids that nobody has.
    pub unknown_members: OnUnknown,
    /// What happens to PATCH operations on attributes that no schema defines.
    pub unknown_patch_path: OnUnknown,
}

/// What to do with a name that means nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnUnknown {
    /// Refuse the request.
    Refuse,
    /// Go on without it.
    Ignore,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            strict: false,
            unique_group_names: true,
            unknown_members: OnUnknown::Refuse,
            unknown_patch_path: OnUnknown::Refuse,
        }
    }
}

/// Every setting with what it takes and does, for `--help` and error messages.
pub(super) const SETTINGS: [(&str, &str, &str); 4] = [
    (
        "strict",
        "true|false",
        "answer by the letter of the RFCs, without leniencies",
    ),
    (
        "unique-group-names",
        "true|false",
        "refuse a second group of the same name (409)",
    ),
    (
        "unknown-members",
        "refuse|ignore",
        "what to do with member ids that nobody has",
    ),
    (
        "unknown-patch-path",
        "refuse|ignore",
        "what to do with PATCH operations on unknown attributes",
    ),
];

impl Settings {
    /// Reads stored settings; what this version does not know is left alone.
    pub fn read(stored: &serde_json::Value) -> Self {
        serde_json::from_value(stored.clone()).unwrap_or_default()
    }

    /// Sets one by name.
    ///
    /// Errors: a sentence that says which settings there are, or what this one takes.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let known = SETTINGS.iter().find(|(known, ..)| *known == name);
        let Some((_, takes, _)) = known else {
            let names: Vec<&str> = SETTINGS.iter().map(|(name, ..)| *name).collect();
            return Err(format!(
                "there is no setting \"{name}\"; known: name, {}",
                names.join(", ")
            ));
        };
        let wrong = || format!("{name} takes {takes}, not \"{value}\"");
        match name {
            "strict" => self.strict = value.parse().map_err(|_| wrong())?,
            "unique-group-names" => self.unique_group_names = value.parse().map_err(|_| wrong())?,
            "unknown-members" => self.unknown_members = on_unknown(value).ok_or_else(wrong)?,
            _ => self.unknown_patch_path = on_unknown(value).ok_or_else(wrong)?,
        }
        Ok(())
    }
}

fn on_unknown(value: &str) -> Option<OnUnknown> {
    match value {
        "refuse" => Some(OnUnknown::Refuse),
        "ignore" => Some(OnUnknown::Ignore),
        _ => None,
    }
}
