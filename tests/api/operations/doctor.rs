//! `scimd doctor` asks the base URL, as an identity provider would.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

use crate::support::{CliOutput, TestServer};

fn doctor(server: &TestServer, base_url: &str) -> CliOutput {
    server.cli_with(&["doctor"], &[("SCIMD_BASE_URL", base_url)])
}

/// What the line on the base URL says.
#[track_caller]
fn of_base_url(output: &CliOutput) -> String {
    let mut lines = output.stdout.lines();
    let line = lines.find(|line| line.contains("base URL: "));
    line.unwrap_or_else(|| panic!("no line on the base URL in {output:#?}"))
        .to_owned()
}

/// A server that gives every request the same answer, and its URL.
fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for socket in listener.incoming() {
            let Ok(mut socket) = socket else { return };
            let Ok(reader) = socket.try_clone() else {
                return;
            };
            let head = BufReader::new(reader).lines().map_while(Result::ok);
            head.take_while(|line| !line.is_empty()).for_each(drop);
            let _ = socket.write_all(answer.as_bytes());
        }
    });
    url
}

api_test! {
    fn a_base_url_that_leads_here_is_in_order(server) {
        let output = doctor(&server, server.origin());
        output.ok();
        let said = of_base_url(&output);
        assert!(said.starts_with("ok") && said.contains(&format!("{}/livez answers", server.origin())), "{said}");
        let told = doctor(&server, &format!("{}/elsewhere", server.origin()));
        told.refused();
        assert!(of_base_url(&told).contains("not scimd"), "{told:#?}");
    }

    fn a_base_url_that_leads_nowhere_says_what_to_check(mut server) {
        let origin = server.origin().to_owned();
        server.stop();
        for (url, told) in [
            (origin.as_str(), "start the server"),
            ("http://no-such-host.invalid", "DNS"),
        ] {
            let output = doctor(&server, url);
            output.refused();
            let said = of_base_url(&output);
            assert!(said.starts_with("FAIL") && said.contains(told), "{url}: {said}");
        }
    }

    fn another_server_at_the_base_url_is_told(server) {
        for (answer, told) in [
            ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "not scimd"),
            ("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"wiki\"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "not scimd"),
            ("HTTP/1.1 301 Moved\r\nLocation: https://x.test/livez\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "https://x.test/livez"),
            ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 15\r\n\r\n{\"status\":\"ok\"}", "passes this path on"),
            ("SSH-2.0-OpenSSH_9.2\r\n", "http or https"),
        ] {
            let output = doctor(&server, &answering(answer));
            output.refused();
            let said = of_base_url(&output);
            assert!(said.starts_with("FAIL") && said.contains(told), "{answer:?}: {said}");
        }
    }

    fn without_a_base_url_the_address_is_asked(server) {
        let address = server.origin().trim_start_matches("http://").to_owned();
        let output = server.cli(&["doctor", "--bind", &address]);
        output.ok();
        assert!(of_base_url(&output).contains(&address), "{output:#?}");
        for (bind, told) in [("0.0.0.0:8080", "SCIMD_BASE_URL"), ("localhost:0", "another port")] {
            let output = server.cli(&["doctor", "--bind", bind]);
            output.refused();
            assert!(of_base_url(&output).contains(told), "{bind}: {output:#?}");
        }
    }
}
