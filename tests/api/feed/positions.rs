//! Positions: nobody who has read up to one misses a change, and who would is told so.

use std::time::{Duration, Instant};

use super::{asked, page_after, position, text, told};
use crate::support::{Backend, TestServer, id};

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
        let view = format!("SELECT {row} AS text FROM scim_changes WHERE tenant = 'default' AND position > {start} ORDER BY position");
        let mut behind = server.behind();
        assert_eq!(behind.texts(&view), told(&page));
        assert_eq!(told(&page).len(), 3, "{page}");
        let members = format!("SELECT CAST(members AS TEXT) AS text FROM scim_changes WHERE resource_id = '{}'", id(&crew));
        let both = format!("[\"{}\"]", id(&ada));
        assert_eq!(behind.texts(&members), [both.clone(), both]);
        let last = "SELECT CAST(last AS TEXT) AS text FROM scim_feed WHERE tenant = 'default'";
        assert_eq!(behind.texts(last), [text(&page["position"])]);
    }

    fn a_reader_who_comes_after_the_pruning_is_told(mut server) {
        let start = position(&server);
        server.create_user("ada");
        let pruned = position(&server);
        let mut behind = server.behind();
        behind.execute(&format!("UPDATE changes SET at_ms = at_ms - {}", 91_i64 * 86_400_000));
        let bob = server.create_user("bob");
        server.restart();
        let began = Instant::now();
        while behind.texts("SELECT resource_id AS text FROM changes").len() > 1 && began.elapsed() < PRUNED_MAX {}
        let detail = asked(&server, &[("after", &start), ("wait", "0")]).error(410, "");
        assert!(detail.contains(&format!("before {pruned}")) && detail.contains("without `after`"), "{detail}");
        assert_eq!(told(&page_after(&server, &pruned)), [format!("create {}", id(&bob))]);
        let view = "SELECT CAST(pruned AS TEXT) AS text FROM scim_feed WHERE tenant = 'default'";
        assert_eq!(behind.texts(view), [pruned]);
    }

    /// A row that is younger than the retention, but stands between older ones, is kept. A reader who has not read it is not
    /// sent away for what stands before it only.
    fn positions_do_not_go_back_when_all_is_pruned(mut server) {
        server.create_user("ada");
        let before = position(&server);
        let mut behind = server.behind();
        behind.execute(&format!("UPDATE changes SET at_ms = at_ms - {}", 91_i64 * 86_400_000));
        server.restart();
        let began = Instant::now();
        while !behind.texts("SELECT resource_id AS text FROM changes").is_empty() && began.elapsed() < PRUNED_MAX {}
        assert_eq!(position(&server), before);
        let bob = server.create_user("bob");
        assert_eq!(told(&page_after(&server, &before)), [format!("create {}", id(&bob))]);
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
    let reached = behind.texts("SELECT CAST(max(position) AS TEXT) AS text FROM changes");
    let [start] = reached.as_slice() else {
        panic!("no position")
    };
    let bob = server.create_user("bob");
    assert_eq!(
        told(&page_after(&server, start)),
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
