//! A server of keys that can misbehave.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What it answers.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// This text.
    Text(String),
    /// This status, and nothing.
    Status(&'static str),
    /// A redirect to here.
    Redirect(String),
    /// Nothing, for long.
    Silence,
    /// The connection ends.
    Nothing,
}

pub(super) struct KeyServer {
    pub(super) url: String,
    answer: Arc<Mutex<Answer>>,
    asked: Arc<AtomicUsize>,
}

impl KeyServer {
    pub(super) fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/keys", listener.local_addr().expect("an address"));
        let server = Self {
            url,
            answer: Arc::new(Mutex::new(answer)),
            asked: Arc::default(),
        };
        let (answer, asked) = (Arc::clone(&server.answer), Arc::clone(&server.asked));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                asked.fetch_add(1, Ordering::SeqCst);
                let answer = answer.lock().expect("an answer").clone();
                thread::spawn(move || say(stream, &answer));
            }
        });
        server
    }

    pub(super) fn set(&self, answer: Answer) {
        *self.answer.lock().expect("an answer") = answer;
    }

    /// How often it was asked.
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn say(mut stream: TcpStream, answer: &Answer) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request);
    let head = |status: &str, more: &str, body: &str| {
        format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{more}Connection: close\r\n\r\n{body}",
            body.len()
        )
    };
    let text = match answer {
        Answer::Text(text) => head("200 OK", "", text),
        Answer::Status(status) => head(status, "", ""),
        Answer::Redirect(to) => head("302 Found", &format!("Location: {to}\r\n"), ""),
        Answer::Silence => return thread::sleep(Duration::from_secs(20)),
        Answer::Nothing => return,
    };
    let _ = stream.write_all(text.as_bytes());
}
