//! Collects refused authentications, and writes them to the audit now and then, beside the requests.
//!
//! Anybody can be refused as often as he likes. So refusals of a kind are one row with a count, and there is a limit of rows: beyond
//! it, rows do not tell addresses and credentials apart.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::audit::Event;
use super::request_id::RequestId;
use super::service::Service;
use crate::store::NewAudit;

/// How often what was collected is written.
const EVERY: Duration = Duration::from_secs(1);
/// The stretch of time that the limit of rows is for.
const STRETCH: Duration = Duration::from_secs(60);
/// Most rows in a stretch that tell addresses and credentials apart.
const ROWS_MAX: usize = 600;

/// A refused authentication.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Refused {
    /// The tenant that the credential belongs to or the path names.
    pub tenant: Option<String>,
    /// Why.
    pub cause: &'static str,
    /// The key id of a credential that there is.
    pub key_id: Option<String>,
    /// From where.
    pub address: Option<IpAddr>,
}

/// How often something was refused.
#[derive(Debug)]
struct Counted {
    at_ms: i64,
    /// The first of the requests.
    request_id: String,
    count: i64,
}

/// Collects refusals.
#[derive(Debug, Clone, Default)]
pub struct Auditor(Arc<Mutex<Collected>>);

#[derive(Debug, Default)]
struct Collected {
    refused: HashMap<Refused, Counted>,
    began: Option<Instant>,
    /// Rows of this stretch.
    rows: usize,
}

impl Auditor {
    /// Notes a refusal.
    pub fn refused(&self, refused: Refused, request_id: &RequestId, now_ms: i64) {
        self.collected().add(refused, request_id, now_ms);
    }

    /// Writes what was collected. What cannot be written now is kept.
    pub async fn write(&self, service: &Service) {
        let refused = std::mem::take(&mut self.collected().refused);
        if refused.is_empty() {
            return;
        }
        let rows: Vec<NewAudit> = refused
            .iter()
            .map(|(refused, counted)| row(refused, counted))
            .collect();
        let written = service
            .store
            .tend_tenants(move |tenants| tenants.add_audit(&rows))
            .await;
        if let Err(error) = written {
            log::warn!("refused authentications are not in the audit yet: {error}");
            self.collected().keep(refused);
        }
    }

    fn collected(&self) -> MutexGuard<'_, Collected> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Collected {
    fn add(&mut self, refused: Refused, request_id: &RequestId, now_ms: i64) {
        if self.began.is_none_or(|began| began.elapsed() > STRETCH) {
            (self.began, self.rows) = (Some(Instant::now()), 0);
        }
        let refused = match self.refused.contains_key(&refused) || self.rows < ROWS_MAX {
            true => refused,
            false => Refused {
                cause: refused.cause,
                tenant: None,
                key_id: None,
                address: None,
            },
        };
        let counted = self.refused.entry(refused).or_insert_with(|| {
            self.rows += 1;
            Counted {
                at_ms: now_ms,
                request_id: request_id.as_str().to_owned(),
                count: 0,
            }
        });
        counted.count += 1;
    }

    /// Takes back what was not written.
    fn keep(&mut self, refused: HashMap<Refused, Counted>) {
        for (refused, counted) in refused {
            let later = self.refused.insert(refused.clone(), counted);
            if let (Some(later), Some(counted)) = (later, self.refused.get_mut(&refused)) {
                counted.count += later.count;
            }
        }
    }
}

fn row(refused: &Refused, counted: &Counted) -> NewAudit {
    NewAudit {
        at_ms: counted.at_ms,
        tenant: refused.tenant.clone(),
        event: Event::AuthenticationRefused.as_str().to_owned(),
        actor: None,
        subject: refused
            .key_id
            .as_ref()
            .map(|key_id| format!("token:{key_id}")),
        cause: Some(refused.cause.to_owned()),
        address: refused.address.map(|address| address.to_string()),
        request_id: Some(counted.request_id.clone()),
        count: counted.count,
    }
}

/// Writes now and then while the server runs.
pub async fn keep_auditing(service: Service, auditor: Auditor) {
    loop {
        tokio::time::sleep(EVERY).await;
        auditor.write(&service).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(cause: &'static str, last: u32) -> Refused {
        Refused {
            tenant: None,
            cause,
            key_id: None,
            address: Some(IpAddr::from(last.to_be_bytes())),
        }
    }

    #[test]
    fn a_flood_has_few_rows_and_is_counted_whole() {
        let (auditor, id) = (Auditor::default(), RequestId::new("id"));
        for number in 0..100_000u32 {
            auditor.refused(refused("unknown-token", number), &id, 1);
        }
        for _ in 0..5 {
            auditor.refused(refused("no-token", 7), &id, 1);
            auditor.refused(refused("unknown-token", 7), &id, 1);
        }
        let collected = auditor.collected();
        assert!(
            collected.refused.len() <= ROWS_MAX + 2,
            "{}",
            collected.refused.len()
        );
        let count: i64 = collected
            .refused
            .values()
            .map(|counted| counted.count)
            .sum();
        assert_eq!(count, 100_010);
        assert_eq!(collected.refused[&refused("unknown-token", 7)].count, 6);
    }

    #[test]
    fn what_was_not_written_is_kept() {
        let (auditor, id) = (Auditor::default(), RequestId::new("id"));
        auditor.refused(refused("no-token", 1), &id, 1);
        let taken = std::mem::take(&mut auditor.collected().refused);
        auditor.refused(refused("no-token", 1), &id, 2);
        auditor.refused(refused("no-token", 2), &id, 2);
        auditor.collected().keep(taken);
        let collected = auditor.collected();
        let of = |last| {
            (
                collected.refused[&refused("no-token", last)].count,
                collected.refused[&refused("no-token", last)].at_ms,
            )
        };
        assert_eq!((of(1), of(2)), ((2, 1), (1, 2)));
    }
}
