//! Positions: nobody who has read up to one misses a change, and who would is told so.

use std::thread;
use std::time::{Duration, Instant};

use super::{asked, page_after, position, settle, text, told};
use crate::support::{Backend, Behind, TestServer, id};

/// How long the server may take to prune after it has started.
const PRUNED_MAX: Duration = Duration::from_secs(30);

api_test! {
    fn the_view_tells_what_the_feed_tells(server) {
        let ada = server.create_user("ada");
        let start = position(&server);
        let crew = server.create_group("crew", &[id(&ada)]);
        server.delete(&format!("/Users/{}", id(&ada))).send().expect(204);
        let page = page_after(&server, &start);
        let row = "operation || ' ' || resource_id";
        let view = format!("SELECT {row} AS text FROM scim_changes WHERE tenant = 'default' AND position > {} ORDER BY position", number(&start));
        let mut behind = server.behind();
        assert_eq!(behind.texts(&view), told(&page));
        assert_eq!(told(&page).len(), 3, "{page}");
        let members = format!("SELECT CAST(members AS TEXT) AS text FROM scim_changes WHERE resource_id = '{}'", id(&crew));
        let both = format!("[\"{}\"]", id(&ada));
        assert_eq!(behind.texts(&members), [both.clone(), both]);
        let last = "SELECT CAST(last AS TEXT) AS text FROM scim_feed WHERE tenant = 'default'";
        assert_eq!(behind.texts(last), [number(text(&page["position"]))]);
    }

    fn a_reader_who_comes_after_the_pruning_is_told(mut server) {
        let start = position(&server);
        server.create_user("ada");
        let pruned = position(&server);
        let mut behind = server.behind();
        behind.execute(&format!("UPDATE changes SET at_ms = at_ms - {}", 91_i64 * 86_400_000));
        let bob = server.create_user("bob");
        server.restart();
        wait_for_pruning(&mut behind, 1);
        let detail = asked(&server, &[("after", &start), ("wait", "0")]).error(410, "");
        assert!(detail.contains("no longer kept") && detail.contains("without `after`"), "{detail}");
        asked(&server, &[("after", "0"), ("wait", "0")]).error(410, "");
        assert_eq!(told(&page_after(&server, &pruned)), [format!("create {}", id(&bob))]);
        let view = "SELECT CAST(pruned AS TEXT) AS text FROM scim_feed WHERE tenant = 'default'";
        assert_eq!(behind.texts(view), [number(&pruned)]);
    }

    fn positions_do_not_go_back_when_all_is_pruned(mut server) {
        server.create_user("ada");
        let before = position(&server);
        let mut behind = server.behind();
        behind.execute(&format!("UPDATE changes SET at_ms = at_ms - {}", 91_i64 * 86_400_000));
        server.restart();
        wait_for_pruning(&mut behind, 0);
        assert_eq!(position(&server), before);
        let bob = server.create_user("bob");
        assert_eq!(told(&page_after(&server, &before)), [format!("create {}", id(&bob))]);
    }
}

/// The number in a position.
fn number(position: &str) -> &str {
    position.split('-').next().unwrap_or_default()
}

