//! Users, one at a time, and the cost floor below them.

use serde_json::json;

use crate::Result;
use crate::measure::{Bench, Measured};
use crate::people::user;
use crate::seed::{Ids, Seeded, id_of, is_sampled, user_name};

/// Coprime to most counts. So neighbouring requests touch users far apart, and each user once before any user twice.
const STRIDE: usize = 7_919;

pub(super) fn scattered(number: usize, count: usize) -> usize {
    number * STRIDE % count
}

/// The cheapest request: no token, no database.
pub(super) fn livez(bench: &Bench, requests: usize) -> Result<Measured> {
    bench.measure("GET /livez", requests, |client, _| {
        Ok(client.livez()?.expect(200)?.took)
    })
}

/// Also returns the new users' ids: they are in no group yet.
pub(super) fn create(bench: &Bench, requests: usize) -> Result<(Measured, Vec<String>)> {
    let ids = Ids::new(requests);
    let measured = bench.measure("POST of a user", requests, |client, number| {
        let name = format!("new-{}-{number}@example.com", bench.run_id);
        let answer = client.post("/Users", &user(&name, number))?.expect(201)?;
        if is_sampled(number) {
            let body = answer.json()?;
            same(&body["userName"], &name)?;
            same(&body["emails"][0]["value"], &name)?;
            same(&body["meta"]["resourceType"], "User")?;
        }
        ids.set(number, id_of(&answer)?);
        Ok(answer.took)
    })?;
    Ok((measured, ids.into_vec()))
}

pub(super) fn get(bench: &Bench, requests: usize, seeded: &Seeded) -> Result<Measured> {
    bench.measure("GET of a user", requests, |client, number| {
        let user = scattered(number, seeded.user_ids.len());
        let answer = client
            .get(&format!("/Users/{}", seeded.user_ids[user]))?
            .expect(200)?;
        if is_sampled(number) {
            let body = answer.json()?;
            same(&body["id"], &seeded.user_ids[user])?;
            same(&body["userName"], &user_name(bench, user))?;
        }
        Ok(answer.took)
    })
}

/// The query that identity providers send before every creation.
pub(super) fn filter(bench: &Bench, requests: usize, seeded: &Seeded) -> Result<Measured> {
    bench.measure("filter userName eq", requests, |client, number| {
        let user = scattered(number, seeded.user_ids.len());
        let name = user_name(bench, user);
        let answer = client
            .find(
                "Users",
                &format!("userName eq \"{name}\""),
                "userName,emails",
            )?
            .expect(200)?;
        if is_sampled(number) {
            let body = answer.json()?;
            if body["totalResults"] != json!(1) {
                return Err(format!("{name} was found {} times", body["totalResults"]).into());
            }
            same(&body["Resources"][0]["id"], &seeded.user_ids[user])?;
            same(&body["Resources"][0]["userName"], &name)?;
        }
        Ok(answer.took)
    })
}

/// Every request makes a change: a PATCH without effect would be cheaper.
pub(super) fn patch(bench: &Bench, requests: usize, seeded: &Seeded) -> Result<Measured> {
    bench.measure("PATCH of a user", requests, |client, number| {
        let user_id = &seeded.user_ids[scattered(number, seeded.user_ids.len())];
        let title = format!("Engineer {number}");
        let replace = json!({"op": "replace", "path": "title", "value": title});
        let answer = client
            .patch(&format!("/Users/{user_id}"), &replace)?
            .expect(200)?;
        if is_sampled(number) {
            let body = answer.json()?;
            same(&body["id"], user_id)?;
            same(&body["title"], &title)?;
        }
        Ok(answer.took)
    })
}

pub(super) fn same(got: &serde_json::Value, expected: &str) -> Result<()> {
    if got == expected {
        Ok(())
    } else {
        Err(format!("{got} where {expected:?} is right").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn scattering_visits_every_user_before_the_first_again() {
        for count in [11, 1_000, 100_000] {
            let visited: HashSet<usize> =
                (0..count).map(|number| scattered(number, count)).collect();
            assert_eq!(visited.len(), count);
        }
    }
}
