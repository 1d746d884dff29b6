//! A closer look at the best documents: which of the query's characters stand side by side in them,
//! and where its words stand first.
//!
//! For both the texts are read, which is too dear for all documents that have a word of the query, and
//! cheap for the few that have a chance.

use tantivy::schema::Field;
use tantivy::{DocAddress, DocId, Searcher, SegmentReader};

use super::evidence::Norms;
use super::saturation::saturate;
use crate::index::{Needle, TextReader, Units, units};
use crate::search::plan::concept::Look;
use crate::search::view::characters::Characters;
use crate::search::view::deadline::Deadline;

/// A word that stands three times so many characters behind the beginning is worth half of one that
/// stands there.
const LEAD: f32 = 10.0;

/// Characters to a word and its parts, as texts have them.
const WORD: f32 = 1.6;

/// Weight of the pairs beside the words.
const PAIRS: f32 = 0.5;

/// What standing at the beginning adds to a score, as a share of it.
const EARLY: f32 = 2.0;

/// How much of that counts for a request: it asks for what a text says, wherever it says it; a topic,
/// for what a text is about.
const EARLY_OF_REQUEST: f32 = 0.5;

/// What was seen in a document.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Seen {
    /// Score of the pairs.
    pub pairs: f32,
    /// How early the words stand: 0 where none of them does, 1 where all stand at the beginning; half
    /// as much of a request.
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
    let wanted: Vec<Wanted> = looks.iter().map(Wanted::new).collect();
    let mut seen = vec![Seen::default(); documents.len()];
    for same in order.chunk_by(|&a, &b| documents[a].segment_ord == documents[b].segment_ord) {
        let segment = searcher.segment_reader(documents[same[0]].segment_ord);
        for (look, wanted) in looks.iter().zip(&wanted) {
            let counts = if look.is_framed {
                EARLY_OF_REQUEST
            } else {
                1.0
            };
            let mut reader = Reader::open(look, wanted, segment, characters)?;
            for &i in same {
                deadline.check()?;
                let of_look = reader.look(documents[i].doc_id);
                seen[i].pairs += of_look.pairs;
                seen[i].early += counts * of_look.early / total.max(f32::EPSILON);
            }
        }
    }
    Ok(seen)
}

/// Looks at the documents of a segment.
struct Reader<'a> {
    texts: TextReader,
    fields: Vec<(Field, Norms)>,
    wanted: &'a Wanted,
    /// With their idf, in the order of the look.
    pairs: Vec<Pair>,
    words: Vec<Word>,
}

/// A pair in the document that is looked at.
struct Pair {
    idf: f32,
    /// How often it stands in the field that was read last.
    count: u32,
    /// Its frequency in all fields, normalised.
    frequency: f32,
}

/// A word in the document that is looked at.
struct Word {
    idf: f32,
    /// Characters before it.
    place: Option<f32>,
}

impl<'a> Reader<'a> {
    fn open(
        look: &Look,
        wanted: &'a Wanted,
        segment: &SegmentReader,
        characters: &Characters,
    ) -> tantivy::Result<Reader<'a>> {
        let mut fields = Vec::new();
        for field in &look.fields {
            if let Some(of_characters) = field.characters {
                fields.push((of_characters, Norms::open(segment, *field)?));
            }
        }
        let word = |&(_, idf): &(_, f32)| Word { idf, place: None };
        Ok(Reader {
            texts: TextReader::of(characters.texts(segment)?),
            fields,
            wanted,
            pairs: look.pairs.iter().map(|&(_, idf)| Pair::new(idf)).collect(),
            words: look.words.iter().map(word).collect(),
        })
    }

    /// What is seen in a document; `early` is not yet divided by the weight of all words.
    fn look(&mut self, doc: DocId) -> Seen {
        let (pairs, words) = (&mut self.pairs, &mut self.words);
        pairs.iter_mut().for_each(|pair| pair.frequency = 0.0);
        words.iter_mut().for_each(|word| word.place = None);
        let mut has_request = false;
        // A field begins where the one before ends.
        let mut begin = 0.0;
        for (field, norms) in &self.fields {
            // What does not read is told behind the search.
            let text = self.texts.text(doc, *field).unwrap_or_default();
            for (word, forms) in words.iter_mut().zip(&self.wanted.words) {
                if word.place.is_none() {
                    let first = forms.iter().filter_map(|form| form.find(text, 0)).min();
                    word.place = first.map(|at| begin + text.before(at).characters() as f32);
                }
            }
            let mut request = self.wanted.request.iter();
            has_request |= request.any(|whole| whole.find(text, 0).is_some());
            self.wanted.find_pairs(text, |pair| pairs[pair].count += 1);
            for pair in &mut *pairs {
                pair.frequency += norms.normalise(doc, std::mem::take(&mut pair.count));
            }
            begin += WORD * norms.length(doc) as f32;
        }
        let pairs = pairs.iter();
        if has_request {
            words.iter_mut().for_each(|word| word.place = Some(0.0));
        }
        let words = words.iter();
        Seen {
            pairs: pairs.map(|pair| pair.idf * saturate(pair.frequency)).sum(),
            early: words.map(Word::earliness).sum(),
        }
    }
}

