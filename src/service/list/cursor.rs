//! Pages by cursor (RFC 9865). A cursor is a sealed position in a list. A client cannot read it, change it, or use it
//! for another tenant or query. The server does not store it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
use scim::ScimError;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::extent::Extent;
use super::reading::{Held, Reading};
use crate::store::query::{Position, Slice, Start};
use crate::store::{CursorSecret, Result, StoreError};

const NONCE_BYTES: usize = 24;

/// A page by cursor that is being read.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    /// The cursor that leads to it. The first page has none.
    came: Option<Content>,
    /// Most resources on it: the page size of the cursor.
    pub(super) count: i64,
}

/// What is told of a page by cursor when it has been read.
pub(super) struct Closed {
    pub(super) total: i64,
    pub(super) next: Option<String>,
    pub(super) previous: Option<String>,
}

/// The contents of a cursor.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Content {
    #[serde(rename = "p")]
    position: Position,
    #[serde(rename = "b")]
    backward: bool,
    /// The page size of the walk.
    #[serde(rename = "c")]
    count: i64,
    /// The number of resources when the walk began. Counting again for every page would cost more than the page.
    #[serde(rename = "t")]
    total: i64,
    #[serde(rename = "i")]
    issued_ms: i64,
}

/// Seals and opens the cursors of one query of one tenant.
pub(super) struct Sealer {
    cipher: XChaCha20Poly1305,
    signature: String,
}

impl Sealer {
    pub(super) fn new(secret: &CursorSecret, signature: String) -> Self {
        let key = Sha256::digest(format!("cursor:{}", secret.0));
        Self {
            cipher: XChaCha20Poly1305::new(&key),
            signature,
        }
    }

    fn seal(&self, content: &Content) -> Result<String> {
        let mut nonce = [0u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| cannot_seal())?;
        let plain = serde_json::to_vec(content).map_err(|_| cannot_seal())?;
        let payload = Payload {
            msg: &plain,
            aad: self.signature.as_bytes(),
        };
        let sealed = self.cipher.encrypt(&nonce.into(), payload);
        let mut whole = nonce.to_vec();
        whole.extend(sealed.map_err(|_| cannot_seal())?);
        Ok(URL_SAFE_NO_PAD.encode(whole))
    }

    fn open(&self, cursor: &str) -> Option<Content> {
        let whole = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (nonce, sealed) = whole.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: sealed,
            aad: self.signature.as_bytes(),
        };
        let plain = self.cipher.decrypt(&(*nonce).into(), payload).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

fn cannot_seal() -> StoreError {
    StoreError::Fault("a cursor could not be sealed")
}

/// Finds the page that a cursor leads to, or the first one, and reads its first slice. `None` when that needs a transaction.
///
/// Errors: `invalidCursor`, `expiredCursor`, `invalidCount`.
pub(super) fn open(
    reading: &mut Reading<'_, '_>,
    sealer: &Sealer,
    cursor: Option<&str>,
    held: Held,
) -> Result<Option<(Slice, Opened)>> {
    let came = cursor
        .map(|text| opened(reading, sealer, text))
        .transpose()?;
    let count = came.as_ref().map_or(reading.query.count, |came| came.count);
    if held == Held::ByNothing && !Slice::is_one_piece(count) {
        return Ok(None);
    }
    let opened = Opened { came, count };
    let slice = match count {
        0 => Slice::default(),
        _ => reading.slice(opened.start(), count)?,
    };
    Ok(Some((slice, opened)))
}

impl Opened {
    /// Where the page is read from.
    pub(super) fn start(&self) -> Start {
        match &self.came {
            None => Start::Beginning,
            Some(came) if came.backward => Start::Before(came.position.clone()),
            Some(came) => Start::After(came.position.clone()),
        }
    }

    /// Whether the page is read towards the beginning.
    pub(super) fn is_backward(&self) -> bool {
        self.came.as_ref().is_some_and(|came| came.backward)
    }