/// Waits until only so many rows of changes are left.
#[track_caller]
fn wait_for_pruning(behind: &mut Behind, left: usize) {
    let began = Instant::now();
    while behind
        .texts("SELECT resource_id AS text FROM changes")
        .len()
        > left
    {
        assert!(began.elapsed() < PRUNED_MAX, "old changes are not pruned");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A transaction takes its number early and may commit late. Its change must not appear below what was read meanwhile.
#[test]
fn changes_wait_for_older_transactions() {
    let server = TestServer::start(Backend::Postgres);
    let start = position(&server);
    let mut older = server.behind();
    older.execute("BEGIN; SELECT pg_current_xact_id()");
    let ada = server.create_user("ada");
    let early = asked(&server, &[("after", &start), ("wait", "0")]).expect(200);
    assert_eq!(
        (told(&early), text(&early["position"])),
        (Vec::new(), start.as_str())
    );
    assert_eq!(
        server
            .behind()
            .texts("SELECT resource_id AS text FROM scim_changes"),
        [""; 0]
    );
    older.execute("COMMIT");
    assert_eq!(
        told(&page_after(&server, &start)),
        [format!("create {}", id(&ada))]
    );
}

/// A dump that is restored into a new cluster meets transactions with low numbers. Readers must not miss what they write.
#[test]
fn positions_go_on_in_a_younger_cluster() {
    let mut server = TestServer::start(Backend::Postgres);
    server.create_user("ada");
    let ahead = 1_i64 << 50;
    server
        .behind()
        .execute(&format!("UPDATE changes SET position = position + {ahead}"));
    server.restart();
    let mut behind = server.behind();
    let start = position(&server);
    let reached = number(&start).parse::<i64>();
    assert!(reached.is_ok_and(|reached| reached > ahead), "{start}");
    let bob = server.create_user("bob");
    assert_eq!(
        told(&page_after(&server, &start)),
        [format!("create {}", id(&bob))]
    );
    let shifts = "SELECT CAST(changes_shift AS TEXT) AS text FROM tenants";
    let shift = behind.texts(shifts);
    server.restart();
    assert_eq!(
        behind.texts(shifts),
        shift,
        "a second start changes nothing"
    );
}

/// A reader that begins now must not begin after a change that is still to come.
#[test]
fn what_readers_cannot_see_yet_is_not_pruned() {
    let mut server = TestServer::start(Backend::Postgres);
    server.create_user("seen");
    let mut older = server.behind();
    position(&server);
    older.execute("BEGIN; SELECT pg_current_xact_id()");
    server.create_user("hidden");
    let mut behind = server.behind();
    behind.execute(&format!(
        "UPDATE changes SET at_ms = at_ms - {}",
        91_i64 * 86_400_000
    ));
    server.restart();
    wait_for_pruning(&mut behind, 1);
    assert_eq!(
        behind.texts("SELECT resource_id AS text FROM scim_changes"),
        [""; 0]
    );
    older.execute("COMMIT");
    let row = "SELECT c.resource_id AS text FROM scim_changes c JOIN scim_feed f ON f.tenant = c.tenant WHERE c.position > f.pruned";
    assert_eq!(behind.texts(row).len(), 1);
}

api_test! {
    /// Other changes then have the numbers that a reader knows.
    fn a_reader_notices_a_restored_backup(server) {
        let early = position(&server);
        server.create_user("kept");
        let (backup, mut behind) = (position(&server), server.behind());
        server.create_user("lost");
        let late = position(&server);
        restore(&mut behind, number(&backup));
        for name in ["one", "two", "three"] {
            server.create_user(name);
        }
        settle(&server);
        let detail = asked(&server, &[("after", &late), ("wait", "0")]).error(410, "");
        assert!(detail.contains("backup was restored") && detail.contains("without `after`"), "{detail}");
        for known in [&early, &backup] {
            asked(&server, &[("after", known), ("wait", "0")]).expect(200);
        }
    }

    fn a_reader_notices_a_tenant_that_was_made_anew(server) {
        let read = |slug: &str, after: Option<&str>| {
            let token = server.cli(&["token", "create", slug]).ok();
            let token = token.lines().last().expect("a token").to_owned();
            let request = server.get(&format!("/t/{slug}/scim/v2/feed")).absolute().token(&token).query("wait", "0");
            match after {
                Some(after) => request.query("after", after).send(),
                None => request.send(),
            }
        };
        server.cli(&["tenant", "create", "acme"]).ok();
        let known = read("acme", None).expect(200);
        server.cli(&["tenant", "delete", "acme", "--yes"]).ok();
        server.cli(&["tenant", "create", "acme"]).ok();
        read("acme", Some(text(&known["position"]))).error(410, "");
    }
}

/// What a restored backup leaves of the changes, and of the users that they made. The same numbers are given again.
pub(super) fn restore(behind: &mut Behind, number: &str) {
    behind.execute(&format!(
        "DELETE FROM resources WHERE id IN (SELECT resource_id FROM changes WHERE position > {number});
         DELETE FROM changes WHERE position > {number}"
    ));
    match behind {
        Behind::Sqlite(_) => behind.execute(&format!(
            "UPDATE sqlite_sequence SET seq = {number} WHERE name = 'changes'"
        )),
        // As if the next transaction had the next number.
        Behind::Postgres(_) => behind.execute(&format!(
            "UPDATE tenants SET changes_shift = ({number} >> 20) + 1 - pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        )),
    }
}
