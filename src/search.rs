//! A query to its hits: parsed, planned against an index, run, and shown with what matched.

mod characters;
mod codes;
mod collect;
mod dates;
mod deadline;
mod exact;
mod explain;
mod formula;
mod ids;
mod matcher;
mod names;
mod note;
mod parse;
mod plan;
mod prefilter;
mod query;
mod ranking;
mod recency;
mod searcher;
mod segments;
mod sentence;
mod snippet;
mod statistics;
mod stories;

pub use dates::{Days, NotADate};
pub use explain::{ExplainedArticle, ExplainedName, ExplainedPart, ExplainedWord, Explanation};
pub use formula::{Formula, Part, Units};
#[cfg(feature = "fuzzing")]
pub use matcher::{Matcher, Near, Needle, NeedleKind};
pub use names::NameSource;
pub use note::Note;
pub use query::{Key, Node, Query, SYNTAX, TextField};
pub use searcher::{Hit, Hits, Page, Searcher, Sort, Statistics};
pub use snippet::{Snippet, SnippetOptions};
