//! Who told a story, when, and how much of its wording was kept.

use serde::{Deserialize, Serialize};

use super::error::GlanceError;
use crate::search::searcher::Searcher;

/// Who told a story, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Story {
    /// Which commit of the index answered.
    pub generation: String,
    /// The article that was asked for.
    pub id: String,
    /// Articles that tell it.
    pub articles: u64,
    /// Media that tell it.
    pub sources: u64,
    /// Minutes from the first telling until the second medium told it, the fifth, the tenth; `None` where it
    /// has not spread so far, or a time is not known.
    pub second: Option<f64>,
    /// See `second`.
    pub fifth: Option<f64>,
    /// See `second`.
    pub tenth: Option<f64>,
    /// The tellings: the earliest first, those without a date last.
    pub tellings: Vec<Telling>,
}

/// A telling of a story.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Telling {
    /// The id of the article.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The medium; empty where it is not known.
    pub source: String,
    /// When it was published, as that of a hit.
    pub date: Option<String>,
    /// Minutes after the first telling; `None` where one of the two times is not known, or not to the second.
    pub minutes: Option<f64>,
    /// Share of the first telling's text that it has, 0 to 1.
    pub kept: f64,
    /// Numbers and names of the first telling that it lacks.
    pub lacks: Vec<String>,
    /// Numbers and names that the first telling lacks.
    pub adds: Vec<String>,
}

impl Searcher {
    /// Who told the story of an article, and when; `None` where no article has this id.
    ///
    /// # Errors
    /// When the index cannot be read, or time is up.
    pub fn story(&self, id: &str) -> Result<Option<Story>, GlanceError> {
        let _ = id;
        Err(GlanceError::argument("id", "not in this version"))
    }
}
