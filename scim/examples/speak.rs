//! Speaks SCIM as a client, without a network: prints a filter, reads a list, prints a PATCH message.

use std::error::Error;
use std::io::Write;

use scim::filter::{Filter, Operator};
use scim::list::ListResponse;
use scim::patch::{PatchOperation, PatchRequest};
use scim::path::AttrPath;

/// What a server might answer to `GET /Users?filter=userName eq "ada"`.
const ANSWER: &str = r#"{
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    "totalResults": 1,
    "Resources": [{ "id": "7", "userName": "Ada", "active": true }]
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    let path = AttrPath::parse("userName").ok_or("not an attribute path")?;
    let filter = Filter::compare(path, Operator::Eq, "ada");
    writeln!(out, "filter: {filter}")?;

    let answer = scim::json::parse_object(ANSWER.as_bytes())?;
    let page = ListResponse::parse(&answer)?;
    writeln!(
        out,
        "found {} of {}",
        page.items_per_page, page.total_results
    )?;

    for user in &page.resources {
        let request = PatchRequest::new([
            PatchOperation::replace("active", false),
            PatchOperation::remove(r#"emails[type eq "work"]"#),
        ]);
        let message = serde_json::to_string_pretty(&request.to_json())?;
        writeln!(out, "PATCH /Users/{}", user["id"].as_str().unwrap_or("?"))?;
        writeln!(out, "{message}")?;
    }
    Ok(())
}
