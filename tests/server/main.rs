//! The server without a socket: every route, every failure, and that it says what the library says.

mod answers;
mod caching;
mod client;
mod document;
mod guarding;
mod hostile;
mod pages;
