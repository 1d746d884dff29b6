//! Articles to an index on disk, and back: every field, every file, and who may write them.

mod document;
mod error;
mod ledger;
mod manifest;
mod schema;
mod store;
mod terms;
mod update;
mod writer;

pub use error::IndexError;
pub use schema::FORMAT_VERSION;
pub use store::{Index, IndexOptions};
pub use update::{Progress, Report, UpdateOptions};
pub use writer::{Added, Writer};
pub(crate) use document::Stored;
pub(crate) use schema::Fields;
pub(crate) use store::Shared;
