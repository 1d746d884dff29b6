//! Texts as the numbers of their words.

use std::ops::Range;

use rustc_hash::FxHashMap;
use tantivy::DocId;

use crate::analysis::{Analyzer, Scratch, is_han};
use crate::index::{IndexError, TextReader};
use crate::search::view::snapshot::Snapshot;

/// The words of Han of some articles, as numbers in the order in which they stand. Where anything else stands,
/// a run of them ends.
pub(super) struct Runs {
    /// [`END`] behind each run.
    numbers: Vec<u32>,
    /// Where the numbers of each article end.
    ends: Vec<usize>,
    words: Vec<Box<str>>,
}

/// The number of no word.
pub(super) const END: u32 = 0;

impl Runs {
    /// Reads documents, each with the number of its segment.
    pub fn read(
        snapshot: &Snapshot,
        documents: impl Iterator<Item = (usize, DocId)>,
    ) -> Result<Runs, IndexError> {
        let mut reading = Reading::default();
        let shared = &snapshot.shared;
        let segments = snapshot.engine.segment_readers().iter();
        let texts = segments.map(|segment| Ok(TextReader::of(snapshot.characters.texts(segment)?)));
        let mut texts = texts.collect::<Result<Vec<TextReader>, IndexError>>()?;
        let mut watch = snapshot.deadline.watch();
        for (segment, doc) in documents {
            for field in [shared.fields.title, shared.fields.body] {
                let Some(units) = texts[segment].text(doc, field) else {
                    continue;
                };
                watch.takes(units.len());
                reading.text.clear();
                let characters = char::decode_utf16(units.iter());
                let characters = characters.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
                reading.text.extend(characters);
                reading.cut(&shared.analyzer);
            }
            reading.runs.ends.push(reading.runs.numbers.len());
            if watch.is_over() {
                break;
            }
        }
        snapshot.deadline.check()?;
        Ok(reading.runs)
    }

    pub fn articles(&self) -> u64 {
        self.ends.len() as u64
    }

    /// All numbers, [`END`] among them.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// Where the numbers of each article are.
    pub fn of_articles(&self) -> impl Iterator<Item = Range<usize>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| start..end)
    }

    /// One more than the greatest number.
    pub fn words(&self) -> usize {
        self.words.len()
    }

    pub fn text(&self, number: u32) -> &str {
        &self.words[number as usize]
    }

    /// The run around a place, and where in it the place is, in bytes.
    pub fn context(&self, place: usize) -> (String, usize) {
        let is_end = |&number: &u32| number == END;
        let before = &self.numbers[..place];
        let start = before.iter().rposition(is_end).map_or(0, |end| end + 1);
        let rest = &self.numbers[place..];
        let end = rest.iter().position(is_end).map_or(rest.len(), |end| end);
        let texts = |numbers: &[u32]| numbers.iter().map(|&n| self.text(n)).collect::<String>();
        let head = texts(&self.numbers[start..place]);
        (head.clone() + &texts(&rest[..end]), head.len())
    }
}

impl Default for Runs {
    fn default() -> Runs {
        Runs {
            numbers: Vec::new(),
            ends: Vec::new(),
            words: vec!["".into()],
        }
    }
}

#[derive(Default)]
struct Reading {
    runs: Runs,
    numbers: FxHashMap<Box<str>, u32>,
    text: String,
    scratch: Scratch,
}

impl Reading {
    /// Cuts the text that was read.
    fn cut(&mut self, analyzer: &Analyzer) {
        let Reading {
            runs,
            numbers,
            text,
            scratch,
        } = self;
        for paragraph in text.lines() {
            let mut end = 0;
            analyzer.cut(paragraph, scratch, |cut| {
                if cut.part {
                    return;
                }
                if cut.range.start > end || !cut.text.chars().all(is_han) {
                    runs.end();
                }
                end = cut.range.end;
                if !cut.text.chars().all(is_han) {
                    return;
                }
                let number = match numbers.get(cut.text) {
                    Some(&number) => number,
                    None => {
                        let number = runs.words.len() as u32;
                        runs.words.push(cut.text.into());
                        numbers.insert(cut.text.into(), number);
                        number
                    }
                };
                runs.numbers.push(number);
            });
            runs.end();
        }
    }
}

impl Runs {
    fn end(&mut self) {
        if self.numbers.last().is_some_and(|&last| last != END) {
            self.numbers.push(END);
        }
    }
}
