//! Keeps slow, silent and greedy peers from taking every connection and all memory. None of them needs a token.
//!
//! A connection is in one of three states: it waits for a request, a request of it runs, or an answer of it is sent
//! ([`seat`]). The stream below HTTP ([`watched`]) sees every byte and holds the peer to what its state allows. Requests
//! report where they are ([`turns`]). The crowd ([`crowd`]) knows all connections and bounds them.
//!
//! HTTP above has bounds of its own, but not for all of this: it reads the rest of a chunked body for as long as it comes, it
//! gives only the first head a time limit, and it waits for ever for a client that does not read.

mod accepting;
mod alarm;
mod answer;
mod connections;
mod crowd;
mod end;
mod farewell;
mod kept;
mod limits;
mod room;
mod seat;
mod turns;
mod watched;

pub use connections::Connections;
pub use limits::ConnectionLimits;

pub(super) use accepting::accepting;
pub(super) use end::End;
pub(super) use room::with_room;
pub(super) use seat::Seat;
pub(super) use turns::take_turns;
