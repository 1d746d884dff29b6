//! The program as a server, over sockets: who is let in, what becomes of the index meanwhile, and how it
//! ends.
#![cfg(unix)]

mod clients;
mod crowd;
mod index;
mod renewal;
#[path = "../browser/site.rs"]
mod site;
mod starting;
mod wire;
