//! JSON text that is put together from parts.

/// What stands between the brackets of an object or an array, as it is written at the end of a text.
pub(crate) struct JsonText<'t> {
    text: &'t mut String,
    /// Where its first element stands.
    begun: usize,
}

/// Writes an object.
pub(crate) fn write_object(text: &mut String, write: impl FnOnce(&mut JsonText<'_>)) {
    text.push('{');
    write(&mut JsonText::inside(text));
    text.push('}');
}

impl<'t> JsonText<'t> {
    /// Begins between brackets that the caller writes.
    pub(crate) fn inside(text: &'t mut String) -> Self {
        Self {
            begun: text.len(),
            text,
        }
    }

    /// Whether nothing is in it yet.
    fn is_empty(&self) -> bool {
        self.text.len() == self.begun
    }

    /// Appends a member. Its name needs no escapes, as all names in schemas; its value is JSON text.
    pub(crate) fn member(&mut self, name: &str, json: &str) {
        self.name(name);
        self.text.push_str(json);
    }

    /// Appends the members of another object, as they stand between its braces.
    pub(crate) fn members(&mut self, members: &str) {
        if !members.is_empty() {
            self.separate();
            self.text.push_str(members);
        }
    }

    /// Appends a member whose value is a text in parts.
    pub(crate) fn string(&mut self, name: &str, parts: &[&str]) {
        self.name(name);
        push_quoted(self.text, parts);
    }

    /// Appends a text as an element.
    pub(crate) fn string_element(&mut self, text: &str) {
        self.separate();
        push_quoted(self.text, &[text]);
    }

    /// Appends an object as an element, unless nothing is in it.
    pub(crate) fn object_element(&mut self, write: impl FnOnce(&mut JsonText<'_>)) {
        let before = self.text.len();
        self.separate();
        self.nested(OBJECT, before, write);
    }

    /// Appends a member that is an object, unless nothing is in it.
    pub(crate) fn object_member(&mut self, name: &str, write: impl FnOnce(&mut JsonText<'_>)) {
        let before = self.text.len();
        self.name(name);
        self.nested(OBJECT, before, write);
    }

    /// Appends a member that is an array, unless nothing is in it.
    pub(crate) fn array_member(&mut self, name: &str, write: impl FnOnce(&mut JsonText<'_>)) {
        let before = self.text.len();
        self.name(name);
        self.nested(ARRAY, before, write);
    }

    /// Writes what stands inside. Without it, the text is as it was `before`.
    fn nested(
        &mut self,
        (open, close): Brackets,
        before: usize,
        write: impl FnOnce(&mut JsonText<'_>),
    ) {
        self.text.push(open);
        let mut inner = JsonText::inside(self.text);
        write(&mut inner);
        if inner.is_empty() {
            self.text.truncate(before);
        } else {
            self.text.push(close);
        }
    }

    fn name(&mut self, name: &str) {
        self.separate();
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str("\":");
    }

    fn separate(&mut self) {
        if !self.is_empty() {
            self.text.push(',');
        }
    }
}

/// What stands around an object or an array.
type Brackets = (char, char);
const OBJECT: Brackets = ('{', '}');
const ARRAY: Brackets = ('[', ']');

/// What stands between the braces of an object.
pub(crate) fn inside(object: &str) -> &str {
    let inside = object
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    inside.unwrap_or_default()
}

/// Appends a text in parts as JSON. Nearly none has anything to escape.
fn push_quoted(out: &mut String, parts: &[&str]) {
    out.push('"');
    for part in parts {
        if part.bytes().any(is_escaped) {
            let quoted = serde_json::to_string(part).unwrap_or_default();
            let inner = quoted
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            out.push_str(inner.unwrap_or_default());
        } else {
            out.push_str(part);
        }
    }
    out.push('"');
}

/// Whether a byte of a text has an escape in JSON (RFC 8259 §7).
fn is_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_in_parts_is_quoted_as_a_whole(parts in proptest::collection::vec(any::<String>(), 0..4)) {
            let mut out = String::new();
            push_quoted(&mut out, &parts.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(serde_json::from_str::<String>(&out).ok(), Some(parts.concat()));
            prop_assert_eq!(out, serde_json::to_string(&parts.concat()).unwrap_or_default());
        }
    }

    #[test]
    fn what_is_empty_is_left_out() {
        let mut out = String::new();
        write_object(&mut out, |whole| {
            whole.object_member("a", |_| {});
            whole.array_member("b", |list| {
                list.object_element(|_| {});
                list.string_element("x");
                list.object_element(|one| one.string("c", &["\"", "y"]));
            });
            whole.array_member("d", |list| list.object_element(|_| {}));
            whole.members("");
            whole.members("\"e\":1");
        });
        assert_eq!(out, r#"{"b":["x",{"c":"\"y"}],"e":1}"#);
    }
}
