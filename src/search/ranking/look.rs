//! A closer look at the best documents: which of the query's characters stand side by side in them,
//! and where its words stand first.
//!
//! Both need the places of characters, which are too dear to read for all documents that have a word
//! of the query, and cheap for the few that have a chance.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::{DocAddress, DocId, DocSet, Searcher, SegmentReader, TERMINATED};

use super::super::characters::Characters;
use super::super::deadline::Deadline;
use super::evidence::Norms;
use super::{WeightedField, saturate};

/// A word that stands three times so many characters behind the beginning is worth half of one that
/// stands there.
const LEAD: f32 = 5.0;

/// Characters to a word and its parts, as texts have them.
const WORD: f32 = 1.6;

/// Weight of the pairs beside the words.
const PAIRS: f32 = 0.5;

/// What standing at the beginning adds to a score, as a share of it.
const EARLY: f32 = 2.0;

/// What to look for in some fields, which are read one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub fields: Vec<WeightedField>,
    /// Two folded characters side by side, with their idf.
    pub pairs: Vec<([char; 2], f32)>,
    /// Folded texts that stand for a word of the query, with its idf.
    pub words: Vec<(Vec<String>, f32)>,
}

/// What was seen in a document.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Seen {
    /// Score of the pairs.
    pub pairs: f32,
    /// How early the words stand: 0 where none of them does, 1 where all stand at the beginning.
    pub early: f32,
}

impl Seen {
    /// The score of a document that had this score before it was looked at: never less.
    pub fn score(self, score: f32) -> f32 {
        (score + PAIRS * self.pairs) * (1.0 + EARLY * self.early)
    }
}

/// Looks at documents.
pub(crate) fn look(
    searcher: &Searcher,
    characters: &Characters,
    looks: &[Look],
    documents: &[DocAddress],
    deadline: Deadline,
) -> tantivy::Result<Vec<Seen>> {
    let mut order: Vec<usize> = (0..documents.len()).collect();
    order.sort_unstable_by_key(|&i| documents[i]);
    let total: f32 = looks.iter().map(Look::weight_of_words).sum();
    let mut seen = vec![Seen::default(); documents.len()];
    for same in order.chunk_by(|&a, &b| documents[a].segment_ord == documents[b].segment_ord) {
        let segment = searcher.segment_reader(documents[same[0]].segment_ord);
        for look in looks {
            let mut reader = Reader::open(look, segment, characters)?;
            for &i in same {
                deadline.check()?;
                let of_look = reader.look(documents[i].doc_id);
                seen[i].pairs += of_look.pairs;
                seen[i].early += of_look.early / total.max(f32::EPSILON);
            }
        }
    }
    Ok(seen)
}

impl Look {
    fn weight_of_words(&self) -> f32 {
        self.words.iter().map(|(_, idf)| idf).sum()
    }

    /// Its characters, each once.
    fn characters(&self) -> Vec<char> {
        let words = self.words.iter().flat_map(|(forms, _)| forms);
        let words = words.flat_map(|form| form.chars());
        let pairs = self.pairs.iter().flat_map(|(pair, _)| *pair);
        let mut characters: Vec<char> = words.chain(pairs).collect();
        characters.sort_unstable();
        characters.dedup();
        characters
    }
}

/// Looks at the documents of a segment, forward.
struct Reader {
    fields: Vec<Places>,
    /// Numbers of two characters, with the idf.
    pairs: Vec<([usize; 2], f32)>,
    /// Numbers of the characters of each form.
    words: Vec<(Vec<Vec<usize>>, f32)>,
}

/// Where the characters stand in a field.
struct Places {
    norms: Norms,
    /// By number of the character; `None` where the segment does not have it.
    characters: Vec<Option<Character>>,
}

/// A character in a field, read as far as it was asked for: where a word or a pair lacks one of its
/// characters, the others are not looked for.
struct Character {
    postings: SegmentPostings,
    /// The document whose places were read.
    read: DocId,
    places: Vec<u32>,
}

impl Reader {
    fn open(look: &Look, segment: &SegmentReader, known: &Characters) -> tantivy::Result<Reader> {
        let characters = look.characters();
        // Every character of the look is among them.
        let number = |c: char| characters.binary_search(&c).unwrap_or_default();
        let mut fields = Vec::new();
        for field in &look.fields {
            fields.extend(Places::open(*field, &characters, segment, known)?);
        }
        let pairs = look.pairs.iter();
        let words = look.words.iter();
        Ok(Reader {
            pairs: pairs.map(|&(pair, idf)| (pair.map(number), idf)).collect(),
            words: words
                .map(|(forms, idf)| {
                    let forms = forms.iter();
                    let forms = forms.map(|form| form.chars().map(number).collect());
                    (forms.collect(), *idf)
                })
                .collect(),
            fields,
        })
    }

