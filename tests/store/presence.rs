//! Who has a SQLite database open is known, even if no connection works.

use std::path::Path;

use scimd::store::{Presence, back_up, restore};

use crate::world::{Backend, Database};

/// A pool gives back connections that rest for long, so a server counts by its presence alone.
#[test]
fn a_presence_keeps_a_restore_away() {
    let database = Database::create(Backend::Sqlite);
    let place = database.url.trim_start_matches("sqlite:");
    let copy = format!("{place}.copy");
    let copy = Path::new(&copy);
    back_up(&database.url, copy, false).expect("a back-up");
    let present = Presence::of(&database.url).expect("the database opens");
    let refused = restore(&database.url, copy, ".before", true);
    let reason = refused.expect_err("it is in use");
    assert!(reason.contains("in use"), "{reason}");
    drop(present);
    let restored = restore(&database.url, copy, ".before", false).expect("nobody uses it");
    assert_eq!(
        restored.kept.as_deref(),
        Some(Path::new(&format!("{place}.before")))
    );
    assert!(restored.holdings.pending.is_empty());
}
