//! The search over HTTP, and a page to search with: a router over a [`Searcher`](crate::Searcher), and
//! the socket that it answers on.
//!
//! A request walks forward:
//!
//! ```text
//! socket → guard (who may ask) → asked (what is asked) → gate (one search a core) → api, page → reply
//! ```
//!
//! [`App`] holds what all requests share. [`App::router`] needs no socket, so tests call it without
//! one; [`serve`] is the program's.

mod api;
mod app;
mod asked;
mod failure;
mod follow;
mod gate;
mod generations;
mod guard;
mod metrics;
mod openapi;
mod options;
mod page;
mod reload;
mod reply;
mod routes;
mod serve;
mod source;

pub use app::App;
pub use openapi::document as openapi;
pub use options::Options;
pub use serve::{ServeError, Serving, serve};
pub use source::Source;
