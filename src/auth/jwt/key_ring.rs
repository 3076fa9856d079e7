//! The keys of issuers, kept between requests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::fetch::{Fetched, fetch};
use super::keys::Keys;

/// Keys are fetched anew after this time, when somebody needs them.
const FRESH: Duration = Duration::from_secs(3_600);
/// They are not fetched more often than this, however many JWTs name keys that nobody knows, and while nobody answers.
const PAUSE: Duration = Duration::from_secs(60);
/// Most sources of keys that are kept.
const SOURCES_MAX: usize = 10_000;

/// Where keys come from: a URL, and whether it may lead into a private network.
type Source = (String, bool);

/// The keys of issuers by the URL they come from.
#[derive(Clone, Default)]
pub(in crate::auth) struct KeyRing(Arc<Mutex<HashMap<Source, Arc<tokio::sync::Mutex<Kept>>>>>);

/// Keys that were fetched. Who holds the lock may fetch them, and the others wait for that.
#[derive(Default)]
struct Kept {
    /// The last good ones.
    keys: Arc<Keys>,
    /// When they were fetched.
    fetched: Option<Instant>,
    /// When they were last asked for.
    tried: Option<Instant>,
}

impl KeyRing {
    /// The keys at a URL. They are fetched if they are not fresh, or none has the wanted id. `None`: there never were any.
    pub(super) async fn keys(
        &self,
        url: &str,
        allows_private: bool,
        wanted: Option<&str>,
    ) -> Option<Arc<Keys>> {
        let kept = self.kept((url.to_owned(), allows_private));
        let mut kept = kept.lock().await;
        if kept.wants(wanted) {
            kept.tried = Some(Instant::now());
            let source = url.to_owned();
            let fetched = tokio::task::spawn_blocking(move || fetch(&source, allows_private)).await;
            kept.take(
                url,
                fetched.unwrap_or_else(|_| Err("the fetch did not end".to_owned())),
            );
        }
        (!kept.keys.is_empty()).then(|| Arc::clone(&kept.keys))
    }

    fn kept(&self, source: Source) -> Arc<tokio::sync::Mutex<Kept>> {
        let mut sources = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sources.len() >= SOURCES_MAX && !sources.contains_key(&source) {
            sources.clear();
        }
        Arc::clone(sources.entry(source).or_default())
    }
}

impl Kept {
    fn wants(&self, id: Option<&str>) -> bool {
        let is_fresh = self
            .fetched
            .is_some_and(|fetched| fetched.elapsed() < FRESH);
        let has = id.is_none_or(|id| self.keys.has(id));
        let may_ask = self.tried.is_none_or(|tried| tried.elapsed() >= PAUSE);
        (!is_fresh || !has) && may_ask
    }

    /// Takes new keys. What is not good leaves the last good ones.
    fn take(&mut self, url: &str, fetched: Fetched) {
        let keys = fetched.and_then(|set| Keys::read(&set).map_err(str::to_owned));
        match keys {
            Ok(keys) if !keys.is_empty() => {
                self.keys = Arc::new(keys);
                self.fetched = self.tried;
            }
            Ok(_) => log::warn!("the keys at {url} are of no use: none is for signatures"),
            Err(reason) => log::warn!("the keys at {url} could not be fetched: {reason}"),
        }
    }
}
