//! Many new users in one request.

use super::Table;
use crate::Result;
use crate::announced::Announced;
use crate::digits::grouped;
use crate::scenario::bulk::{Batch, Work};
use crate::statements::{BULK, Statements};

impl Table<'_> {
    /// As many operations as the server announces, at most a hundred. Its users are counted afterwards.
    pub(super) fn bulks(&mut self) -> Result<()> {
        let client = self.bench.one.first()?;
        let Some(announced) = Announced::read(client)?.bulk_operations_max else {
            self.report
                .note("POST /Bulk: not offered by this server, so it is missing");
            return Ok(());
        };
        let operations = BULK.min(usize::try_from(announced)?.max(1));
        // A hundred operations are a hundred statements, and no other number has a floor.
        let statements = (operations == BULK).then_some(Statements::Bulk);
        let name = format!("bulk of {operations} creates");
        let run_id = &self.bench.run_id;
        let prefixes = (0..self.count(BULK)).map(|number| format!("bulk-{run_id}-{number}-"));
        let prefixes: Vec<String> = prefixes.collect();
        let batch = |number: usize| Batch {
            work: Work::Creates,
            operations,
            prefix: &prefixes[number],
        };
        self.measure(&name, BULK, statements, |_, client, number| {
            let batch = batch(number);
            let answer = client.post("/Bulk", &batch.bulk_request())?.expect(200)?;
            batch.check(&answer.json()?)?;
            Ok(answer.took)
        })?;
        let mut wrong = Vec::new();
        for number in [0, prefixes.len() - 1] {
            wrong.extend(batch(number).count(client).err().map(|e| e.to_string()));
        }
        let per_second = self.report.find(&name).and_then(|bulk| bulk.rate());
        self.report.wrong(&name, wrong);
        self.report.note(format!(
            "{name}: {} users per second; the server announces at most {announced} operations",
            grouped((per_second.unwrap_or(0.0) * operations as f64) as u64)
        ));
        Ok(())
    }
}
