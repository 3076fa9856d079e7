//! The capabilities that the server announces in its `/ServiceProviderConfig`.

use serde_json::Value;

use crate::Result;
use crate::client::Client;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Announced {
    /// The most operations a bulk request may have; `None` without bulk requests.
    pub(crate) bulk_operations_max: Option<u64>,
    /// Paging by cursor, RFC 9865.
    pub(crate) cursor: bool,
}

impl Announced {
    pub(crate) fn read(client: &Client) -> Result<Self> {
        let answer = client.get("/ServiceProviderConfig")?.expect(200)?;
        Ok(Self::parse(&answer.json()?))
    }

    fn parse(config: &Value) -> Self {
        let bulk = &config["bulk"];
        Self {
            bulk_operations_max: bulk["maxOperations"]
                .as_u64()
                .filter(|_| bulk["supported"] == true),
            cursor: config["pagination"]["cursor"] == true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_announced_is_not_offered() {
        let off = json!({"bulk": {"supported": false, "maxOperations": 0}, "pagination": {"cursor": false}});
        for config in [json!({}), off] {
            let expected = Announced {
                bulk_operations_max: None,
                cursor: false,
            };
            assert_eq!(Announced::parse(&config), expected);
        }
        let on = json!({"bulk": {"supported": true, "maxOperations": 1000}, "pagination": {"cursor": true}});
        let expected = Announced {
            bulk_operations_max: Some(1_000),
            cursor: true,
        };
        assert_eq!(Announced::parse(&on), expected);
    }
}
