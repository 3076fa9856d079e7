//! What switches a user off, and what does not.
