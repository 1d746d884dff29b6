//! A query to the engine's terms: which documents match, what scores, what is marked.

mod memo;
mod names;
mod pairs;
mod quoted;
mod words;

use std::cell::RefCell;
use std::ops::Bound;
use std::sync::Arc;

use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, Occur, Query as EngineQuery, RangeQuery, TermQuery,
};
use tantivy::schema::{IndexRecordOption, Term};

use super::characters::Characters;
use super::codes;
use super::deadline::Deadline;
use super::formula::{Formula, Part};
use super::matcher::{Near, Needle, NeedleKind};
use super::names::Names;
use super::note::Note;
use super::query::{Key, Node, TextField};
use super::ranking::{Concept, Look, RankedQuery, WeightedField, idf};
use super::statistics::{average_length, documents_with};
use crate::analysis::{Analyzer, Scratch, is_han};
use crate::index::Fields;

use memo::Prefixed;

pub(super) use memo::Memo;
pub(super) use names::Expansion;

/// Most words that a prefix stands for.
pub(super) const MAX_EXPANSIONS: usize = 256;

/// Most words of a query, most texts that stand for one, and most pairs of characters that are
/// looked for in the best documents.
const MAX_WORDS: usize = 64;
const MAX_FORMS: usize = 16;
const MAX_PAIRS: usize = 64;

/// A query, ready to run.
pub(super) struct Plan {
    pub query: Box<dyn EngineQuery>,
    pub needles: Vec<Needle>,
    pub near: Vec<Near>,
    /// What to look for in the best documents.
    pub looks: Vec<Look>,
    /// The unquoted words of the query that no document has.
    pub missing: Vec<String>,
    /// Dropping words may find more.
    pub can_relax: bool,
    /// What else its words are called.
    pub expansions: Vec<Expansion>,
    /// What to say of how it was understood.
    pub notes: Vec<Note>,
}

/// Makes plans against one state of an index.
pub(super) struct Planner<'a> {
    pub fields: &'a Fields,
    pub analyzer: &'a Analyzer,
    /// What it cuts with.
    pub scratch: RefCell<Scratch>,
    pub searcher: &'a tantivy::Searcher,
    pub lengths: Lengths,
    pub formula: Formula,
    pub names: Names<'a>,
    /// The unquoted texts of the query, folded.
    pub typed: Vec<String>,
    pub share: Share,
    /// The moment whose day is today, in seconds since 1970.
    pub now: i64,
    /// What other plans of the same query found out.
    pub memo: &'a Memo,
    pub characters: &'a Arc<Characters>,
    pub deadline: Deadline,
}

/// How many of the unquoted words a document must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    All,
    /// All of few words, less of more.
    Most,
    Any,
}

/// Average lengths of the fields of words, in words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lengths {
    title: f32,
    /// `None` where no document has a digest: then nothing need be looked for in it.
    digest: Option<f32>,
    body: f32,
}

impl Lengths {
    /// Those of an index.
    pub fn of(searcher: &tantivy::Searcher, fields: &Fields) -> tantivy::Result<Lengths> {
        let average = |field| average_length(searcher, field);
        Ok(Lengths {
            title: average(fields.title_words)?.unwrap_or(1.0),
            digest: average(fields.digest_words)?,
            body: average(fields.body_words)?.unwrap_or(1.0),
        })
    }
}

type Clauses = Vec<(Occur, Box<dyn EngineQuery>)>;

/// The fields that a part of a query is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Scope {
    title: bool,
    body: bool,
}

const EVERYWHERE: Scope = Scope {
    title: true,
    body: true,
};

/// What a plan collects on the way.
#[derive(Default)]
struct Marks {
    needles: Vec<Needle>,
    near: Vec<Near>,
    looks: Vec<Look>,
    missing: Vec<String>,
    /// Words of the largest group of words.
    words: usize,
    expansions: Vec<Expansion>,
    notes: Vec<Note>,
}

impl Marks {
    fn note(&mut self, note: Option<Note>) {
        self.notes
            .extend(note.filter(|note| !self.notes.contains(note)));
    }
}

