//! From an accepted TCP stream to HTTP.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, Request, Response};
use actix_service::{IntoServiceFactory, ServiceFactoryExt as _, map_config};
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, Extensions, Service, ServiceFactory, fn_service};
use actix_web::rt::net::TcpStream;

use super::connections::Connections;
use super::end::End;
use super::farewell;
use super::watched::Watched;

/// Longest time in which a connection that is closed over an unread body is still read, so that its client sees the answer.
const LINGER: Duration = Duration::from_secs(1);
/// Longest wait for a chance to tell a peer that there is no place for it.
const FAREWELL_TIMEOUT: Duration = Duration::from_secs(1);

/// The service of a listener: takes in connections and speaks HTTP on them.
///
/// Actix' own server does the same around a plain TCP stream, which nobody can watch.
pub(in crate::http) fn accepting<I, S, B>(
    app: I,
    connections: Connections,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = DispatchError, InitError = ()>
where
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    S::Future: 'static,
    S::Service: 'static,
    <S::Service as Service<Request>>::Future: 'static,
    B: MessageBody + 'static,
{
    let app = app
        .into_factory()
        .map_err(|error: S::Error| error.into().error_response());
    let http = HttpService::build()
        .keep_alive(connections.limits.client_timeout)
        .client_request_timeout(connections.limits.client_timeout)
        .client_disconnect_timeout(LINGER)
        .on_connect_ext(|stream: &Watched, data: &mut Extensions| {
            data.insert(stream.seat());
        })
        .h1(map_config(app, |()| AppConfig::default()));
    fn_service(move |stream| admit(stream, connections.clone())).and_then(http)
}

/// Gives the connection a place, or tells the peer that there is none.
async fn admit(
    stream: TcpStream,
    connections: Connections,
) -> Result<(Watched, Option<SocketAddr>), DispatchError> {
    // A compressed answer is sent in parts. Without this, the last part would wait for a client that acknowledges late.
    stream.set_nodelay(true)?;
    let peer = stream.peer_addr().ok();
    let address = peer.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.ip());
    let place = connections.crowd.admit(address, &connections.limits);
    let Some(place) = place else {
        connections.ended(End::Refused);
        let _ = tokio::time::timeout(FAREWELL_TIMEOUT, stream.writable()).await;
        farewell::say(&stream, &farewell::full());
        return Err(io::Error::other("all connections have requests").into());
    };
    Ok((Watched::new(stream, place, connections), peer))
}
