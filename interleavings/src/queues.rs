//! Scenarios of the queues in front of the database.

use std::time::Duration;

use shuttle::future;

use crate::dialect::Dialect;
use crate::sync::{Arc, AtomicUsize, Ordering};
use crate::tenant_id::TenantId;
use crate::turns::{Kind, Turns};

/// Nothing in a scenario takes time.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many do something at this moment.
#[derive(Debug, Clone, Default)]
struct Now(Arc<AtomicUsize>);

impl Now {
    /// Does it, and checks that no more than `max` do.
    async fn does(&self, what: &str, max: usize) {
        let now = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        assert!(now <= max, "{now} of at most {max} {what}");
        future::yield_now().await;
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Reads, dear reads, writes and notes of two tenants wait for each other. All come through, and never more than may.
pub fn everybody_has_a_turn() {
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        for connections in [1, 2, 4] {
            future::block_on(crowd(connections, dialect));
        }
    }
}

async fn crowd(connections: usize, dialect: Dialect) {
    let turns = Turns::of(connections, dialect);
    let (all, dear, writers, notes) = (
        Now::default(),
        Now::default(),
        Now::default(),
        Now::default(),
    );
    let writers_max = match dialect {
        Dialect::Sqlite => 1,
        Dialect::Postgres => (connections - 1).max(1),
    };
    let kinds = [
        Kind::Write,
        Kind::DearRead,
        Kind::Read,
        Kind::Write,
        Kind::DearRead,
    ];
    let requests = [TenantId(1), TenantId(2)]
        .into_iter()
        .flat_map(|tenant| kinds.map(|kind| (tenant, kind)));
    let mut tasks: Vec<_> = requests
        .map(|(tenant, kind)| {
            let (turns, all) = (turns.clone(), all.clone());
            let (now, what, max) = match kind {
                Kind::Read => (Now::default(), "reads", 1),
                Kind::DearRead => (dear.clone(), "dear reads", 1),
                Kind::Write => (writers.clone(), "writes", writers_max),
            };
            future::spawn(async move {
                let taken = turns.of_tenant(tenant, kind, PATIENCE).await;
                let _taken = taken.expect("a turn");
                now.does(what, max).await;
                all.does("jobs", connections).await;
            })
        })
        .collect();
    tasks.push(future::spawn(async move {
        // It may find no turn that nobody else could have.
        if let Some(_taken) = turns.for_a_note().await {
            notes.does("notes", 1).await;
        }
    }));
    for task in tasks {
        task.await.expect("a request ends");
    }
}
