//! Access to the database: a limited pool, and limited waiting for it. Async callers use it, and commands, which block.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::task::{JoinError, JoinHandle};

use super::cancelling::Cancelling;
use super::error::{Result, StoreError};
use super::job::{Abandoned, Job, Waiting};
use super::patience::{Limit, Patience, spend};
use super::pool::Pool;
use super::session::Session;
use super::tenant_id::TenantId;
use super::tenants::Tenants;
use super::times::Times;
use super::turns::{Kind, Taken, Turns};
use super::wakers::Wakers;
use super::way::Giving;
use super::who::Who;
use super::writing::Writing;

/// How long anybody waits for a note, once it has its turns.
const NOTE_PATIENCE: Duration = Duration::from_millis(500);

/// The database.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
    turns: Turns,
    wakers: Wakers,
    patience: Patience,
    abandoned: Abandoned,
}

/// How long work in the store waits that belongs to a command.
const COMMAND_PATIENCE: Patience = Patience(Duration::from_secs(40));

impl Store {
    /// Opens a pool of at most `size` connections for commands. One is made at once, so that a wrong URL is reported at once.
    ///
    /// Errors: a sentence without the URL's secrets.
    pub fn open(url: &str, size: u32) -> std::result::Result<Self, String> {
        Self::with(url, size, COMMAND_PATIENCE, Times::of_commands())
    }

    /// The same for requests, each of which waits for the database no longer than `timeout`.
    ///
    /// Errors: as [`Store::open`].
    pub fn serving(url: &str, size: u32, timeout: Duration) -> std::result::Result<Self, String> {
        Self::with(url, size, Patience(timeout), Times::of_requests(timeout))
    }

    fn with(
        url: &str,
        size: u32,
        patience: Patience,
        times: Times,
    ) -> std::result::Result<Self, String> {
        let pool = Pool::open(url, size, times)?;
        Ok(Self {
            turns: Turns::of(pool.size(), pool.dialect()),
            pool,
            wakers: Wakers::default(),
            patience,
            abandoned: Abandoned::default(),
        })
    }

    /// Connections in use and idle.
    pub fn connections(&self) -> (u32, u32) {
        self.pool.state()
    }

    /// Jobs in the database that go on although nobody waits for them any more.
    pub fn abandoned_jobs(&self) -> usize {
        self.abandoned.count()
    }

    /// Runs a request. All its work in the store shares one time.
    pub async fn request<F: Future>(&self, request: F) -> F::Output {
        self.patience.together(request).await
    }

    /// Runs the part of a request that is many transactions. Each may take ten times as long as a request, while its
    /// statements come back.
    pub async fn piecewise<F: Future>(&self, part: F) -> F::Output {
        self.patience.each(part).await
    }

    /// Gives back memory that was needed for work, if there is none now.
    pub(crate) async fn rest(&self) -> Result<()> {
        // A server at rest wakes no thread.
        if !self.pool.may_rest() {
            return Ok(());
        }
        let work = |pool: &Pool, _: &Job| {
            pool.rest();
            Ok(())
        };
        self.run(Vec::new(), self.patience.limit(), work).await
    }

    /// Empties SQLite's log if it has become long, as it does while somebody always reads.
    pub(crate) async fn shorten_log(&self) -> Result<()> {
        if !self.pool.has_long_log() {
            return Ok(());
        }
        let Some(turns) = self.turns.for_a_note().await else {
            return Ok(());
        };
        let work = |pool: &Pool, _: &Job| pool.empty_log();
        self.run(turns, self.patience.limit(), work).await
    }

    /// Rings when this process has committed a change of the tenant.
    pub(crate) fn waker(&self, tenant: TenantId) -> Arc<Notify> {
        self.wakers.of(tenant)
    }

    /// Runs `work` in a transaction that only reads. Every statement sees the same state.
    pub async fn read<T: Send + 'static>(
        &self,
        who: impl Into<Who>,
        work: impl Fn(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let who = who.into();
        let tenant = who.tenant();
        let work = move |pool: &Pool, job: &Job| {
            pool.with_transaction(job, false, |connection| work(&mut who.session(connection)))
        };
        self.of_tenant(tenant, Kind::Read, work).await
    }

    /// As [`Store::read`], for work that may read much. Such work of one tenant waits for each other. All of it leaves most turns
    /// to work that reads little, and gives way to it. It ends when nobody waits for it any more.
    pub async fn read_much<T: Send + 'static>(
        &self,
        who: impl Into<Who>,
        work: impl Fn(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let who = who.into();
        let tenant = who.tenant();
        let work = move |pool: &Pool, job: &Job| {
            let _giving = Giving::begin();
            pool.with_transaction(job, false, |connection| {
                let backend = connection.backend()?;
                job.reads_by(backend, || work(&mut who.session(connection)))
            })
        };
        self.of_tenant(tenant, Kind::DearRead, work).await
    }

