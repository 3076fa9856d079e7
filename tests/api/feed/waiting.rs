//! Readers that wait: the long poll, and the stream of server-sent events.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{asked, position, text, told};
use crate::support::{Backend, TestServer, id};

/// Readers wait longer than that only if they are not woken.
const WAIT_S: &str = "60";
/// Half of that: whoever comes later was not woken.
const WOKEN_MAX: Duration = Duration::from_secs(30);
/// How long a stream may stay silent before the test gives up.
const SILENCE_MAX: Duration = Duration::from_secs(60);

api_test! {
    fn a_reader_that_waits_gets_the_change_when_it_is_made(server) {
        is_woken(&server, &server);
    }

    /// Instances share nothing but the database.
    fn a_change_through_another_instance_wakes_a_reader(server) {
        is_woken(&server, &server.another());
    }

    fn a_wait_without_a_change_ends_with_an_empty_page(server) {
        let start = position(&server);
        let began = Instant::now();
        let page = asked(&server, &[("after", &start), ("wait", "1")]).expect(200);
        assert!(began.elapsed() >= Duration::from_secs(1), "it waited");
        assert_eq!(page, json!({ "position": start, "more": false, "events": [], "resources": [] }));
    }

    /// A reader that waits must not keep a server from stopping, nor lose its place.
    fn a_stopping_server_sends_its_readers_away(mut server) {
        let start = position(&server);
        let mut waiting = Stream::open(&server, server.token(), &format!("after={start}&wait={WAIT_S}"), "application/json");
        let mut streaming = Stream::open(&server, server.token(), &format!("after={start}"), "text/event-stream");
        assert_eq!(streaming.next_page().expect("a first page")["position"], start.as_str());
        thread::sleep(Duration::from_millis(300));
        let status = server.stop();
        assert_eq!(status, Some(0));
        let body = waiting.rest();
        assert!(body.contains(&format!("\"position\":\"{start}\"")), "{body}");
        assert_eq!(streaming.next_page(), None, "the stream has ended");
        assert!(server.log().contains("stopping"));
    }

    fn a_stream_tells_changes_and_goes_on_where_it_was_left(server) {
        let start = position(&server);
        let mut stream = Stream::open(&server, server.token(), "", "text/event-stream");
        assert_eq!(stream.next_page().expect("a first page"), json!({
            "position": start, "more": false, "events": [], "resources": [],
        }));
        let ada = server.create_user("ada");
        let page = stream.next_page().expect("a page");
        assert_eq!(told(&page), [format!("create {}", id(&ada))]);
        assert_eq!(stream.last_id.as_deref(), Some(text(&page["position"])));
        drop(stream);

        let bob = server.create_user("bob");
        let left = [("Last-Event-ID", text(&page["position"]))];
        let mut stream = Stream::open_with(&server, server.token(), &format!("after={start}"), "text/event-stream", &left);
        let mut events = told(&stream.next_page().expect("a page"));
        if events.is_empty() {
            events = told(&stream.next_page().expect("a page"));
        }
        assert_eq!(events, [format!("create {}", id(&bob))]);
    }

    /// `token revoke` promises: at once.
    fn a_revoked_token_reads_nothing_more(server) {
        let start = position(&server);
        let made = server.cli(&["token", "create", "default", "--scope", "read", "--label", "reader"]).ok();
        let token = made.lines().last().expect("a token");
        let listed = server.cli(&["token", "list", "default"]).ok();
        let line = listed.lines().find(|line| line.ends_with("reader")).expect("its line");
        let key_id = line.split_whitespace().next().expect("a key id");
        let mut waiting = Stream::open(&server, token, &format!("after={start}&wait={WAIT_S}"), "application/json");
        let mut streaming = Stream::open(&server, token, &format!("after={start}"), "text/event-stream");
        assert!(streaming.next_page().is_some());
        thread::sleep(Duration::from_millis(300));
        server.cli(&["token", "revoke", "default", key_id]).ok();
        server.create_user("ada");
        let answer = waiting.rest();
        assert!(answer.contains("\"status\":\"401\""), "{answer}");
        assert_eq!(streaming.next_page(), None);
    }

    /// Without the rule `any-accept`, only the feed may be asked for a stream.
    fn only_the_feed_streams(server) {
        let server = server.rfc();
        server.set_tenant("any-accept=off");
        let mut stream = Stream::open(server, server.token(), "", "text/event-stream");
        assert!(stream.next_page().is_some());
        let head = server.request("HEAD", "/feed").header("Accept", "text/event-stream").send();
        assert_eq!((head.status, head.header("Content-Type")), (200, Some("text/event-stream")));
        server.get("/Users").header("Accept", "text/event-stream").send().error(406, "");
    }
}

