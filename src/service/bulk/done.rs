//! What became of an operation, while others are still to be run.

use scim::ErrorResponse;
use scim::bulk::Success;
use scim::profile::Rules;

/// What became of an operation.
pub(super) type Outcome = std::result::Result<Done, ErrorResponse>;

/// An operation that was carried out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Done {
    pub(super) success: Success,
    /// The rules that it needed.
    pub(super) needed: Rules,
}
