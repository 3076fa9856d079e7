//! Paths of attributes and of PATCH: parsed, printed and resolved.

use scim::filter::resolve_element;
use scim::patch::PatchPath;
use scim::path::{AttrPath, Target, resolve};

use super::world::{leniencies, world};

/// Longest text that is printed and read again: a character may be printed as six.
const PRINTED_MAX: usize = 1024;

/// Takes the text of a path.
pub fn run(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    if let Some(path) = AttrPath::parse(text) {
        assert_eq!(AttrPath::parse(path.as_str()).as_ref(), Some(&path));
        resolves(&path);
    }
    if let Ok(path) = PatchPath::parse(text) {
        if text.len() <= PRINTED_MAX {
            let printed = printed(&path);
            assert_eq!(
                PatchPath::parse(&printed).as_ref(),
                Ok(&path),
                "printed: {printed:?}"
            );
        }
        resolves(&path.attribute);
        picks(&path);
    }
}

/// What a path leads to has a path of its own, which leads there.
fn resolves(path: &AttrPath) {
    for resource_type in world().types() {
        for leniency in leniencies() {
            let Ok(Target::Attribute(found)) = resolve(path, resource_type, &leniency) else {
                continue;
            };
            let printed = found.to_string();
            let again =
                AttrPath::parse(&printed).map(|path| resolve(&path, resource_type, &leniency));
            let leads = matches!(again, Some(Ok(Target::Attribute(_))));
            assert!(leads, "{path} is {printed:?}, which leads nowhere");
            let Some(Ok(Target::Attribute(again))) = again else {
                continue;
            };
            assert_eq!(again.to_string(), printed);
            assert!(
                std::ptr::eq(again.leaf(), found.leaf()),
                "{path} and {printed}"
            );
        }
    }
}

/// The filter in brackets meets the elements of the attribute.
fn picks(path: &PatchPath) {
    let Some(filter) = &path.filter else {
        return;
    };
    for resource_type in world().types() {
        for leniency in leniencies() {
            if let Ok(Target::Attribute(found)) = resolve(&path.attribute, resource_type, &leniency)
            {
                let _ = resolve_element(filter, found, resource_type, &leniency);
            }
        }
    }
}

fn printed(path: &PatchPath) -> String {
    let filter = path.filter.as_ref().map(|filter| format!("[{filter}]"));
    let sub = path.sub.as_ref().map(|sub| format!(".{sub}"));
    format!(
        "{}{}{}",
        path.attribute,
        filter.unwrap_or_default(),
        sub.unwrap_or_default()
    )
}
