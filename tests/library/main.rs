//! What a program that has the library in it may rely on: what is found, in which order, and how it is shown.

mod embed;
mod lessons;
mod names;
mod queries;
mod quoted;
mod ranking;
mod reprints;
mod request;
mod time;
#[cfg(feature = "words")]
mod words;