impl Pair {
    fn new(idf: f32) -> Pair {
        Pair {
            idf,
            count: 0,
            frequency: 0.0,
        }
    }
}

impl Word {
    fn earliness(&self) -> f32 {
        self.place
            .map_or(0.0, |place| self.idf / (1.0 + place / LEAD).sqrt())
    }
}

/// What is looked for in texts.
#[derive(Debug)]
struct Wanted {
    /// The forms of each word.
    words: Vec<Vec<Needle>>,
    request: Option<Needle>,
    /// In units, each with its number, in the order of their first low bytes.
    pairs: Vec<(Vec<u8>, usize)>,
    /// For each low byte the place of the last pair that begins with it, counted from 1.
    numbers: [u16; 256],
}

impl Wanted {
    fn new(look: &Look) -> Wanted {
        let words = look.words.iter().map(|(forms, _)| {
            // Nothing stands across the end of a paragraph.
            let forms = forms.iter().filter(|form| !form.contains('\n'));
            forms.map(|form| Needle::new(form)).collect()
        });
        let pairs = look.pairs.iter().zip(0..);
        let mut pairs: Vec<_> = pairs
            .map(|((pair, _), number)| (units(&String::from_iter(pair)), number))
            .collect();
        pairs.sort_by_key(|(pair, _)| first(pair));
        let mut numbers = [0; 256];
        for ((pair, _), place) in pairs.iter().zip(1..=u16::MAX) {
            numbers[usize::from(first(pair))] = place;
        }
        Wanted {
            words: words.collect(),
            request: look.request.as_deref().map(Needle::new),
            pairs,
            numbers,
        }
    }

    /// Takes each pair of a text, as often as it stands in it.
    #[inline]
    fn find_pairs(&self, text: Units<'_>, mut take: impl FnMut(usize)) {
        if self.pairs.is_empty() {
            return;
        }
        text.for_each_numbered(&self.numbers, |at, last| {
            let pairs = &self.pairs[..usize::from(last)];
            let low = pairs.last().map(|(pair, _)| first(pair));
            let alike = pairs.iter().rev();
            for (pair, number) in alike.take_while(|(pair, _)| Some(first(pair)) == low) {
                if text.has_at(at, Units::of(pair)) {
                    take(*number);
                }
            }
        });
    }
}

/// The low byte of the first unit of a pair.
fn first(pair: &[u8]) -> u8 {
    Units::of(pair).first_low().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_as_often_as_they_stand_side_by_side() {
        // The first two have one low byte, and so have the next two.
        let alphabet = ['\u{4E00}', '\u{4F00}', '\u{4E61}', 'a', '\n', '\u{20000}'];
        let all = alphabet.into_iter().filter(|&c| c != '\n');
        let pairs = all.clone().flat_map(|a| all.clone().map(move |b| [a, b]));
        let look = Look {
            fields: Vec::new(),
            pairs: pairs.map(|pair| (pair, 1.0)).collect(),
            words: Vec::new(),
            request: None,
            is_framed: false,
        };
        let wanted = Wanted::new(&look);
        for length in 0..200_usize {
            let numbers = (0..length).map(|i| i * i + i / 7 * length);
            let text: Vec<char> = numbers.map(|n| alphabet[n % alphabet.len()]).collect();
            let mut counts = vec![0; look.pairs.len()];
            let stored = units(&String::from_iter(&text));
            wanted.find_pairs(Units::of(&stored), |pair| counts[pair] += 1);
            for ((pair, _), count) in look.pairs.iter().zip(counts) {
                let places = text.windows(2).filter(|window| window == pair);
                assert_eq!(count, places.count(), "{pair:?} in {text:?}");
            }
        }
    }

    #[test]
    fn no_form_stands_across_paragraphs() {
        let look = Look {
            fields: Vec::new(),
            pairs: Vec::new(),
            words: vec![(vec!["央行".into(), "降\n准".into()], 1.0)],
            request: None,
            is_framed: false,
        };
        assert_eq!(Wanted::new(&look).words[0].len(), 1);
    }
}
