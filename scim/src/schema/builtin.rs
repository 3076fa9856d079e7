//! The definitions that are part of the program (RFC 7643 §4, §8.7).
//!
//! Each function gives the same schema every time. The definitions are JSON files beside this one, checked by a test. The
//! example of [`crate::schema`] reads one.

use std::sync::{Arc, LazyLock};

use super::schema::Schema;

macro_rules! definition {
    ($(#[$doc:meta])* $name:ident, $file:literal) => {
        $(#[$doc])*
        pub fn $name() -> &'static Arc<Schema> {
            static SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
                Arc::new(Schema::parse(include_str!(concat!("definitions/", $file))).expect($file))
            });
            &SCHEMA
        }
    };
}

definition!(
    /// `schemas`, `id`, `externalId`, `meta`: on every resource, listed by no schema (RFC 7643 §3.1).
    common, "common.json"
);
definition!(/** The core User. */ user, "user.json");
definition!(/** The core Group. */ group, "group.json");
definition!(/** The enterprise extension of User. */ enterprise_user, "enterprise_user.json");
definition!(/** What `/ServiceProviderConfig` is made of. */ service_provider_config, "service_provider_config.json");
definition!(/** What `/ResourceTypes` is made of. */ resource_type, "resource_type.json");
definition!(/** What `/Schemas` is made of. */ schema, "schema.json");

/// All built-in schemas.
pub fn all() -> [&'static Arc<Schema>; 7] {
    [
        common(),
        user(),
        group(),
        enterprise_user(),
        service_provider_config(),
        resource_type(),
        schema(),
    ]
}
