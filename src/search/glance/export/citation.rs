//! An article as a reference.

use crate::corpus::{Article, Published};

/// How an article is cited in GB/T 7714—2015: as an article of a newspaper, `[N]`, or of one on the web,
/// `[N/OL]`. What is not known is left out.
pub(crate) fn gb_t_7714(article: &Article, accessed: Option<&str>) -> String {
    let is_online = article.url.is_some();
    let carrier = if is_online { "[N/OL]" } else { "[N]" };
    let mut reference = format!("{}{carrier}.", without_end(&article.title));
    let date = article.published.as_ref().map(day);
    let mut place: Vec<&str> = Vec::new();
    if !article.source.is_empty() {
        place.push(&article.source);
    }
    place.extend(date.as_deref());
    if !place.is_empty() {
        reference.push(' ');
        reference.push_str(&place.join(", "));
    }
    if let Some(accessed) = accessed.filter(|_| is_online) {
        reference.push_str(&format!("[{accessed}]"));
    }
    if !place.is_empty() || (accessed.is_some() && is_online) {
        reference.push('.');
    }
    if let Some(url) = &article.url {
        reference.push_str(&format!(" {url}."));
    }
    reference
}

/// The day of publication: `2022-01-05`.
pub(super) fn day(published: &Published) -> String {
    let date = published.to_string();
    date.split('T').next().unwrap_or_default().to_owned()
}

/// BLAKE3 of the title, a line feed and the body, in hexadecimal: tells whether a text has changed.
pub(super) fn content_hash(article: &Article, body: &str) -> String {
    let mut hash = blake3::Hasher::new();
    hash.update(article.title.as_bytes());
    hash.update(b"\n");
    hash.update(body.as_bytes());
    hash.finalize().to_hex().to_string()
}

fn without_end(title: &str) -> &str {
    title.trim_end_matches(['。', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_left_out() {
        let article = |source: &str, url: Option<&str>, date: Option<Published>| Article {
            title: "云汐发行绿色债券".into(),
            source: source.into(),
            url: url.map(str::to_owned),
            published: date,
            ..Article::default()
        };
        let date = Published::parse("2022-01-05 09:30:00");
        let url = Some("https://a.example/1");
        for (article, accessed, expected) in [
            (
                article("海潮社", url, date),
                Some("2022-03-01"),
                "云汐发行绿色债券[N/OL]. 海潮社, 2022-01-05[2022-03-01]. https://a.example/1.",
            ),
            (
                article("海潮社", url, date),
                None,
                "云汐发行绿色债券[N/OL]. 海潮社, 2022-01-05. https://a.example/1.",
            ),
            (
                article("海潮社", None, date),
                Some("2022-03-01"),
                "云汐发行绿色债券[N]. 海潮社, 2022-01-05.",
            ),
            (
                article("", url, date),
                None,
                "云汐发行绿色债券[N/OL]. 2022-01-05. https://a.example/1.",
            ),
            (
                article("海潮社", None, None),
                None,
                "云汐发行绿色债券[N]. 海潮社.",
            ),
            (
                article("", url, None),
                Some("2022-03-01"),
                "云汐发行绿色债券[N/OL].[2022-03-01]. https://a.example/1.",
            ),
            (article("", None, None), None, "云汐发行绿色债券[N]."),
        ] {
            assert_eq!(gb_t_7714(&article, accessed), expected);
        }
    }
}
