//! The files of an index, sealed: who may write them, and whether they are as they were written.

pub mod exchange;
pub mod files;
pub mod folder;
pub mod guard;
pub mod linked;
pub mod manifest;
pub mod sealed;
