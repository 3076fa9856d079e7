//! Who reads much gives way to who reads a little.
//!
//! While all processors are busy, Linux takes one from a thread only after a few milliseconds, and a request that reads a little
//! takes a fraction of one. So a dear read offers its processor again and again. Where nobody wants it, that costs a thousandth
//! of its time. A lower priority would starve it beside a crowd.

use std::cell::Cell;
use std::thread;
use std::time::{Duration, Instant};

/// How long a dear read keeps a processor that others want.
const OFFER_AFTER: Duration = Duration::from_micros(250);

thread_local! {
    /// When the dear read of this thread has offered its processor for the last time.
    static OFFERED: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// A dear read on this thread, until it is dropped.
pub(super) struct Giving(());

impl Giving {
    pub(super) fn begin() -> Self {
        OFFERED.set(Some(Instant::now()));
        Self(())
    }
}

impl Drop for Giving {
    fn drop(&mut self) {
        OFFERED.set(None);
    }
}

/// Lets others have the processor for a moment, if this thread reads much. It is called at every row or so.
pub(super) fn give_way() {
    if let Some(offered) = OFFERED.get()
        && offered.elapsed() > OFFER_AFTER
    {
        thread::yield_now();
        OFFERED.set(Some(Instant::now()));
    }
}
