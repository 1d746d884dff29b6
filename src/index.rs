//! Articles to an index on disk, and back: every field, every file, and who may write them.

mod check;
mod compression;
mod document;
mod error;
mod files;
mod folder;
mod guard;
mod ledger;
mod manifest;
mod packed;
mod queue;
mod reprints;
mod schema;
mod sealed;
mod shared;
mod store;
mod terms;
mod update;
mod writer;

pub use check::{Check, Fault};
pub(crate) use document::FullText;
pub use error::IndexError;
pub use reprints::Reprint;
pub(crate) use reprints::Table;
pub use schema::FORMAT_VERSION;
pub(crate) use schema::Fields;
pub(crate) use shared::{Shared, View};
pub use store::{Index, IndexOptions};
pub use update::{Progress, Report, UpdateOptions};
pub use writer::{Added, Writer};
