//! What a query reads of an index: its postings, texts and columns as of one commit, and the time it
//! has for that.

pub mod beginning;
pub mod characters;
pub mod columns;
pub mod counted;
pub mod deadline;
pub mod exact;
pub mod facts;
pub mod occurrences;
pub mod segments;
pub mod snapshot;
pub mod statistics;
pub mod today;
pub mod typed;
pub mod vocabulary;
