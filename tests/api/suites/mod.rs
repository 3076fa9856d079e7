//! Whole suites: external test suites, recordings, the scenarios of RFC 7642, and one script on both databases.

mod conformance;
mod replay;
mod same_answers;
mod scenarios;
mod schemathesis;
mod scim2_tester;
