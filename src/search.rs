//! A query to its hits, one step after the other, each with a folder of its own:
//!
//! ```text
//! query (text → Query) → plan (Query → Plan) → run (Plan → documents) → show (documents → Hits)
//! ```
//!
//! All of them read the index through `view`. [`Searcher`] joins the steps.

mod explain;
mod glance;
mod hints;
mod marked;
mod pipeline;
mod plan;
mod query;
mod run;
mod searcher;
mod show;
mod view;

#[cfg(feature = "opensearch")]
pub(crate) use glance::calendar::civil;
#[cfg(feature = "opensearch")]
pub(crate) use plan::concept::{Alternative, Concept, Ranked, StandIn, Substring, WeightedField};
#[cfg(feature = "opensearch")]
pub(crate) use plan::matching::{Clauses, Match};
#[cfg(feature = "opensearch")]
pub(crate) use run::elsewhere::{
    ByDate, Candidates, DocumentRow, Finder, Shortfalls, Spans, Stored, Take, Wanted,
};
#[cfg(feature = "opensearch")]
pub(crate) use run::ranking::{CODE_FREQUENCY, share_of, weighed};
#[cfg(feature = "opensearch")]
pub(crate) use run::recency::Preference;
#[cfg(feature = "opensearch")]
pub(crate) use view::columns::Field as Column;
#[cfg(feature = "opensearch")]
pub(crate) use view::counted::{Collection, Counted, Length};
#[cfg(feature = "opensearch")]
pub(crate) use view::exact::Relation;
#[cfg(feature = "opensearch")]
pub(crate) use view::today::{NEWEST, Today};

pub use explain::{ExplainedArticle, ExplainedName, ExplainedWord, Explanation};
pub use glance::articles::{Articles, Order};
pub use glance::calendar::Unit;
pub use glance::error::GlanceError;
#[cfg(feature = "server")]
pub(crate) use glance::export::citation::gb_t_7714;
pub use glance::export::{ExportFormat, ExportOptions, Exported};
pub use glance::facets::{Facet, FacetField, FacetOptions, FacetValue, Facets};
pub use glance::matching::Matching;
pub use glance::series::{Series, SeriesOf, SeriesOptions, SeriesRow};
pub use glance::similar::{SharedTerm, Similar, SimilarHit, SimilarOptions, TermKind};
pub use glance::story::{Story, Telling};
pub use glance::suggest::{SuggestOptions, Suggestion, SuggestionKind};
pub use glance::timeline::{Bucket, Timeline, TimelineOptions};
pub use glance::trends::{Trend, TrendKind, TrendOptions, Trends};
#[cfg(feature = "words")]
pub use glance::words::{NewWord, NewWords, WordOptions};
pub use hints::ExplainedPart;
pub use marked::{MarkedArticle, Marker};
pub use plan::formula::{Formula, Part, Units};
pub use plan::names::NameSource;
#[cfg(feature = "fuzzing")]
pub use plan::needle::{Near, Needle, NeedleKind};
pub use query::dates::{Days, NotADate};
pub use query::note::Note;
pub use query::page::{Page, SnippetOptions, Sort};
pub use query::request::{Request, RequestError};
pub use query::tree::{Key, Node, TextField};
pub use query::{Query, SYNTAX};
pub use searcher::Searcher;
pub use show::answer::{Also, Answer, AnswerHit, Mark, Passage};
pub use show::hits::{Hit, Hits};
#[cfg(feature = "fuzzing")]
pub use show::matcher::Matcher;
pub use show::snippet::Snippet;
pub use view::facts::Statistics;
