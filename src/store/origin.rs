//! Where a change comes from: who made it, and in which request.

/// Where a change comes from. It stands in every row of `changes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Who made it.
    pub actor: Actor,
    /// The id that the log knows the request by; empty outside a request.
    pub request_id: String,
}

/// Who makes a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A credential, by its key id.
    Credential(String),
    /// A command of the command line, such as `tenant set`.
    Command(&'static str),
}

impl std::fmt::Display for Actor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Credential(key_id) => write!(formatter, "credential:{key_id}"),
            Self::Command(name) => write!(formatter, "command:{name}"),
        }
    }
}
