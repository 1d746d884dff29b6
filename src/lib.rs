//! Full-text search for Chinese financial news: an archive of posts into an index, a query to its
//! hits.
//!
//! ```
//! use newsearch::{Index, IndexOptions, Page, Query, UpdateOptions};
//!
//! # fn main() -> Result<(), newsearch::IndexError> {
//! let index = Index::in_memory(IndexOptions::new())?; // or Index::open_or_create("index", …)
//! index.update(&["corpus".into()], &UpdateOptions::default(), |_| {})?;
//!
//! let query = Query::parse("债券 \"绿色金融\" since:2023");
//! for hit in index.searcher().search(&query, &Page::first(10))? {
//!     let hit = hit?;
//!     println!("{} {}", hit.article.id, hit.article.title);
//! #   assert!(hit.article.body_text().contains("绿色金融"));
//! }
//! # assert!(index.searcher().search(&query, &Page::first(10))?.total > 0);
//! # Ok(())
//! # }
//! ```
//!
//! **In.** [`Index::update`] reads files and folders: Jekyll posts, pages, JSON Lines, in UTF-8,
//! GB18030 or Big5. It adds what is new, replaces what has changed and passes over the rest; a
//! record that cannot be read is told, counted and skipped. Articles made in code go through a
//! [`Writer`]. An [`Article`] has one [`id`](Article::id): its copies become one document.
//!
//! **Out.** [`Query::parse`] never fails: what it cannot take as typed is searched as text, and a
//! [`Note`] says so. A [`Searcher`] is the index as of one commit; it gives [`Hits`], each a
//! [`Hit`] with its article, its score and [`Snippet`]s. A snippet is plain text with ranges in
//! characters: to mark them is the caller's.
//!
//! **Text.** One [`Analyzer`] folds and cuts articles and queries alike. Text is compared folded:
//! width, case, traditional and simplified characters are one. A quoted text finds exactly the
//! articles whose title, or a paragraph of whose body, contains it.
//!
//! [`Index`] and [`Searcher`] are cheap to clone and shared by threads: any number of readers
//! beside one writer. Nothing in here prints or exits.
//!
//! The feature `cli` (on by default) is the program's; embed with `default-features = false`.
#![warn(missing_docs)]
#![forbid(unsafe_code)]

mod analysis;
mod corpus;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod index;
mod names;
mod search;

pub use analysis::{Analyzer, LexiconError, Token, fold};
pub use corpus::{
    Article, Image, Kind, Link, Market, Paragraph, Precision, Problem, Published, ReadError, Stock,
};
pub use index::{
    Added, Check, EngineError, FORMAT_VERSION, Fault, FaultKind, Index, IndexError, IndexOptions,
    Progress, Rebuild, Report, Reprint, UpdateOptions, Writer,
};
pub use names::{BadEntity, Entities};
pub use search::{
    Also, Answer, AnswerHit, Days, ExplainedArticle, ExplainedName, ExplainedPart, ExplainedWord,
    Explanation, Hit, Hits, Key, Mark, NameSource, Node, NotADate, Note, Page, Passage, Query,
    Request, RequestError, SYNTAX, Searcher, Snippet, SnippetOptions, Sort, Statistics, TextField,
};
#[doc(hidden)]
pub use search::{Formula, Part, Units};

/// The examples of the front pages are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../README.zh.md")]
struct FrontPages;
