//! What matches, as a query of the cluster: the same documents as here, and ranked about as here.

use serde_json::{Value, json};
use tantivy::query::Occur;

use super::names::Names;
use super::written::{characters, word};
use crate::index::Elsewhere;
use crate::search::{
    Alternative, Clauses, Collection, Concept, Match, Preference, Ranked, Relation, StandIn,
    Weighed, idf, weighed,
};

/// What all other evidence of a concept adds beside the best.
const OTHERS: f32 = 0.25;

/// Makes queries of the cluster.
pub(super) struct Translator<'a> {
    pub names: &'a Names,
    pub all: &'a dyn Collection,
}

impl Translator<'_> {
    /// Documents that match, without a score.
    pub fn filter(&self, matching: &Match) -> Value {
        match matching {
            Match::Every => json!({ "match_all": {} }),
            Match::Value(field, value) => self.names.has(*field, value),
            // Its dot is any character, as `(?s)` says here.
            Match::Form(field, form) => {
                let form = form.strip_prefix("(?s)").unwrap_or(form);
                json!({ "regexp": { self.names.of(*field): { "value": form, "flags": "NONE", "max_determinized_states": 100_000 } } })
            }
            Match::Published(from, to) => self.published(*from, *to),
            Match::Exact {
                field,
                parts,
                relation,
            } => {
                json!({ "intervals": { self.names.of(*field): related(parts, *relation) } })
            }
            Match::Ranked(ranked) => self.enough(ranked),
            Match::Unscored(inner) => self.filter(inner),
            Match::Clauses(clauses) => {
                let must = self.filters(clauses, Occur::Must);
                let should = self.filters(clauses, Occur::Should);
                let must_not = self.filters(clauses, Occur::MustNot);
                if must.is_empty() && should.is_empty() {
                    return json!({ "match_none": {} });
                }
                let should = if must.is_empty() { should } else { Vec::new() };
                let least = usize::from(!should.is_empty());
                json!({ "bool": {
                    "filter": must, "should": should, "must_not": must_not, "minimum_should_match": least,
                } })
            }
        }
    }

    /// The same, ranked about as documents are here.
    pub fn scored(&self, matching: &Match, preference: &Preference) -> Result<Value, Elsewhere> {
        let query = json!({ "bool": {
            "filter": [self.filter(matching)],
            "should": self.scores(matching)?,
        } });
        let published = self.names.of(self.names.fields.published);
        let mut functions = vec![json!({ "weight": 1.0 })];
        for time in preference.times() {
            let mut near = |range: Value, origin: i64| {
                functions.push(json!({
                    "filter": { "range": { published: range } },
                    "exp": { published: { "origin": origin, "scale": time.half_life, "decay": 0.5 } },
                    "weight": time.weight,
                }));
            };
            near(json!({ "lt": time.first }), time.first);
            near(json!({ "gte": time.end }), time.end.saturating_sub(1));
            functions.push(json!({
                "filter": { "range": { published: { "gte": time.first, "lt": time.end } } },
                "weight": time.weight,
            }));
        }
        Ok(json!({ "function_score": {
            "query": query, "functions": functions, "score_mode": "sum", "boost_mode": "multiply",
        } }))
    }

    /// What gives documents their scores.
    fn scores(&self, matching: &Match) -> Result<Vec<Value>, Elsewhere> {
        match matching {
            Match::Ranked(ranked) => Ok(vec![self.ranked(ranked)?]),
            Match::Clauses(clauses) => {
                let mut scores = Vec::new();
                for (occur, inner) in clauses {
                    if *occur != Occur::MustNot {
                        scores.extend(self.scores(inner)?);
                    }
                }
                Ok(scores)
            }
            _ => Ok(Vec::new()),
        }
    }

    fn filters(&self, clauses: &Clauses, occur: Occur) -> Vec<Value> {
        let of_kind = clauses.iter().filter(|(kind, _)| *kind == occur);
        of_kind.map(|(_, inner)| self.filter(inner)).collect()
    }

    fn published(&self, from: Option<i64>, to: Option<i64>) -> Value {
        let mut range = json!({});
        if let Some(from) = from {
            range["gte"] = from.into();
        }
        if let Some(to) = to {
            range["lt"] = to.into();
        }
        json!({ "range": { self.names.of(self.names.fields.published): range } })
    }

    /// Documents that have enough of the words.
    fn enough(&self, ranked: &Ranked) -> Value {
        let (concepts, least) = weighed(ranked, self.all.documents());
        let shared = concepts.iter().filter(|one| one.share > 0.0 && least > 0.0);
        let parts: Vec<(f32, Value)> = shared
            .map(|one| (one.share, self.concept(ranked, &one.concept)))
            .collect();
        if least <= 0.0 {
            let any = concepts
                .iter()
                .map(|one| self.concept(ranked, &one.concept));
            return any_of(any.collect());
        }
        let rarest = parts
            .iter()
            .map(|(share, _)| *share)
            .fold(f32::MAX, f32::min);
        let all: f32 = parts.iter().map(|(share, _)| *share).sum();
        if least <= rarest {
            return any_of(parts.into_iter().map(|(_, part)| part).collect());
        }
        if least > all - rarest {
            let every: Vec<Value> = parts.into_iter().map(|(_, part)| part).collect();
            return json!({ "bool": { "filter": every } });
        }
        let should: Vec<Value> = parts
            .into_iter()
            .map(|(share, part)| json!({ "constant_score": { "filter": part, "boost": share } }))
            .collect();
        json!({ "function_score": {
            "query": { "bool": { "should": should } }, "functions": [{ "weight": 1.0 }],
            "boost_mode": "multiply", "min_score": least,
        } })
    }

    /// Documents that have a concept.
    fn concept(&self, ranked: &Ranked, concept: &Concept) -> Value {
        let mut any = Vec::new();
        for term in &concept.terms {
            any.extend(self.word(ranked, term));
        }
        for code in &concept.codes {
            any.push(self.names.has(ranked.code, code));
        }
        if let Some(substring) = &concept.substring {
            any.extend(self.substring(ranked, &substring.text));
        }
        for other in &concept.alternatives {
            any.extend(self.alternative(ranked, other));
        }
        any_of(any)
    }

    fn word(&self, ranked: &Ranked, text: &str) -> Vec<Value> {
        let fields = ranked.fields.iter();
        fields
            .map(|field| self.names.has(field.field, text))
            .collect()
    }

    fn substring(&self, ranked: &Ranked, text: &str) -> Vec<Value> {
        let fields = ranked.fields.iter().filter_map(|field| field.characters);
        fields.map(|field| self.names.has(field, text)).collect()
    }

    fn alternative(&self, ranked: &Ranked, other: &Alternative) -> Vec<Value> {
        match &other.stands {
            StandIn::Word => self.word(ranked, &other.text),
            StandIn::Code => vec![self.names.has(ranked.code, &other.text)],
            StandIn::Substring(substring) => {
                let mut any = Vec::new();
                for field in &ranked.fields {
                    let Some(characters) = field.characters else {
                        continue;
                    };
                    let mut all = vec![self.names.has(characters, &substring.text)];
                    let words = substring.words.iter();
                    all.extend(words.map(|word| self.names.has(field.field, word)));
                    any.push(json!({ "bool": { "filter": all } }));
                }
                any
            }
        }
    }

    /// The score of some words: what each says, times the share of the query that a document covers.
    fn ranked(&self, ranked: &Ranked) -> Result<Value, Elsewhere> {
        let (concepts, _) = weighed(ranked, self.all.documents());
        let total: f32 = concepts.iter().map(|one| one.mass).sum();
        let mut should = Vec::new();
        let mut covered = Vec::new();
        for one in &concepts {
            let evidence = self.evidence(ranked, one)?;
            // A word that no document has says nothing.
            if !evidence.is_empty() {
                // What stands for a concept in several fields says little more than in one.
                should.push(json!({ "dis_max": { "queries": evidence, "tie_breaker": OTHERS } }));
            }
            if one.mass > 0.0 && ranked.coverage {
                covered.push(json!({
                    "filter": self.concept(ranked, &one.concept), "weight": one.mass / total,
                }));
            }
        }
        let query = json!({ "bool": { "should": should } });
        Ok(match covered.is_empty() {
            true => query,
            false => json!({ "function_score": {
                "query": query, "functions": covered, "score_mode": "sum", "boost_mode": "multiply",
            } }),
        })
    }

    /// What adds to the score where a document has a concept.
    fn evidence(&self, ranked: &Ranked, one: &Weighed) -> Result<Vec<Value>, Elsewhere> {
        let concept = &one.concept;
        let mut should = Vec::new();
        for term in &concept.terms {
            self.add_word(ranked, term, one.score, &mut should)?;
        }
        if let Some(substring) = &concept.substring {
            self.add_substring(ranked, &substring.text, one.score, &mut should)?;
        }
        for other in &concept.alternatives {
            let score = one.score * other.weight;
            match &other.stands {
                StandIn::Word => self.add_word(ranked, &other.text, score, &mut should)?,
                StandIn::Substring(substring) => {
                    self.add_substring(ranked, &substring.text, score, &mut should)?;
                }
                StandIn::Code => should.push(self.code(ranked, &other.text, score)),
            }
        }
        for code in &concept.codes {
            should.push(self.code(ranked, code, one.score));
        }
        Ok(should)
    }

    fn code(&self, ranked: &Ranked, code: &str, score: f32) -> Value {
        json!({ "constant_score": { "filter": self.names.has(ranked.code, code), "boost": score } })
    }

    /// The cluster multiplies by its own idf of a term, in place of that of the concept.
    fn add_word(
        &self,
        ranked: &Ranked,
        text: &str,
        score: f32,
        should: &mut Vec<Value>,
    ) -> Result<(), Elsewhere> {
        for field in &ranked.fields {
            let with = self.count(field.field, text)?;
            if with > 0 {
                let boost = once(field.weight) * score / idf(self.all.documents(), with).max(1e-3);
                should.push(json!({ "term": {
                    self.names.of(field.field): { "value": word(text), "boost": boost },
                } }));
            }
        }
        Ok(())
    }

    fn add_substring(
        &self,
        ranked: &Ranked,
        text: &str,
        score: f32,
        should: &mut Vec<Value>,
    ) -> Result<(), Elsewhere> {
        for field in &ranked.fields {
            let Some(of_characters) = field.characters else {
                continue;
            };
            let mut of_all = 0.0;
            for c in text.chars() {
                let with = self.count(of_characters, &c.to_string())?;
                of_all += idf(self.all.documents(), with);
            }
            let boost = once(field.weight) * score / of_all.max(1e-3);
            should.push(json!({ "match_phrase": {
                self.names.of(of_characters): { "query": characters(text), "boost": boost },
            } }));
        }
        Ok(())
    }

    fn count(&self, field: tantivy::schema::Field, text: &str) -> Result<u64, Elsewhere> {
        let counted = self.all.documents_with(field, text);
        counted.map_err(|error| Elsewhere(error.to_string()))
    }
}

/// What an occurrence of so much weight is worth beside one of weight 1, both saturated as here.
fn once(weight: f32) -> f32 {
    2.0 * weight / (weight + 1.0)
}

fn any_of(any: Vec<Value>) -> Value {
    match any.len() {
        0 => json!({ "match_none": {} }),
        _ => json!({ "bool": { "should": any, "minimum_should_match": 1 } }),
    }
}

/// Parts that stand in a text as they are asked for.
fn related(parts: &[String], relation: Relation) -> Value {
    let each = |part: &String| json!({ "match": { "query": characters(part), "max_gaps": 0, "ordered": true } });
    let in_order = |parts: Vec<Value>, gaps: u32| json!({ "all_of": { "intervals": parts, "max_gaps": gaps, "ordered": true } });
    match (relation, parts) {
        (_, [only]) => each(only),
        (Relation::Near(within), [a, b]) => json!({ "any_of": { "intervals": [
            in_order(vec![each(a), each(b)], within),
            in_order(vec![each(b), each(a)], within),
        ] } }),
        (Relation::Near(gaps) | Relation::InOrder(gaps), parts) => {
            in_order(parts.iter().map(each).collect(), gaps)
        }
    }
}
