//! How much of a query is read.

/// The longest query that is read, in characters.
pub(in crate::search) const MAX_CHARS: usize = 4_096;
/// The most clauses that are read: words, phrases, prefixes and filters.
pub(in crate::search) const MAX_CLAUSES: usize = 1_024;
/// The deepest nesting of brackets.
pub(in crate::search) const MAX_DEPTH: usize = 32;
