//! analysis

#[allow(dead_code)]
mod fold;

pub use fold::{FoldedChars, Folder, is_han, may_hold_compatibility_han, variants};
