//! How many requests a credential may send, when the operator sets a limit.
//!
//! Each instance counts for itself: behind several, a credential gets the limit of each that answers it.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::scim::ScimError;
use crate::store::TenantId;

/// How many requests pass between two times that idle credentials are forgotten.
const FORGET_EVERY: u32 = 4096;

type Key = (TenantId, String);
type Limiter =
    RateLimiter<Key, DefaultKeyedStateStore<Key>, DefaultClock, StateInformationMiddleware>;

/// The limit, and what each credential has used of it. Clones share the count.
#[derive(Clone)]
pub struct RateLimit {
    limiter: Arc<Limiter>,
    per_second: NonZeroU32,
    checks: Arc<AtomicU32>,
}

/// What a credential may still send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Requests at once, after a pause.
    pub burst: u32,
    /// How many of them are left.
    pub remaining: u32,
    /// Seconds until all of them are there again, if nothing is sent; rounded up.
    pub reset_s: u64,
}

impl RateLimit {
    /// So many requests per second for each credential, and so many at once after a pause.
    pub fn new(per_second: NonZeroU32, burst: NonZeroU32) -> Self {
        let quota = Quota::per_second(per_second).allow_burst(burst);
        Self {
            limiter: Arc::new(RateLimiter::keyed(quota).with_middleware()),
            per_second,
            checks: Arc::default(),
        }
    }

    /// Counts a request.
    ///
    /// Errors: 429, with the seconds after which one more is allowed.
    pub fn check(&self, tenant: TenantId, key_id: &str) -> Result<Allowance, ScimError> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key(&(tenant, key_id.to_owned())) {
            Ok(state) => {
                let burst = state.quota().burst_size().get();
                let remaining = state.remaining_burst_capacity();
                let used = u64::from(burst.saturating_sub(remaining));
                Ok(Allowance {
                    burst,
                    remaining,
                    reset_s: used.div_ceil(u64::from(self.per_second.get())),
                })
            }
            Err(refused) => Err(ScimError::TooManyRequests {
                per_second: self.per_second.get(),
                retry_after_s: whole_seconds(refused.wait_time_from(self.limiter.clock().now())),
            }),
        }
    }
}

/// Rounded up, for clients wait exactly as long as they are told.
fn whole_seconds(wait: Duration) -> u64 {
    let started = u64::from(wait.subsec_nanos() > 0);
    (wait.as_secs() + started).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows: GEN-22
    #[test]
    fn each_credential_has_its_own_burst() {
        let one = NonZeroU32::new(1).unwrap();
        let limit = RateLimit::new(one, NonZeroU32::new(2).unwrap());
        let tenant = TenantId(1);
        let left = limit.check(tenant, "a").unwrap();
        assert_eq!((left.burst, left.remaining), (2, 1));
        limit.check(tenant, "a").unwrap();
        let refused = limit.check(tenant, "a").unwrap_err();
        assert!(
            matches!(
                refused,
                ScimError::TooManyRequests {
                    retry_after_s: 1,
                    ..
                }
            ),
            "{refused}"
        );
        assert!(limit.check(tenant, "b").is_ok() && limit.check(TenantId(2), "a").is_ok());
    }

    #[test]
    fn waits_are_whole_seconds_and_never_too_short() {
        assert_eq!(whole_seconds(Duration::ZERO), 1);
        assert_eq!(whole_seconds(Duration::from_millis(1001)), 2);
        assert_eq!(whole_seconds(Duration::from_secs(2)), 2);
    }
}
