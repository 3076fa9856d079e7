//! An attempt at an operation, while other operations are still to be run.

use scim::ErrorResponse;
use scim::bulk::Success;
use scim::profile::Rules;

/// An attempt at an operation: it succeeded, or it has an error.
pub(super) type Attempt = std::result::Result<Done, ErrorResponse>;

/// An operation that was carried out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Done {
    pub(super) success: Success,
    /// The rules that it needed.
    pub(super) needed: Rules,
}
