//! The fields that a part of a query is about.

/// The fields that a part of a query is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Scope {
    pub title: bool,
    pub body: bool,
}

pub(super) const EVERYWHERE: Scope = Scope {
    title: true,
    body: true,
};
