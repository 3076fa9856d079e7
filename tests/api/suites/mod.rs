//! Whole suites: test suites and clients of other people, recordings, the scenarios of RFC 7642, and one script on both databases.

mod canaille;
mod conformance;
mod g2g_scim_sync;
mod replay;
mod same_answers;
mod scenarios;
mod schemathesis;
mod scim2_tester;
