//! How long a request still waits for the database. Its calls of the store share one time: what the first has waited, the
//! others wait less. Time in which it waits for something else, as for a slow body, does not count.

use std::cell::Cell;
use std::time::Duration;

/// How much longer a transaction of very many statements may take.
const LONG: u32 = 10;

tokio::task_local! {
    static TERMS: Cell<Terms>;
}

/// What the calls of a task may wait.
#[derive(Debug, Clone, Copy)]
enum Terms {
    /// All of them together, so much more.
    Together(Duration),
    /// Each of them by itself, and for long.
    Each,
}

/// How long a call waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    /// While the database gives no sign.
    pub(super) silence: Duration,
    /// In all.
    pub(super) whole: Duration,
}

impl Limit {
    pub(super) fn of(time: Duration) -> Self {
        Self {
            silence: time,
            whole: time,
        }
    }

    /// What is left when the call has waited for its turn.
    pub(super) fn after(self, waited: Duration) -> Self {
        let whole = self.whole.saturating_sub(waited);
        Self {
            silence: self.silence.min(whole),
            whole,
        }
    }
}

/// How long a request waits for the database.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience(pub(super) Duration);

impl Patience {
    /// What a call may wait that begins now. Work that belongs to no request has a time of its own.
    pub(super) fn limit(self) -> Limit {
        match TERMS.try_with(Cell::get) {
            Ok(Terms::Together(left)) => Limit::of(left),
            Ok(Terms::Each) => self.long(),
            Err(_) => Limit::of(self.0),
        }
    }

    /// The limit of a transaction that may have very many statements. The database has to give a sign as often as a request
    /// wants an answer.
    pub(super) fn long(self) -> Limit {
        Limit {
            silence: self.0,
            whole: self.0 * LONG,
        }
    }

    /// Runs a request whose calls share one time.
    pub(super) async fn together<F: Future>(self, request: F) -> F::Output {
        let terms = Cell::new(Terms::Together(self.0));
        TERMS.scope(terms, request).await
    }

    /// Runs the part of a request that makes many transactions. Each has a long limit of its own.
    pub(super) async fn each<F: Future>(self, part: F) -> F::Output {
        TERMS.scope(Cell::new(Terms::Each), part).await
    }
}

/// Notes that a call of this task has waited.
pub(super) fn spend(waited: Duration) {
    // Work that belongs to no request spends nothing.
    let _ = TERMS.try_with(|terms| {
        if let Terms::Together(left) = terms.get() {
            terms.set(Terms::Together(left.saturating_sub(waited)));
        }
    });
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_calls_of_a_request_share_its_time() {
        let patience = Patience(SECOND * 3);
        let request = patience.together(async {
            spend(SECOND);
            assert_eq!(patience.limit(), Limit::of(SECOND * 2));
            let part = patience.each(async {
                spend(SECOND);
                patience.limit()
            });
            assert_eq!(part.await, patience.long(), "a transaction of many");
            spend(SECOND * 5);
            patience.limit()
        });
        assert_eq!(request.now_or_never(), Some(Limit::of(Duration::ZERO)));
        assert_eq!(patience.limit(), Limit::of(SECOND * 3), "of no request");
    }

    #[test]
    fn waiting_for_a_turn_takes_from_the_whole() {
        let long = Patience(SECOND * 3).long();
        assert_eq!((long.silence, long.whole), (SECOND * 3, SECOND * 30));
        let after = long.after(SECOND * 2);
        assert_eq!((after.silence, after.whole), (SECOND * 3, SECOND * 28));
        assert_eq!(Limit::of(SECOND * 3).after(SECOND), Limit::of(SECOND * 2));
    }
}
