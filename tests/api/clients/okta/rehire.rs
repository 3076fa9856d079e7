//! Okta: somebody leaves and comes back, and gets the old account.

use serde_json::{Value, json};

use crate::clients::cycle::Cycle;
use crate::support::{GROUP, USER};

const LOOKUP: &str = "/Users?filter=userName%20eq%20%22KIM%40t.test%22&startIndex=1&count=100";

fn kim() -> Value {
    json!({
        "schemas": [USER], "externalId": "Kim-7", "userName": "kim@t.test", "active": true, "displayName": "Kim",
        "emails": [{ "primary": true, "type": "work", "value": "kim@t.test" }],
        "name": { "formatted": "Kim Li", "familyName": "Li", "givenName": "Kim" },
    })
}

api_test! {
    /// Rows: OKTA-13 OKTA-3 OKTA-12 GEN-3 GEN-8 DEC-3 DEC-7
    fn okta_13_a_rehired_person_is_found_and_gets_the_old_account(server) {
        let mut okta = Cycle::of_okta(&server);
        let user = okta.create("/Users", &kim());
        let team = okta.create("/Groups", &json!({ "schemas": [GROUP], "displayName": "Team", "members": [{ "value": user }] }));
        let path = format!("/Users/{user}");
        for round in 0..3 {
            okta.change(&user, json!([{ "op": "replace", "value": { "active": false } }]), |user| user["active"] = false.into());
            // Months later. A create would not come to an account, in any case of the name.
            okta.finds(LOOKUP, Some(&user));
            for name in ["kim@t.test", "Kim@T.test"] {
                let mut again = kim();
                again["userName"] = name.into();
                assert_eq!(okta.post("/Users", &again, 409)["scimType"], "uniqueness");
            }
            // A profile without `active` does not let the leaver in; one with it does.
            let mut profile = kim();
            profile["title"] = format!("Rehired {round}").into();
            profile.as_object_mut().unwrap().remove("active");
            let answer = okta.put(&path, &profile, 200);
            okta.model.put(&user, &profile);
            okta.model.shows(&answer);
            assert_eq!(answer["active"], false);
            profile["active"] = true.into();
            let answer = okta.put(&path, &profile, 200);
            okta.model.put(&user, &profile);
            okta.model.shows(&answer);
            assert_eq!(okta.model.groups_of(&user), std::slice::from_ref(&team));
        }
        okta.compare();
    }
}
