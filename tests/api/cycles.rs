//! Sequences of requests as identity providers really run them, from the first to the last.
