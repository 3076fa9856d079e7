//! The settings that an operator may change for a tenant.

use scim::profile::{Profile, Rule, Rules};
use serde_json::{Map, Value, json};

use super::rehire_policy::Rehire;
use super::retention::Retention;

/// The setting that says how long the rows of changes are kept.
const CHANGE_RETENTION: &str = "change-retention";

/// Settings of a tenant, stored as JSON. A missing setting has its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How requests are read.
    pub profile: Profile,
    /// Rules that differ from the profile.
    overrides: Overrides,
    /// Whether two groups cannot have the same name.
    pub unique_group_names: bool,
    /// How the server answers a POST of a deactivated user.
    pub rehire: Rehire,
    /// How long the rows of changes are kept.
    pub change_retention: Retention,
}

/// Rules that are switched on or off, independent of the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Overrides {
    on: Rules,
    off: Rules,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            profile: Profile::default(),
            overrides: Overrides::default(),
            unique_group_names: true,
            rehire: Rehire::default(),
            change_retention: Retention::default(),
        }
    }
}

impl Settings {
    /// Reads stored settings, each on its own: a setting that this version cannot read does not affect the others.
    pub fn read(stored: &Value) -> Self {
        let mut settings = Self::default();
        for (name, value) in stored.as_object().into_iter().flatten() {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            if let Err(reason) = settings.set(name, &text) {
                log::warn!("a stored setting is ignored: {reason}");
                settings.keep_if_unread(name);
            }
        }
        settings
    }

    /// A retention that cannot be read keeps everything: what is pruned does not come back.
    fn keep_if_unread(&mut self, name: &str) {
        if name == CHANGE_RETENTION {
            self.change_retention = Retention::Forever;
        }
    }

    /// Sets one setting by name among stored settings. The others stay as they are, known or not.
    ///
    /// Errors: as [`Settings::set`].
    pub fn store(stored: &mut Value, name: &str, value: &str) -> Result<(), String> {
        Self::default().set(name, value)?;
        if !stored.is_object() {
            *stored = Value::Object(Map::new());
        }
        let Some(all) = stored.as_object_mut() else {
            return Ok(());
        };
        if Rule::named(name).is_some() && value == "profile" {
            all.shift_remove(name);
        } else {
            let value = match value {
                "true" | "false" => json!(value == "true"),
                text => json!(text),
            };
            all.insert(name.to_owned(), value);
        }
        Ok(())
    }

    /// Sets one setting by name.
    ///
    /// Errors: a sentence with the known settings, or with the values that this one takes.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        if let Some(rule) = Rule::named(name) {
            return self.overrides.set(rule, value);
        }
        let wrong = |takes: &str| format!("{name} takes {takes}, not \"{value}\"");
        match name {
            "profile" => {
                let names = Profile::ALL.map(Profile::name).join(", ");
                self.profile = Profile::named(value).ok_or_else(|| wrong(&names))?;
            }
            "unique-group-names" => {
                self.unique_group_names = value.parse().map_err(|_| wrong("true or false"))?;
            }
            "rehire" => {
                let policy = Rehire::named(value);
                self.rehire = policy.ok_or_else(|| wrong("conflict or reactivate"))?;
            }
            CHANGE_RETENTION => {
                let retention = Retention::parse(value);
                self.change_retention = retention.ok_or_else(|| wrong(Retention::EXPECTED))?;
            }
            _ => return Err(unknown(name)),
        }
        Ok(())
    }

    /// The rules in force.
    pub fn rules(&self) -> Rules {
        let rules = self.profile.rules();
        let rules = self
            .overrides
            .on
            .iter()
            .fold(rules, |set, rule| set.with(rule, true));
        self.overrides
            .off
            .iter()
            .fold(rules, |set, rule| set.with(rule, false))
    }

    /// Every setting by name and value. Rules are shown only if they differ from the profile.
    pub fn shown(&self) -> Vec<(&'static str, String)> {
        let unique = if self.unique_group_names {
            "true"
        } else {
            "false"
        };
        let settings = [
            ("profile", self.profile.name().to_owned()),
            ("unique-group-names", unique.to_owned()),
            ("rehire", self.rehire.name().to_owned()),
            ("change-retention", self.change_retention.to_string()),
        ];
        let own = self.profile.rules();
        let on = self.overrides.on.iter().filter(|rule| !own.has(*rule));
        let on = on.map(|rule| (rule.name(), "on".to_owned()));
        let off = self.overrides.off.iter().filter(|rule| own.has(*rule));
        let off = off.map(|rule| (rule.name(), "off".to_owned()));
        settings.into_iter().chain(on).chain(off).collect()
    }
}

