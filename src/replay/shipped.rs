//! The recordings that the program carries: the files below `tests/recordings/`, so that a binary alone can be asked to
//! replay them.
//!
//! A list rather than a crate that embeds a folder: one line a file, no build dependency, and a test that holds the list to
//! the folder.

/// A file of the program's own.
pub(crate) struct Shipped {
    /// Its path without `.json`: `okta/user-life`.
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

macro_rules! recordings {
    ($($name:literal),+ $(,)?) => {
        &[$(Shipped {
            name: $name,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings/", $name, ".json")),
        }),+]
    };
}

/// Every shipped recording, by name.
const SHIPPED: &[Shipped] = recordings![
    "authentik/sync",
    "common/broken-json",
    "common/encodings",
    "common/long-filters",
    "common/lookups-and-errors",
    "common/memberships",
    "common/names-and-case",
    "common/nothing",
    "common/paging",
    "common/projection",
    "common/strangers",
    "cyberark/documented-calls",
    "entra/first-cycle",
    "entra/flagged-updates",
    "entra/groups",
    "entra/guests",
    "entra/leaver",
    "entra/manager",
    "entra/reference-suite",
    "entra/roles",
    "entra/same-type-twice",
    "entra/updates",
    "google/auto-provisioning",
    "jumpcloud/activation",
    "jumpcloud/members",
    "keycloak/own-ids",
    "okta/certification",
    "okta/empty-values",
    "okta/group-link",
    "okta/group-push",
    "okta/import",
    "okta/primary-paths",
    "okta/rehire-lookup",
    "okta/roles-and-entitlements",
    "okta/user-life",
    "okta/wizard-app",
    "onelogin/user-and-groups",
    "ping/provisioning",
    "rippling/retried-creation",
    "sailpoint/aggregation",
    "wso2/users-and-groups",
];

/// All shipped recordings, sorted by name.
pub(crate) fn shipped() -> &'static [Shipped] {
    SHIPPED
}

/// The recording of this name, or all in the folder of this name; none when there is neither.
pub(super) fn named(name: &str) -> Vec<&'static Shipped> {
    let name = name.trim_end_matches('/');
    let name = name.strip_suffix(".json").unwrap_or(name);
    let fits = |shipped: &&Shipped| {
        let rest = shipped.name.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    SHIPPED.iter().filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::find::files_below;
    use super::super::recording::Recording;
    use super::*;

    #[test]
    fn the_list_and_the_folder_agree() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
        let files = files_below(&folder).unwrap();
        let names: Vec<String> = files
            .iter()
            .map(|file| {
                let relative = file.strip_prefix(&folder).unwrap().with_extension("");
                relative.to_string_lossy().replace('\\', "/")
            })
            .collect();
        let listed: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.name).collect();
        assert_eq!(
            listed, names,
            "src/replay/shipped.rs lists every file, sorted"
        );
    }

    #[test]
    fn every_shipped_recording_can_be_read() {
        for shipped in SHIPPED {
            Recording::parse(shipped.name, shipped.text).unwrap();
        }
    }

    #[test]
    fn a_name_is_a_recording_or_a_folder() {
        let names = |name| {
            named(name)
                .iter()
                .map(|shipped| shipped.name)
                .collect::<Vec<_>>()
        };
        for name in ["okta/user-life", "okta/user-life.json"] {
            assert_eq!(names(name), ["okta/user-life"], "{name}");
        }
        for name in ["okta", "okta/"] {
            assert!(names(name).contains(&"okta/user-life"), "{name}");
        }
        for name in ["okt", "okta/user", "user-life", "no-such"] {
            assert!(names(name).is_empty(), "{name}");
        }
    }
}