/// A reader waits at one server, and gets what is written through the other.
fn is_woken(reader: &TestServer, writer: &TestServer) {
    let (start, began) = (position(reader), Instant::now());
    let (page, ada) = thread::scope(|scope| {
        let waiting =
            scope.spawn(|| asked(reader, &[("after", &start), ("wait", WAIT_S)]).expect(200));
        thread::sleep(Duration::from_millis(300));
        let ada = writer.create_user("ada");
        (waiting.join().expect("a page"), ada)
    });
    assert_eq!(told(&page), [format!("create {}", id(&ada))]);
    assert!(
        began.elapsed() < WOKEN_MAX,
        "it was not woken: {:?}",
        began.elapsed()
    );
}

/// Readers that wait hold no connection to the database.
#[test]
fn many_readers_do_not_keep_others_waiting() {
    let server = TestServer::start_with(Backend::Postgres, &[("SCIMD_POOL_SIZE", "2")]);
    let start = position(&server);
    let query = format!("after={start}&wait={WAIT_S}");
    let mut readers: Vec<Stream> = (0..200)
        .map(|_| Stream::open(&server, server.token(), &query, "application/json"))
        .collect();
    let began = Instant::now();
    let ada = server.create_user("ada");
    for reader in &mut readers {
        let body = reader.rest();
        assert!(body.contains(id(&ada)), "{body}");
    }
    assert!(
        began.elapsed() < WOKEN_MAX,
        "they were not woken: {:?}",
        began.elapsed()
    );
}

/// Each change wakes all readers, so a tenant has not more of them than the server can serve.
#[test]
fn too_many_readers_are_sent_away() {
    let server = TestServer::start(Backend::Sqlite);
    let start = position(&server);
    let readers = 300;
    let query = format!("after={start}&wait=3");
    let mut readers: Vec<Stream> = (0..readers)
        .map(|_| Stream::open(&server, server.token(), &query, "application/json"))
        .collect();
    let answers: Vec<String> = readers.iter_mut().map(Stream::rest).collect();
    let refused = answers
        .iter()
        .filter(|answer| answer.contains("\"status\":\"503\""))
        .count();
    assert_eq!(refused, 50, "{}", answers.join("\n"));
    assert_eq!(
        asked(&server, &[("after", &start), ("wait", "1")]).expect(200)["events"],
        json!([])
    );
}

/// An answer that is read while it comes.
struct Stream {
    lines: BufReader<TcpStream>,
    last_id: Option<String>,
}

impl Stream {
    fn open(server: &TestServer, token: &str, query: &str, accept: &str) -> Self {
        Self::open_with(server, token, query, accept, &[])
    }

    fn open_with(
        server: &TestServer,
        token: &str,
        query: &str,
        accept: &str,
        headers: &[(&str, &str)],
    ) -> Self {
        let address = server.origin().trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream
            .set_read_timeout(Some(SILENCE_MAX))
            .expect("a timeout");
        let coding = match accept {
            // A stream must not be compressed, whatever the client takes.
            "text/event-stream" => "gzip",
            _ => "identity",
        };
        let headers: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let request = format!(
            "GET /scim/v2/feed?{query} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nAccept: {accept}\r\n\
             Accept-Encoding: {coding}\r\nConnection: close\r\n{headers}\r\n"
        );
        stream
            .write_all(request.as_bytes())
            .expect("the server reads");
        Self {
            lines: BufReader::new(stream),
            last_id: None,
        }
    }

    /// The next page of the stream. `None` at its end.
    fn next_page(&mut self) -> Option<Value> {
        loop {
            let line = self.line()?;
            if let Some(id) = line.strip_prefix("id: ") {
                self.last_id = Some(id.to_owned());
            }
            if let Some(data) = line.strip_prefix("data: ") {
                return Some(serde_json::from_str(data).expect("a page"));
            }
        }
    }

    /// Everything up to the end.
    fn rest(&mut self) -> String {
        std::iter::from_fn(|| self.line()).collect()
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self
            .lines
            .read_line(&mut line)
            .expect("the server goes on or ends");
        (read > 0).then(|| line.trim_end().to_owned())
    }
}
