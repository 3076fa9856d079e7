//! The same look-ups and walks after the directory has grown: they should cost what they cost before.

use serde_json::Value;

use super::reads::LOOK_UPS;
use super::{GET, Table};
use crate::Result;
use crate::cli::TableArgs;
use crate::client::Client;
use crate::database;
use crate::digits::grouped;
use crate::multiply::Growth;
use crate::people::{employee, user};
use crate::seed::{Ids, id_of};
use crate::target::Target;

/// The group that the project asks about.
const LARGE_GROUP: usize = 100_000;
/// New users who come and go there.
const VISITORS: usize = 1_000;
const PREFIX: &str = "copy";

/// A size that the run could not reach is said at once, and not after minutes.
pub(super) fn refuse(args: &TableArgs, target: &Target) -> Result<()> {
    let Some(size) = args.multiply_to else {
        return Ok(());
    };
    if target.database_url().is_none() {
        return Err(
            "--multiply-to writes into the database, so it does not go with --attach".into(),
        );
    }
    // Bulk requests make as many users as other scenarios have requests, and one request for each connection at least.
    let least = args.users + 2 * args.requests + 100 * u32::from(args.connections) + 2_000;
    if size < least {
        let why = "other scenarios make users, too";
        return Err(
            format!("--multiply-to {size}: {why}, so it has to be {least} at least").into(),
        );
    }
    Ok(())
}

/// Totals as the server tells them.
#[derive(Debug, PartialEq, Eq)]
struct Totals {
    users: u64,
    groups: u64,
    /// Counted by a filter, and not by the table of counts.
    copies: u64,
}

impl Totals {
    fn read(client: &Client) -> Result<Self> {
        let of = |path: &str| -> Result<u64> {
            let body: Value = client.get(path)?.expect(200)?.json()?;
            Ok(body["totalResults"].as_u64().ok_or("no totalResults")?)
        };
        Ok(Self {
            users: of("/Users?count=0")?,
            groups: of("/Groups?count=0")?,
            copies: of(&format!(
                "/Users?count=0&filter=userName%20sw%20%22{PREFIX}-%22"
            ))?,
        })
    }

    /// Whether the server finds these totals. A run with others measures something else, so it ends.
    fn check(&self, client: &Client) -> Result<()> {
        let found = Self::read(client)?;
        match found == *self {
            true => Ok(()),
            false => Err(format!("{found:?} where {self:?} is right").into()),
        }
    }
}

impl Table<'_> {
    /// Grows the directory to `size` users, and measures the look-ups and the walks again.
    pub(super) fn size(&mut self, target: &Target, size: usize) -> Result<()> {
        let url = target.database_url().ok_or("there is no database")?;
        let client = self.bench.one.first()?;
        let visitors = self.visitors()?;
        let before = Totals::read(client)?;
        let mut growth = Growth::begin(self.bench, url, PREFIX, |name, number| user(name, number))?;
        growth.join(self.bench, &self.seeded.large_group_id)?;
        let copies = usize::try_from(before.users)
            .ok()
            .and_then(|users| size.checked_sub(users));
        let copies = copies.ok_or("the directory is larger already")?;
        self.at_large_group(&mut growth, copies, &visitors)?;
        growth.to(copies)?;
        growth.checkpoint();
        let right = Totals {
            users: size as u64,
            groups: before.groups,
            copies: copies as u64,
        };
        right.check(client)?;
        self.directory.grow(growth.copies());
        self.suffix = suffix(size);
        self.look_ups_again(size)?;
        let analysed = database::analysed(url)?;
        growth.settle()?;
        growth.checkpoint();
        self.report.note(format!(
            "size: the server wrote one user and SQL multiplied it, with its index entries, its change and its membership in \
             the group of all, until there were {} users; totalResults of users, groups and copies were right then. The \
             look-ups and gets came next, with a checkpoint before them and no ANALYZE{analysed}. Then the database was \
             settled (on PostgreSQL: VACUUM ANALYZE), and the walks came",
            grouped(size)
        ));
        self.walks(size)
    }

    /// Members at the size that the project asks about, on the way there.
    fn at_large_group(
        &mut self,
        growth: &mut Growth,
        copies: usize,
        visitors: &[String],
    ) -> Result<()> {
        let seeded = self.seeded.user_ids.len();
        let wanted = LARGE_GROUP.saturating_sub(seeded);
        if !(1..=copies).contains(&wanted) {
            return Ok(());
        }
        growth.to(wanted)?;
        growth.checkpoint();
        let over = format!("1 connection, beside {}", grouped(LARGE_GROUP));
        self.large_group(visitors, LARGE_GROUP, &over)
    }

    fn look_ups_again(&mut self, size: usize) -> Result<()> {
        self.get()?;
        self.look_ups()?;
        let small = grouped(self.seeded.user_ids.len());
        for name in [GET, LOOK_UPS[0], LOOK_UPS[1], LOOK_UPS[2]] {
            let what = format!("{name}: {} : {small} users", grouped(size));
            self.report
                .ratio_of(&what, &format!("{name}{}", suffix(size)), name);
        }
        Ok(())
    }

    /// New users in no group.
    fn visitors(&self) -> Result<Vec<String>> {
        let count = VISITORS.min(self.requests);
        let ids = Ids::new(count);
        let created = self.bench.many.run(count, |client, number| {
            let name = format!("visitor-{}-{number}@example.com", self.bench.run_id);
            let answer = client
                .post("/Users", &employee(&name, number))?
                .expect(201)?;
            ids.set(number, id_of(&answer)?);
            Ok(answer.took)
        });
        created.all_right()?;
        Ok(ids.into_vec())
    }
}

/// Behind the names of scenarios.
fn suffix(size: usize) -> String {
    format!(", {} users", grouped(size))
}
