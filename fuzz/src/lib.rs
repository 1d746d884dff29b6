//! What each fuzz target asks: laws that hold for any input. A law that is broken panics.
//!
//! The tests of the crate run the kept inputs through the same laws.

mod analyzer;
mod post;
mod query;
mod records;
mod search;
mod shelf;
mod snippet;

pub use analyzer::analyzer;
pub use post::{line, markdown, post};
pub use query::query;
pub use records::records;
pub use search::search;
pub use snippet::snippet;

/// Whether an input is read a second time, to see that it gives the same: of short inputs, of which there
/// are millions, one in eight; the tests read each of those that are kept twice.
fn is_read_twice(input: &[u8]) -> bool {
    let sum = input.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    cfg!(test) || sum % 8 == 0
}

/// Does what takes long and is done once, so that no input is blamed for it.
pub fn prepare() {
    shelf::analyzer();
}
