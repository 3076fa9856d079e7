//! A door in front of PostgreSQL that a test can shut: a database that is away, without touching the one of all tests.

use std::io::copy;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Forwards connections while it is open.
pub(crate) struct Door {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    shut: bool,
    passing: Vec<TcpStream>,
}

impl Door {
    /// A door to this host and port, on a port of its own. Its thread ends with the process.
    pub(crate) fn to(host: &str, port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the port");
        let state = Arc::new(Mutex::new(State::default()));
        let (shared, target) = (Arc::clone(&state), (host.to_owned(), port));
        thread::spawn(move || {
            for inside in listener.incoming().map_while(Result::ok) {
                let mut state = shared.lock().expect("no thread of the door panicked");
                if let (false, Ok(outside)) = (state.shut, TcpStream::connect(&target)) {
                    state.passing.extend(let_through(inside, outside));
                }
            }
        });
        Self { address, state }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Cuts all connections and lets no new one through.
    pub(crate) fn shut(&self) {
        let mut state = self.state.lock().expect("no thread of the door panicked");
        state.shut = true;
        for stream in state.passing.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    pub(crate) fn open(&self) {
        self.state
            .lock()
            .expect("no thread of the door panicked")
            .shut = false;
    }
}

/// Copies both ways until either side ends; what to cut when the door is shut.
fn let_through(inside: TcpStream, outside: TcpStream) -> Vec<TcpStream> {
    let pair = [(&inside, &outside), (&outside, &inside)];
    for (from, to) in pair {
        let (Ok(mut from), Ok(mut to)) = (from.try_clone(), to.try_clone()) else {
            continue;
        };
        thread::spawn(move || {
            let _ = copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
    vec![inside, outside]
}
