//! Articles to an index on disk, and back: every field, every file, and who may write them.

mod check;
mod document;
mod error;
mod files;
mod folder;
mod guard;
mod ledger;
mod manifest;
mod marks;
mod queue;
mod reprints;
mod schema;
mod sealed;
mod shared;
mod spelling;
mod store;
mod stored;
mod terms;
mod texts;
mod update;
mod writer;

pub use check::{Check, Fault};
pub use error::IndexError;
pub(crate) use marks::{Mark, marks};
pub use reprints::Reprint;
pub(crate) use reprints::Table;
pub use schema::FORMAT_VERSION;
pub(crate) use schema::Fields;
pub(crate) use shared::{Shared, View};
pub(crate) use spelling::{Needle, Units, units};
pub use store::{Index, IndexOptions};
pub(crate) use stored::FullText;
pub(crate) use terms::{MOST, grams, is_gram};
pub(crate) use texts::{SegmentTexts, Texts};
pub use update::{Progress, Report, UpdateOptions};
pub use writer::{Added, Writer};
