//! Full-text search for Chinese financial news: an archive of posts into an index, a request to its
//! answer.
//!
//! ```
//! use newsearch::{Days, Index, IndexOptions, Request, UpdateOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let index = Index::in_memory(IndexOptions::new())?; // or Index::open_or_create("index", …)
//! index.update(&["corpus".into()], &UpdateOptions::default(), |_| {})?;
//!
//! let request = Request { since: Some(Days::since("2023")?), ..Request::new("债券 \"绿色金融\"") };
//! let answer = index.searcher().answer(&request)?;
//! for hit in &answer.hits {
//!     println!("{} {} {:?}", hit.id, hit.title, hit.snippets);
//! }
//! # assert!(answer.total > 0);
//! # Ok(())
//! # }
//! ```
//!
//! **In.** [`Index::update`] reads files and folders: Jekyll posts, pages, JSON Lines, in UTF-8,
//! GB18030 or Big5. It adds what is new, replaces what has changed and passes over the rest; a
//! record that cannot be read is reported, counted and skipped. Articles made in code go through a
//! [`Writer`]. An [`Article`] has one [`id`](Article::id): its copies become one document.
//!
//! **Out.** A [`Request`] is all that a search may ask, an [`Answer`] all that comes back: plain data,
//! with `serde`, and for a request a canonical query string. A [`Searcher`] is the index as of one
//! commit. [`Searcher::search`] takes a [`Query`] and a [`Page`] instead and gives [`Hits`], whose
//! articles are read one by one. Reading a query never fails: what cannot be taken as typed is
//! searched as text, and a [`Note`] says so. Snippets are plain text with ranges; marking them is up
//! to the caller.
//!
//! **Text.** One [`Analyzer`] folds and cuts articles and queries alike. Text is compared folded:
//! width, case, traditional and simplified characters are one. A quoted text finds exactly the
//! articles whose title, or a paragraph of whose body, contains it.
//!
//! **More.** In the repository, `docs/QUERIES.md` has the language of queries, what a quote promises,
//! and the bounds; `docs/ARCHIVES.md` what is read, and how; `ARCHITECTURE.md` the way of the data;
//! `docs/DESIGN.md` and `docs/RELEVANCE.md` the decisions and their figures; `RELIABILITY.md` what is
//! promised of files and failures.
//!
//! [`Index`] and [`Searcher`] are cheap to clone and shared by threads: any number of readers
//! beside one writer. Nothing in here prints or exits.
//!
//! The features `cli` and `server` (on by default) are the program's; embed with `default-features = false`.
#![warn(missing_docs)]
#![forbid(unsafe_code)]
// It neither prints nor exits, and what can fail says so.
#![cfg_attr(
    not(test),
    warn(
        clippy::exit,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::unwrap_used
    )
)]

mod analysis;
#[cfg(feature = "opensearch")]
mod cluster;
mod corpus;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod index;
mod names;
mod search;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "watch")]
mod watch;

pub use analysis::{Analyzer, LexiconError, Token, fold};
#[cfg(feature = "opensearch")]
pub use cluster::{Cluster, ClusterRebuild};
pub use corpus::{
    Article, BadGlob, BadMapping, Image, Kind, Link, Mapping, Market, Paragraph, PassedOver, Place,
    Precision, Problem, Published, ReadError, Remark, Select, Stock,
};
#[cfg(feature = "opensearch")]
pub use index::Split;
pub use index::{
    Added, BadRows, Check, Elsewhere, EngineError, FORMAT_VERSION, Fault, FaultKind, Index,
    IndexError, IndexOptions, Progress, Rebuild, Recut, Remarked, Report, Reprint, UpdateOptions,
    Writer,
};
pub use names::{BadEntity, Entities};
pub use search::{
    Also, Answer, AnswerHit, Days, ExplainedArticle, ExplainedName, ExplainedPart, ExplainedWord,
    Explanation, Hit, Hits, Key, Mark, MarkedArticle, Marker, NameSource, Node, NotADate, Note,
    Page, Passage, Query, Request, RequestError, SYNTAX, Searcher, Snippet, SnippetOptions, Sort,
    Statistics, TextField,
};
pub use search::{
    Articles, Bucket, ExportFormat, ExportOptions, Exported, Facet, FacetField, FacetOptions,
    FacetValue, Facets, GlanceError, Matching, Order, Series, SeriesOf, SeriesOptions, SeriesRow,
    SharedTerm, Similar, SimilarHit, SimilarOptions, Story, SuggestOptions, Suggestion,
    SuggestionKind, Telling, TermKind, Timeline, TimelineOptions, Trend, TrendKind, TrendOptions,
    Trends, Unit,
};
#[doc(hidden)]
pub use search::{Formula, Part, Units};
#[cfg(feature = "words")]
pub use search::{NewWord, NewWords, WordOptions};
#[cfg(feature = "watch")]
pub use watch::{Changes, Unwatched};

/// The examples of the front pages are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../README.zh.md")]
struct FrontPages;
