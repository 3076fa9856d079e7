//! What one connection is doing. Its stream, its requests and the crowd share this.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use futures_util::task::AtomicWaker;
use tokio::time::Instant;

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The client owes a request.
    Waiting { since: Instant },
    /// A request runs.
    Working {
        since: Instant,
        /// Whether its body comes in chunks, and not all of them have come.
        is_chunked: bool,
    },
    /// An answer is sent.
    Answering,
}

/// The place of one connection.
#[derive(Debug)]
pub(in crate::http) struct Seat {
    inner: Mutex<Inner>,
    /// Wakes the task of the connection.
    waker: AtomicWaker,
}

#[derive(Debug)]
struct Inner {
    state: State,
    /// Bytes that came since the last request was answered.
    rest: usize,
    /// Whether the connection has to go as soon as no request runs.
    is_dismissed: bool,
}

/// What a stream may do that has no bytes to read.
pub(super) enum Patience {
    /// It may wait for ever: the connection has a request.
    Unbounded,
    /// It waits for a request since then.
    Since(Instant),
    /// It has to end.
    Over,
}

impl Seat {
    pub(super) fn new() -> Self {
        Self {
            inner: Mutex::new(Inner {
                state: State::Waiting {
                    since: Instant::now(),
                },
                rest: 0,
                is_dismissed: false,
            }),
            waker: AtomicWaker::new(),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request begins, with a body in chunks or not.
    pub(super) fn asked(&self, is_chunked: bool) {
        self.inner().state = State::Working {
            since: Instant::now(),
            is_chunked,
        };
    }

    /// The whole body of the request has come.
    pub(in crate::http) fn has_body(&self) {
        let mut inner = self.inner();
        if let State::Working { is_chunked, .. } = &mut inner.state {
            *is_chunked = false;
        }
    }

    /// Its answer begins. What comes from now on belongs to the next request, or nobody wants it.
    pub(super) fn answering(&self) {
        let mut inner = self.inner();
        inner.state = State::Answering;
        inner.rest = 0;
    }

    /// Its answer is written, or nobody will write it.
    pub(super) fn answered(&self) {
        self.inner().state = State::Waiting {
            since: Instant::now(),
        };
    }

    /// The stream has taken bytes of an answer. The client cannot ask again before it has them.
    pub(super) fn wrote(&self) {
        let mut inner = self.inner();
        if let State::Waiting { since } = &mut inner.state {
            *since = Instant::now();
        }
    }

    /// Bytes came. Returns how many have come that no running request reads.
    pub(super) fn read(&self, bytes: usize) -> usize {
        let mut inner = self.inner();
        if matches!(inner.state, State::Working { .. }) {
            return 0;
        }
        inner.rest = inner.rest.saturating_add(bytes);
        inner.rest
    }

    /// How long the stream may wait for bytes. Being dismissed wakes the task.
    pub(super) fn patience(&self, waker: &Waker) -> Patience {
        self.waker.register(waker);
        let inner = self.inner();
        match inner.state {
            State::Waiting { .. } if inner.is_dismissed => Patience::Over,
            State::Waiting { since } => Patience::Since(since),
            State::Working { .. } | State::Answering => Patience::Unbounded,
        }
    }

    /// Since when the client owes a request.
    pub(super) fn waits_since(&self) -> Option<Instant> {
        match self.inner().state {
            State::Waiting { since } => Some(since),
            State::Working { .. } | State::Answering => None,
        }
    }

    /// Since when a request runs.
    pub(super) fn works_since(&self) -> Option<Instant> {
        match self.inner().state {
            State::Working { since, .. } => Some(since),
            State::Waiting { .. } | State::Answering => None,
        }
    }

    /// Whether chunks of the request that runs are still to come.
    pub(super) fn waits_for_chunks(&self) -> bool {
        let state = self.inner().state;
        matches!(
            state,
            State::Working {
                is_chunked: true,
                ..
            }
        )
    }

    /// Ends the connection: now, or when its request is answered.
    pub(super) fn dismiss(&self) {
        self.inner().is_dismissed = true;
        self.waker.wake();
    }
}
