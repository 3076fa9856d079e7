//! Behaviours of identity providers and governance tools, a file a client.
