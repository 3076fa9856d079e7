//! The packs that the program carries: the files below `packs/`, see there.

/// A ready-made set of schemas and resource types.
pub(super) struct Pack {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) schemas: &'static [&'static str],
    pub(super) resource_types: &'static [&'static str],
}

/// The text of a file below `packs/`.
macro_rules! file {
    ($path:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/packs/", $path))
    };
}

/// Every pack, by name.
pub(super) const PACKS: [Pack; 3] = [
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
