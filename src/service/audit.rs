//! The audit: who was refused, and what operators did. It holds no token and no secret.

use super::duration;
use crate::store::NewAudit;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    AuthenticationRefused,
    TenantCreated,
    TenantChanged,
    TenantDeleted,
    TokenCreated,
    TokenRotated,
    TokenLinked,
    TokenUnlinked,
    TokenRevoked,
    IssuerAdded,
    IssuerRemoved,
}

impl Event {
    /// Its name in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthenticationRefused => "authentication.refused",
            Self::TenantCreated => "tenant.created",
            Self::TenantChanged => "tenant.changed",
            Self::TenantDeleted => "tenant.deleted",
            Self::TokenCreated => "token.created",
            Self::TokenRotated => "token.rotated",
            Self::TokenLinked => "token.linked",
            Self::TokenUnlinked => "token.unlinked",
            Self::TokenRevoked => "token.revoked",
            Self::IssuerAdded => "issuer.added",
            Self::IssuerRemoved => "issuer.removed",
        }
    }

    /// A row of something that an operator did, by a command.
    pub(super) fn by_operator(
        self,
        tenant: &str,
        subject: Option<String>,
        now_ms: i64,
    ) -> NewAudit {
        NewAudit {
            at_ms: now_ms,
            tenant: Some(tenant.to_owned()),
            event: self.as_str().to_owned(),
            actor: Some(operator()),
            subject,
            cause: None,
            address: None,
            request_id: None,
            count: 1,
        }
    }
}

/// The operator, by the name of the account as its environment tells it. Who has the database may say what he likes.
fn operator() -> String {
    let named = |name| std::env::var(name).ok().filter(|name| is_plain(name));
    let mut names = ["SUDO_USER", "USER", "LOGNAME"].into_iter();
    let account = names.find_map(named);
    account.map_or_else(|| "operator".to_owned(), |name| format!("operator:{name}"))
}

fn is_plain(name: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.@".contains(letter);
    !name.is_empty() && name.len() <= 64 && name.chars().all(plain)
}

/// How long rows are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditRetention(pub i64);

impl AuditRetention {
    /// Reads a duration such as `365d`.
    ///
    /// Errors: a sentence.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        duration::parse_ms(text).map(Self)
    }
}
