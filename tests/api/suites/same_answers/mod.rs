//! One script of mixed requests against a server on each database. The answers are equal byte for byte, apart from ids, times,
//! ETags and the server's own address.

mod changes;
mod comparison;
mod queries;
mod script;
mod transcript;
