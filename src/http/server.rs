//! The listening server.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};

use actix_web::dev::Server as ActixServer;
use actix_web::middleware::{Compress, NormalizePath, from_fn};
use actix_web::{App as ActixApp, rt, web};
use socket2::SockRef;

use super::app::App;
use super::connection::{accepting, take_turns};
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

/// Most bytes of answers that the system keeps for a client that does not read; Linux takes twice as many. By itself it takes
/// megabytes, and a client that reads slowly then seems to read nothing for long.
const SEND_BUFFER: usize = 256 * 1024;

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
                // Connections inherit it.
                SockRef::from(&listener).set_send_buffer_size(SEND_BUFFER)?;
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
        rt::spawn(app.connections.clone().end_with_the_server());
        let connections = app.connections.clone();
        let app = web::Data::new(app);
        let service = move || {
            let app = ActixApp::new()
                .app_data(app.clone())
                .configure(routes::configure)
                .wrap(from_fn(observe::observe))
                .wrap(Compress::default())
                .wrap(NormalizePath::trim())
                .wrap(from_fn(take_turns));
            accepting(app, connections.clone())
        };
        let server = ActixServer::build()
            .workers(workers)
            .shutdown_timeout(shutdown_timeout_s);
        let mut listeners = self.listeners.into_iter();
        let server = listeners.try_fold(server, |server, listener| {
            server.listen("http", listener, service.clone())
        })?;
        server.run().await
    }
}
