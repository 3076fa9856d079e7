//! Collects refused authentications, and writes them to the audit beside the requests.
//!
//! Anybody can be refused as often as he likes. So the first refusal of a kind is written within a second, and what comes in the minute
//! after it is one row with a number. There is a limit of kinds: beyond it, rows do not tell addresses apart. Refusals of tokens
//! that there are have a limit of their own, so that a crowd of strangers does not hide them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::audit::Event;
use super::request_id::RequestId;
use super::service::Service;
use crate::store::{NewAudit, StoreError};

/// How often what is due is written.
const EVERY: Duration = Duration::from_secs(1);
/// A kind is written no more often than this.
const PAUSE: Duration = Duration::from_secs(60);
/// Most kinds at once that tell addresses apart: of strangers, and of tokens that there are.
const STRANGERS_MAX: usize = 60;
const KNOWN_MAX: usize = 1_000;
/// Rows of a transaction.
const ROWS_MAX: usize = 200;

/// A refused authentication.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Refused {
    /// The tenant that the credential belongs to.
    pub tenant: Option<String>,
    /// Why.
    pub cause: &'static str,
    /// The key id of a credential that there is.
    pub key_id: Option<String>,
    /// From where.
    pub address: Option<IpAddr>,
}

impl Refused {
    fn is_of_stranger(&self) -> bool {
        self.key_id.is_none()
    }

    /// The same without what there is no end of.
    fn in_general(&self) -> Self {
        Self {
            address: None,
            ..self.clone()
        }
    }
}

/// How often something was refused since it was written.
#[derive(Debug)]
struct Counted {
    /// The first of the requests: its time and its id.
    at_ms: i64,
    request_id: String,
    count: i64,
    /// When it was written last.
    written: Option<Instant>,
}

/// Collects refusals.
#[derive(Debug, Clone, Default)]
pub struct Auditor {
    collected: Arc<Mutex<Collected>>,
    /// One writes at a time, so that who stops the server waits for who is writing.
    writing: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Debug, Default)]
struct Collected(HashMap<Refused, Counted>);

impl Auditor {
    /// Notes a refusal.
    pub fn refused(&self, refused: Refused, request_id: &RequestId, now_ms: i64) {
        self.collected()
            .add(refused, request_id.as_str(), now_ms, 1);
    }

    /// Writes what is due, or all. What cannot be written now is kept.
    pub async fn write(&self, service: &Service, all: bool) {
        let _turn = self.writing.lock().await;
        let due = self.collected().take(all, Instant::now());
        for rows in due.chunks(ROWS_MAX) {
            let stored: Vec<NewAudit> = rows.iter().map(row).collect();
            let written = service
                .store
                .tend_tenants(move |tenants| tenants.add_audit(&stored))
                .await;
            match written {
                // Nobody knows whether they were written. Twice would be worse.
                Ok(()) | Err(StoreError::Unknown(_)) => {}
                Err(error) => {
                    log::warn!("refused authentications are not in the audit yet: {error}");
                    let mut collected = self.collected();
                    for (refused, at_ms, request_id, count) in rows {
                        collected.add(refused.clone(), request_id, *at_ms, *count);
                    }
                }
            }
        }
    }

    fn collected(&self) -> MutexGuard<'_, Collected> {
        self.collected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is written: the refusal, the time and the id of the first request, and how many there were.
type Due = (Refused, i64, String, i64);

impl Collected {
    fn add(&mut self, refused: Refused, request_id: &str, at_ms: i64, count: i64) {
        let refused = match self.0.contains_key(&refused) || self.has_room(&refused) {
            true => refused,
            false => refused.in_general(),
        };
        let refused =
            match self.0.contains_key(&refused) || self.0.len() < STRANGERS_MAX + 2 * KNOWN_MAX {
                true => refused,
                false => Refused {
                    tenant: None,
                    key_id: None,
                    ..refused
                },
            };
        let counted = self.0.entry(refused).or_insert_with(|| Counted {
            at_ms,
            request_id: request_id.to_owned(),
            count: 0,
            written: None,
        });
        if counted.count == 0 {
            (counted.at_ms, counted.request_id) = (at_ms, request_id.to_owned());
        }
        counted.count += count;
    }

