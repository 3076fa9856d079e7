//! Requests over N connections, counted in advance.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::Result;
use crate::client::{Client, Endpoint};

/// After this many wrong answers the server gets no more requests.
const WRONG_MAX: usize = 20;

/// Set by Ctrl-C and SIGTERM, which reach the whole process. The run then cleans up as after an error.
static INTERRUPTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// From now on a signal ends every block of requests instead of the process.
pub(crate) fn catch_signals() -> Result<()> {
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&INTERRUPTED))?;
    }
    Ok(())
}

pub(crate) fn fail_if_interrupted() -> Result<()> {
    if INTERRUPTED.load(Ordering::Relaxed) {
        Err("interrupted".into())
    } else {
        Ok(())
    }
}

/// The connections of a run. They stay open from block to block; threads live for one block.
pub(crate) struct Load {
    clients: Vec<Client>,
}

/// The result of one block of requests.
#[derive(Default)]
pub(crate) struct Tally {
    /// One per right answer.
    pub(crate) nanos: Vec<u64>,
    /// One sentence per wrong answer.
    pub(crate) wrong: Vec<String>,
    pub(crate) elapsed: Duration,
}

impl Load {
    pub(crate) fn new(endpoint: &Endpoint, connections: usize) -> Self {
        Self {
            clients: (0..connections).map(|_| Client::new(endpoint)).collect(),
        }
    }

    /// Runs `step` once for each of 0, 1, … `count - 1`, on any free connection. An error is a wrong answer.
    pub(crate) fn run(
        &self,
        count: usize,
        step: impl Fn(&Client, usize) -> Result<Duration> + Sync,
    ) -> Tally {
        self.run_within(None, count, step)
    }

    /// The same, but nothing is sent after `longest`.
    pub(crate) fn run_within(
        &self,
        longest: Option<Duration>,
        count: usize,
        step: impl Fn(&Client, usize) -> Result<Duration> + Sync,
    ) -> Tally {
        let end = longest.map(|longest| Instant::now() + longest);
        let is_over = || end.is_some_and(|end| Instant::now() >= end);
        let next = AtomicUsize::new(0);
        let wrong_count = AtomicUsize::new(0);
        let work = |client: &Client| {
            let mut tally = Tally::default();
            while wrong_count.load(Ordering::Relaxed) < WRONG_MAX
                && fail_if_interrupted().is_ok()
                && !is_over()
            {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    break;
                }
                match step(client, number) {
                    Ok(took) => tally
                        .nanos
                        .push(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX)),
                    Err(error) => {
                        wrong_count.fetch_add(1, Ordering::Relaxed);
                        tally.wrong.push(error.to_string());
                    }
                }
            }
            tally
        };
        let start = Instant::now();
        let mut all = Tally::default();
        std::thread::scope(|scope| {
            let work = &work;
            let threads: Vec<_> = self
                .clients
                .iter()
                .map(|client| scope.spawn(move || work(client)))
                .collect();
            for thread in threads {
                match thread.join() {
                    Ok(tally) => all.absorb(tally),
                    Err(_) => all
                        .wrong
                        .push("a thread of the benchmark itself failed".to_owned()),
                }
            }
        });
        all.elapsed = start.elapsed();
        all
    }

    pub(crate) fn connections(&self) -> usize {
        self.clients.len()
    }

    /// A connection for requests that are not measured.
    pub(crate) fn first(&self) -> Result<&Client> {
        self.clients.first().ok_or_else(|| "no connection".into())
    }

    /// Opens every connection, so that no measured request pays for it.
    pub(crate) fn connect(&self) {
        for client in &self.clients {
            // If the server does not answer here, the measured requests report it.
            let _ = client.livez();
        }
    }
}

impl Tally {
    fn absorb(&mut self, other: Self) {
        self.nanos.extend(other.nanos);
        self.wrong.extend(other.wrong);
    }

    /// For requests without which the run cannot go on.
    pub(crate) fn all_right(self) -> Result<()> {
        fail_if_interrupted()?;
        match self.wrong.first() {
            None => Ok(()),
            Some(first) => {
                Err(format!("{} wrong answers, the first: {first}", self.wrong.len()).into())
            }
        }
    }
}