    /// What is seen in a document; `early` is not yet divided by the weight of all words.
    fn look(&mut self, doc: DocId) -> Seen {
        let fields = &mut self.fields;
        let pairs = self.pairs.iter().map(|&(pair, idf)| {
            let frequency = |field: &mut Places| {
                let count = field.count(pair, doc);
                field.norms.normalise(doc, count)
            };
            idf * saturate(fields.iter_mut().map(frequency).sum())
        });
        let pairs = pairs.sum();
        let words = self.words.iter().map(|(forms, idf)| {
            let place = first(fields, forms, doc);
            place.map_or(0.0, |place| idf / (1.0 + place / LEAD).sqrt())
        });
        Seen {
            pairs,
            early: words.sum(),
        }
    }
}

/// Characters before the first of the forms; a field begins where the one before ends.
fn first(fields: &mut [Places], forms: &[Vec<usize>], doc: DocId) -> Option<f32> {
    let mut begin = 0.0;
    for field in fields {
        let first = forms.iter().filter_map(|form| field.first(form, doc)).min();
        if let Some(first) = first {
            return Some(begin + first as f32);
        }
        begin += WORD * field.norms.length(doc) as f32;
    }
    None
}

impl Places {
    /// `None` for a field without characters.
    fn open(
        field: WeightedField,
        characters: &[char],
        segment: &SegmentReader,
        known: &Characters,
    ) -> tantivy::Result<Option<Places>> {
        let Some(of_characters) = field.characters else {
            return Ok(None);
        };
        let mut opened = Vec::with_capacity(characters.len());
        for &c in characters {
            let postings = known.postings(segment, of_characters, c)?;
            opened.push(postings.map(Character::new));
        }
        Ok(Some(Places {
            norms: Norms::open(segment, field)?,
            characters: opened,
        }))
    }

    /// Where two characters stand in a document that has both.
    fn both(&mut self, pair: [usize; 2], doc: DocId) -> Option<[&[u32]; 2]> {
        let documents = pair.map(|c| self.characters[c].as_ref().map_or(0, Character::documents));
        // Where the rarer one is not, the other one need not be looked for.
        let [first, second] = pair;
        let rarest_first = match documents[0] <= documents[1] {
            true => [first, second],
            false => [second, first],
        };
        if !self.has_all(&rarest_first, doc) {
            return None;
        }
        self.read(&pair, doc);
        Some(pair.map(|c| self.places(c)))
    }

    fn has_all(&mut self, characters: &[usize], doc: DocId) -> bool {
        let mut characters = characters.iter();
        characters.all(|&c| {
            let character = self.characters[c].as_mut();
            character.is_some_and(|character| character.is_in(doc))
        })
    }

    /// Reads where characters stand that the document has.
    fn read(&mut self, characters: &[usize], doc: DocId) {
        for &c in characters {
            if let Some(character) = &mut self.characters[c] {
                character.read(doc);
            }
        }
    }

    /// Where a character stands that was read.
    fn places(&self, c: usize) -> &[u32] {
        self.characters[c]
            .as_ref()
            .map_or(&[], |character| &character.places)
    }

    /// How often the second character stands behind the first.
    fn count(&mut self, pair: [usize; 2], doc: DocId) -> u32 {
        let Some([first, second]) = self.both(pair, doc) else {
            return 0;
        };
        let (mut count, mut next) = (0, 0);
        for place in first {
            while second.get(next).is_some_and(|second| second <= place) {
                next += 1;
            }
            count += u32::from(second.get(next) == Some(&(place + 1)));
        }
        count
    }

    /// Where the characters stand first, one behind the other.
    fn first(&mut self, form: &[usize], doc: DocId) -> Option<u32> {
        let (&first, rest) = form.split_first()?;
        if !self.has_all(form, doc) {
            return None;
        }
        self.read(form, doc);
        self.places(first).iter().copied().find(|place| {
            rest.iter()
                .zip(place + 1..)
                .all(|(&c, place)| self.places(c).binary_search(&place).is_ok())
        })
    }
}

impl Character {
    fn new(postings: SegmentPostings) -> Character {
        Character {
            postings,
            read: TERMINATED,
            places: Vec::new(),
        }
    }

    /// Documents of the segment that have it.
    fn documents(&self) -> u32 {
        self.postings.doc_freq()
    }

    /// Whether a document has it that is not before the one that was asked for last.
    fn is_in(&mut self, doc: DocId) -> bool {
        if self.postings.doc() < doc {
            self.postings.seek(doc);
        }
        self.postings.doc() == doc
    }

    /// Reads where it stands in a document that has it.
    fn read(&mut self, doc: DocId) {
        if self.read != doc {
            self.read = doc;
            self.postings.positions(&mut self.places);
        }
    }
}
