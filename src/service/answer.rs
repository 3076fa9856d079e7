//! The answer of a use case about one resource.

use scim::etag::Version;

use super::body::Body;

/// A resource as the answer shows it.
#[derive(Debug)]
pub struct Shown {
    /// Its representation.
    pub body: Body,
    /// Its location.
    pub location: String,
    /// Its version.
    pub version: Version,
}

/// The answer to a request about one resource.
#[derive(Debug)]
pub enum Answer {
    /// 201: the new resource.
    Created(Shown),
    /// 200: the resource.
    Resource(Shown),
    /// 204: the resource has changed. The answer has only its version and location.
    Changed {
        /// Its location.
        location: String,
        /// Its version.
        version: Version,
    },
    /// 304: the client already has this version.
    Unchanged {
        /// Its location.
        location: String,
        /// The version that the client has.
        version: Version,
    },
    /// 204: the resource is gone.
    Deleted,
}
