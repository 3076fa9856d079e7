//! How a step went, and all that there is to tell about it.

use std::time::Duration;

use super::answer::Answer;
use super::message::Message;
use super::recording::Step;

/// How a step went.
#[derive(Debug)]
pub(super) enum Verdict {
    Passed,
    /// The first difference.
    Failed(String),
    /// Why the request was not sent.
    Skipped(String),
}

/// What there is to tell about a step.
pub(super) struct Played<'a> {
    pub(super) step: &'a Step,
    /// 1-based, steps and cleanup each.
    pub(super) number: usize,
    pub(super) is_cleanup: bool,
    pub(super) verdict: Verdict,
    /// What was sent; nothing for a skipped step.
    pub(super) message: Option<Message>,
    pub(super) answer: Option<Answer>,
    pub(super) elapsed: Duration,
}
