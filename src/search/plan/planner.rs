//! A query to the terms of an index: which documents match, what scores, what is marked.

use std::cell::RefCell;
use std::sync::Arc;

use tantivy::query::Occur;
use tantivy::schema::Term;

use super::concept::{Concept, Look, Ranked, WeightedField, counted_words};
use super::formula::{Formula, Part};
use super::gathered::Gathered;
use super::lengths::Lengths;
use super::matching::{Clauses, Match};
use super::memo::{Memo, Prefixed};
use super::names::Names;
use super::needle::{Needle, NeedleKind};
use super::scope::{EVERYWHERE, Scope};
use super::{Plan, Share, codes};
use crate::analysis::{Analyzer, Scratch, is_han};
use crate::index::{Fields, name_of, paths};
use crate::search::query::note::Note;
use crate::search::query::tree::{Key, Node, TextField, each_once};
use crate::search::view::characters::Characters;
use crate::search::view::counted::Engine;
use crate::search::view::deadline::Deadline;
use crate::search::view::statistics::{documents_with, idf};

/// Most words that a prefix stands for.
const MAX_EXPANSIONS: usize = 256;

/// Most words of a query, and most texts that stand for one, that are looked for in the best
/// documents.
const MAX_WORDS: usize = 64;
const MAX_FORMS: usize = 16;

/// Makes plans against one state of an index.
pub(in crate::search) struct Planner<'a> {
    pub fields: &'a Fields,
    pub analyzer: &'a Analyzer,
    /// What it cuts with.
    pub scratch: RefCell<Scratch>,
    pub searcher: &'a Engine,
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