    /// Runs `glance`, without a transaction around it. It runs again as in [`Store::glance`].
    pub async fn look<T: Send + 'static>(
        &self,
        who: impl Into<Who>,
        glance: impl Fn(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let who = who.into();
        let tenant = who.tenant();
        let work = move |pool: &Pool, job: &Job| {
            pool.with_connection(job, |connection| glance(&mut who.session(connection)))
        };
        self.of_tenant(tenant, Kind::Read, work).await
    }

    /// Runs `glance`, without a transaction around it. If it does not find everything, runs `work` as [`Store::read`] does.
    ///
    /// `glance` runs again on another connection when its own turns out to be lost. So what it writes comes last, and a failure
    /// of that is not its failure.
    pub async fn glance<T: Send + 'static>(
        &self,
        who: impl Into<Who>,
        glance: impl Fn(&mut Session<'_>) -> Result<Option<T>> + Send + 'static,
        work: impl Fn(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let who = who.into();
        let tenant = who.tenant();
        let work = move |pool: &Pool, job: &Job| {
            let found =
                pool.with_connection(job, |connection| glance(&mut who.session(connection)))?;
            match found {
                Some(found) => Ok(found),
                None => pool
                    .with_transaction(job, false, |connection| work(&mut who.session(connection))),
            }
        };
        self.of_tenant(tenant, Kind::Read, work).await
    }

    /// Runs `work` in a transaction that may write, as a whole or not at all. A lost race runs it again.
    pub async fn write<T: Send + 'static>(
        &self,
        who: impl Into<Who>,
        work: impl Fn(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writing(who.into(), move |at| at.in_transaction(&work))
            .await
    }

    /// As [`Store::write`]. Where a statement can write everything (on PostgreSQL), `swift` is tried before, without a
    /// transaction: at most one of its statements writes. It may find that the change needs a transaction, or lose a race.
    pub async fn write_swiftly<T: Send + 'static>(
        &self,
        who: impl Into<Who>,
        swift: impl Fn(&mut Session<'_>) -> Result<Option<T>> + Send + 'static,
        work: impl Fn(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writing(who.into(), move |at| {
            let swiftly = at.swiftly(&swift);
            swiftly.unwrap_or_else(|| at.in_transaction(&work))
        })
        .await
    }

    /// Runs `work` with a writer's turn, and wakes those who wait for changes if it has recorded some.
    async fn writing<T: Send + 'static>(
        &self,
        who: Who,
        work: impl FnOnce(&Writing<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (tenant, wakers) = (who.tenant(), self.wakers.clone());
        let work = move |pool: &Pool, job: &Job| {
            let writing = Writing::new(pool, job, &who);
            let outcome = work(&writing);
            // A change may be committed although its answer could not be read.
            if writing.records.get() {
                wakers.wake(tenant);
            }
            outcome
        };
        self.of_tenant(tenant, Kind::Write, work).await
    }

    /// Writes data whose loss does no harm, in a transaction whose commit waits neither for the disk nor for a standby. It is
    /// tried once, and waits only a moment for a turn, a lock or the database. `None` when it was not written.
    ///
    /// On PostgreSQL it is one statement that says all this itself, see `note::relaxed`.
    pub async fn note<T: Send + 'static>(
        &self,
        tenant: TenantId,
        work: impl Fn(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let began = Instant::now();
        let Some(turns) = self.turns.for_a_note().await else {
            spend(began.elapsed());
            return Ok(None);
        };
        let note = move |pool: &Pool, job: &Job| {
            pool.with_relaxed_transaction(job, |connection| {
                work(&mut Session::new(connection, tenant))
            })
        };
        match self.run(turns, Limit::of(NOTE_PATIENCE), note).await {
            Err(StoreError::Late) => Ok(None),
            outcome => outcome,
        }
    }

    /// Runs `work` that nobody waits for and that may be undone by a crash, in a transaction of its own. It never has more than
    /// one turn, and its commit waits for no standby.
    pub async fn tend<T: Send + 'static>(
        &self,
        tenant: TenantId,
        work: impl Fn(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let work = move |tenants: &mut Tenants<'_>| work(&mut tenants.session(tenant));
        self.tend_tenants(work).await
    }

    /// The same over all tenants.
    pub async fn tend_tenants<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tenants<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turns = self.turns.for_upkeep().await?;
        let tend = move |pool: &Pool, job: &Job| {
            pool.with_write(job, |connection| {
                connection.commit_lightly()?;
                work(&mut Tenants::new(connection))
            })
        };
        self.run(turns, self.patience.long(), tend).await
    }

    /// Runs one reading statement over all tenants, without a transaction around it.
    pub async fn look_up<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tenants<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let work = move |pool: &Pool, job: &Job| {
            pool.with_connection(job, |connection| work(&mut Tenants::new(connection)))
        };
        self.anywhere(false, self.patience.limit(), work).await
    }

