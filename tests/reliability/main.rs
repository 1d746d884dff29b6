//! What RELIABILITY.md promises: nothing is lost, nothing hangs, nothing is answered from a damaged
//! index without a word.
//!
//! Every test has a short form, and with `NEWSEARCH_LONG=1` a long one. What is random follows from
//! a seed that is printed; `NEWSEARCH_SEED` sets it.
#![cfg(all(feature = "cli", target_os = "linux"))]

mod archive;
mod concurrent;
mod crash;
mod damage;
mod deleted;
mod determinism;
mod exchanged;
mod full;
mod golden;
mod hostile;
mod queries;
mod state;
mod sync;
mod trickle;
