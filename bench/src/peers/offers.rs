//! What a peer offers, so that nothing is asked of it that it never promised.

use serde_json::Value;

use crate::Result;
use crate::client::Client;
use crate::load::fail_if_interrupted;

pub(super) struct Offers {
    filter: bool,
    patch: bool,
    /// Why there are no groups.
    no_groups: Option<String>,
}

impl Offers {
    /// As it says itself. What it does not mention counts as offered, and shows when it is asked.
    pub(super) fn ask(client: &Client) -> Result<Self> {
        let config = client.get("/ServiceProviderConfig")?.expect(200)?.json()?;
        Ok(Self::parse(&config))
    }

    fn parse(config: &Value) -> Self {
        let is_offered = |feature: &str| config[feature]["supported"] != false;
        Self {
            filter: is_offered("filter"),
            patch: is_offered("patch"),
            no_groups: None,
        }
    }

    pub(super) fn has_no_groups(&mut self, why: &str) {
        self.no_groups = Some(format!("groups could not be made: {why}"));
    }

    /// Why a scenario cannot be asked of it.
    pub(super) fn lacks(&self, scenario: &str) -> Option<&str> {
        let needs_group = scenario.contains("group");
        let needs_patch = scenario.starts_with("PATCH") || needs_group;
        if needs_patch && !self.patch {
            Some("its /ServiceProviderConfig has no PATCH")
        } else if scenario.starts_with("filter") && !self.filter {
            Some("its /ServiceProviderConfig has no filter")
        } else if needs_group {
            self.no_groups.as_deref()
        } else {
            None
        }
    }
}

/// Deletes the users that are there from the start, as examples.
pub(super) fn empty(client: &Client) -> Result<()> {
    loop {
        fail_if_interrupted()?;
        let page = client.get("/Users?count=100")?.expect(200)?.json()?;
        let users = page["Resources"].as_array().cloned().unwrap_or_default();
        if users.is_empty() {
            return Ok(());
        }
        for user in users {
            let id = user["id"].as_str().ok_or("a user has no id")?;
            client.delete(&format!("/Users/{id}"))?.expect(204)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lacking(offers: &Offers) -> Vec<&'static str> {
        let all = crate::scenario::peers::NAMES.into_iter();
        all.filter(|name| offers.lacks(name).is_some()).collect()
    }

    #[test]
    fn what_is_not_promised_is_not_asked() {
        assert_eq!(lacking(&Offers::parse(&json!({}))), [""; 0]);
        let mut offers = Offers::parse(&json!({"filter": {"supported": false}}));
        offers.has_no_groups("501");
        let expected = [
            "filter userName",
            "filter externalId",
            "filter emails.value",
            "group of all, with members",
            "member in or out, group of 10",
        ];
        assert_eq!(lacking(&offers), expected);
        let offers = Offers::parse(&json!({"patch": {"supported": false}}));
        let expected = [
            "group of all, with members",
            "PATCH active",
            "PATCH, Entra's shape",
            "member in or out, group of 10",
        ];
        assert_eq!(lacking(&offers), expected);
    }
}
