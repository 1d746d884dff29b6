//! Answers as HTML, for notebooks. Every text is escaped.

use newsearch::{Answer, AnswerHit};

use crate::answer::chars;

/// An answer as a list of its hits.
pub fn of_answer(answer: &Answer, offset: usize) -> String {
    let mut html = String::from("<div>");
    for note in &answer.notes {
        html.push_str("<p><em>");
        escape(note, &mut html);
        html.push_str("</em></p>");
    }
    html.push_str(&format!("<p>{} articles", answer.total));
    if let Some(stories) = answer.stories {
        html.push_str(&format!(", {stories} stories"));
    }
    html.push_str(&format!("</p><ol start=\"{}\">", offset + 1));
    for hit in &answer.hits {
        html.push_str("<li>");
        html.push_str(&of_hit(hit));
        html.push_str("</li>");
    }
    html.push_str("</ol></div>");
    html
}

/// A hit with its marks.
pub fn of_hit(hit: &AnswerHit) -> String {
    let mut html = String::from("<div>");
    let title = marked(&hit.title, &chars(&hit.title_marks));
    match hit.url.as_deref().filter(|url| is_web(url)) {
        Some(url) => {
            html.push_str("<a rel=\"noopener noreferrer\" href=\"");
            escape(url, &mut html);
            html.push_str(&format!("\"><strong>{title}</strong></a>"));
        }
        None => html.push_str(&format!("<strong>{title}</strong>")),
    }
    html.push_str("<br><small>");
    let date = hit.date.as_deref().unwrap_or_default();
    let codes = hit.codes.join(" ");
    let facts = [date, &hit.source, &codes];
    let facts = facts.into_iter().filter(|fact| !fact.is_empty());
    escape(&facts.collect::<Vec<_>>().join(" · "), &mut html);
    html.push_str("</small>");
    for passage in &hit.snippets {
        html.push_str("<br>");
        html.push_str(&marked(&passage.text, &chars(&passage.marks)));
    }
    html.push_str("</div>");
    html
}

/// A text with `<mark>` around ranges of its characters, which are sorted and apart.
pub fn marked(text: &str, marks: &[(usize, usize)]) -> String {
    let mut html = String::new();
    let mut marks = marks.iter().peekable();
    for (at, c) in text.chars().enumerate() {
        if marks.peek().is_some_and(|mark| mark.0 == at) {
            html.push_str("<mark>");
        }
        push_escaped(c, &mut html);
        if marks.next_if(|mark| mark.1 == at + 1).is_some() {
            html.push_str("</mark>");
        }
    }
    html
}

/// An address that is safe to click on.
fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        push_escaped(c, html);
    }
}

fn push_escaped(c: char, html: &mut String) {
    match c {
        '&' => html.push_str("&amp;"),
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        '"' => html.push_str("&quot;"),
        '\'' => html.push_str("&#39;"),
        c => html.push(c),
    }
}
