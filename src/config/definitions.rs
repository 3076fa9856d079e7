//! Commands on the definitions of a tenant: schemas, resource types, and packs of both.

use clap::{Args, Subcommand};

use super::values::switch;

/// The tenant whose definitions a command reads or changes.
#[derive(Debug, Clone, Args)]
pub struct OfTenant {
    /// The tenant
    #[arg(
        long = "tenant",
        env = "SCIMD_TENANT",
        value_name = "SLUG",
        default_value = "default"
    )]
    pub slug: String,
}

/// Commands on schemas.
#[derive(Debug, Subcommand)]
pub enum SchemaCommand {
    /// Add a schema, or replace the schema of the same URN; servers follow with their next request
    ///
    /// FILE holds the schema as RFC 7643 §7 writes it and as /Schemas shows it: `id` (a URN), `name`, `attributes`. It may
    /// hold several, as an array or a ListResponse; all are added or none.
    ///
    /// A schema is served once a resource type uses it: `--extends User` makes it an extension of users at once. A change
    /// that contradicts stored resources is refused and names one of them.
    Add {
        /// JSON file; `-` is standard input
        file: String,
        /// The tenant
        #[command(flatten)]
        tenant: OfTenant,
        /// Make it an extension of this resource type (User, Group, or one of your own)
        #[arg(long, env = "SCIMD_EXTENDS", value_name = "RESOURCE_TYPE")]
        extends: Option<String>,
        /// Every resource of that type needs the extension; goes with --extends
        #[arg(long, env = "SCIMD_REQUIRED", value_parser = switch)]
        required: bool,
    },
    /// List the tenant's own schemas, each with the resource types that use it
    List {
        /// The tenant
        #[command(flatten)]
        tenant: OfTenant,
    },
    /// Print a schema as JSON, built in or not
    Show {
        /// Its URN
        urn: String,
        /// The tenant
        #[command(flatten)]
        tenant: OfTenant,
    },
    /// Remove a schema that no resource type uses
    Remove {
        /// Its URN
        urn: String,
        /// The tenant
        #[command(flatten)]
        tenant: OfTenant,
        /// First remove it from the resource types that it extends; refused while their resources have data of it
        #[arg(long, env = "SCIMD_DETACH", value_parser = switch)]
        detach: bool,
    },
}

/// Commands on resource types.
#[derive(Debug, Subcommand)]
pub enum ResourceTypeCommand {
    /// Add a resource type, or replace the type of the same name; servers follow with their next request
    ///
    /// FILE holds the type as RFC 7643 §6 writes it and as `/ResourceTypes` shows it: `name`, `endpoint`, `schema`,
    /// `schemaExtensions`. Its schemas must be there already. It may hold several, as an array or a ListResponse; all are
    /// added or none. A definition of User or Group changes their schemaExtensions and nothing else.
    ///
    /// An object under urn:scimd:params:scim:schemas:extension:storage:1.0:ResourceType holds settings that the RFC's
    /// form lacks: `indexed` (paths of strings that clients look up, such as ["serialNumber", "tags.value"]),
    /// `readOnly` (clients only read, admin tokens write), `catalogue` ({"attribute": "roles", "multiValued": true,
    /// "required": false}: the resources are the allowed values of that attribute).
    Add {
        /// JSON file; `-` is standard input
        file: String,
        /// The tenant
        #[command(flatten)]
        tenant: OfTenant,
    },
    /// List all resource types of the tenant
    List {
        /// The tenant
        #[command(flatten)]
        tenant: OfTenant,
    },
    /// Print a resource type as JSON
    Show {
        /// Its name
        name: String,
        /// The tenant
        #[command(flatten)]
        tenant: OfTenant,
    },
    /// Remove a resource type that has no resources
    Remove {
        /// Its name
        name: String,
        /// The tenant
        #[command(flatten)]
        tenant: OfTenant,
    },
}

/// Commands on packs.
#[derive(Debug, Subcommand)]
pub enum PackCommand {
    /// List the packs that this program carries
    List,
    /// Add a pack's schemas and resource types to a tenant, all or none; existing ones are replaced
    Add {
        /// Its name
        name: String,
        /// The tenant
        #[command(flatten)]
        tenant: OfTenant,
    },
    /// Remove a pack's resource types and schemas from a tenant, all or none; refused while there are resources of them
    Remove {
        /// Its name
        name: String,
        /// The tenant
        #[command(flatten)]
        tenant: OfTenant,
    },
}
