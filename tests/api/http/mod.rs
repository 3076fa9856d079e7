//! HTTP itself: methods, media types, errors, and requests that are made to hurt.

mod errors;
mod hostile;
mod media;
mod methods;
mod quotes;
mod suggestions;
