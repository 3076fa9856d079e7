//! A credential.

/// A credential as the operator sees it; the token is not part of it.
#[derive(Debug, Clone, Default)]
pub struct Credential {
    /// The name of the credential in commands.
    pub key_id: String,
    /// The operator's label for it.
    pub label: String,
    /// Its scopes, as words separated by spaces.
    pub scopes: String,
    /// When it was created.
    pub created_ms: i64,
    /// When it expires.
    pub expires_ms: Option<i64>,
    /// When it was last used, to the minute.
    pub last_used_ms: Option<i64>,
    /// The id of the resource that it is linked to.
    pub resource_id: Option<String>,
    /// The networks that it may be used from, in CIDR notation with spaces between them. Without this, from anywhere.
    pub networks: Option<String>,
    /// How long it was made to last; 0: without an end. Without this, until it expires.
    pub lasts_ms: Option<i64>,
}

impl Credential {
    /// Whether its time is over.
    pub fn has_ended(&self, now_ms: i64) -> bool {
        self.expires_ms
            .is_some_and(|expires_ms| expires_ms <= now_ms)
    }

    /// How long one like it lasts, made now. `None`: without an end.
    pub fn lifetime_ms(&self) -> Option<i64> {
        match self.lasts_ms {
            Some(lasts_ms) => (lasts_ms > 0).then_some(lasts_ms),
            None => self
                .expires_ms
                .map(|expires_ms| expires_ms - self.created_ms),
        }
    }
}
