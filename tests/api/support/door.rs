//! A door in front of PostgreSQL that a test can shut, or keep anything from passing: a database that is away, or that stands
//! still, without touching the one of all tests.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// Forwards connections while it is open.
pub(crate) struct Door {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    gate: Arc<Gate>,
}

#[derive(Default)]
struct State {
    shut: bool,
    passing: Vec<TcpStream>,
}

/// Keeps back what passes, without cutting anything.
#[derive(Default)]
struct Gate {
    is_stuck: Mutex<bool>,
    moves: Condvar,
}

impl Gate {
    fn set(&self, is_stuck: bool) {
        *self.is_stuck.lock().expect("no thread panicked") = is_stuck;
        self.moves.notify_all();
    }

    fn pass(&self) {
        let is_stuck = self.is_stuck.lock().expect("no thread panicked");
        let passed = self.moves.wait_while(is_stuck, |is_stuck| *is_stuck);
        drop(passed.expect("no thread panicked"));
    }
}

impl Door {
    /// A door to this host and port, on a port of its own. Its thread ends with the process.
    pub(crate) fn to(host: &str, port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the port");
        let state = Arc::new(Mutex::new(State::default()));
        let gate = Arc::new(Gate::default());
        let (shared, target) = (Arc::clone(&state), (host.to_owned(), port));
        let own = Arc::clone(&gate);
        thread::spawn(move || {
            for inside in listener.incoming().map_while(Result::ok) {
                let mut state = shared.lock().expect("no thread of the door panicked");
                if let (false, Ok(outside)) = (state.shut, TcpStream::connect(&target)) {
                    state.passing.extend(let_through(inside, outside, &own));
                }
            }
        });
        Self {
            address,
            state,
            gate,
        }
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

    /// Nothing passes any more, and nothing is cut: the database stands still, or the network to it.
    pub(crate) fn stick(&self) {
        self.gate.set(true);
    }

    /// Everything goes on, with all that was sent meanwhile.
    pub(crate) fn unstick(&self) {
        self.gate.set(false);
    }
}

/// Copies both ways until either side ends; what to cut when the door is shut.
fn let_through(inside: TcpStream, outside: TcpStream, gate: &Arc<Gate>) -> Vec<TcpStream> {
    let pair = [(&inside, &outside), (&outside, &inside)];
    for (from, to) in pair {
        let (Ok(from), Ok(to)) = (from.try_clone(), to.try_clone()) else {
            continue;
        };
        let gate = Arc::clone(gate);
        thread::spawn(move || copy(from, to, &gate));
    }
    vec![inside, outside]
}

fn copy(mut from: TcpStream, mut to: TcpStream, gate: &Gate) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        gate.pass();
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