    /// Runs `work` in a transaction over all tenants that may write. It may read all resources of a tenant, so it may take ten
    /// times as long as a request, while its statements come back.
    pub async fn over_tenants<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tenants<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let work = move |pool: &Pool, job: &Job| {
            pool.with_write(job, |connection| work(&mut Tenants::new(connection)))
        };
        self.anywhere(true, self.patience.long(), work).await
    }

    /// The same for a command, which blocks and takes no turn.
    pub fn over_tenants_blocking<T>(
        &self,
        work: impl FnOnce(&mut Tenants<'_>) -> Result<T>,
    ) -> Result<T> {
        let job = Job::default();
        self.pool
            .with_transaction(&job, true, |connection| work(&mut Tenants::new(connection)))
    }

    /// As [`Store::over_tenants_blocking`], in a transaction that only reads.
    pub fn read_tenants_blocking<T>(
        &self,
        work: impl FnOnce(&mut Tenants<'_>) -> Result<T>,
    ) -> Result<T> {
        let job = Job::default();
        self.pool.with_transaction(&job, false, |connection| {
            work(&mut Tenants::new(connection))
        })
    }

    /// Runs statements on a command's connection, without a transaction around them.
    pub fn upkeep<T>(&self, work: impl Fn(&mut Tenants<'_>) -> Result<T>) -> Result<T> {
        let job = Job::default();
        self.pool
            .with_connection(&job, |connection| work(&mut Tenants::new(connection)))
    }

    /// Runs `work` with the turns of a tenant, within the time that the request has left.
    async fn of_tenant<T: Send + 'static>(
        &self,
        tenant: TenantId,
        kind: Kind,
        work: impl FnOnce(&Pool, &Job) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let limit = self.patience.limit();
        let turns = self.turns.of_tenant(tenant, kind, limit.silence);
        self.in_turn(turns, limit, work).await
    }

    /// The same outside any tenant.
    async fn anywhere<T: Send + 'static>(
        &self,
        write: bool,
        limit: Limit,
        work: impl FnOnce(&Pool, &Job) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turns = self.turns.anywhere(write, limit.silence);
        self.in_turn(turns, limit, work).await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        turns: impl Future<Output = Result<Taken>>,
        limit: Limit,
        work: impl FnOnce(&Pool, &Job) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let began = Instant::now();
        let turns = turns.await;
        let waited = began.elapsed();
        spend(waited);
        self.run(turns?, limit.after(waited), work).await
    }

    /// Runs `work` on a thread that may block, and waits for it. It keeps its turns until it really ends.
    async fn run<T: Send + 'static>(
        &self,
        turns: Taken,
        limit: Limit,
        work: impl FnOnce(&Pool, &Job) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        if limit.whole.is_zero() {
            return Err(StoreError::Late);
        }
        let (began, pool) = (Instant::now(), self.pool.clone());
        let job = Job::new(&self.abandoned);
        let _cancelling = Cancelling::new(&pool, &job);
        let waiting = job.wait();
        let done = tokio::task::spawn_blocking(move || {
            let _turns = turns;
            let _working = job.work();
            work(&pool, &job)
        });
        let done = awaited(done, &waiting, limit).await;
        spend(began.elapsed());
        match done {
            None => Err(waiting.give_up()),
            Some(Ok(outcome)) => outcome,
            Some(Err(panicked)) => {
                log::error!("a database job did not end: {panicked}");
                Err(StoreError::Fault("a database job did not end"))
            }
        }
    }
}

/// What a job comes to. `None` when it has taken too long, or the database has been silent for too long.
async fn awaited<T>(
    mut job: JoinHandle<T>,
    waiting: &Waiting,
    limit: Limit,
) -> Option<std::result::Result<T, JoinError>> {
    let began = Instant::now();
    let ends = began + limit.whole;
    loop {
        let since = waiting.last_sign().unwrap_or(began);
        let due = ends.min(since + limit.silence);
        if let Ok(done) = tokio::time::timeout_at(due.into(), &mut job).await {
            return Some(done);
        }
        if due == ends || waiting.last_sign().unwrap_or(began) == since {
            return None;
        }
    }
}
