//! What matches, as a query of the cluster: the same documents as here, and ranked as here to within a little.

use serde_json::{Value, json};
use tantivy::query::Occur;
use tantivy::schema::Field;

use super::names::Names;
use super::written::{characters, word};
use crate::index::MOST;
use crate::search::{
    Alternative, CODE_FREQUENCY, Clauses, Collection, Concept, Match, Preference, Ranked, Relation,
    StandIn, Substring, WeightedField, share_of, weighed,
};

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

    /// The same, ranked as documents are here.
    pub fn scored(&self, matching: &Match, preference: &Preference) -> Value {
        let query = json!({ "bool": {
            "filter": [self.filter(matching)],
            "should": self.scores(matching),
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
        json!({ "function_score": {
            "query": query, "functions": functions, "score_mode": "sum", "boost_mode": "multiply",
        } })
    }

    /// What gives documents their scores.
    fn scores(&self, matching: &Match) -> Vec<Value> {
        match matching {
            Match::Ranked(ranked) => vec![self.ranked(ranked)],
            Match::Clauses(clauses) => {
                let scored = clauses.iter().filter(|(occur, _)| *occur != Occur::MustNot);
                scored.flat_map(|(_, inner)| self.scores(inner)).collect()
            }
            _ => Vec::new(),
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
        let mut any = self.words(ranked, &concept.terms);
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

    /// In any field, any of some words.
    fn words(&self, ranked: &Ranked, words: &[String]) -> Vec<Value> {
        let tokens: Vec<String> = words.iter().map(|text| word(text)).collect();
        let fields = ranked.fields.iter().filter(|_| !tokens.is_empty());
        let any = fields.map(|field| json!({ "terms": { self.names.of(field.field): tokens } }));
        any.collect()
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

    /// The score of some words by the formula of the ranking, to within a thousandth or so. It is a product of
    /// two sums over the concepts, what each says and what each covers, and a cluster makes one sum only: both
    /// are whole numbers there, side by side in one.
    fn ranked(&self, ranked: &Ranked) -> Value {
        let (concepts, _) = weighed(ranked, self.all.documents());
        let most = match concepts.iter().map(|one| one.concept.terms.len()).sum() {
            0..=COUNTED => COUNTED,
            _ => COUNTED_OF_A_PREFIX,
        };
        let says: f32 = concepts.iter().map(|one| one.score).sum();
        let covers: f32 = concepts.iter().map(|one| one.mass).sum();
        // A word that no document has says nothing.
        let found = concepts.iter().filter_map(|one| {
            let evidence = self.evidence(ranked, &one.concept, most);
            let frequency = json!({ "bool": { "should": evidence } });
            (!evidence.is_empty()).then_some((one, frequency))
        });
        if !ranked.coverage || covers <= 0.0 {
            let should = found.map(|(one, frequency)| {
                scripted(&frequency, SAYS, json!({ "score": 2.0 * one.score }))
            });
            return json!({ "bool": { "should": should.collect::<Vec<_>>() } });
        }
        let should = found.map(|(one, frequency)| {
            let params = json!({
                "score": SAID * one.score / says, "mass": COVERED * one.mass / covers, "step": STEP,
            });
            scripted(&frequency, SAYS_AND_COVERS, params)
        });
        let both = json!({ "bool": { "should": should.collect::<Vec<_>>() } });
        let unit = 2.0 * says / SAID;
        let params = json!({ "unit": unit, "most": COVERED, "step": STEP });
        scripted(&both, SAID_TIMES_COVERED, params)
    }

    /// What stands for a concept: each the frequency that it adds; of more words than `most`, as if those that are
    /// in a field stood there once.
    fn evidence(&self, ranked: &Ranked, concept: &Concept, most: usize) -> Vec<Value> {
        let mut evidence = Vec::new();
        for field in &ranked.fields {
            let name = self.names.of(field.field);
            let words = || concept.terms.iter().map(|term| word(term));
            let found = match concept.terms.len() {
                0 => continue,
                1 => json!({ "intervals": { name: one(&word(&concept.terms[0])) } }),
                2.. if concept.terms.len() <= most => {
                    let any: Vec<Value> = words().map(|word| one(&word)).collect();
                    json!({ "intervals": { name: { "any_of": { "intervals": any } } } })
                }
                _ => {
                    let any = json!({ "terms": { name: words().collect::<Vec<_>>() } });
                    json!({ "constant_score": { "filter": any, "boost": ONCE } })
                }
            };
            evidence.push(self.frequency(field, field.field, &found, None));
        }
        for code in &concept.codes {
            evidence.push(self.code(ranked, code, CODE_FREQUENCY));
        }
        if let Some(substring) = &concept.substring {
            evidence.extend(self.occurrences(ranked, substring, None));
        }
        for other in &concept.alternatives {
            let share = Some(other.weight);
            match &other.stands {
                StandIn::Word => {
                    let fields = ranked.fields.iter();
                    evidence.extend(fields.map(|field| {
                        let word = one(&word(&other.text));
                        let found = json!({ "intervals": { self.names.of(field.field): word } });
                        self.frequency(field, field.field, &found, share)
                    }));
                }
                StandIn::Substring(substring) => {
                    evidence.extend(self.occurrences(ranked, substring, share));
                }
                StandIn::Code => {
                    let frequency = share_of(other.weight, CODE_FREQUENCY);
                    evidence.push(self.code(ranked, &other.text, frequency));
                }
            }
        }
        evidence
    }

    fn code(&self, ranked: &Ranked, code: &str, frequency: f32) -> Value {
        json!({ "constant_score": { "filter": self.names.has(ranked.code, code), "boost": frequency } })
    }

    /// Of a substring, in each field that has the words, too.
    fn occurrences(
        &self,
        ranked: &Ranked,
        substring: &Substring,
        share: Option<f32>,
    ) -> Vec<Value> {
        let fields = ranked.fields.iter().filter_map(|field| {
            let at = field.characters?;
            let text = one(&characters(&substring.text));
            let found = json!({ "intervals": { self.names.of(at): text } });
            let frequency = self.frequency(field, at, &found, share);
            let words = substring.words.iter();
            let words: Vec<Value> = words
                .map(|word| self.names.has(field.field, word))
                .collect();
            Some(match words.is_empty() {
                true => frequency,
                false => json!({ "bool": { "must": [frequency], "filter": words } }),
            })
        });
        fields.collect()
    }

    /// How often something stands in a field, over the field's length.
    fn frequency(
        &self,
        field: &WeightedField,
        at: Field,
        found: &Value,
        share: Option<f32>,
    ) -> Value {
        let length = self.names.length(field.field);
        // Of characters as many as count here.
        let most = match self.names.is_characters(at) {
            true => f64::from(MOST),
            false => f64::from(u32::MAX),
        };
        let mut params = json!({
            "most": most, "weight": field.weight, "b": field.b, "average": field.average,
        });
        let frequency = format!("weight * min({FREQUENCY}, most)");
        let relative = format!("(1 - b + b * doc['{length}'].value / average)");
        let source = match share {
            None => format!("{frequency} / {relative}"),
            Some(share) => {
                params["share"] = share.into();
                format!("share * {frequency} / ({frequency} + {relative})")
            }
        };
        scripted(found, &source, params)
    }
}

/// A cluster takes queries of at most 1,024 terms: so many words are counted, of all concepts together, and so many
/// of each where there are more, as of short prefixes.
const COUNTED: usize = 280;
const COUNTED_OF_A_PREFIX: usize = 16;
/// Intervals score f / (f + 1) where there are f of them, so one scores a half.
const ONCE: f32 = 0.5;
/// The frequency that a score of intervals tells.
const FREQUENCY: &str = "_score / (1 - _score)";
/// What a frequency is worth, as [`saturate`](crate::search) has it.
const SAYS: &str = "score * _score / (_score + 1)";
/// The same as a whole number, and above it what it covers as another.
const SAYS_AND_COVERS: &str =
    "floor(score * _score / (_score + 1) + 0.5) + step * floor(mass * min(_score, 1) + 0.5)";
/// The score of the two, added up.
const SAID_TIMES_COVERED: &str =
    "unit * (_score - step * floor(_score / step)) * pow(floor(_score / step) / most, 1.5)";
/// Whole numbers up to 2^24 are exact in the cluster. What all concepts say is at most `SAID` of a `STEP`, what
/// they cover `COVERED` of those; the rest is room for as many concepts to be rounded up.
const STEP: f32 = 16_384.0;
const SAID: f32 = 16_000.0;
const COVERED: f32 = 900.0;

/// What is found, with a score that an expression makes of its own. Figures are parameters: an expression is
/// compiled once.
fn scripted(query: &Value, source: &str, params: Value) -> Value {
    let script = json!({ "lang": "expression", "source": source, "params": params });
    json!({ "script_score": { "query": query, "script": script } })
}

/// Tokens side by side.
fn one(tokens: &str) -> Value {
    json!({ "match": { "query": tokens, "max_gaps": 0, "ordered": true } })
}

fn any_of(any: Vec<Value>) -> Value {
    match any.len() {
        0 => json!({ "match_none": {} }),
        _ => json!({ "bool": { "should": any, "minimum_should_match": 1 } }),
    }
}

/// Parts that stand in a text as they are asked for.
fn related(parts: &[String], relation: Relation) -> Value {
    let each = |part: &String| one(&characters(part));
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