    fn has_room(&self, refused: &Refused) -> bool {
        let is_of_stranger = refused.is_of_stranger();
        let alike = self
            .0
            .keys()
            .filter(|known| known.is_of_stranger() == is_of_stranger);
        let max = if is_of_stranger {
            STRANGERS_MAX
        } else {
            KNOWN_MAX
        };
        alike.count() < max
    }

    /// Takes what was not written for a while, or all, and forgets kinds that have become rare.
    fn take(&mut self, all: bool, now: Instant) -> Vec<Due> {
        let is_due = |counted: &Counted| {
            counted
                .written
                .is_none_or(|written| now.duration_since(written) >= PAUSE)
        };
        let mut due = Vec::new();
        self.0.retain(|refused, counted| {
            if !all && !is_due(counted) {
                return true;
            }
            if counted.count == 0 {
                return false;
            }
            due.push((
                refused.clone(),
                counted.at_ms,
                counted.request_id.clone(),
                counted.count,
            ));
            (counted.count, counted.written) = (0, Some(now));
            true
        });
        due
    }
}

fn row((refused, at_ms, request_id, count): &Due) -> NewAudit {
    NewAudit {
        at_ms: *at_ms,
        tenant: refused.tenant.clone(),
        event: Event::AuthenticationRefused.as_str().to_owned(),
        actor: None,
        subject: refused
            .key_id
            .as_ref()
            .map(|key_id| format!("token:{key_id}")),
        cause: Some(refused.cause.to_owned()),
        address: refused.address.map(|address| address.to_string()),
        request_id: Some(request_id.clone()),
        count: *count,
    }
}

/// Writes now and then while the server runs.
pub async fn keep_auditing(service: Service, auditor: Auditor) {
    loop {
        tokio::time::sleep(EVERY).await;
        auditor.write(&service, false).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stranger(cause: &'static str, last: u32) -> Refused {
        Refused {
            tenant: None,
            cause,
            key_id: None,
            address: Some(IpAddr::from(last.to_be_bytes())),
        }
    }

    fn known(key: u32) -> Refused {
        Refused {
            tenant: Some("acme".to_owned()),
            key_id: Some(key.to_string()),
            ..stranger("revoked-token", 7)
        }
    }

    fn counts(due: &[Due]) -> i64 {
        due.iter().map(|(_, _, _, count)| count).sum()
    }

    #[test]
    fn a_flood_has_few_rows_and_is_counted_whole() {
        let mut collected = Collected::default();
        for number in 0..20_000u32 {
            collected.add(stranger("unknown-token", number), "id", 1, 1);
        }
        collected.add(known(1), "id", 1, 1);
        let due = collected.take(false, Instant::now());
        assert!(due.len() <= STRANGERS_MAX + 2, "{}", due.len());
        assert_eq!(counts(&due), 20_001);
        let stays = due.iter().any(|due| due.0 == known(1));
        assert!(stays, "a token that there is");
        for key in 0..20_000u32 {
            collected.add(known(key), "id", 1, 1);
        }
        assert!(
            collected.0.len() <= STRANGERS_MAX + 2 * KNOWN_MAX + 4,
            "{}",
            collected.0.len()
        );
    }

    #[test]
    fn a_kind_is_written_at_once_and_then_once_a_minute() {
        let mut collected = Collected::default();
        let (now, later) = (Instant::now(), Instant::now() + PAUSE);
        collected.add(stranger("no-token", 1), "first", 1, 1);
        assert_eq!(counts(&collected.take(false, now)), 1);
        for _ in 0..5 {
            collected.add(stranger("no-token", 1), "second", 2, 1);
        }
        assert!(collected.take(false, now).is_empty());
        let due = collected.take(false, later);
        assert_eq!((due[0].1, due[0].2.as_str(), due[0].3), (2, "second", 5));
        collected.add(stranger("no-token", 1), "third", 3, 1);
        assert_eq!(
            counts(&collected.take(true, later)),
            1,
            "a stop leaves nothing"
        );
        assert!(
            collected.take(false, later + PAUSE).is_empty() && collected.0.is_empty(),
            "it is forgotten"
        );
    }
}
