//! A user as an identity provider sends one.

use scim::Document;
use scim::canonical::{Purpose, canonicalize};
use scim::json::parse_object;

use super::world::World;

/// The body of a POST of a user with this many e-mails. The first one is for work.
pub(crate) fn body(emails: usize) -> String {
    let emails: Vec<String> = (0..emails).map(email).collect();
    format!(
        r#"{{
  "schemas": [
    "urn:ietf:params:scim:schemas:core:2.0:User",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
  ],
  "externalId": "00u1a2b3c4D5E6F7G8h9",
  "userName": "ada.lovelace@example.com",
  "name": {{ "formatted": "Ms. Ada Lovelace", "familyName": "Lovelace", "givenName": "Ada", "honorificPrefix": "Ms." }},
  "displayName": "Ada Lovelace",
  "nickName": "Ada",
  "title": "Analyst",
  "userType": "Employee",
  "preferredLanguage": "en-GB",
  "locale": "en-GB",
  "timezone": "Europe/London",
  "active": true,
  "emails": [{}],
  "phoneNumbers": [
    {{ "value": "+44 20 7946 0123", "type": "work", "primary": true }},
    {{ "value": "+44 7700 900123", "type": "mobile" }}
  ],
  "addresses": [
    {{ "type": "work", "streetAddress": "12 St James's Square", "locality": "London", "postalCode": "SW1Y 4JH", "country": "GB" }}
  ],
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {{
    "employeeNumber": "1815", "costCenter": "4130", "organization": "Engines", "division": "Research", "department": "Analysis"
  }}
}}"#,
        emails.join(", ")
    )
}

fn email(number: usize) -> String {
    let (kind, primary) = if number == 0 {
        ("work", true)
    } else {
        ("other", false)
    };
    format!(r#"{{ "value": "ada.{number}@example.com", "type": "{kind}", "primary": {primary} }}"#)
}

/// The same user as a document.
pub(crate) fn document(world: &World, emails: usize) -> Document {
    let body = parse_object(body(emails).as_bytes()).expect("it is an object");
    let input = canonicalize(world.context(), &body, Purpose::Create);
    input.expect("it is a user").document
}
