//! Queries: filters, order, pages, cursors, and which attributes an answer shows.

mod cursor;
mod filter;
mod pages;
mod projection;
mod root;
mod search;
mod sort;
mod walk;
