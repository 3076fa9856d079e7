//! Faults that a server has to survive: of its disk, its database, its network, and of those who use it. It answers meanwhile, and is
//! well again when they are over.

mod crowds;
mod dear_requests;
mod killed;
mod large_answers;
mod peer;
mod read_only_file;
mod slow_peers;
mod standing_still;
mod synchronous_standby;
mod unread;
mod watch;
mod words;
