//! The listening server.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};

use actix_web::middleware::{Compress, NormalizePath, from_fn};
use actix_web::{App as ActixApp, HttpServer, web};

use super::app::App;
use super::{observe, routes};

/// A server that is bound and can be run.
pub struct Server {
    /// One for each address; there is at least one.
    listeners: Vec<TcpListener>,
    addresses: Vec<SocketAddr>,
}

/// How many free ports are tried until one is free on all addresses of a name.
const FREE_PORTS_MAX: u32 = 20;

/// Binds `HOST:PORT`: every address of the host that this machine has. Port 0 takes a free one.
///
/// Errors: the host has no address, an address is taken, or the machine has none of them.
pub fn bind(address: &str) -> io::Result<Server> {
    let wanted: Vec<SocketAddr> = address.to_socket_addrs()?.collect();
    let takes_free_port = wanted.iter().any(|one| one.port() == 0);
    let mut attempts_left = if takes_free_port { FREE_PORTS_MAX } else { 1 };
    loop {
        attempts_left -= 1;
        match bind_all(&wanted) {
            // The port that was free on one address is taken on another.
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && attempts_left > 0 => {}
            outcome => return outcome,
        }
    }
}

fn bind_all(addresses: &[SocketAddr]) -> io::Result<Server> {
    let mut server = Server {
        listeners: Vec::new(),
        addresses: Vec::new(),
    };
    let mut missing = None;
    for mut wanted in addresses.iter().copied() {
        // All addresses of a name have one port, so that one URL leads to all of them.
        if let Some(bound) = server.addresses.first() {
            wanted.set_port(bound.port());
        }
        if server.addresses.contains(&wanted) {
            continue;
        }
        match TcpListener::bind(wanted) {
            Ok(listener) => {
                server.addresses.push(listener.local_addr()?);
                server.listeners.push(listener);
            }
            Err(error) if is_taken(&error) => return Err(error),
            // `localhost` has an IPv6 address by name where the machine has none.
            Err(error) => missing = Some(error),
        }
    }
    match missing {
        Some(error) if server.listeners.is_empty() => Err(error),
        None if server.listeners.is_empty() => Err(io::Error::new(
            io::ErrorKind::NotFound,
            "this name has no address",
        )),
        _ => Ok(server),
    }
}

/// Another program has the address, or only an administrator may take it.
fn is_taken(error: &io::Error) -> bool {
    [io::ErrorKind::AddrInUse, io::ErrorKind::PermissionDenied].contains(&error.kind())
}

impl Server {
    /// Where it listens.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Serves until the process is told to stop. Requests in flight then have `shutdown_timeout_s` to end.
    pub async fn run(self, app: App, workers: usize, shutdown_timeout_s: u64) -> io::Result<()> {
        let app = web::Data::new(app);
        let server = HttpServer::new(move || {
            ActixApp::new()
                .app_data(app.clone())
                .configure(routes::configure)
                .wrap(from_fn(observe::observe))
                .wrap(Compress::default())
                .wrap(NormalizePath::trim())
        })
        .workers(workers)
        .shutdown_timeout(shutdown_timeout_s)
        // A compressed answer is sent in parts. Without this, the last part would wait for a client that acknowledges
        // late.
        .tcp_nodelay(true);
        let mut listeners = self.listeners.into_iter();
        let server = listeners.try_fold(server, |server, listener| server.listen(listener))?;
        server.run().await
    }
}
