//! A peer that no HTTP library would be.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use crate::support::TestServer;

/// How long tests wait for the end of a connection. The server's own limits are a second or two in them.
pub(super) const ENDS_MAX: Duration = Duration::from_secs(30);

/// What the system keeps for a peer.
const RECEIVED_MAX: usize = 32 * 1024;

/// One connection.
pub(super) struct Peer(TcpStream);

impl Peer {
    pub(super) fn connect(server: &TestServer) -> Self {
        let address: SocketAddr = server.address().parse().expect("an address");
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None);
        let socket = socket.expect("a socket");
        // What the system keeps for a peer that does not read is no matter of the server's.
        socket
            .set_recv_buffer_size(RECEIVED_MAX)
            .expect("a setting of sockets");
        socket
            .connect(&address.into())
            .expect("the server accepts connections");
        let stream = TcpStream::from(socket);
        stream
            .set_read_timeout(Some(ENDS_MAX))
            .expect("a time limit");
        stream
            .set_write_timeout(Some(ENDS_MAX))
            .expect("a time limit");
        Self(stream)
    }

    /// A connection that has sent this.
    pub(super) fn saying(server: &TestServer, text: &str) -> Self {
        let mut peer = Self::connect(server);
        assert!(peer.say(text), "the server takes the beginning");
        peer
    }

    /// Sends text. Returns whether the connection still took it.
    pub(super) fn say(&mut self, text: &str) -> bool {
        self.send(text.as_bytes())
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> bool {
        self.0.write_all(bytes).is_ok()
    }

    /// Reads up to and with the next `end`, or to the end of the connection.
    pub(super) fn hear_until(&mut self, end: &str) -> String {
        let mut heard = Vec::new();
        let mut byte = [0];
        while !heard.ends_with(end.as_bytes()) {
            match self.0.read(&mut byte) {
                Ok(1..) => heard.push(byte[0]),
                _ => break,
            }
        }
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// Reads the next head of an answer, and returns its status.
    #[track_caller]
    pub(super) fn status(&mut self) -> u16 {
        let head = self.hear_until("\r\n\r\n");
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
        status.unwrap_or_else(|| panic!("no answer but {head:?}"))
    }

    /// Reads at most so many bytes, and returns how many came: none at the end of the connection.
    pub(super) fn hear(&mut self, bytes: u64) -> usize {
        let mut heard = Vec::new();
        let _ = (&self.0).take(bytes).read_to_end(&mut heard);
        heard.len()
    }

    /// Reads to the end of the connection. `None`: it did not end.
    pub(super) fn hear_all(&mut self) -> Option<Vec<u8>> {
        let mut heard = Vec::new();
        match self.0.read_to_end(&mut heard) {
            Err(error) if is_pause(error.kind()) => None,
            _ => Some(heard),
        }
    }

    /// Whether the connection has ended. What it brought is thrown away. Does not wait.
    pub(super) fn has_ended(&mut self) -> bool {
        self.0.set_nonblocking(true).expect("a mode of sockets");
        let mut buffer = [0; 4096];
        let ended = loop {
            match self.0.read(&mut buffer) {
                Ok(0) => break true,
                Ok(_) => {}
                Err(error) => break !is_pause(error.kind()),
            }
        };
        self.0.set_nonblocking(false).expect("a mode of sockets");
        ended
    }
}

fn is_pause(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Lets each peer send this now and then until its connection ends. Returns how many connections did not end.
pub(super) fn dribble(mut peers: Vec<Peer>, text: &str) -> usize {
    let began = Instant::now();
    while !peers.is_empty() && began.elapsed() < ENDS_MAX {
        thread::sleep(Duration::from_millis(100));
        peers.retain_mut(|peer| !peer.has_ended() && peer.say(text));
    }
    peers.len()
}
