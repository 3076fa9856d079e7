//! A bare actix handler that answers every request with a body of one size: the floor of HTTP.

use std::io::Write as _;
use std::net::TcpListener;

use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, web};

use crate::Result;
use crate::client::Endpoint;
use crate::keeper::{Keeper, StopSignal};

/// Serves until the process ends. Prints the port first.
pub(crate) fn serve(bytes: usize) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", listener.local_addr()?.port())?;
    out.flush()?;
    drop(out);
    let body = Bytes::from(vec![b'x'; bytes]);
    let workers = std::thread::available_parallelism()?.get();
    let server = HttpServer::new(move || {
        let body = body.clone();
        let answer = move || {
            let body = body.clone();
            async move { HttpResponse::Ok().body(body) }
        };
        App::new().default_service(web::to(answer))
    });
    let server = server.workers(workers).listen(listener)?.run();
    Ok(actix_web::rt::System::new().block_on(server)?)
}

/// The handler in a process of its own.
pub(crate) struct Bare {
    keeper: Keeper,
    pub(crate) endpoint: Endpoint,
}

impl Bare {
    pub(crate) fn start(bytes: usize) -> Result<Self> {
        let program = std::env::current_exe()?;
        let bytes = bytes.to_string();
        let command = [&*program.to_string_lossy(), "bare", "--bytes", &bytes];
        let keeper = Keeper::start(StopSignal::Term, &command, |_| {})?;
        let port = keeper.line(std::time::Duration::from_secs(10));
        let port = port.ok_or("the bare handler did not start")?;
        let endpoint = Endpoint::parse(&format!("http://127.0.0.1:{}", port.trim()), "none")?;
        Ok(Self { keeper, endpoint })
    }

    pub(crate) fn pid(&self) -> i32 {
        self.keeper.pid()
    }
}
