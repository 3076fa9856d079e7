//! Bulk (RFC 7644 §3.7): many changes in one request. Each has the outcome that it would have alone.

mod atomic;
mod crash;
mod entries;
mod hostile;
mod limits;
mod message;
mod operations;
mod order;
mod references;