impl Planner<'_> {
    /// The plan of a query; `None` when there is nothing in it to search for.
    pub fn plan(&self, root: &Node) -> tantivy::Result<Option<Plan>> {
        let mut marks = Marks::default();
        let Some(query) = self.node(root, EVERYWHERE, &mut marks)? else {
            return Ok(None);
        };
        let Marks {
            needles,
            near,
            looks,
            missing,
            words,
            expansions,
            notes,
        } = marks;
        Ok(Some(Plan {
            query,
            needles,
            near,
            looks,
            missing: said_once(missing),
            can_relax: words > 1,
            expansions,
            notes,
        }))
    }

    fn node(
        &self,
        node: &Node,
        scope: Scope,
        marks: &mut Marks,
    ) -> tantivy::Result<Option<Box<dyn EngineQuery>>> {
        self.deadline.check()?;
        Ok(match node {
            Node::Words(_) | Node::Prefix(_) | Node::Around { .. } => {
                return self.all(std::slice::from_ref(node), scope, marks);
            }
            Node::All(nodes) => return self.all(nodes, scope, marks),
            Node::And(nodes) => {
                let mut clauses = Clauses::new();
                for node in nodes {
                    self.clause(node, scope, marks, &mut clauses)?;
                }
                boolean(clauses)
            }
            Node::Or(nodes) => {
                let mut clauses = Clauses::new();
                for node in nodes {
                    clauses.extend(
                        self.node(node, scope, marks)?
                            .map(|query| (Occur::Should, query)),
                    );
                }
                boolean(clauses)
            }
            Node::Not(_) => {
                let mut clauses = Clauses::new();
                self.clause(node, scope, marks, &mut clauses)?;
                boolean(clauses)
            }
            Node::Must(inner) => self.required(inner, scope, marks)?,
            Node::Phrase { text, slop } => self.phrase(text, *slop, scope, marks)?,
            Node::Near {
                left,
                right,
                within,
            } => self.near(left, right, *within, scope, marks)?,
            Node::In(field, inner) => {
                let scope = Scope {
                    title: *field == TextField::Title,
                    body: *field == TextField::Body,
                };
                return self.node(inner, scope, marks);
            }
            Node::Is(key, value) => Some(filter(self.is(*key, value))),
            Node::Dated(days) => {
                let (from, to) = days.bounds(self.now);
                let bound = |seconds| Term::from_field_i64(self.fields.published, seconds);
                let from = from.map_or(Bound::Unbounded, |seconds| Bound::Included(bound(seconds)));
                let to = to.map_or(Bound::Unbounded, |seconds| Bound::Excluded(bound(seconds)));
                Some(filter(Box::new(RangeQuery::new(from, to))))
            }
        })
    }

    /// Clauses side by side: the words form one ranked group, all else is required or excluded.
    fn all(
        &self,
        nodes: &[Node],
        scope: Scope,
        marks: &mut Marks,
    ) -> tantivy::Result<Option<Box<dyn EngineQuery>>> {
        let mut concepts = Vec::new();
        let mut clauses = Clauses::new();
        let mut texts = Vec::new();
        for node in nodes {
            match node {
                Node::Words(text) => {
                    texts.push(text.as_str());
                    self.words(text, scope, marks, &mut concepts)?;
                }
                Node::Prefix(text) => concepts.push(self.prefix(text, scope, marks)?),
                Node::Around { text, .. } => self.aside(text, scope, marks, &mut concepts)?,
                node => self.clause(node, scope, marks, &mut clauses)?,
            }
        }
        if let Formula::Plain(units) = self.formula
            && !texts.is_empty()
        {
            concepts = self.plain(units, &texts.join(" "), scope)?;
        }
        if !concepts.is_empty() {
            if concepts.iter().all(|concept| !concept.counts) {
                concepts
                    .iter_mut()
                    .for_each(|concept| concept.counts = true);
            }
            let pairs = self.pairs(&texts.join(" "), scope)?;
            let ranked = self.ranked(concepts, scope);
            marks.looks.push(self.look(pairs, &ranked));
            let counted = ranked.words();
            marks.words = marks.words.max(counted);
            let minimum = match (self.share, self.formula) {
                (Share::Any, _) | (_, Formula::Plain(_)) => f32::EPSILON,
                (Share::Most, _) => minimum_share(counted),
                (Share::All, _) => 1.0,
            };
            clauses.push((Occur::Must, Box::new(ranked.with_minimum(minimum))));
        }
        Ok(boolean(clauses))
    }

    fn clause(
        &self,
        node: &Node,
        scope: Scope,
        marks: &mut Marks,
        clauses: &mut Clauses,
    ) -> tantivy::Result<()> {
        let (occur, query) = match node {
            // What is excluded is not marked.
            Node::Not(inner) => (
                Occur::MustNot,
                self.required(inner, scope, &mut Marks::default())?,
            ),
            node => (Occur::Must, self.node(node, scope, marks)?),
        };
        clauses.extend(query.map(|query| (occur, query)));
        Ok(())
    }

    /// The node as `+` and `-` mean it: words are contained, as in quotes.
    fn required(
        &self,
        node: &Node,
        scope: Scope,
        marks: &mut Marks,
    ) -> tantivy::Result<Option<Box<dyn EngineQuery>>> {
        match node {
            Node::Words(text) => self.phrase(text, 0, scope, marks),
            Node::All(nodes) => {
                let mut clauses = Clauses::new();
                for node in nodes {
                    match node {
                        Node::Not(_) => self.clause(node, scope, marks, &mut clauses)?,
                        node => clauses.extend(
                            self.required(node, scope, marks)?
                                .map(|query| (Occur::Must, query)),
                        ),
                    }
                }
                Ok(boolean(clauses))
            }
            Node::In(field, inner) => {
                let scope = Scope {
                    title: *field == TextField::Title,
                    body: *field == TextField::Body,
                };
                self.required(inner, scope, marks)
            }
            node => self.node(node, scope, marks),
        }
    }

    /// The concepts, any of which is enough.
    fn ranked(&self, concepts: Vec<Concept>, scope: Scope) -> RankedQuery {
        let counted = concepts.iter().filter(|concept| concept.counts).count();
        RankedQuery {
            fields: self.weighted(scope, counted),
            code: self.fields.code,
            concepts,
            minimum: 0.0,
            coverage: self.formula.has(Part::Coverage),
            deadline: self.deadline,
        }
    }

    /// The fields of words in which a query of so many words is ranked, in the order in which they
    /// are read.
    fn weighted(&self, scope: Scope, words: usize) -> Vec<WeightedField> {
        let has = |part| if self.formula.has(part) { 1.0 } else { 0.0 };
        let lengths = has(Part::Lengths);
        let words = words.max(1) as f32;
        let mut fields = Vec::new();
        if scope.title {
            fields.push(WeightedField {
                field: self.fields.title_words,
                characters: Some(self.fields.title),
                weight: 1.0 + has(Part::Titles),
                b: 0.3 * lengths,
                average: self.lengths.title,
            });
        }
        if let Some(average) = self.lengths.digest.filter(|_| scope.body) {
            fields.push(WeightedField {
                field: self.fields.digest_words,
                characters: None,
                weight: 1.0,
                b: 0.3 * lengths,
                average,
            });
        }
        if scope.body {
            fields.push(WeightedField {
                field: self.fields.body_words,
                characters: Some(self.fields.body),
                weight: 1.0,
                // The more words, the more of them a long text has by chance.
                b: 0.85 * words / (words + 1.0) * lengths,
                average: self.lengths.body,
            });
        }
        fields
    }

    /// What to look for in the best documents: the words that count, and `pairs`.
    fn look(&self, pairs: Vec<([char; 2], f32)>, ranked: &RankedQuery) -> Look {
        let documents = self.searcher.num_docs();
        let counted = ranked.concepts.iter().filter(|concept| concept.counts);
        let words = counted.map(|concept| {
            let forms = concept.forms().take(MAX_FORMS).map(str::to_owned);
            (forms.collect(), idf(documents, concept.frequency))
        });
        let words = words.take(MAX_WORDS);
        Look {
            fields: ranked.fields.clone(),
            pairs,
            words: match self.formula.has(Part::Places) {
                true => words.collect(),
                false => Vec::new(),
            },
        }
    }

    fn text_fields(&self, scope: Scope) -> Vec<tantivy::schema::Field> {
        let title = scope.title.then_some(self.fields.title);
        title
            .into_iter()
            .chain(scope.body.then_some(self.fields.body))
            .collect()
    }

    /// A prefix: Han as they stand, since a text goes on behind them anyhow; letters and digits by
    /// the words that begin so.
    fn prefix(&self, text: &str, scope: Scope, marks: &mut Marks) -> tantivy::Result<Concept> {
        let folded = self.analyzer.fold(text);
        marks.needles.push(Needle {
            text: folded.clone(),
            weight: 1.0,
            kind: NeedleKind::Prefix,
        });
        let mut concept = Concept {
            terms: Vec::new(),
            substring: None,
            codes: Vec::new(),
            alternatives: Vec::new(),
            frequency: 0,
            weight: 1.0,
            counts: true,
        };
        if folded.chars().any(is_han) {
            return self.concept(None, Some(&folded), scope);
        }
        let found = self
            .memo
            .prefix(&folded, scope, || self.words_with(&folded, scope))?;
        marks.note(found.is_cut.then(|| Note::ManyWords {
            prefix: text.to_owned(),
            limit: MAX_EXPANSIONS,
        }));
        concept.terms = found.words.clone();
        concept.frequency = self.frequency(&concept, scope)?;
        Ok(concept)
    }

    /// The first words of the index that begin with a folded text.
    fn words_with(&self, prefix: &str, scope: Scope) -> tantivy::Result<Prefixed> {
        let mut found = Vec::new();
        for field in self.weighted(scope, 1) {
            for segment in self.searcher.segment_readers() {
                self.deadline.check()?;
                let index = segment.inverted_index(field.field)?;
                let mut words = index.terms().range().ge(prefix.as_bytes()).into_stream()?;
                let mut watch = self.deadline.watch();
                let end = found.len() + MAX_EXPANSIONS + 1;
                while found.len() < end
                    && words.advance()
                    && words.key().starts_with(prefix.as_bytes())
                    && !watch.is_over()
                {
                    let word = String::from_utf8_lossy(words.key()).into_owned();
                    let term = Term::from_field_text(field.field, &word);
                    if documents_with(self.searcher, &term)? > 0 {
                        found.push(word);
                    }
                }
            }
        }
        self.deadline.check()?;
        // The first of all segments, whatever the segments are.
        found.sort_unstable();
        found.dedup();
        let is_cut = found.len() > MAX_EXPANSIONS;
        found.truncate(MAX_EXPANSIONS);
        Ok(Prefixed {
            words: found,
            is_cut,
        })
    }

    fn is(&self, key: Key, value: &str) -> Box<dyn EngineQuery> {
        let term = |field, value: &str| -> Box<dyn EngineQuery> {
            Box::new(TermQuery::new(
                Term::from_field_text(field, value),
                IndexRecordOption::Basic,
            ))
        };
        let any = |terms: Vec<Box<dyn EngineQuery>>| -> Box<dyn EngineQuery> {
            Box::new(BooleanQuery::union(terms))
        };
        match key {
            Key::Id => any(vec![
                term(self.fields.id, value),
                term(self.fields.id, value.trim_start_matches("NW")),
            ]),
            Key::Source => term(self.fields.source, &self.analyzer.fold(value)),
            Key::Tag => {
                let folded = self.analyzer.fold(value);
                any(vec![
                    term(self.fields.tag, &folded),
                    term(self.fields.category, &folded),
                ])
            }
            Key::Code => any(codes::keys(value)
                .iter()
                .map(|key| term(self.fields.code, key))
                .collect()),
        }
    }
}

/// The words, but for those that another one says, too.
fn said_once(words: Vec<String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for word in &words {
        let is_part = |other: &String| other != word && other.contains(word);
        if !once.contains(word) && !words.iter().any(is_part) {
            once.push(word.clone());
        }
    }
    once
}

/// Least share of the query that a document must have: all of one or two words, one of three that says more
/// than the others or two, and the more words, the less.
fn minimum_share(words: usize) -> f32 {
    match words {
        0..=2 => 1.0,
        3 => 0.35,
        4..=5 => 0.3,
        6..=9 => 0.25,
        _ => 0.2,
    }
}

fn filter(query: Box<dyn EngineQuery>) -> Box<dyn EngineQuery> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

/// The clauses as one query. Only exclusions: all but those.
fn boolean(mut clauses: Clauses) -> Option<Box<dyn EngineQuery>> {
    match clauses.len() {
        0 => return None,
        1 if clauses[0].0 != Occur::MustNot => return clauses.pop().map(|(_, query)| query),
        _ => {}
    }
    if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
        clauses.push((Occur::Must, filter(Box::new(AllQuery))));
    }
    Some(Box::new(BooleanQuery::from(clauses)))
}