fn unknown(name: &str) -> String {
    let settings = Settings::default().shown();
    let names: Vec<&str> = settings.iter().map(|(name, _)| *name).collect();
    format!(
        "there is no setting \"{name}\"; known: name, {}, and the rules that `scimd profile show` lists",
        names.join(", ")
    )
}

impl Overrides {
    fn set(&mut self, rule: Rule, value: &str) -> Result<(), String> {
        let (on, off) = match value {
            "on" | "true" => (true, false),
            "off" | "false" => (false, true),
            "profile" => (false, false),
            _ => {
                let name = rule.name();
                return Err(format!("{name} takes on, off or profile, not \"{value}\""));
            }
        };
        self.on = self.on.with(rule, on);
        self.off = self.off.with(rule, off);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows: DEC-10
    #[test]
    fn one_unreadable_setting_takes_no_other_with_it() {
        let stored = json!({
            "unique-group-names": 7, "profile": "rfc", "of-a-later-version": [1], "ignore-unknown-paths": "on",
            "boolean-string": "on", "rehire": "reactivate", "change-retention": "soon",
        });
        let settings = Settings::read(&stored);
        assert_eq!(settings.profile, Profile::Rfc);
        let rules = settings.rules();
        assert!(rules.has(Rule::IgnoreUnknownPaths) && rules.has(Rule::BooleanString));
        assert!(!rules.has(Rule::IgnoreUnknownMembers) && !rules.has(Rule::DottedKeys));
        assert_eq!(settings.rehire, Rehire::Reactivate);
        assert!(settings.unique_group_names);
        assert_eq!(settings.change_retention, Retention::Forever);
        for nothing in [json!(null), json!([]), json!({})] {
            assert_eq!(Settings::read(&nothing), Settings::default());
        }
    }

    #[test]
    fn storing_one_keeps_the_others() {
        let mut stored = json!({ "of-a-later-version": [1], "profile": "rfc" });
        Settings::store(&mut stored, "unique-group-names", "false").unwrap();
        Settings::store(&mut stored, "ignore-unknown-members", "on").unwrap();
        Settings::store(&mut stored, "dotted-keys", "on").unwrap();
        let expected = json!({
            "of-a-later-version": [1], "profile": "rfc", "unique-group-names": false,
            "ignore-unknown-members": "on", "dotted-keys": "on",
        });
        assert_eq!(stored, expected);
        for (name, value) in [
            ("profile", "perhaps"),
            ("strict", "true"),
            ("colour", "blue"),
            ("dotted-keys", "maybe"),
            ("change-retention", "0d"),
        ] {
            assert!(Settings::store(&mut stored, name, value).is_err());
        }
        assert_eq!(stored, expected);
        Settings::store(&mut stored, "profile", "okta").unwrap();
        Settings::store(&mut stored, "dotted-keys", "profile").unwrap();
        assert_eq!(stored["profile"], json!("okta"));
        assert_eq!(stored.get("dotted-keys"), None);
        let settings = Settings::read(&stored);
        assert_eq!(
            settings.rules(),
            Profile::Okta.rules().with(Rule::IgnoreUnknownMembers, true)
        );
    }

    #[test]
    fn what_is_shown_can_be_set() {
        let mut settings = Settings::default();
        for (name, value) in [
            ("profile", "interop"),
            ("rehire", "reactivate"),
            ("change-retention", "36h"),
            ("bare-token", "on"),
            ("any-accept", "off"),
        ] {
            settings.set(name, value).unwrap();
        }
        let mut again = Settings::default();
        for (name, value) in settings.shown() {
            again.set(name, &value).unwrap();
        }
        assert_eq!(again, settings);
        assert!(settings.rules().has(Rule::BareToken) && !settings.rules().has(Rule::AnyAccept));
    }
}
