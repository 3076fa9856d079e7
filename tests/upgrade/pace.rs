//! How long the requests of a load took, and what went wrong.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a request of the old version may take beside a migration.
pub(crate) const LONGEST: Duration = Duration::from_secs(3);

const FAILURES_SHOWN: usize = 5;

/// What a load has seen. Threads share it.
#[derive(Default)]
pub(crate) struct Pace {
    ended: AtomicBool,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    requests: usize,
    longest: Duration,
    failures: Vec<String>,
}

impl Pace {
    /// Repeats `request` until [`Pace::end`].
    pub(crate) fn keep(&self, mut request: impl FnMut(usize) -> Result<(), String>) {
        let mut round = 0;
        while !self.ended.load(Ordering::Relaxed) {
            round += 1;
            let began = Instant::now();
            let outcome = request(round);
            let mut seen = self.seen.lock().expect("no thread of the load panicked");
            seen.requests += 1;
            seen.longest = seen.longest.max(began.elapsed());
            if seen.failures.len() < FAILURES_SHOWN {
                seen.failures.extend(outcome.err());
            }
        }
    }

    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    /// Waits until so many requests more were answered.
    pub(crate) fn goes_on(&self, requests: usize) {
        let answered = || {
            self.seen
                .lock()
                .expect("no thread of the load panicked")
                .requests
        };
        let wanted = answered() + requests;
        let began = Instant::now();
        while answered() < wanted {
            assert!(
                began.elapsed() < Duration::from_mins(1),
                "the load stands still"
            );
            std::thread::yield_now();
        }
    }

    #[track_caller]
    pub(crate) fn judge(&self, whose: &str) {
        let seen = self.seen.lock().expect("no thread of the load panicked");
        println!(
            "{whose}: {} requests, the longest took {:?}",
            seen.requests, seen.longest
        );
        assert!(seen.failures.is_empty(), "{whose}: {:?}", seen.failures);
        assert!(
            seen.longest < LONGEST,
            "{whose}: a request took {:?}",
            seen.longest
        );
    }
}
