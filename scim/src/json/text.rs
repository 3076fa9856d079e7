//! JSON text that is put together from parts.

/// An object or an array that grows.
pub(crate) struct JsonText {
    text: String,
    close: char,
}

impl JsonText {
    /// An object with room for about so many bytes, and for a little more.
    pub(crate) fn object(bytes: usize) -> Self {
        Self::new('{', '}', bytes)
    }

    /// An array with room for about so many bytes.
    pub(crate) fn array(bytes: usize) -> Self {
        Self::new('[', ']', bytes)
    }

    fn new(open: char, close: char, bytes: usize) -> Self {
        let mut text = String::with_capacity(bytes + 512);
        text.push(open);
        Self { text, close }
    }

    /// Whether nothing is in it yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.len() == 1
    }

    /// Appends an element, which is JSON text.
    pub(crate) fn element(&mut self, json: &str) {
        self.separate();
        self.text.push_str(json);
    }

    /// Appends a member. Its name needs no escapes, as all names in schemas; its value is JSON text.
    pub(crate) fn member(&mut self, name: &str, json: &str) {
        self.separate();
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str("\":");
        self.text.push_str(json);
    }

    /// Appends the members of another object.
    pub(crate) fn members(&mut self, members: &str) {
        if !members.is_empty() {
            self.element(members);
        }
    }

    /// The text so far.
    pub(crate) fn unfinished(self) -> String {
        self.text
    }

    pub(crate) fn end(mut self) -> String {
        self.text.push(self.close);
        self.text
    }

    fn separate(&mut self) {
        if !self.is_empty() {
            self.text.push(',');
        }
    }
}

/// What stands between the braces of an object.
pub(crate) fn inside(object: &str) -> &str {
    let inside = object
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    inside.unwrap_or_default()
}

/// A text as JSON.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
