//! What is marked in the texts that a query finds.

/// What to look for in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Needle {
    /// What to find, folded. A needle that is empty or holds a line feed is never found.
    pub text: String,
    /// How much it counts when a passage is chosen; zero or more.
    pub weight: f32,
    /// How exactly it is to be found.
    pub kind: NeedleKind,
}

/// How exactly a needle is to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeedleKind {
    /// A word. Han may go on around it; an end that is a letter or a digit of another script may not
    /// touch another one: `5g` is not found in `15gb`.
    Word,
    /// A quoted phrase, found anywhere.
    Exact,
    /// The start of a word. A match goes on to the end of the letters and digits; Han does not.
    Prefix,
}

/// Two needles that count only near each other. A needle named here is found nowhere else; one that
/// is also wanted by itself is to be given twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// The index of the one needle.
    pub left: usize,
    /// The index of the other, which may stand before or after it, in the same paragraph.
    pub right: usize,
    /// How many characters of the folded text may stand between the two.
    pub within: usize,
}
