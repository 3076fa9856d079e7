//! `scimd pack …`

use super::definition::apply;
use super::packs::{PACKS, Pack};
use super::resource_type::announce;
use super::{Outcome, connect, say};
use crate::config::{GlobalArgs, PackCommand};
use scim::json;
use crate::service::{Edit, Mode};

pub(super) fn run(global: &GlobalArgs, command: PackCommand) -> Outcome {
    match command {
        PackCommand::List => PACKS
            .iter()
            .try_for_each(|pack| say(&format!("{:18}  {}", pack.name, pack.about))),
        PackCommand::Add { name, tenant } => add(global, &name, &tenant.slug),
    }
}

fn add(global: &GlobalArgs, name: &str, slug: &str) -> Outcome {
    let Some(pack) = PACKS.iter().find(|pack| pack.name == name) else {
        let names: Vec<&str> = PACKS.iter().map(|pack| pack.name).collect();
        return Err(format!(
            "there is no pack \"{name}\"; there are {}",
            names.join(", ")
        ));
    };
    let pool = connect(global)?;
    let registry = apply(&pool, slug, &edits(pack)?)?;
    for definition in pack.resource_types {
        let definition = parsed(definition)?;
        let name = super::definition::named(&definition, "name");
        if let Some(kind) = registry.named(name) {
            announce(slug, kind)?;
        }
    }
    Ok(())
}

/// Schemas first: resource types name them.
fn edits(pack: &Pack) -> Outcome<Vec<Edit>> {
    let schemas = pack.schemas.iter();
    let schemas = schemas.map(|text| parsed(text).map(|parsed| Edit::Schema(parsed, Mode::Put)));
    let kinds = pack.resource_types.iter();
    let kinds = kinds.map(|text| parsed(text).map(|kind| Edit::ResourceType(kind, Mode::Put)));
    schemas.chain(kinds).collect()
}

fn parsed(text: &str) -> Outcome<serde_json::Map<String, serde_json::Value>> {
    json::parse_object(text.as_bytes()).map_err(|error| format!("the pack cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use scim::definition::Definitions;

    #[test]
    fn every_pack_can_be_served() {
        for pack in &PACKS {
            let mut definitions = Definitions::default();
            for text in pack.schemas {
                let put = definitions.put_schema(&parsed(text).unwrap());
                assert!(put.is_ok(), "{}: {put:?}", pack.name);
            }
            for text in pack.resource_types {
                let put = definitions.put_resource_type(&parsed(text).unwrap());
                assert!(put.is_ok(), "{}: {put:?}", pack.name);
            }
            let built = definitions.registry(true);
            assert!(built.is_ok(), "{}: {built:?}", pack.name);
        }
    }

    /// What lies in the tree is in the program, file by file.
    #[test]
    fn every_file_of_a_pack_is_embedded() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("packs");
        let files = |pack: &str, folder: &str| {
            let listed = std::fs::read_dir(root.join(pack).join(folder)).unwrap();
            let mut texts: Vec<String> = listed
                .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
                .collect();
            texts.sort();
            texts
        };
        let sorted = |texts: &[&str]| {
            let mut texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            texts.sort();
            texts
        };
        let mut folders: Vec<String> = std::fs::read_dir(&root)
            .unwrap()
            .filter_map(|entry| {
                let entry = entry.unwrap();
                let name = entry.file_name().into_string().unwrap();
                entry.path().is_dir().then_some(name)
            })
            .collect();
        folders.sort();
        let mut names: Vec<&str> = PACKS.iter().map(|pack| pack.name).collect();
        names.sort_unstable();
        assert_eq!(folders, names);
        for pack in &PACKS {
            assert_eq!(files(pack.name, "schemas"), sorted(pack.schemas));
            assert_eq!(
                files(pack.name, "resource-types"),
                sorted(pack.resource_types)
            );
        }
    }
}
