//! The listening server.

use std::net::{SocketAddr, TcpListener};

use actix_web::middleware::{Compress, NormalizePath, from_fn};
use actix_web::{App as ActixApp, HttpServer, web};

use super::app::App;
use super::{observe, routes};

/// A server that is bound and can be run.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

/// Binds the address; port 0 takes a free one.
pub fn bind(address: SocketAddr) -> std::io::Result<Server> {
    let listener = TcpListener::bind(address)?;
    let address = listener.local_addr()?;
    Ok(Server { listener, address })
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the process is told to stop. Requests in flight then have `shutdown_timeout_s` to end.
    pub async fn run(
        self,
        app: App,
        workers: usize,
        shutdown_timeout_s: u64,
    ) -> std::io::Result<()> {
        let app = web::Data::new(app);
        HttpServer::new(move || {
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
        .tcp_nodelay(true)
        .listen(self.listener)?
        .run()
        .await
    }
}
