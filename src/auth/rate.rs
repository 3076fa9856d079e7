//! How many requests a credential may send, when the operator sets a limit.
//!
//! Each instance counts for itself. With several instances, a credential gets the full limit at each of them.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::service::TenantId;

/// Idle credentials are forgotten once in this many requests.
const FORGET_EVERY: u32 = 4096;

type Key = (TenantId, String);
type Limiter<C> = RateLimiter<Key, DefaultKeyedStateStore<Key>, C, StateInformationMiddleware>;

/// The limit, and how much of it each credential has used. Clones share the count.
#[derive(Clone)]
pub struct RateLimit<C: Clock = DefaultClock> {
    limiter: Arc<Limiter<C>>,
    per_second: NonZeroU32,
    burst: NonZeroU32,
    checks: Arc<AtomicU32>,
}

/// The requests that a credential may still send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Most requests at once after a pause.
    pub burst: u32,
    /// How many of these are left.
    pub remaining: u32,
    /// Seconds until all of them are available again if the credential sends no request. Rounded up.
    pub reset_s: u64,
}

/// A request above the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    /// The limit.
    pub per_second: u32,
    /// Whole seconds until one more request is allowed.
    pub retry_after_s: u64,
}

impl fmt::Display for TooMany {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "this credential may send {} requests per second; try again in {} seconds",
            self.per_second, self.retry_after_s
        )
    }
}

/// A request that was counted.
#[derive(Debug)]
pub struct Counted {
    /// The requests that are left.
    pub allowance: Allowance,
    /// The reason to wait, if the request was above the limit.
    pub refusal: Option<TooMany>,
}

impl RateLimit {
    /// Allows `per_second` requests per second for each credential, and `burst` at once after a pause.
    pub fn new(per_second: NonZeroU32, burst: NonZeroU32) -> Self {
        Self::by(DefaultClock::default(), per_second, burst)
    }
}

impl<C: Clock> RateLimit<C> {
    fn by(clock: C, per_second: NonZeroU32, burst: NonZeroU32) -> Self {
        let quota = Quota::per_second(per_second).allow_burst(burst);
        let limiter = RateLimiter::dashmap_with_clock(quota, clock).with_middleware();
        Self {
            limiter: Arc::new(limiter),
            per_second,
            burst,
            checks: Arc::default(),
        }
    }

    /// Counts a request. A request above the limit gets 429 and the seconds until one more is allowed.
    pub fn count(&self, tenant: TenantId, key_id: &str) -> Counted {
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key(&(tenant, key_id.to_owned())) {
            Ok(state) => Counted {
                allowance: self.allowance(state.remaining_burst_capacity()),
                refusal: None,
            },
            Err(refused) => Counted {
                allowance: self.allowance(0),
                refusal: Some(TooMany {
                    per_second: self.per_second.get(),
                    retry_after_s: whole_seconds(
                        refused.wait_time_from(self.limiter.clock().now()),
                    ),
                }),
            },
        }
    }

    fn allowance(&self, remaining: u32) -> Allowance {
        let burst = self.burst.get();
        let used = u64::from(burst.saturating_sub(remaining));
        Allowance {
            burst,
            remaining,
            reset_s: used.div_ceil(u64::from(self.per_second.get())),
        }
    }
}

/// Rounds up, because clients wait exactly as long as they are told.
fn whole_seconds(wait: Duration) -> u64 {
    let started = u64::from(wait.subsec_nanos() > 0);
    (wait.as_secs() + started).max(1)
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    /// Rows: GEN-22
    #[test]
    fn each_credential_has_its_own_burst_and_waits_as_long_as_it_is_told() {
        let clock = FakeRelativeClock::default();
        let [one, two] = [1, 2].map(|number| NonZeroU32::new(number).unwrap());
        let limit = RateLimit::by(clock.clone(), one, two);
        let tenant = TenantId(1);
        let first = limit.count(tenant, "a").allowance;
        assert_eq!((first.burst, first.remaining, first.reset_s), (2, 1, 1));
        assert!(limit.count(tenant, "a").refusal.is_none());
        let refused = limit.count(tenant, "a");
        assert_eq!(
            (refused.allowance.remaining, refused.allowance.reset_s),
            (0, 2)
        );
        assert!(matches!(
            refused.refusal,
            Some(TooMany {
                retry_after_s: 1,
                ..
            })
        ));
        for (tenant, key_id) in [(tenant, "b"), (TenantId(2), "a")] {
            assert!(limit.count(tenant, key_id).refusal.is_none());
        }
        clock.advance(Duration::from_millis(900));
        assert!(limit.count(tenant, "a").refusal.is_some());
        clock.advance(Duration::from_millis(100));
        assert!(
            limit.count(tenant, "a").refusal.is_none(),
            "who waits as long as told gets through"
        );
    }

    #[test]
    fn waits_are_whole_seconds_and_never_too_short() {
        assert_eq!(whole_seconds(Duration::ZERO), 1);
        assert_eq!(whole_seconds(Duration::from_millis(1001)), 2);
        assert_eq!(whole_seconds(Duration::from_secs(2)), 2);
    }
}
