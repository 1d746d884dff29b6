//! Articles to an index on disk, and back: every field, every file, and who may write them.

mod check;
mod disk;
mod error;
mod handle;
mod open;
mod options;
mod record;
mod recut;
mod reprints;
mod shared;
#[cfg(feature = "opensearch")]
mod small;
mod write;

#[cfg(feature = "opensearch")]
pub(crate) use check::Checking;
pub use check::{Check, Fault, FaultKind};
#[cfg(feature = "server")]
pub(crate) use disk::folder::commit_files;
pub use error::Elsewhere;
pub use error::IndexError;
pub use error::engine::EngineError;
pub use handle::{Index, Rebuild};
pub use options::IndexOptions;
#[cfg(feature = "opensearch")]
pub use options::Split;
pub(crate) use record::bounds::name_of;
pub(crate) use record::copy::hash_id;
#[cfg(feature = "opensearch")]
pub(crate) use record::keeper::{Copies, Keeper, KeptLine};
pub(crate) use record::paths;
pub use record::schema::FORMAT_VERSION;
pub(crate) use record::schema::Fields;
pub(crate) use record::signature::{PairBit, pair_bits};
pub(crate) use record::spelling::{Needle, Units, units};
pub(crate) use record::stored::FullText;
pub(crate) use record::summary::Summary;
pub(crate) use record::terms::{MOST, grams, is_gram};
pub(crate) use record::texts::{SegmentTexts, TextReader, Texts};
pub(crate) use record::typing;
pub(crate) use reprints::layers::Table;
pub use reprints::table::Reprint;
pub(crate) use shared::{Shared, View};
#[cfg(feature = "opensearch")]
pub(crate) use small::{copies_of, schema, table_of};
pub use write::change::Added;
pub use write::report::{BadRows, Progress, Recut, Remarked, Report, UpdateOptions};
pub use write::writer::Writer;
