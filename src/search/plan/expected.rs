//! What the words of a query will be counted by, so that it can be asked for at once where asking takes long.

use tantivy::schema::Field;

use crate::analysis::{Analyzer, is_han};
use crate::index::Fields;
use crate::search::query::tree::Node;

/// Most texts that are asked for at once.
const MOST: usize = 400;

/// The words, pairs and characters of all texts of a query, each in the fields that it is counted in.
pub(in crate::search) fn expected(
    root: &Node,
    analyzer: &Analyzer,
    fields: &Fields,
) -> Vec<(Field, String)> {
    let mut expected = Vec::new();
    let mut add = |of: &[Field], text: String| {
        expected.extend(of.iter().map(|field| (*field, text.clone())));
    };
    let words = [fields.title_words, fields.body_words];
    let characters = [fields.title, fields.body];
    root.each_text(&mut |text| {
        for token in analyzer.tokens(text) {
            add(&words, token.text);
        }
        let folded: Vec<char> = analyzer.fold(text).chars().collect();
        for pair in folded
            .windows(2)
            .filter(|pair| pair.iter().all(|c| is_han(*c)))
        {
            add(&words, pair.iter().collect());
        }
        for c in folded.into_iter().filter(|c| c.is_alphanumeric()) {
            add(&characters, c.to_string());
        }
    });
    expected.sort_unstable();
    expected.dedup();
    expected.truncate(MOST);
    expected
}
