//! How lenient a tenant is: profiles, their rules one by one, and decisions where clients and RFCs disagree.

mod decisions;
mod habits;
mod interop;
mod leniency;
mod requests;
mod rules;
