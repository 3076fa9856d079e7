//! A TCP stream that ends when its peer does not keep up.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::alarm::Alarm;
use super::connections::Connections;
use super::crowd::Place;
use super::end::End;
use super::farewell;
use super::seat::{Patience, Seat};

/// Longest wait for a client that reads nothing while others need the room, or the server is about to stop. A stream that is
/// stuck looks so often whether that is so.
const PRESSED_TIMEOUT: Duration = Duration::from_secs(1);

/// How long a request goes on whose client has closed its side. It has gone, or, which looks the same, it only sends nothing
/// more and waits for the answer.
const CLOSED_TIMEOUT: Duration = Duration::from_secs(1);

/// A TCP stream that ends when its peer does not keep up.
pub(super) struct Watched {
    stream: TcpStream,
    place: Place,
    connections: Connections,
    reading: Alarm,
    writing: Alarm,
    /// Since when the peer takes no byte.
    stuck_since: Option<Instant>,
    /// When the peer closed its side.
    closed_at: Option<Instant>,
    /// Whether the peer has sent its last byte, or was cut off.
    has_ended: bool,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, place: Place, connections: Connections) -> Self {
        Self {
            stream,
            place,
            connections,
            reading: Alarm::default(),
            writing: Alarm::default(),
            stuck_since: None,
            closed_at: None,
            has_ended: false,
        }
    }

    /// What the stream shares with its requests.
    pub(super) fn seat(&self) -> Arc<Seat> {
        Arc::clone(&self.place.seat)
    }

    /// Ready when nobody waits any more for the request that the client owes.
    fn poll_waiting(&mut self, context: &mut Context<'_>) -> Poll<End> {
        match self.place.seat.patience(context.waker()) {
            Patience::Unbounded => Poll::Pending,
            Patience::Over => Poll::Ready(End::Dismissed),
            // It has not even read its last answer, for which it has a time limit of its own.
            Patience::Since(_) if self.stuck_since.is_some() => Poll::Pending,
            Patience::Since(since) => {
                let ends = since + self.connections.limits.between_requests();
                self.reading.poll_at(context, ends).map(|()| End::Late)
            }
        }
    }

    /// Ready when the client reads nothing for too long.
    fn poll_stuck(&mut self, context: &mut Context<'_>) -> Poll<End> {
        let since = *self.stuck_since.get_or_insert_with(Instant::now);
        loop {
            let now = Instant::now();
            let patience = match self.connections.are_pressed() {
                true => PRESSED_TIMEOUT,
                false => self.connections.limits.write_timeout,
            };
            if now >= since + patience {
                return Poll::Ready(End::Unread);
            }
            let looks = (now + PRESSED_TIMEOUT).min(since + patience);
            ready!(self.writing.poll_at(context, looks));
        }
    }

    /// Ready when the client has gone although its request still runs.
    fn poll_gone(&mut self, context: &mut Context<'_>) -> Poll<End> {
        match self.closed_at.zip(self.place.seat.works_since()) {
            Some((closed_at, since)) => {
                let ends = closed_at.max(since) + CLOSED_TIMEOUT;
                self.reading.poll_at(context, ends).map(|()| End::Gone)
            }
            None => Poll::Pending,
        }
    }

    /// Notes why the stream ends. HTTP closes it when it gets the error.
    fn end(&mut self, end: End) -> io::Error {
        self.has_ended = true;
        self.connections.ended(end);
        io::Error::new(io::ErrorKind::TimedOut, end.name())
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let watched = self.get_mut();
        let before = buffer.filled().len();
        match Pin::new(&mut watched.stream).poll_read(context, buffer) {
            Poll::Ready(Ok(())) => {
                let count = buffer.filled().len() - before;
                if count == 0 {
                    watched.has_ended = true;
                    watched.closed_at.get_or_insert_with(Instant::now);
                }
                if watched.place.seat.read(count) <= watched.connections.limits.rest_bytes_max {
                    return Poll::Ready(Ok(()));
                }
                Poll::Ready(Err(watched.end(End::Rest)))
            }
            Poll::Ready(Err(error)) => {
                watched.has_ended = true;
                Poll::Ready(Err(error))
            }
            Poll::Pending => {
                let end = ready!(watched.poll_waiting(context));
                let error = watched.end(end);
                // Who is only asked to go may have asked for something in this moment. It is told with a quiet end, as if
                // it had closed the connection itself.
                Poll::Ready(match end {
                    End::Dismissed => Ok(()),
                    _ => Err(error),
                })
            }
        }
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let watched = self.get_mut();
        match Pin::new(&mut watched.stream).poll_write(context, bytes) {
            Poll::Pending => {
                let end = ready!(watched.poll_stuck(context));
                Poll::Ready(Err(watched.end(end)))
            }
            written => {
                watched.stuck_since = None;
                watched.place.seat.wrote();
                written
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let watched = self.get_mut();
        ready!(Pin::new(&mut watched.stream).poll_flush(context))?;
        // HTTP reads no more after the end of what the client sends. It flushes whenever it wakes.
        if let Poll::Ready(end) = watched.poll_gone(context) {
            return Poll::Ready(Err(watched.end(end)));
        }
        // An answer may just have ended. Nobody reads before the next byte comes, which may be never, so the time limit
        // begins here.
        if !watched.has_ended && watched.poll_waiting(context).is_ready() {
            context.waker().wake_by_ref();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

impl Drop for Watched {
    /// HTTP drops a connection without an answer when the chunks of a body are malformed, as if the peer had gone. A peer
    /// that is still there, with a request whose chunks have not all come, had no other reason to be dropped. If they have, those of
    /// a later request are malformed, and nobody knows what becomes of this one: a silent end says so.
    fn drop(&mut self) {
        let is_malformed = self.place.seat.waits_for_chunks() && !self.has_ended;
        if is_malformed && !self.connections.is_ending() && !std::thread::panicking() {
            self.connections.ended(End::Malformed);
            farewell::say(&self.stream, &farewell::malformed());
        }
    }
}
