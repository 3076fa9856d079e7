//! A peer that runs, on a port of this machine. It ends with the benchmark.

use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use super::catalogue::Peer;
use crate::Result;
use crate::client::{Client, Endpoint};
use crate::keeper::{Keeper, StopSignal};
use crate::load::fail_if_interrupted;
use crate::measure::random_hex;
use crate::server::tail;

const START_MAX: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);

pub(super) struct Running {
    keeper: Keeper,
    pub(super) endpoint: Endpoint,
}

impl Running {
    /// Starts it, and waits until it answers.
    pub(super) fn start(peer: &Peer, directory: &Path) -> Result<Self> {
        let port = free_port()?;
        let token = random_hex(16)?;
        let origin = format!("http://127.0.0.1:{port}");
        let log_path = directory.join("server.log");
        let log = File::create(&log_path)?;
        let keeper = Keeper::start(StopSignal::Term, peer.command, |shell| {
            shell
                .current_dir(directory)
                .env("PEER_PORT", port.to_string())
                .env("PEER_TOKEN", &token)
                .env("NODE_ENV", "production")
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .stderr(log);
        })?;
        let running = Self {
            keeper,
            endpoint: Endpoint {
                base: format!("{origin}{}", peer.base),
                origin,
                token,
            },
        };
        match running.wait() {
            Ok(()) => Ok(running),
            Err(error) => Err(format!("did not start: {error}\n{}", tail(&log_path)).into()),
        }
    }

    pub(super) fn pid(&self) -> i32 {
        self.keeper.pid()
    }

    fn wait(&self) -> Result<()> {
        let client = Client::new(&self.endpoint);
        let deadline = Instant::now() + START_MAX;
        loop {
            fail_if_interrupted()?;
            let answered = client.get("/Users?count=1").and_then(|a| a.expect(200));
            match answered {
                Ok(_) => return Ok(()),
                Err(error) if self.keeper.has_ended() || Instant::now() >= deadline => {
                    return Err(error);
                }
                Err(_) => std::thread::sleep(POLL),
            }
        }
    }
}

/// A port that was free a moment ago: not every server can be told to take any and to say which.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
