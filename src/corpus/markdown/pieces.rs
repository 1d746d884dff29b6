//! A block of HTML in Markdown → its tags, and the texts between them.

/// A piece of a block of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Taken as it is: tags, code, text without a mark.
    Plain(&'a str),
    /// Text in which there are marks of Markdown.
    Marked(&'a str),
}

/// The pieces of a block of HTML.
pub(super) fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let text = rest.find('<').unwrap_or(rest.len());
        if text > 0 {
            pieces.push(of_text(&rest[..text]));
            rest = &rest[text..];
            continue;
        }
        let end = end_of_tag(rest);
        pieces.push(Piece::Plain(&rest[..end]));
        rest = &rest[end..];
    }
    pieces
}

fn of_text(text: &str) -> Piece<'_> {
    let is_marked = ["**", "](", "`", "~~", "==", "$$"]
        .iter()
        .any(|mark| text.contains(mark));
    if is_marked {
        Piece::Marked(text)
    } else {
        Piece::Plain(text)
    }
}

/// Where a tag ends; and of an element whose content is no text, where that does.
fn end_of_tag(html: &str) -> usize {
    let raw = ["pre", "code", "script", "style", "textarea"];
    let name: String = html[1..]
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let name = name.to_ascii_lowercase();
    if raw.contains(&name.as_str()) {
        let end = format!("</{name}");
        return html.find(&end).map_or(html.len(), |at| at + end.len());
    }
    html.find('>').map_or(html.len(), |at| at + 1)
}
