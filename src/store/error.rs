//! The meaning of a failed statement. The cause is kept for the log. The client gets the protocol's words.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use scim::{ErrorResponse, ScimError};

/// A failure below the service, in the protocol or in the database.
#[derive(Debug)]
pub enum StoreError {
    /// An error of the protocol.
    Scim(ScimError),
    /// A unique index refused the row. The caller knows which value it was.
    UniqueViolation,
    /// The transaction lost a race and may be run again.
    Retry(DieselError),
    /// The transaction lost a race that running it again cannot win.
    Contention,
    /// To work the change out would take too long while nobody else can write. Nothing was written.
    Long,
    /// The tenant's settings or definitions have changed since the request read them. Nothing was written.
    Outdated,
    /// The request's credential or tenant is not any more what the request remembers of it. Nothing was written.
    Unproven,
    /// The connection is lost, or of no use: it refuses to write, or cannot read the file. Nothing was committed, and another
    /// connection may do better.
    Disconnected(String),
    /// The answer to a commit did not arrive. The commit may have happened.
    Unknown(String),
    /// The request has waited long enough. Nothing was written, and nothing will be.
    Late,
    /// The database is busy, locked or over its time limit.
    Busy(String),
    /// A turn or a connection did not come in time. Holds the reason.
    Unavailable(&'static str),
    /// The disk is full.
    Full(String),
    /// Any other failure of the database.
    Internal(DieselError),
    /// A fault in this program. The reason goes to the log.
    Fault(&'static str),
}

/// What a statement of SQLite fails with that nobody waits for.
pub(super) const ENDED: &str = "nobody waits for this statement";

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
            // A resource that existed when it was looked up is gone. The next try reports this in words.
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
            // A connection to a file that was read-only when it was opened stays so after the file is not.
            _ if says(&[
                "disk I/O error",
                "readonly database",
                "unable to open database",
            ]) =>
            {
                Self::Disconnected(message)
            }
            _ if says(&[ENDED]) => Self::Late,
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
            _ => Self::Internal(error),
        }
    }
}

fn other(error: DieselError) -> StoreError {
    match error {
        DieselError::BrokenTransactionManager => StoreError::Disconnected(error.to_string()),
        // A failed roll-back or commit: the error before it is the cause.
        DieselError::RollbackErrorOnCommit { commit_error, .. } => StoreError::from(*commit_error),
        error => StoreError::Internal(error),
    }
}

impl StoreError {
    /// The answer to the client; `reference` is the id under which [`StoreError::log`] writes the cause.
    pub fn response(&self, reference: &str) -> ErrorResponse {
        match self {
            Self::Scim(error) => error.into(),
            Self::Outdated | Self::Unproven => {
                unavailable("the tenant's settings or definitions changed meanwhile")
            }
            // Not 409: clients read that as "exists already" and never try again.
            Self::Retry(_) | Self::Contention | Self::Long => ErrorResponse::new(
                503,
                "other requests are changing the same resources at this moment; try again shortly",
            ),
            Self::Unknown(_) => unavailable(
                "the database did not confirm it; it is not known whether the change was written",
            ),
            Self::Disconnected(_) => {
                unavailable("the database connection was lost and nothing was written")
            }
            Self::Late => {
                unavailable("the database did not answer in time, and nothing was written")
            }
            Self::Busy(_) => unavailable("the database is busy"),
            Self::Unavailable(reason) => unavailable(reason),
            Self::Full(_) => {
                ErrorResponse::new(507, "the directory has no room left to store this")
            }
            Self::UniqueViolation | Self::Internal(_) | Self::Fault(_) => ErrorResponse::new(
                500,
                format!("internal error; the log names the cause under reference {reference}"),
            ),
        }
    }

    /// Logs what only the operator should know, under the id of the request.
    pub fn log(&self, reference: &str) {
        match self {
            Self::Scim(_)
            | Self::Outdated
            | Self::Unproven
            | Self::Contention
            | Self::Long
            | Self::Unavailable(_) => {}
            Self::Retry(cause) => log::warn!("request {reference}: lost every retry: {cause}"),
            Self::Unknown(cause) => {
                log::error!("request {reference}: no answer to a commit: {cause}");
            }
            Self::Disconnected(cause) => {
                log::error!("request {reference}: database connection lost: {cause}");
            }
            Self::Late => log::error!("request {reference}: the database did not answer in time"),
            Self::Busy(cause) => log::error!("request {reference}: database busy: {cause}"),
            Self::Full(cause) => log::error!("request {reference}: database full: {cause}"),
            Self::UniqueViolation => {
                log::error!("request {reference}: an unexpected unique violation");
            }
            Self::Internal(cause) => log::error!("request {reference}: {}", without_values(cause)),
            Self::Fault(reason) => log::error!("request {reference}: {reason}"),
        }
    }

    /// Logs the cause, and returns the answer to the client.
    pub fn logged(&self, reference: &str) -> ErrorResponse {
        self.log(reference);
        self.response(reference)
    }

    /// Whether the same request may succeed a little later.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Retry(_)
            | Self::Contention
            | Self::Long
            | Self::Outdated
            | Self::Unproven
            | Self::Unknown(_)
            | Self::Disconnected(_)
            | Self::Late
            | Self::Busy(_)
            | Self::Unavailable(_)
            | Self::Full(_) => true,
            Self::Scim(_) | Self::UniqueViolation | Self::Internal(_) | Self::Fault(_) => false,
        }
    }
}

fn unavailable(reason: &str) -> ErrorResponse {
    let detail = format!("the directory cannot answer right now ({reason}); try again shortly");
    ErrorResponse::new(503, detail)
}

/// The text for an operator at a terminal.
impl std::fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Scim(error) => error.fmt(formatter),
            Self::UniqueViolation => formatter.write_str("it exists already"),
            Self::Outdated | Self::Unproven => {
                formatter.write_str("the tenant changed meanwhile; try again")
            }
            Self::Contention | Self::Long => {
                formatter.write_str("another write came first; try again")
            }
            Self::Late => formatter.write_str("the database did not answer in time"),
            Self::Retry(cause) | Self::Internal(cause) => cause.fmt(formatter),
            Self::Disconnected(cause)
            | Self::Unknown(cause)
            | Self::Busy(cause)
            | Self::Full(cause) => formatter.write_str(cause),
            Self::Unavailable(reason) | Self::Fault(reason) => formatter.write_str(reason),
        }
    }
}

/// The database's message without its `DETAIL`, which quotes rows.
fn without_values(cause: &DieselError) -> String {
    match cause {
        DieselError::DatabaseError(kind, information) => {
            format!("{kind:?}: {}", information.message())
        }
        other => other.to_string(),
    }
}
