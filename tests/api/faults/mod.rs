//! Faults that a server has to survive: of its disk, its database, its network, and of those who use it.

mod dear_requests;
mod killed;
mod large_answers;
