//! Names of securities that are everyday words.

/// One a line.
const COMMON_NAMES: &str = include_str!("data/common_names.txt");

/// Whether a name is mostly meant otherwise: a mere link proves nothing, and neither does a query.
pub(crate) fn is_common(name: &str) -> bool {
    COMMON_NAMES.lines().any(|common| common == name)
}
