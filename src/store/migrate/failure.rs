//! Failures of a migration: sentences for the operator, and which of them pass.

use std::fmt::Display;

/// What a step of migrating comes to, or a sentence that says why not.
pub(super) type Outcome<T> = Result<T, String>;

/// A failure as diesel tells it.
pub(super) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The sentence of a failure.
pub(super) fn sentence(failure: impl Display) -> String {
    failure.to_string()
}

/// Whether others held a lock, so that trying again may help. Nothing has changed then.
pub(super) fn is_held_up(failure: &Failure) -> bool {
    let text = failure.to_string();
    let words = [
        "lock timeout",
        "deadlock detected",
        "database is locked",
        "database table is locked",
    ];
    words.iter().any(|words| text.contains(words))
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_a_lock_is_worth_another_try() {
        let is_held_up = |text: &str| super::is_held_up(&text.into());
        assert!(is_held_up(
            "Failed to run 1 with: canceling statement due to lock timeout"
        ));
        assert!(is_held_up("deadlock detected"));
        assert!(!is_held_up("relation \"locked\" does not exist"));
        assert!(!is_held_up("canceling statement due to user request"));
    }
}
