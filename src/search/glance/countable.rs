//! What a request matches, to be counted, wherever the documents are.

use std::borrow::Cow;

use super::calendar::Unit;
use super::columned;
use super::elsewhere::There;
use super::error::GlanceError;
use super::matched::{Matched, every};
use super::tally::Counting;
use crate::search::pipeline::Matches;
use crate::search::query::request::Request;
use crate::search::searcher::Searcher;
use crate::search::view::columns::Field;
use crate::search::view::snapshot::Snapshot;

/// All that a request matches, to be counted.
pub(super) enum Countable {
    /// Documents in columns.
    Here(Matched),
    /// Documents that are counted where they are.
    There(There),
}

impl Countable {
    /// Runs a request. One without text and filters is about every article that exists.
    pub fn find(searcher: &Searcher, request: &Request) -> Result<Countable, GlanceError> {
        Countable::of(searcher.for_request(request)?, request)
    }

    /// Runs another request as if it were the one of these, at the same time and for the same time.
    pub fn instead(&self, request: &Request) -> Result<Countable, GlanceError> {
        Countable::of(self.searcher().clone(), request)
    }

    fn of(searcher: Searcher, request: &Request) -> Result<Countable, GlanceError> {
        Ok(match searcher.pipeline.finder().cloned() {
            None => Countable::Here(Matched::of(searcher, request)?),
            Some(finder) => Countable::There(There::of(searcher, finder, request)?),
        })
    }

    /// Every article that exists, likewise.
    pub fn every(&self) -> Result<Countable, GlanceError> {
        Ok(match self {
            Countable::There(there) => Countable::There(there.every()?),
            Countable::Here(matched) => {
                let matches = Matches {
                    documents: every(matched.snapshot())?,
                    ..Matches::default()
                };
                Countable::Here(Matched::new(matched.searcher.clone(), matches))
            }
        })
    }

    pub fn searcher(&self) -> &Searcher {
        match self {
            Countable::Here(matched) => &matched.searcher,
            Countable::There(there) => &there.searcher,
        }
    }

    pub fn snapshot(&self) -> &Snapshot {
        &self.searcher().pipeline.snapshot
    }

    pub fn total(&self) -> u64 {
        match self {
            Countable::Here(matched) => matched.total(),
            Countable::There(there) => there.total,
        }
    }

    pub fn notes(&self) -> Vec<String> {
        match self {
            Countable::Here(matched) => matched.notes(),
            Countable::There(there) => there.notes(),
        }
    }

    /// How many stories the documents tell.
    pub fn stories(&self) -> Result<u64, GlanceError> {
        match self {
            Countable::Here(matched) => columned::stories(matched),
            Countable::There(there) => there.stories(),
        }
    }

    /// Counts by the values of a field that documents have.
    pub fn by_value(&self, field: Field) -> Result<Counting<Cow<'_, str>>, GlanceError> {
        match self {
            Countable::Here(matched) => columned::by_value(matched, field),
            Countable::There(there) => there.by_value(field),
        }
    }

    /// Documents without a value in any of these fields.
    pub fn without(&self, fields: &[Field]) -> Result<u64, GlanceError> {
        match self {
            Countable::Here(matched) => columned::without(matched, fields),
            Countable::There(there) => there.without(fields),
        }
    }

    /// Counts by what `key` makes of the moment of publication: the same of all moments of an hour or a day,
    /// as `step` says.
    pub fn by_moment(
        &self,
        step: Unit,
        key: impl Fn(i64) -> i64,
    ) -> Result<Counting<i64>, GlanceError> {
        match self {
            Countable::Here(matched) => columned::by_moment(matched, step, key),
            Countable::There(there) => there.by_moment(step, key),
        }
    }

    /// When the first and the last of the documents were published.
    pub fn bounds(&self) -> Result<Option<(i64, i64)>, GlanceError> {
        match self {
            Countable::Here(matched) => columned::bounds(matched),
            Countable::There(there) => there.bounds(),
        }
    }
}
