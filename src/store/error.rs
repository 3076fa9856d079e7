//! What a failed statement means. The cause stays inside, for the log; the client gets the protocol's words.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use scim::ScimError;

/// A failure below the service: of the protocol, or of the database.
#[derive(Debug)]
pub enum StoreError {
    /// Already in the protocol's words.
    Scim(ScimError),
    /// A unique index refused the row; the caller knows which value it was.
    UniqueViolation,
    /// The transaction lost a race and may be run again.
    Retry(DieselError),
    /// The tenant's settings or definitions are no longer those that the request followed; nothing of it was written.
    Outdated,
    /// The connection is gone, or refuses to write; nothing was committed.
    Disconnected(String),
    /// The answer to a commit did not come: it may have happened.
    Unknown(String),
    /// The database is busy, locked or out of its time.
    Busy(String),
    /// No room to write.
    Full(String),
    /// Anything else.
    Internal(DieselError),
}

/// The outcome of work in the store.
pub type Result<T> = std::result::Result<T, StoreError>;

impl From<ScimError> for StoreError {
    fn from(error: ScimError) -> Self {
        Self::Scim(error)
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        let DieselError::DatabaseError(kind, information) = &error else {
            return other(error);
        };
        let message = information.message().to_owned();
        let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
        match kind {
            DatabaseErrorKind::UniqueViolation => Self::UniqueViolation,
            // A resource that was there when it was looked up is gone: the next look says so in words.
            DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::ForeignKeyViolation => {
                Self::Retry(error)
            }
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::ReadOnlyTransaction
            | DatabaseErrorKind::UnableToSendCommand => Self::Disconnected(message),
            _ if says(&["deadlock detected", "could not serialize access"]) => Self::Retry(error),
            _ if says(&[
                "terminating connection",
                "server closed the connection",
                "connection not open",
                "no connection to the server",
                "the database system is",
                "SSL connection has been closed",
                "SSL SYSCALL error",
                "SSL error",
                "could not receive data",
                "could not send data",
            ]) =>
            {
                Self::Disconnected(message)
            }
            _ if says(&[
                "lock timeout",
                "statement timeout",
                "canceling statement",
                "database is locked",
                "database table is locked",
            ]) =>
            {
                Self::Busy(message)
            }
            _ if says(&[
                "database or disk is full",
                "No space left on device",
                "could not extend file",
            ]) =>
            {
                Self::Full(message)
            }
            _ if says(&[
                "disk I/O error",
                "readonly database",
                "unable to open database",
            ]) =>
            {
                Self::Busy(message)
            }
            _ => Self::Internal(error),
        }
    }
}

fn other(error: DieselError) -> StoreError {
    match error {
        DieselError::BrokenTransactionManager => StoreError::Disconnected(error.to_string()),
        // A failed roll-back or commit says what led to it.
        DieselError::RollbackErrorOnCommit { commit_error, .. } => StoreError::from(*commit_error),
        error => StoreError::Internal(error),
    }
}

impl StoreError {
    /// The protocol's words for it; what only we should know goes to the log under `reference`.
    pub fn into_scim(self, reference: &str) -> ScimError {
        match self {
            Self::Scim(error) => error,
            Self::Outdated => {
                ScimError::Unavailable("the tenant's settings or definitions changed meanwhile")
            }
            Self::Retry(cause) => {
                log::warn!("request {reference}: lost every retry: {cause}");
                ScimError::Contention
            }
            Self::Unknown(cause) => {
                log::error!("request {reference}: no answer to a commit: {cause}");
                ScimError::Unavailable(
                    "the database connection was lost; whether a write was kept is unknown",
                )
            }
            Self::Disconnected(cause) => {
                log::error!("request {reference}: database connection lost: {cause}");
                ScimError::Unavailable("the database connection was lost and nothing was written")
            }
            Self::Busy(cause) => {
                log::error!("request {reference}: database busy: {cause}");
                ScimError::Unavailable("the database is busy")
            }
            Self::Full(cause) => {
                log::error!("request {reference}: database full: {cause}");
                ScimError::InsufficientStorage
            }
            Self::UniqueViolation => {
                log::error!("request {reference}: an unexpected unique violation");
                ScimError::Internal {
                    reference: reference.to_owned(),
                }
            }
            Self::Internal(cause) => {
                log::error!("request {reference}: {}", without_values(&cause));
                ScimError::Internal {
                    reference: reference.to_owned(),
                }
            }
        }
    }
}

/// The database's message without the `DETAIL` that quotes rows.
fn without_values(cause: &DieselError) -> String {
    match cause {
        DieselError::DatabaseError(kind, information) => {
            format!("{kind:?}: {}", information.message())
        }
        other => other.to_string(),
    }
}
