//! What can be left out of the ranking, to measure what it is worth.

use std::fmt;
use std::str::FromStr;

/// How documents are ranked: with all that is known to help, which is the default, or for
/// comparison with less.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Formula {
    /// The whole formula.
    #[default]
    Whole,
    /// All but a part of it.
    Without(Part),
    /// BM25F of these units alone, any of which is enough.
    Plain(Units),
}

/// A part of the formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The share of the query that a document has.
    Coverage,
    /// The lengths of the fields.
    Lengths,
    /// That a word of the title is worth more.
    Titles,
    /// The dictionary words inside a word.
    Subwords,
    /// What else a word is called.
    Names,
    /// Characters of the query side by side.
    Pairs,
    /// How early the words stand.
    Places,
    /// That the words of a request say less than what is asked for.
    Frame,
    /// The pieces of names that no dictionary has.
    Fragments,
}

/// What a text is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// The words of the query as they were cut.
    Words,
    /// These, and the dictionary words inside them.
    Subwords,
    /// Each two Han characters side by side; letters and digits by words.
    Bigrams,
    /// The words of the query, and each two Han characters side by side: the sum of both.
    WordsAndBigrams,
    /// Each Han character; letters and digits by words.
    Characters,
}

impl Formula {
    /// The whole formula, then all others.
    pub const ALL: [Formula; 15] = [
        Formula::Whole,
        Formula::Plain(Units::Words),
        Formula::Plain(Units::Subwords),
        Formula::Plain(Units::Bigrams),
        Formula::Plain(Units::WordsAndBigrams),
        Formula::Plain(Units::Characters),
        Formula::Without(Part::Coverage),
        Formula::Without(Part::Lengths),
        Formula::Without(Part::Titles),
        Formula::Without(Part::Subwords),
        Formula::Without(Part::Names),
        Formula::Without(Part::Pairs),
        Formula::Without(Part::Places),
        Formula::Without(Part::Frame),
        Formula::Without(Part::Fragments),
    ];

    /// Whether a part of the whole formula is in this one.
    pub(crate) fn has(self, part: Part) -> bool {
        match self {
            Formula::Whole => true,
            Formula::Without(without) => without != part,
            Formula::Plain(_) => matches!(part, Part::Lengths | Part::Titles),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Formula::Whole => "whole",
            Formula::Plain(Units::Words) => "words",
            Formula::Plain(Units::Subwords) => "subwords",
            Formula::Plain(Units::Bigrams) => "bigrams",
            Formula::Plain(Units::WordsAndBigrams) => "words-and-bigrams",
            Formula::Plain(Units::Characters) => "characters",
            Formula::Without(Part::Coverage) => "without-coverage",
            Formula::Without(Part::Lengths) => "without-lengths",
            Formula::Without(Part::Titles) => "without-titles",
            Formula::Without(Part::Subwords) => "without-subwords",
            Formula::Without(Part::Names) => "without-names",
            Formula::Without(Part::Pairs) => "without-pairs",
            Formula::Without(Part::Places) => "without-places",
            Formula::Without(Part::Frame) => "without-frame",
            Formula::Without(Part::Fragments) => "without-fragments",
        }
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The names of [`Formula::ALL`], as they are displayed.
impl FromStr for Formula {
    type Err = String;

    fn from_str(name: &str) -> Result<Formula, String> {
        let found = Formula::ALL.into_iter().find(|known| known.name() == name);
        found.ok_or_else(|| {
            let names = Formula::ALL.map(Formula::name).join(", ");
            format!("is none of {names}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_known_by_its_name() {
        for formula in Formula::ALL {
            assert_eq!(formula.to_string().parse(), Ok(formula));
        }
        assert!("hybrid".parse::<Formula>().is_err());
    }
}
