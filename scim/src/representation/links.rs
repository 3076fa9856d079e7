//! What is read beside the document.

use std::collections::HashMap;
use std::sync::Arc;

/// A resource at the other end of a reference.
#[derive(Debug, Clone)]
pub struct Linked {
    /// Its id.
    pub id: String,
    /// Its endpoint: `Users`.
    pub endpoint: String,
    /// What `type` says: the resource type of a member, `direct` or `indirect` for a group.
    pub type_name: String,
    /// Its name for people.
    pub display: Option<String>,
}

/// What is read beside the document, where the projection asks for it.
#[derive(Debug, Clone, Default)]
pub struct Links {
    /// Members, in a fixed order.
    pub members: Vec<Linked>,
    /// Groups, direct ones first. Resources share them.
    pub member_of: Vec<Arc<Linked>>,
    /// Names of the resources that references (`manager.value`) point at, by id.
    pub names: HashMap<String, String>,
}
