//! The recordings inside the program, so a binary alone can replay them. They are the files below `tests/recordings/`;
//! `build.rs` lists them.

/// A recording inside the program.
pub(crate) struct Shipped {
    /// Its path without `.json`: `okta/user-life`.
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

/// Every shipped recording, sorted by name.
const SHIPPED: &[Shipped] = include!(concat!(env!("OUT_DIR"), "/recordings.rs"));

/// Lists all shipped recordings, sorted by name.
pub(crate) fn shipped() -> &'static [Shipped] {
    SHIPPED
}

/// Finds the recording of this name, or all recordings in the folder of this name.
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
        assert_eq!(listed, names, "build.rs lists every file, sorted");
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
