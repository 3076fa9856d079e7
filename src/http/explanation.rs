//! Why a request failed, as its line in the log says it. An operator can answer "why did it fail?" with this line alone.

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{HeaderName, USER_AGENT};
use log::kv::Value;

use super::failure::Failure;
use crate::auth::Refusal;
use crate::service::Call;

/// Most characters of a header of the client's.
const HEADER_MAX: usize = 200;
/// Most characters of the sentence that the client got.
const DETAIL_MAX: usize = 500;
/// What a proxy in front says about the client.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Why a request failed, and whose it was: names and texts, in the order of the line.
pub(super) struct Explanation(Vec<(&'static str, String)>);

impl Explanation {
    /// `None` for a request that did not fail.
    pub(super) fn of(response: &ServiceResponse<BoxBody>, call: Option<&Call>) -> Option<Self> {
        let status = response.status();
        if !status.is_client_error() && !status.is_server_error() {
            return None;
        }
        let error = response.response().error();
        let failure = error.and_then(actix_web::Error::as_error::<Failure>);
        let mut said = Self(Vec::new());
        if let Some(failure) = failure {
            said.failure(failure);
        }
        if let Some(call) = call {
            said.say("key", &call.caller.key_id);
            let rules: Vec<&str> = call.leniency.used().map(|rule| rule.name()).collect();
            said.say("rules", &rules.join(","));
        }
        said.client(response);
        Some(said)
    }

    /// The pairs of the line.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'static str, Value<'_>)> {
        let pairs = self.0.iter();
        pairs.map(|(name, text)| (*name, Value::from(text.as_str())))
    }

    fn failure(&mut self, failure: &Failure) {
        let told = failure.response("-");
        self.say("scimType", told.scim_type.as_deref().unwrap_or_default());
        let detail: String = masked(&told.detail).chars().take(DETAIL_MAX).collect();
        self.say("detail", &detail);
        if let Failure::Refused(Refusal::Unauthenticated { cause, key_id, .. }) = failure {
            self.say("cause", cause.as_str());
            self.say("key", key_id.as_deref().unwrap_or_default());
        }
    }

    fn client(&mut self, response: &ServiceResponse<BoxBody>) {
        let request = response.request();
        for (name, header) in [("agent", USER_AGENT), ("forwarded", FORWARDED_FOR)] {
            let sent = request.headers().get(header);
            let sent = sent.map(|sent| String::from_utf8_lossy(sent.as_bytes()));
            let shown = sent.iter().flat_map(|sent| sent.chars());
            let shown: String = shown.filter(|c| !c.is_control()).take(HEADER_MAX).collect();
            self.say(name, &shown);
        }
        let peer = request.peer_addr().map(|peer| peer.ip().to_string());
        self.say("peer", &peer.unwrap_or_default());
    }

    fn say(&mut self, name: &'static str, text: &str) {
        if !text.is_empty() {
            self.0.push((name, text.to_owned()));
        }
    }
}

/// A sentence without what it quotes: clients send names and addresses, and the log has none. Everything from the first
/// quotation mark to the last goes, since what is quoted may hold quotation marks.
fn masked(detail: &str) -> String {
    match (detail.find('"'), detail.rfind('"')) {
        (Some(first), Some(last)) if first < last => {
            format!("{}\"…\"{}", &detail[..first], &detail[last + 1..])
        }
        _ => detail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows: SEC-09
    #[test]
    fn what_is_quoted_is_masked() {
        for (detail, shown) in [
            ("User \"jane\" does not exist", "User \"…\" does not exist"),
            (
                "path \"a[b eq \"x\"]\" or \"y\" is wrong",
                "path \"…\" is wrong",
            ),
            ("the body is empty", "the body is empty"),
            ("one \" alone", "one \" alone"),
        ] {
            assert_eq!(masked(detail), shown);
        }
    }
}
