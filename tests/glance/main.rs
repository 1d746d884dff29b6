//! An archive at a glance, compared with a scan of its articles and held to its laws.

mod archive;
mod counts;
mod exports;
mod laws;
mod neighbours;
mod random;
mod scan;
mod series;
