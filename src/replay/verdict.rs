//! How a step went, and all the facts about it.

use std::time::Duration;

use super::answer::Answer;
use super::message::Message;
use super::recording::Step;

/// How a step went.
#[derive(Debug)]
pub(super) enum Verdict {
    Passed,
    /// Holds the first difference.
    Failed(String),
    /// The request was not sent. Holds the reason.
    Skipped(String),
}

/// The facts about a step that was played.
pub(super) struct Played<'a> {
    pub(super) step: &'a Step,
    /// Counts from 1, steps and cleanup each.
    pub(super) number: usize,
    pub(super) is_cleanup: bool,
    pub(super) verdict: Verdict,
    /// The request as it was sent. A skipped step has none.
    pub(super) message: Option<Message>,
    pub(super) answer: Option<Answer>,
    pub(super) elapsed: Duration,
}
