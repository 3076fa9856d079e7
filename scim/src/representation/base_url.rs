//! Where a provider answers.

/// Where this provider answers: `https://scim.example.com/scim/v2`, without a trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// A base URL; a trailing slash is dropped.
    pub fn new(url: impl Into<String>) -> Self {
        let mut url = url.into();
        url.truncate(url.trim_end_matches('/').len());
        Self(url)
    }

    /// The URL itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `{base}/{endpoint}/`: what the location of every resource of a type begins with.
    pub fn prefix(&self, endpoint: &str) -> String {
        format!("{}/{endpoint}/", self.0)
    }

    /// The location of a resource.
    pub fn location(&self, endpoint: &str, id: &str) -> String {
        self.location_parts(endpoint, id).concat()
    }

    /// The parts of the location of a resource.
    pub(crate) fn location_parts<'a>(&'a self, endpoint: &'a str, id: &'a str) -> [&'a str; 5] {
        [&self.0, "/", endpoint, "/", id]
    }
}
