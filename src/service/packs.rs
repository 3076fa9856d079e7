//! The packs inside the program: the files below `packs/`. The README there describes them.

use scim::canonical::get;
use scim::definition::Definitions;
use scim::{Object, ScimError, json};
use serde_json::Value;

use super::definitions::{Edit, Mode, change};
use crate::store::{self, Session};

/// A ready-made set of schemas and resource types.
pub struct Pack {
    /// Its name in commands.
    pub name: &'static str,
    /// One sentence for people.
    pub about: &'static str,
    /// Its schemas, in the RFC's JSON form.
    pub schemas: &'static [&'static str],
    /// Its resource types, in the RFC's JSON form.
    pub resource_types: &'static [&'static str],
}

/// The text of a file below `packs/`.
macro_rules! file {
    ($path:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/packs/", $path))
    };
}

/// Every pack, by name.
pub static PACKS: [Pack; 3] = [
    Pack {
        name: "agent",
        about: "Agent, AgenticApplication: AI agents with identities of their own (an individual Internet-Draft)",
        schemas: &[
            file!("agent/schemas/Agent.json"),
            file!("agent/schemas/AgenticApplication.json"),
        ],
        resource_types: &[
            file!("agent/resource-types/Agent.json"),
            file!("agent/resource-types/AgenticApplication.json"),
        ],
    },
    Pack {
        name: "device",
        about: "Device, EndpointApp: devices that join a network (RFC 9944)",
        schemas: &[
            file!("device/schemas/Ble.json"),
            file!("device/schemas/BlePairingJustWorks.json"),
            file!("device/schemas/BlePairingOOB.json"),
            file!("device/schemas/BlePairingPassKey.json"),
            file!("device/schemas/Device.json"),
            file!("device/schemas/Dpp.json"),
            file!("device/schemas/EndpointApp.json"),
            file!("device/schemas/EndpointAppsExt.json"),
            file!("device/schemas/EthernetMab.json"),
            file!("device/schemas/Fdo.json"),
            file!("device/schemas/Zigbee.json"),
        ],
        resource_types: &[
            file!("device/resource-types/Device.json"),
            file!("device/resource-types/EndpointApp.json"),
        ],
    },
    Pack {
        name: "okta-entitlements",
        about: "Role, Entitlement: catalogues of what users can have, as Okta discovers them",
        schemas: &[
            file!("okta-entitlements/schemas/Entitlement.json"),
            file!("okta-entitlements/schemas/Role.json"),
        ],
        resource_types: &[
            file!("okta-entitlements/resource-types/Entitlement.json"),
            file!("okta-entitlements/resource-types/Role.json"),
        ],
    },
];

impl Pack {
    /// The pack of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        PACKS.iter().find(|pack| pack.name == name)
    }

    /// The changes that take out of a tenant's definitions what is there of the pack. Resource types come first, because
    /// they name schemas. A type of the same name over another schema is the tenant's own, and stays.
    ///
    /// Errors: a file of the pack cannot be read. A test rules this out.
    pub(super) fn removal(&self, definitions: &Definitions) -> Result<Vec<Edit>, ScimError> {
        let mut edits = Vec::new();
        for text in self.resource_types {
            let ours = parsed(text)?;
            let name = text_of(&ours, "name");
            let present = definitions.resource_types().get(name);
            let schema = text_of(&ours, "schema");
            if present.is_some_and(|one| text_of(one, "schema").eq_ignore_ascii_case(schema)) {
                edits.push(Edit::RemoveResourceType(name.to_owned()));
            }
        }
        for text in self.schemas {
            let ours = parsed(text)?;
            let urn = text_of(&ours, "id");
            let mut present = definitions.schemas().values();
            if present.any(|one| text_of(one, "id").eq_ignore_ascii_case(urn)) {
                edits.push(Edit::RemoveSchema(urn.to_owned()));
            }
        }
        Ok(edits)
    }

    /// The changes that add the pack to a tenant's definitions. Schemas come first, because resource types name them.
    ///
    /// Errors: a file of the pack cannot be read. A test rules this out.
    pub fn edits(&self) -> Result<Vec<Edit>, ScimError> {
        let schemas = self.schemas.iter();
        let schemas =
            schemas.map(|text| parsed(text).map(|schema| Edit::Schema(schema, Mode::Put)));
        let resource_types = self.resource_types.iter();
        let resource_types = resource_types
            .map(|text| parsed(text).map(|defined| Edit::ResourceType(defined, Mode::Put)));
        schemas.chain(resource_types).collect()
    }
}

/// Takes a pack out of a tenant's definitions in the present transaction. Returns the names of the resource types that are
/// gone.
///
/// Errors: 404 when nothing of the pack is there; 409 as for other changes.
pub(super) fn remove(session: &mut Session<'_>, pack: &Pack) -> store::Result<Vec<String>> {
    let (_, present) = session.definitions()?;
    let edits = pack.removal(&present)?;
    if edits.is_empty() {
        let missing = ScimError::NotFound {
            resource_type: "Pack".to_owned(),
            id: pack.name.to_owned(),
        };
        return Err(missing.into());
    }
    change(session, &edits)?;
    let gone = edits.into_iter().filter_map(|edit| match edit {
        Edit::RemoveResourceType(name) => Some(name),
        _ => None,
    });
    Ok(gone.collect())
}

fn text_of<'d>(definition: &'d Object, member: &str) -> &'d str {
    let text = get(definition, member).and_then(Value::as_str);
    text.unwrap_or_default()
}

fn parsed(text: &str) -> Result<Object, ScimError> {
    json::parse_object(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

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

    /// Every file in the tree is in the program.
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
