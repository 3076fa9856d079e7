//! What every test of the HTTP interface stands on: a server process of its own on a database of its own, a small client for it,
//! and `api_test!`, which runs one test body on each database. Nothing here knows the library: the binary is the thing under test.

#[macro_use]
mod macros;
mod account;
mod backends;
mod behind;
mod cli;
mod cluster;
mod door;
mod patch_checks;
pub(crate) mod patch_table;
mod process;
mod python;
mod raw;
mod refusals;
mod reply;
mod report;
mod request;
mod resources;
mod server;

pub(crate) use backends::Backend;
pub(crate) use behind::Behind;
pub(crate) use cli::CliOutput;
pub(crate) use python::run_script;
pub(crate) use raw::chunked;
pub(crate) use refusals::{refuses_change, refuses_create};
pub(crate) use reply::Reply;
pub(crate) use report::{note, report};
pub(crate) use request::{Request, percent_encode};
pub(crate) use resources::{id, keys, path_of, read, total, user_body};
pub(crate) use server::{TestServer, refused_start, scimd};

/// Schema of the core User.
pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// Schema of the core Group.
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// URN of the Bulk message.
pub(crate) const BULK_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// URN of the search message.
pub(crate) const SEARCH_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
/// Schema of the enterprise extension.
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// Message of a PATCH body.
pub(crate) const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// Message of an error answer.
pub(crate) const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
