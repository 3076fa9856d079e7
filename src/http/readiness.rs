//! Whether the database answers and has this version's tables. The database is asked at most once a second: `/readyz`
//! takes no token, so its callers must not be able to keep the database busy.

use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::service::{Service, Standing, StoreError};

/// How long an answer stays valid.
const HOLDS: Duration = Duration::from_secs(1);

/// How long the database may take. One that stands still would never refuse, and who asks does not wait long either.
const PATIENCE: Duration = Duration::from_secs(2);

/// Said once: probes come every few seconds.
static TOLD_AHEAD: Once = Once::new();

/// The answers of `/readyz`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Ready,
    /// A later version has migrated the database, and this one serves on until it is replaced.
    Ahead,
    MigrationsPending,
    Unreachable,
}

impl Answer {
    fn of(standing: Standing) -> Self {
        match standing {
            Standing::Current => Self::Ready,
            Standing::Ahead => Self::Ahead,
            Standing::Behind => Self::MigrationsPending,
        }
    }

    /// Whether requests are answered.
    pub(super) fn is_ready(self) -> bool {
        matches!(self, Self::Ready | Self::Ahead)
    }
}

/// The last answer with its time.
#[derive(Clone, Default)]
pub struct Readiness(Arc<Mutex<Option<(Instant, Answer)>>>);

impl Readiness {
    pub(super) async fn of(&self, service: &Service) -> Answer {
        self.answer(Instant::now, || service.standing()).await
    }

    /// The last answer while it is valid, else a new one. Callers that arrive meanwhile wait for the same answer.
    async fn answer<F: Future<Output = Result<Standing, StoreError>>>(
        &self,
        now: impl Fn() -> Instant,
        ask: impl FnOnce() -> F,
    ) -> Answer {
        let mut last = self.0.lock().await;
        if let Some((at, answer)) = *last
            && now().saturating_duration_since(at) < HOLDS
        {
            return answer;
        }
        let answer = match tokio::time::timeout(PATIENCE, ask()).await {
            Ok(Ok(standing)) => Answer::of(standing),
            Ok(Err(_)) | Err(_) => Answer::Unreachable,
        };
        if answer == Answer::Ahead {
            TOLD_AHEAD.call_once(|| {
                log::info!("a later version has migrated the database; this one serves on until it is replaced");
            });
        }
        *last = Some((now(), answer));
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_is_asked_once_a_second() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let (readiness, start) = (Readiness::default(), Instant::now());
        let answer = |after_ms: u64, standing: Standing| {
            let now = || start + Duration::from_millis(after_ms);
            runtime.block_on(readiness.answer(now, || async move { Ok(standing) }))
        };
        assert_eq!(answer(0, Standing::Behind), Answer::MigrationsPending);
        assert_eq!(answer(999, Standing::Current), Answer::MigrationsPending);
        assert_eq!(answer(1_000, Standing::Current), Answer::Ready);
        assert_eq!(answer(1_999, Standing::Behind), Answer::Ready);
        assert_eq!(answer(2_000, Standing::Ahead), Answer::Ahead);
    }
}
