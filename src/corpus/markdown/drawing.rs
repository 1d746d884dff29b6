//! A drawing that is kept as a note (Excalidraw) → the texts that stand in it.

use std::borrow::Cow;

/// Without what a drawing holds beside its texts: the hint at its head, the names of its parts, the files
/// and links of its elements, and the drawing itself.
pub(in crate::corpus) fn texts(markdown: &str) -> Cow<'_, str> {
    if !is_drawing(markdown) {
        return Cow::Borrowed(markdown);
    }
    let mut texts = String::new();
    let mut is_hidden = false;
    for line in markdown.lines() {
        let name = part(line);
        if name.is_some() {
            is_hidden = name.is_some_and(|name| DATA.contains(&name));
        } else if !is_hidden && line.trim() != "%%" && !is_hint(line) {
            texts.push_str(line);
        }
        texts.push('\n');
    }
    Cow::Owned(texts)
}

fn is_drawing(markdown: &str) -> bool {
    markdown.contains(HINT) && markdown.lines().any(is_hint)
        || markdown
            .lines()
            .any(|line| line.trim_end() == "# Excalidraw Data")
}

const HINT: &str = "EXCALIDRAW VIEW";

/// What the plugin says at the head of each drawing.
fn is_hint(line: &str) -> bool {
    line.starts_with("==⚠") && line.contains(HINT)
}

/// The name of the part of a drawing that begins with a line.
fn part(line: &str) -> Option<&str> {
    let name = line.trim_start_matches('#');
    let level = line.len() - name.len();
    let name = name.trim();
    let is_part = TEXTS.contains(&name) || DATA.contains(&name);
    ((1..=2).contains(&level) && is_part).then_some(name)
}

/// Parts that hold texts.
const TEXTS: [&str; 2] = ["Excalidraw Data", "Text Elements"];

/// Parts that hold none.
const DATA: [&str; 4] = [
    "Element Links",
    "Embedded Files",
    "Embedded files",
    "Drawing",
];
