//! Answers as HTML, for notebooks. Every text is escaped.

use newsearch::{Also, Answer, AnswerHit};

use crate::answer::chars;

/// How it looks, light and dark; where a notebook takes no styles, it is plain.
const STYLE: &str = "<style>\
.newsearch{max-width:56em;line-height:1.5}\
.newsearch ol{margin:0;padding-left:2.2em}\
.newsearch li{margin:.7em 0}\
.newsearch p{margin:.15em 0}\
.newsearch a{text-decoration:none}\
.newsearch small{opacity:.7}\
.newsearch mark{background:rgba(255,196,0,.35);color:inherit;border-radius:2px}\
</style>";

/// How many outlets of a story are named.
const MAX_OUTLETS: usize = 4;

/// An answer as a list of its hits.
pub fn of_answer(answer: &Answer, offset: usize) -> String {
    let mut html = String::from("<div class=\"newsearch\">");
    for note in &answer.notes {
        html.push_str("<p><em>");
        escape(note, &mut html);
        html.push_str("</em></p>");
    }
    let of = |count: u64, one: &str, more: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {more}"),
    };
    html.push_str("<p><small>");
    html.push_str(&of(answer.total, "article", "articles"));
    if let Some(stories) = answer.stories {
        html.push_str(", ");
        html.push_str(&of(stories, "story", "stories"));
    }
    html.push_str(&format!("</small></p><ol start=\"{}\">", offset + 1));
    for hit in &answer.hits {
        html.push_str("<li>");
        push_hit(hit, &mut html);
        html.push_str("</li>");
    }
    html.push_str("</ol></div>");
    html.push_str(STYLE);
    html
}

/// A hit with its marks.
pub fn of_hit(hit: &AnswerHit) -> String {
    let mut html = String::from("<div class=\"newsearch\">");
    push_hit(hit, &mut html);
    html.push_str("</div>");
    html.push_str(STYLE);
    html
}

fn push_hit(hit: &AnswerHit, html: &mut String) {
    let title = marked(&hit.title, &chars(&hit.title_marks));
    match hit.url.as_deref().filter(|url| is_web(url)) {
        Some(url) => {
            html.push_str("<a rel=\"noopener noreferrer\" href=\"");
            escape(url, html);
            html.push_str(&format!("\"><strong>{title}</strong></a>"));
        }
        None => html.push_str(&format!("<strong>{title}</strong>")),
    }
    html.push_str("<br><small>");
    let date = hit.date.as_deref().unwrap_or_default();
    let date = date.trim_end_matches("+08:00").replace('T', " ");
    let codes = hit.codes.join(" · ");
    let facts = [&date, &hit.source, &codes];
    let facts = facts.into_iter().filter(|fact| !fact.is_empty());
    escape(
        &facts.map(String::as_str).collect::<Vec<_>>().join(" · "),
        html,
    );
    html.push_str("</small>");
    for passage in &hit.snippets {
        let dots = |cut| if cut { "…" } else { "" };
        html.push_str("<p>");
        html.push_str(dots(passage.cut_before));
        html.push_str(&marked(&passage.text, &chars(&passage.marks)));
        html.push_str(dots(passage.cut_after));
        html.push_str("</p>");
    }
    if !hit.also.is_empty() {
        html.push_str("<p><small>");
        escape(&others(&hit.also), html);
        html.push_str("</small></p>");
    }
}

/// Who else told the story of a hit: `2 more: 海潮社, 星辰日报`.
fn others(also: &[Also]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for other in also {
        let name = match other.source.as_str() {
            "" => &other.id,
            source => source,
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let dots = if names.len() > MAX_OUTLETS {
        ", …"
    } else {
        ""
    };
    names.truncate(MAX_OUTLETS);
    format!("{} more: {}{dots}", also.len(), names.join(", "))
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
