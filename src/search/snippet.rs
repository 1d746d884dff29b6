//! stub
use std::ops::Range;
use crate::analysis::Folder;
/// n
#[derive(Debug, Clone)]
pub struct Needle { pub text: String, pub weight: f32, pub kind: NeedleKind }
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NeedleKind { Word, Exact, Prefix }
#[derive(Debug, Clone)]
pub struct Near { pub left: usize, pub right: usize, pub within: usize }
pub struct Matcher;
/// s
#[derive(Debug, Clone, PartialEq)]
pub struct Snippet { pub text: String, pub highlights: Vec<Range<usize>> }
/// o
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SnippetOptions { }
impl Matcher {
 pub fn new(_: &[Needle], _: &[Near]) -> Matcher { Matcher }
 pub fn highlights(&self, _: &Folder, _: &str) -> Vec<Range<usize>> { vec![] }
 pub fn snippets(&self, _: &Folder, _: &str, _: &SnippetOptions) -> Vec<Snippet> { vec![] }
}
