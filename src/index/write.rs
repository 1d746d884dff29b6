//! Articles into the index: which files are new, what becomes of their articles, what a commit writes.

pub mod change;
mod committed;
mod elsewhere;
mod items;
pub mod ledger;
pub mod lock;
mod merging;
mod moved;
mod parsing;
pub mod queue;
mod reading;
pub mod report;
mod roots;
mod unread;
pub mod update;
pub mod writer;
