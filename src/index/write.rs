//! Articles into the index: which files are new, what becomes of their articles, what a commit writes.

mod elsewhere;
pub mod ledger;
pub mod lock;
mod merging;
mod moved;
pub mod queue;
mod roots;
pub mod update;
pub mod writer;
