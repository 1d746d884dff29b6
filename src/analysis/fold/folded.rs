//! A folded text and the way back.

use std::ops::Range;

use super::Folder;
use super::chars::FoldedChar;

impl Folder {
    /// The folded form of `text` together with the way back to it.
    pub fn map(&self, text: &str) -> Folded {
        let mut folded = Folded {
            text: String::with_capacity(text.len()),
            spans: Vec::with_capacity(text.len() / 16),
        };
        for c in self.chars(text) {
            folded.push(c);
        }
        folded
    }
}

/// A folded text and the way back to the text it was made from.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// The folded form.
    pub text: String,
    /// In the order of the text, without gaps in the folded form.
    spans: Vec<Span>,
}

#[derive(Clone, Debug)]
struct Span {
    /// Where it starts in the folded text, in bytes; it ends where the next one starts.
    folded: usize,
    original: Range<usize>,
    /// Offsets inside are the same on both sides; otherwise it can only be taken as a whole.
    aligned: bool,
}

impl Folded {
    /// The smallest byte range of the original text that covers `range`, a byte range of the folded
    /// text on character boundaries. Ends beyond the text are taken as its end.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let start = self.start(range.start);
        if range.is_empty() {
            return start..start;
        }
        start..self.end(range.end).max(start)
    }

    /// Where the character at `folded` starts in the original.
    fn start(&self, folded: usize) -> usize {
        match self.span(folded) {
            Some(span) if folded >= self.text.len() => span.original.end,
            Some(span) if span.aligned => span.original.start + folded - span.folded,
            Some(span) => span.original.start,
            None => 0,
        }
    }

    /// Where the character that ends at `folded` ends in the original.
    fn end(&self, folded: usize) -> usize {
        let folded = folded.min(self.text.len());
        match self.span(folded.saturating_sub(1)) {
            Some(span) if span.aligned => span.original.start + folded - span.folded,
            Some(span) => span.original.end,
            None => 0,
        }
    }

    /// The span that holds the byte at `folded`; the last one for what lies beyond.
    fn span(&self, folded: usize) -> Option<&Span> {
        let after = self.spans.partition_point(|span| span.folded <= folded);
        self.spans.get(after.checked_sub(1)?)
    }

    fn push(&mut self, c: FoldedChar) {
        let folded = self.text.len();
        self.text.push(c.folded);
        let aligned = c.folded.len_utf8() == c.original.len();
        if let Some(last) = self.spans.last_mut() {
            if last.original == c.original {
                last.aligned = false; // one of several characters that one character gave
                return;
            }
            if last.aligned && aligned && last.original.end == c.original.start {
                last.original.end = c.original.end;
                return;
            }
        }
        self.spans.push(Span {
            folded,
            original: c.original,
            aligned,
        });
    }
}
