//! Markdown and plain text → paragraphs: as much of Markdown as news posts use.

use super::content::Content;
use super::{Link, Paragraph, text};

/// Reads text without tags: a line is a paragraph, a line that begins with `#` a heading; of links
/// the text is kept, of pictures nothing; entities are decoded once.
pub(super) fn read(body: &str) -> Content {
    let mut content = Content::default();
    for line in body.lines() {
        let line = line.trim();
        let (line, heading) = match heading(line) {
            Some(title) => (title, true),
            None => (without_bullet(line), false),
        };
        let text = without_links(line, &mut content.links);
        let text = text::collapse(&text::decode_entities(&text));
        if !text.is_empty() {
            content.paragraphs.push(Paragraph { text, heading });
        }
    }
    content
}

fn heading(line: &str) -> Option<&str> {
    let title = line.trim_start_matches('#');
    let level = line.len() - title.len();
    let is_heading = (1..=6).contains(&level) && title.starts_with(char::is_whitespace);
    is_heading.then(|| title.trim().trim_end_matches('#').trim_end())
}

fn without_bullet(line: &str) -> &str {
    ["- ", "* ", "+ ", "> "]
        .iter()
        .find_map(|bullet| line.strip_prefix(bullet))
        .unwrap_or(line)
}

/// Keeps the text of `[text](address)`, drops `![alt](address)`.
fn without_links(line: &str, links: &mut Vec<Link>) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, label, address, after)) = next_link(rest) {
        match before.strip_suffix('!') {
            Some(before) => kept.push_str(before),
            None => {
                kept.push_str(before);
                kept.push_str(label);
                if address.starts_with("http") {
                    links.push(Link {
                        url: address.to_owned(),
                        text: label.to_owned(),
                    });
                }
            }
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// What stands before the next link, its text, its address, and what follows it.
fn next_link(line: &str) -> Option<(&str, &str, &str, &str)> {
    let middle = line.find("](")?;
    let start = line[..middle].rfind('[')?;
    let (address, after) = line[middle + 2..].split_once(')')?;
    Some((&line[..start], &line[start + 1..middle], address, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_paragraphs() {
        let cases = [
            ("# 甲\n\n乙\n丙 丁\n", "#甲/乙/丙 丁"),
            ("- 甲\n* 乙\n#丙\n#### 丁 ##", "甲/乙/#丙/#丁"),
            (
                "见[公告](https://a.example/1)全文![图](x.png)。",
                "见公告全文。",
            ),
            (
                "&lt;蓝湖公约&gt; P<0.05 [甲] (乙)",
                "<蓝湖公约> P<0.05 [甲] (乙)",
            ),
        ];
        for (body, expected) in cases {
            let lines: Vec<_> = read(body)
                .paragraphs
                .iter()
                .map(|p| format!("{}{}", if p.heading { "#" } else { "" }, p.text))
                .collect();
            assert_eq!(lines.join("/"), expected);
        }
    }

    #[test]
    fn links_are_kept_apart() {
        let links = read("见[公告](https://a.example/1)与[首页](./)。").links;
        let expected = Link {
            url: "https://a.example/1".to_owned(),
            text: "公告".to_owned(),
        };
        assert_eq!(links, [expected]);
    }
}
