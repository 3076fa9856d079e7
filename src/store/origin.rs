//! The origin of a change: its actor and its request.

/// The origin of a change. Every row of `changes` has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The actor that made the change.
    pub actor: Actor,
    /// The id of the request in the log. It is empty outside a request.
    pub request_id: String,
}

/// The actor of a change.
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