impl Planner<'_> {
    /// The plan of a query; `None` when there is nothing in it to search for.
    pub fn plan(&self, root: &Node) -> tantivy::Result<Option<Plan>> {
        let mut gathered = Gathered::default();
        let Some(matching) = self.node(root, EVERYWHERE, &mut gathered)? else {
            return Ok(None);
        };
        let Gathered {
            needles,
            near,
            looks,
            missing,
            words,
            expansions,
            notes,
        } = gathered;
        Ok(Some(Plan {
            matching,
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
        gathered: &mut Gathered,
    ) -> tantivy::Result<Option<Match>> {
        self.deadline.check()?;
        Ok(match node {
            Node::Words(_) | Node::Prefix(_) | Node::Around { .. } => {
                return self.all(std::slice::from_ref(node), scope, gathered);
            }
            Node::All(nodes) => return self.all(nodes, scope, gathered),
            Node::And(nodes) => {
                let mut clauses = Clauses::new();
                for node in each_once(nodes) {
                    self.clause(node, scope, gathered, &mut clauses)?;
                }
                Match::clauses(clauses)
            }
            Node::Or(nodes) => {
                let mut clauses = Clauses::new();
                for node in each_once(nodes) {
                    clauses.extend(
                        self.node(node, scope, gathered)?
                            .map(|query| (Occur::Should, query)),
                    );
                }
                Match::clauses(clauses)
            }
            Node::Not(_) => {
                let mut clauses = Clauses::new();
                self.clause(node, scope, gathered, &mut clauses)?;
                Match::clauses(clauses)
            }
            Node::Must(inner) => self.required(inner, scope, gathered)?,
            Node::Phrase { text, slop } => self.phrase(text, *slop, scope, gathered)?,
            Node::Near {
                left,
                right,
                within,
            } => self.near(left, right, *within, scope, gathered)?,
            Node::In(field, inner) => {
                let scope = Scope {
                    title: *field == TextField::Title,
                    body: *field == TextField::Body,
                };
                return self.node(inner, scope, gathered);
            }
            Node::Is(key, value) => Some(self.is(*key, value).unscored()),
            Node::Dated(days) => {
                let (from, to) = days.bounds(self.now);
                Some(Match::Published(from, to).unscored())
            }
        })
    }

    /// Clauses side by side: the words form one ranked group, all else is required or excluded.
    fn all(
        &self,
        nodes: &[Node],
        scope: Scope,
        gathered: &mut Gathered,
    ) -> tantivy::Result<Option<Match>> {
        let mut concepts = Vec::new();
        let mut clauses = Clauses::new();
        let mut texts = Vec::new();
        for node in each_once(nodes) {
            match node {
                Node::Words(text) => {
                    texts.push(text.as_str());
                    self.words(text, scope, gathered, &mut concepts)?;
                }
                Node::Prefix(text) => concepts.push(self.prefix(text, scope, gathered)?),
                Node::Around { text, .. } => self.aside(text, scope, gathered, &mut concepts)?,
                node => self.clause(node, scope, gathered, &mut clauses)?,
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
            let pairs = self.pairs(&texts.join(" "), &concepts, scope)?;
            let ranked = self.ranked(concepts, scope);
            gathered.looks.push(Look {
                request: self.request(&texts.join(" ")),
                is_framed: self.is_framed(&texts.join(" ")),
                ..self.look(pairs, &ranked)
            });
            let counted = ranked.words();
            gathered.words = gathered.words.max(counted);
            let minimum = match (self.share, self.formula) {
                (Share::Any, _) | (_, Formula::Plain(_)) => f32::EPSILON,
                (Share::Most, _) if self.is_request(&texts.join(" ")) => {
                    minimum_share(counted.max(REQUEST))
                }
                (Share::Most, _) => minimum_share(counted),
                (Share::Much, _) => minimum_share(counted).max(MUCH),
                (Share::All, _) => 1.0,
            };
            clauses.push((Occur::Must, Match::Ranked(ranked.with_minimum(minimum))));
        }
        Ok(Match::clauses(clauses))
    }

    fn clause(
        &self,
        node: &Node,
        scope: Scope,
        gathered: &mut Gathered,
        clauses: &mut Clauses,
    ) -> tantivy::Result<()> {
        let (occur, query) = match node {
            // What is excluded is not marked.
            Node::Not(inner) => (
                Occur::MustNot,
                self.required(inner, scope, &mut Gathered::default())?,
            ),
            node => (Occur::Must, self.node(node, scope, gathered)?),
        };
        clauses.extend(query.map(|query| (occur, query)));
        Ok(())
    }

    /// The node as `+` and `-` mean it: words are contained, as in quotes.
    fn required(
        &self,
        node: &Node,
        scope: Scope,
        gathered: &mut Gathered,
    ) -> tantivy::Result<Option<Match>> {
        match node {
            Node::Words(text) => self.phrase(text, 0, scope, gathered),
            Node::All(nodes) => {
                let mut clauses = Clauses::new();
                for node in each_once(nodes) {
                    match node {
                        Node::Not(_) => self.clause(node, scope, gathered, &mut clauses)?,
                        node => clauses.extend(
                            self.required(node, scope, gathered)?
                                .map(|query| (Occur::Must, query)),
                        ),
                    }
                }
                Ok(Match::clauses(clauses))
            }
            Node::In(field, inner) => {
                let scope = Scope {
                    title: *field == TextField::Title,
                    body: *field == TextField::Body,
                };
                self.required(inner, scope, gathered)
            }
            node => self.node(node, scope, gathered),
        }
    }

    /// The concepts, any of which is enough.
    pub(super) fn ranked(&self, concepts: Vec<Concept>, scope: Scope) -> Ranked {
        let counted = counted_words(&concepts).count();
        // Of one concept alone there is no share to cover.
        let parts = concepts.iter().filter(|concept| concept.counts).count();
        Ranked {
            fields: self.weighted(scope, counted),
            code: self.fields.code,
            concepts,
            minimum: 0.0,
            coverage: self.formula.has(Part::Coverage) && parts > 1,
        }
    }

    /// The fields of words in which a query of so many words is ranked, in the order in which they
    /// are read: a word in a title weighs twice what it weighs in a body where all documents have a
    /// title. Those that have none cannot have such a word: it weighs the less, the more of them there
    /// are, and as much as in a body where half have none.
    pub(super) fn weighted(&self, scope: Scope, words: usize) -> Vec<WeightedField> {
        let has = |part| if self.formula.has(part) { 1.0 } else { 0.0 };
        let lengths = has(Part::Lengths);
        let words = words.max(1) as f32;
        let title = (2.0 * self.lengths.titled * has(Part::Titles)).max(1.0);
        let mut fields = Vec::new();
        if scope.title {
            fields.push(WeightedField {
                field: self.fields.title_words,
                characters: Some(self.fields.title),
                weight: title,
                b: 0.7 * lengths,
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
                b: 0.9 * words / (words + 1.0) * lengths,
                average: self.lengths.body,
            });
        }
        fields
    }

    /// What to look for in the best documents: the words that count, and `pairs`.
    pub(super) fn look(&self, pairs: Vec<([char; 2], f32)>, ranked: &Ranked) -> Look {
        let documents = self.searcher.num_docs();
        let words = counted_words(&ranked.concepts).map(|concept| {
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
            request: None,
            is_framed: false,
        }
    }

    pub(super) fn text_fields(&self, scope: Scope) -> Vec<tantivy::schema::Field> {
        let title = scope.title.then_some(self.fields.title);
        title
            .into_iter()
            .chain(scope.body.then_some(self.fields.body))
            .collect()
    }

    /// A prefix: Han as they stand, since a text goes on behind them anyhow; letters and digits by
    /// the words that begin so.
    fn prefix(
        &self,
        text: &str,
        scope: Scope,
        gathered: &mut Gathered,
    ) -> tantivy::Result<Concept> {
        let folded = self.analyzer.fold(text);
        gathered.needles.push(Needle {
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
            is_fragment: false,
        };
        if folded.chars().any(is_han) {
            return self.concept(None, Some(&folded), scope);
        }
        let found = self
            .memo
            .prefix(&folded, scope, || self.words_with(&folded, scope))?;
        gathered.note(found.is_cut.then(|| Note::ManyWords {
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
            if let Some(all) = self.searcher.elsewhere() {
                let words = all.terms(field.field, prefix, None, MAX_EXPANSIONS + 1)?;
                found.extend(words.into_iter().map(|(word, _)| word));
                continue;
            }
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

    fn is(&self, key: Key, value: &str) -> Match {
        let has = |field, value: &str| Match::Value(field, value.to_owned());
        match key {
            Key::Id => Match::any([
                has(self.fields.id, value),
                has(self.fields.id, value.trim_start_matches("NW")),
            ]),
            Key::Source => has(self.fields.source, &self.analyzer.fold(name_of(value))),
            Key::Author => has(self.fields.author, &self.analyzer.fold(name_of(value))),
            Key::Tag => {
                let folded = self.analyzer.fold(name_of(value));
                Match::any([
                    has(self.fields.tag, &folded),
                    has(self.fields.category, &folded),
                ])
            }
            Key::Category => has(self.fields.category, &self.analyzer.fold(value)),
            Key::Code => {
                let keys = codes::keys(value);
                Match::any(keys.iter().map(|key| has(self.fields.code, key)))
            }
            Key::Path => self.at_path(&self.analyzer.fold(value)),
        }
    }

    fn at_path(&self, path: &str) -> Match {
        let Some(wanted) = paths::Wanted::of(path) else {
            return Match::any([]);
        };
        let forms = |forms: Vec<String>| {
            let forms = forms.into_iter();
            forms.map(|form| Match::Form(self.fields.folder, form))
        };
        let file = Match::Value(self.fields.file_name, wanted.file_name.to_owned());
        let file = forms(wanted.above_file).fold(file, Match::both);
        let folder = forms(wanted.in_folder).reduce(Match::both);
        Match::any(folder.into_iter().chain([file]))
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

/// A request asks for as little as a query of so many words: what it says beside its name, an answer
/// may say in other words.
const REQUEST: usize = 4;

/// Least share of the query where the order is not by score.
const MUCH: f32 = 0.3;

/// Least share of the query that a document must have: all of one or two words, one of three that says more
/// than the others or two, and the more words, the less.
fn minimum_share(words: usize) -> f32 {
    match words {
        0..=2 => 1.0,
        3 => 0.35,
        4..=5 => 0.2,
        _ => 0.1,
    }
}
