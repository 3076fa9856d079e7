//! A recording: requests, and expectations of the answers.

mod read;

use serde_json::Value;

use super::expect::Expected;

/// The content of one file.
#[derive(Debug)]
pub(crate) struct Recording {
    /// The path of the file, or the name of a shipped recording.
    pub(super) name: String,
    pub(super) title: String,
    pub(super) about: String,
    pub(super) behaviours: Vec<String>,
    /// Go with every request.
    pub(super) headers: Headers,
    pub(super) steps: Vec<Step>,
    /// Steps to play at the end, whatever happened before.
    pub(super) cleanup: Vec<Step>,
}

/// Headers in the order of the file. `None` sends no header of this name, even if another source has one.
pub(super) type Headers = Vec<(String, Option<String>)>;

/// One request and its answer.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) behaviours: Vec<String>,
    pub(super) request: Request,
    pub(super) response: Response,
    /// Gives names to parts of the answer's body, each by a JSON pointer (RFC 6901).
    pub(super) capture: Vec<(String, String)>,
}

#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    /// The path below the target's base, with the query, as it goes over the wire.
    pub(super) path: String,
    pub(super) headers: Headers,
    pub(super) body: Option<Body>,
}

#[derive(Debug)]
pub(super) enum Body {
    Json(Value),
    /// Any text: for bodies that are not JSON.
    Text(String),
}

#[derive(Debug)]
pub(super) struct Response {
    /// The statuses that are allowed, at least one.
    pub(super) status: Vec<u16>,
    pub(super) headers: Vec<(String, Expected)>,
    pub(super) body: Option<Expected>,
}

impl Recording {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    /// Counts the steps without cleanup.
    pub(crate) fn steps(&self) -> usize {
        self.steps.len()
    }
}

#[cfg(test)]
mod tests;