    /// Tells what there is to tell of the page.
    pub(super) fn close(
        &self,
        reading: &mut Reading<'_, '_>,
        sealer: &Sealer,
        extent: &Extent,
    ) -> Result<Closed> {
        if self.count == 0 {
            return Ok(Closed {
                total: reading.count()?,
                next: None,
                previous: None,
            });
        }
        let total = match &self.came {
            Some(came) => came.total,
            None if extent.more => reading.total(extent)?.max(extent.least(0)),
            None => extent.shown,
        };
        let issued_ms = reading.now_ms;
        let content = |position: Position, backward: bool| Content {
            position,
            backward,
            count: self.count,
            total,
            issued_ms,
        };
        let ways = Ways::of(extent, self.came.as_ref());
        let next = ways.next.map(|position| content(position, false));
        let previous = ways.previous.map(|position| content(position, true));
        let next = keep_leading(reading, next, (!ways.backward).then_some(extent.more))?;
        let previous = keep_leading(reading, previous, ways.backward.then_some(extent.more))?;
        Ok(Closed {
            total,
            next: next.map(|content| sealer.seal(&content)).transpose()?,
            previous: previous.map(|content| sealer.seal(&content)).transpose()?,
        })
    }
}

/// The positions from which the neighbours of a page begin. The first page has no page before it.
struct Ways {
    next: Option<Position>,
    previous: Option<Position>,
    backward: bool,
}

impl Ways {
    fn of(extent: &Extent, came: Option<&Content>) -> Self {
        let backward = came.is_some_and(|came| came.backward);
        match came.filter(|_| extent.last.is_none()) {
            // All that was here is gone. The way back leads to where the client came from.
            Some(Content { position, .. }) => Self {
                next: backward.then(|| position.clone().just_before()),
                previous: (!backward).then(|| position.clone().just_behind()),
                backward,
            },
            None => Self {
                next: extent.last.clone(),
                previous: came.and(extent.first.clone()),
                backward,
            },
        }
    }
}

/// Keeps a cursor only if resources lie beyond it. The page knows that in the direction in which it was read; in the other one
/// this looks.
fn keep_leading(
    reading: &mut Reading<'_, '_>,
    content: Option<Content>,
    known: Option<bool>,
) -> Result<Option<Content>> {
    let Some(content) = content else {
        return Ok(None);
    };
    if let Some(leads) = known {
        return Ok(Some(content).filter(|_| leads));
    }
    let start = if content.backward {
        Start::Before(content.position.clone())
    } else {
        Start::After(content.position.clone())
    };
    // A slice of no rows has more if one row lies there.
    let leads = reading.slice(start, 0)?.more;
    Ok(Some(content).filter(|_| leads))
}

fn opened(
    reading: &Reading<'_, '_>,
    sealer: &Sealer,
    text: &str,
) -> std::result::Result<Content, ScimError> {
    let content = sealer.open(text).ok_or(ScimError::InvalidCursor)?;
    if reading.now_ms - content.issued_ms > reading.timeout_ms() {
        let timeout_s = reading.limits.cursor_timeout_s;
        return Err(ScimError::ExpiredCursor { timeout_s });
    }
    if !reading.fits(&content.position) {
        return Err(ScimError::InvalidCursor);
    }
    if reading.query.count_given && reading.query.count != content.count {
        return Err(ScimError::InvalidCount(format!(
            "`count` must be {} on every page of this walk, as on the first one",
            content.count
        )));
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn content(key: i64, text: &str, count: i64) -> Content {
        let value = serde_json::json!({ "Text": text });
        let written = serde_json::json!({ "p": { "value": value, "key": key }, "b": key % 2 == 0, "c": count, "t": 9, "i": 1 });
        serde_json::from_value(written).unwrap()
    }

    fn secret() -> CursorSecret {
        CursorSecret("a secret of one tenant".to_owned())
    }

    proptest! {
        /// Whatever a client sends is no cursor, and nothing panics.
        #[test]
        fn nothing_invented_opens(text in ".{0,80}", bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            let sealer = Sealer::new(&secret(), "query".into());
            prop_assert!(sealer.open(&text).is_none());
            prop_assert!(sealer.open(&URL_SAFE_NO_PAD.encode(bytes)).is_none());
        }

        /// What was sealed opens as it was, and not when a bit of it is different.
        #[test]
        fn only_what_was_sealed_opens(key in any::<i64>(), text in any::<String>(), count in 0i64..1000, place in any::<prop::sample::Index>(), bit in 0u8..8) {
            let sealer = Sealer::new(&secret(), "query".into());
            let content = content(key, &text, count);
            let Ok(cursor) = sealer.seal(&content) else {
                return Err(TestCaseError::fail("not sealed"));
            };
            let opened = sealer.open(&cursor).map(|opened| format!("{opened:?}"));
            prop_assert_eq!(opened, Some(format!("{content:?}")));
            let mut whole = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
            let at = place.index(whole.len());
            whole[at] ^= 1 << bit;
            prop_assert!(sealer.open(&URL_SAFE_NO_PAD.encode(&whole)).is_none());
            prop_assert!(Sealer::new(&secret(), "another".into()).open(&cursor).is_none());
        }
    }
}
