//! `newsearch check`: whether an index is as it was written.
