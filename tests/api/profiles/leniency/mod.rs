//! The leniency rules: for each a lenient input that is understood, and the nearest input that is still refused.

mod posts;
mod requests;
mod rfc;
mod values;
