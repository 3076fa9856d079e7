//! What an operator may set per tenant.

use serde::Serialize;
use serde_json::{Map, Value};

/// Settings of a tenant, stored as JSON; what is absent has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
    /// Reads stored settings, each on its own: one that this version cannot read takes no other with it.
    pub fn read(stored: &Value) -> Self {
        let mut settings = Self::default();
        for (name, value) in stored.as_object().into_iter().flatten() {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            if let Err(reason) = settings.set(name, &text) {
                log::warn!("a stored setting is ignored: {reason}");
            }
        }
        settings
    }

    /// Sets one by name among stored settings; the others stay as they are, known or not.
    ///
    /// Errors: as [`Settings::set`].
    pub fn store(stored: &mut Value, name: &str, value: &str) -> Result<(), String> {
        let mut settings = Self::default();
        settings.set(name, value)?;
        let mut all = serde_json::to_value(settings).map_err(|error| error.to_string())?;
        if !stored.is_object() {
            *stored = Value::Object(Map::new());
        }
        stored[name] = all[name].take();
        Ok(())
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Rows: DEC-10
    #[test]
    fn one_unreadable_setting_takes_no_other_with_it() {
        let stored = json!({
            "unknown-members": 7, "strict": true, "of-a-later-version": [1], "unknown-patch-path": "ignore",
        });
        let settings = Settings::read(&stored);
        assert!(settings.strict);
        assert_eq!(settings.unknown_patch_path, OnUnknown::Ignore);
        assert_eq!(settings.unknown_members, OnUnknown::Refuse);
        for nothing in [json!(null), json!([]), json!({})] {
            assert_eq!(Settings::read(&nothing), Settings::default());
        }
    }

    #[test]
    fn storing_one_keeps_the_others() {
        let mut stored = json!({ "of-a-later-version": [1], "strict": true });
        Settings::store(&mut stored, "unique-group-names", "false").unwrap();
        Settings::store(&mut stored, "unknown-members", "ignore").unwrap();
        let expected = json!({
            "of-a-later-version": [1], "strict": true, "unique-group-names": false, "unknown-members": "ignore",
        });
        assert_eq!(stored, expected);
        assert!(Settings::store(&mut stored, "strict", "perhaps").is_err());
        assert!(Settings::store(&mut stored, "colour", "blue").is_err());
        assert_eq!(stored, expected);
    }

    #[test]
    fn every_setting_can_be_set_and_stored() {
        let all = serde_json::to_value(Settings::default()).unwrap();
        let names: Vec<&String> = all.as_object().unwrap().keys().collect();
        assert_eq!(names, SETTINGS.map(|(name, ..)| name));
    }
}
