//! What a query found, read and shown hit by hit.

use std::fmt;
use std::ops::Range;

use super::matcher::Matcher;
use super::snippet::Snippet;
use crate::corpus::Article;
use crate::index::{FullText, IndexError, Reprint};
use crate::search::plan::Plan;
use crate::search::query::note::Note;
use crate::search::query::page::{Page, SnippetOptions};
use crate::search::run::best::Ranking;
use crate::search::run::stories::Shown;
use crate::search::view::snapshot::Snapshot;

/// What a query found. Iterating reads the hits one by one; an error that time is up is the last.
pub struct Hits {
    /// Articles that match, exactly.
    pub total: u64,
    /// What was not understood in the query, or had to be relaxed.
    pub notes: Vec<Note>,
    snapshot: Snapshot,
    matcher: Matcher,
    snippets: SnippetOptions,
    found: std::vec::IntoIter<Shown>,
}

impl fmt::Debug for Hits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hits")
            .field("total", &self.total)
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
}

/// An article found, with what matched.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The article.
    pub article: Article,
    /// Its score: comparable within one query only.
    pub score: f32,
    /// What matched in the title, in characters of it.
    pub title_highlights: Vec<Range<usize>>,
    /// The best passages of the body.
    pub snippets: Vec<Snippet>,
    /// The other articles that tell its story in the same words, whether they match or not: the
    /// earliest first, those without a date last. Empty unless [`Page::group`](crate::Page::group)
    /// asks for them.
    pub also: Vec<Reprint>,
}

impl Iterator for Hits {
    type Item = Result<Hit, IndexError>;

    fn next(&mut self) -> Option<Result<Hit, IndexError>> {
        let shown = self.found.next()?;
        let hit = self.snapshot.guarded(|| {
            self.snapshot.deadline.check()?;
            let text = self.snapshot.read(shown.found.address)?;
            Ok(self.hit(text, &shown))
        });
        if matches!(hit, Err(IndexError::OutOfTime { .. })) {
            self.found = Vec::new().into_iter();
        }
        Some(hit)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.found.size_hint()
    }
}

impl ExactSizeIterator for Hits {}

impl Hits {
    /// The hits of a page.
    pub(in crate::search) fn new(
        snapshot: Snapshot,
        ranking: Ranking,
        plan: Option<Plan>,
        page: &Page,
        notes: Vec<Note>,
    ) -> Hits {
        let Ranking { total, mut shown } = ranking;
        shown.drain(..page.offset.min(shown.len()));
        let (needles, near) = plan.map_or_else(Default::default, |plan| (plan.needles, plan.near));
        Hits {
            total,
            notes,
            snapshot,
            matcher: Matcher::new(&needles, &near),
            snippets: page.snippets.clone(),
            found: shown.into_iter(),
        }
    }

    fn hit(&self, text: FullText, shown: &Shown) -> Hit {
        let FullText { article, body } = text;
        let folder = self.snapshot.shared.analyzer.folder();
        let title_highlights = self.matcher.highlights(folder, &article.title);
        let title = (!article.title_derived).then_some(article.title.as_str());
        let snippets = self.matcher.snippets(folder, &body, title, &self.snippets);
        Hit {
            also: self.others(&article.id, shown.story),
            article,
            score: shown.found.lifted(),
            title_highlights,
            snippets,
        }
    }

    /// The articles of a story but for the one with this id.
    fn others(&self, id: &str, story: Option<u32>) -> Vec<Reprint> {
        let table = self.snapshot.reprints().ok();
        let members = table.zip(story).map(|(table, story)| table.members(story));
        let members = members.into_iter().flatten();
        let exists = |member: &Reprint| {
            let published = member.published.as_ref();
            self.snapshot
                .exists(published.map(|published| published.seconds))
        };
        members
            .filter(|member| member.id != id && exists(member))
            .collect()
    }
}
