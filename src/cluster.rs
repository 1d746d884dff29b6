//! The documents on a cluster of OpenSearch: newsearch cuts, the cluster stores and finds tokens.
//!
//! An update and a search are those of any index. What is written goes to the cluster in place of a
//! folder ([`store`]); what a query matches is asked of it ([`query`]), with what is counted of all
//! documents ([`collection`]), and the candidates it gives are searched here, in memory.

mod asked;
mod check;
mod client;
mod collection;
mod document;
mod finder;
mod handle;
mod made;
mod moment;
mod names;
mod parts;
mod periods;
mod query;
mod rebuild;
mod state;
mod store;
mod turn;
mod written;

pub use handle::Cluster;
pub use rebuild::Rebuild as ClusterRebuild;
