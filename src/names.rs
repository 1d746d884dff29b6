//! Who is called how: companies by code, name, earlier name and nickname; institutions and policies
//! by their short forms.
//!
//! Names come from three sources, the surest first: a table of the user's ([`Entities`]), the texts
//! of the archive ([`mined`]), and what every reader of the press knows ([`nicknames`]). A *key* is
//! what tells a security from all others ([`Stock::key`](crate::Stock::key)), upper case; names are
//! folded, and so lower case: the two are never mistaken for each other.

mod common;
mod entities;
mod mined;
mod nicknames;
mod pinyin;
mod typed;

pub(crate) use common::is_common;
pub(crate) use entities::NameTable;
pub use entities::{BadEntity, Entities};
pub(crate) use mined::{SEPARATOR, mined};
pub(crate) use nicknames::Nicknames;
pub(crate) use pinyin::{Spelling, spelling};
pub(crate) use typed::typed;
