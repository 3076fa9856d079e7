//! A recording: requests, and what is expected of the answers.

mod read;

use serde_json::Value;

use super::expect::Expected;

/// Everything that one file says.
#[derive(Debug)]
pub(crate) struct Recording {
    /// How the file is called: a path, or the name of a shipped one.
    pub(super) name: String,
    pub(super) title: String,
    pub(super) about: String,
    pub(super) behaviours: Vec<String>,
    /// Sent with every request; `None` sends none of that name.
    pub(super) headers: Headers,
    pub(super) steps: Vec<Step>,
    /// Run at the end, whatever happened before.
    pub(super) cleanup: Vec<Step>,
}

/// Headers in the order of the file; `None` takes away what others would send.
pub(super) type Headers = Vec<(String, Option<String>)>;

/// One request and its answer.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) behaviours: Vec<String>,
    pub(super) request: Request,
    pub(super) response: Response,
    /// Names for parts of the answer's body, each with its JSON pointer (RFC 6901).
    pub(super) capture: Vec<(String, String)>,
}

#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    /// Below the target's base, query included, as it goes over the wire.
    pub(super) path: String,
    pub(super) headers: Headers,
    pub(super) body: Option<Body>,
}

#[derive(Debug)]
pub(super) enum Body {
    Json(Value),
    /// Any text, for bodies that are not JSON.
    Text(String),
}

#[derive(Debug)]
pub(super) struct Response {
    /// One of these; never empty.
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

    /// Cleanup is not counted.
    pub(crate) fn steps(&self) -> usize {
        self.steps.len()
    }
}

#[cfg(test)]
mod tests;
