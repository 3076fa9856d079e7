//! URNs of the schemas that the standard defines.

/// URN of the core User schema.
pub const USER_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// URN of the core Group schema.
pub const GROUP_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// URN of the enterprise extension of User.
pub const ENTERPRISE_USER_URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Former URNs of the enterprise extension. Templates of some clients still have them.
pub const FORMER_ENTERPRISE_URNS: [&str; 2] = [
    "urn:scim:schemas:extension:enterprise:1.0",
    "urn:scim:schemas:extension:enterprise:2.0",
];

/// What SCIM 1.1 called otherwise: URN of the schema, the attribute, the former name of its sub-attribute, the name of today.
/// All other names of SCIM 1.1 are still in use.
pub const FORMER_SUB_ATTRIBUTES: [(&str, &str, &str, &str); 1] =
    [(ENTERPRISE_USER_URN, "manager", "managerId", "value")];
