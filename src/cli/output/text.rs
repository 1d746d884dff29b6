//! Results for people.

use std::fmt;
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use clap::builder::styling::{AnsiColor, Style};
use indicatif::{BinaryBytes, HumanCount};
use newsearch::{
    Article, FORMAT_VERSION, Hit, Place, Precision, Published, Reprint, Snippet, Statistics, Stock,
};

use super::harmless;

const TITLE: Style = Style::new().bold();
const MATCH: Style = AnsiColor::Red.on_default().bold();
const FACTS: Style = Style::new().dimmed();

/// How many securities of an article stand in a list of hits.
const MAX_CODES: usize = 4;
/// How many outlets that tell the story of a hit are named.
const MAX_OUTLETS: usize = 4;
/// How many sources the statistics name.
const MAX_SOURCES: usize = 20;

/// Writes a hit: its rank and title, the facts, its passages, an empty line.
pub fn write_hit(out: &mut impl Write, rank: usize, hit: &Hit) -> io::Result<()> {
    let title = Marked {
        text: title(&hit.article),
        ranges: &hit.title_highlights,
        base: TITLE,
    };
    writeln!(out, "{rank:>2}. {title}")?;
    writeln!(
        out,
        "    {FACTS}{}{FACTS:#}",
        facts(&hit.article, codes(&hit.article))
    )?;
    for snippet in &hit.snippets {
        writeln!(out, "    {}", Passage(snippet))?;
    }
    if !hit.also.is_empty() {
        let also = also(&hit.article, &hit.also);
        writeln!(out, "    {FACTS}{}{FACTS:#}", harmless(&also))?;
    }
    writeln!(out)
}

/// Writes an article in full.
pub fn write_article(out: &mut impl Write, article: &Article) -> io::Result<()> {
    writeln!(out, "{TITLE}{}{TITLE:#}", harmless(title(article)))?;
    writeln!(out, "{FACTS}{}{FACTS:#}", facts(article, Vec::new()))?;
    if !article.digest.is_empty() {
        writeln!(out, "\n> {}", harmless(&article.digest))?;
    }
    for paragraph in &article.body {
        let style = if paragraph.heading {
            TITLE
        } else {
            Style::new()
        };
        writeln!(out, "\n{style}{}{style:#}", harmless(&paragraph.text))?;
    }
    let stocks: Vec<String> = article.stocks.iter().map(stock).collect();
    let mut end = vec![
        article.byline.clone(),
        article.authors.join(", "),
        stocks.join(", "),
        article.tags.join(", "),
        article.url.clone().unwrap_or_default(),
    ];
    end.extend(article.places.iter().map(Place::to_string));
    end.retain(|line| !line.is_empty());
    if !end.is_empty() {
        writeln!(out)?;
    }
    for line in end {
        writeln!(out, "{FACTS}{}{FACTS:#}", harmless(&line))?;
    }
    Ok(())
}

/// Writes facts about the index in `dir`.
pub fn write_statistics(
    out: &mut impl Write,
    dir: &Path,
    statistics: &Statistics,
) -> io::Result<()> {
    writeln!(
        out,
        "index     {}, format {FORMAT_VERSION}",
        harmless(&dir.to_string_lossy())
    )?;
    writeln!(out, "size      {}", BinaryBytes(statistics.bytes))?;
    writeln!(out, "articles  {}", HumanCount(statistics.documents))?;
    if let Some((first, last)) = days(statistics) {
        writeln!(out, "dates     {first} to {last}")?;
    }
    writeln!(out, "undated   {}", HumanCount(statistics.undated))?;
    if statistics.outliers > 0 {
        let outliers = HumanCount(statistics.outliers);
        writeln!(
            out,
            "too late  {outliers}: they do not move the day that counts as today"
        )?;
    }
    writeln!(
        out,
        "sources   {}",
        HumanCount(statistics.sources.len() as u64)
    )?;
    for (name, count) in statistics.sources.iter().take(MAX_SOURCES) {
        let name = if name.is_empty() {
            "(unknown)".into()
        } else {
            harmless(name)
        };
        writeln!(out, "{:>12}  {name}", HumanCount(*count).to_string())?;
    }
    match statistics.sources.len().saturating_sub(MAX_SOURCES) {
        0 => Ok(()),
        more => writeln!(out, "{:>12}  and {} more", "", HumanCount(more as u64)),
    }
}

/// The first and the last day at +08:00 on which an article of the index was published.
pub fn days(statistics: &Statistics) -> Option<(String, String)> {
    let day = |seconds| {
        Published {
            seconds,
            offset: 8 * 60,
            precision: Precision::Day,
        }
        .to_string()
    };
    statistics
        .published
        .map(|(first, last)| (day(first), day(last)))
}

fn title(article: &Article) -> &str {
    if article.title.is_empty() {
        "(untitled)"
    } else {
        &article.title
    }
}

/// Date, source, codes and id in one line.
fn facts(article: &Article, codes: Vec<String>) -> String {
    let date = article
        .published
        .as_ref()
        .map(local_time)
        .unwrap_or_default();
    let mut facts = vec![date, article.source.clone()];
    facts.extend(codes);
    facts.push(article.id.clone());
    facts.retain(|fact| !fact.is_empty());
    harmless(&facts.join(" · ")).into_owned()
}

/// Who else told the story of an article, and who was the first: `2 more: 海潮社, 星辰日报; first
/// 海潮社 2022-01-05 16:43:43`.
fn also(article: &Article, also: &[Reprint]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for reprint in also {
        let name = match reprint.source.as_str() {
            "" => &reprint.id,
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
    let told = format!("{} more: {}{dots}", also.len(), names.join(", "));
    let time = |published: Option<&Published>| published.map(|published| published.seconds);
    let own = time(article.published.as_ref());
    match also.first().map(|first| (first, first.published.as_ref())) {
        Some((first, published)) if published.is_some() => {
            let is_first = own.is_some() && (own, &article.id) < (time(published), &first.id);
            let first = match is_first {
                true => "this one".to_string(),
                false => {
                    let when = published.map(local_time).unwrap_or_default();
                    format!("{} {when}", names.first().copied().unwrap_or_default())
                }
            };
            format!("{told}; first {first}")
        }
        _ => told,
    }
}

/// `2022-01-05 16:43:43`, with the offset from UTC where it is not +08:00.
fn local_time(published: &Published) -> String {
    let time = published.to_string().replacen('T', " ", 1);
    time.strip_suffix("+08:00")
        .map(str::to_string)
        .unwrap_or(time)
}

fn codes(article: &Article) -> Vec<String> {
    let mut codes: Vec<String> = article.stocks.iter().filter_map(Stock::key).collect();
    if codes.len() > MAX_CODES {
        let more = codes.len() - MAX_CODES;
        codes.truncate(MAX_CODES);
        codes.push(format!("{more} more"));
    }
    codes
}

fn stock(stock: &Stock) -> String {
    match (stock.key(), stock.name.as_str()) {
        (Some(key), "") => key,
        (Some(key), name) => format!("{name} {key}"),
        (None, name) => name.to_string(),
    }
}

/// A snippet, with `…` where it was cut inside a sentence.
struct Passage<'a>(&'a Snippet);

impl fmt::Display for Passage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Passage(snippet) = self;
        let dots = |cut| if cut { "…" } else { "" };
        let text = Marked {
            text: &snippet.text,
            ranges: &snippet.highlights,
            base: Style::new(),
        };
        write!(
            f,
            "{}{text}{}",
            dots(snippet.cut_before),
            dots(snippet.cut_after)
        )
    }
}

/// A text in a style, with the matches in it marked.
struct Marked<'a> {
    text: &'a str,
    /// In characters, in order and without overlap.
    ranges: &'a [Range<usize>],
    base: Style,
}

impl fmt::Display for Marked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = harmless(self.text);
        let mut chars = text.chars();
        let mut at = 0;
        let mut part = |end: usize| -> String {
            let part = chars.by_ref().take(end.saturating_sub(at)).collect();
            at = at.max(end);
            part
        };
        for range in self.ranges {
            write_styled(f, self.base, &part(range.start))?;
            write_styled(f, MATCH, &part(range.end))?;
        }
        write_styled(f, self.base, &part(usize::MAX))
    }
}

fn write_styled(f: &mut fmt::Formatter<'_>, style: Style, text: &str) -> fmt::Result {
    if text.is_empty() {
        Ok(())
    } else {
        write!(f, "{style}{text}{style:#}")
    }
}

#[cfg(test)]
mod tests {
    use newsearch::{Market, Paragraph};

    use super::*;

    fn article() -> Article {
        let stock = |code: &str, strength| Stock {
            market: Some(Market::Shanghai),
            code: code.into(),
            name: "云汐租赁".into(),
            strength,
        };
        Article {
            id: "202201052201234567".into(),
            title: "云汐租赁\u{1b}发行绿色债券".into(),
            published: Some(Published {
                seconds: 1_641_372_223,
                offset: 480,
                precision: Precision::Second,
            }),
            source: "海潮社".into(),
            url: Some("https://example.com/1.html".into()),
            digest: "云汐租赁今日公告。".into(),
            body: vec![
                Paragraph {
                    text: "资金投向".into(),
                    heading: true,
                },
                Paragraph {
                    text: "投向光伏。".into(),
                    heading: false,
                },
            ],
            stocks: vec![stock("609301", 3), stock("", 2)],
            authors: vec!["林一舟".into(), "许望".into()],
            tags: vec!["海潮社新闻".into(), "债券".into()],
            places: vec![Place {
                path: "news/2022.jsonl".into(),
                line: Some(7),
            }],
            ..Article::default()
        }
    }

    fn reprint(id: &str, source: &str, seconds: i64) -> Reprint {
        Reprint {
            id: id.into(),
            source: source.into(),
            published: Some(Published {
                seconds,
                offset: 480,
                precision: Precision::Second,
            }),
        }
    }

    #[test]
    fn who_else_told_a_story_is_told_with_the_first() {
        let undated = Reprint {
            published: None,
            ..reprint("u", "", 0)
        };
        let later = |id: &str, source: &str| reprint(id, source, 1_641_379_423);
        for (others, told) in [
            (
                vec![later("a", "星辰日报"), later("b", "远洋财经")],
                "2 more: 星辰日报, 远洋财经; first this one",
            ),
            (
                vec![
                    later("a", "星辰日报"),
                    later("b", "星辰日报"),
                    undated.clone(),
                ],
                "3 more: 星辰日报, u; first this one",
            ),
            (
                ["甲", "乙", "丙", "丁", "戊"]
                    .map(|name| later(name, name))
                    .to_vec(),
                "5 more: 甲, 乙, 丙, 丁, …; first this one",
            ),
            (vec![undated], "1 more: u"),
        ] {
            assert_eq!(also(&article(), &others), told);
        }
        let undated = Article {
            published: None,
            ..article()
        };
        assert_eq!(
            also(&undated, &[later("a", "星辰日报")]),
            "1 more: 星辰日报; first 星辰日报 2022-01-05 18:43:43"
        );
    }

    fn written(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).expect("writing to memory");
        String::from_utf8(out).expect("text")
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn a_hit_has_rank_title_facts_and_passages() {
        let snippet = Snippet {
            text: "投向光伏。".into(),
            highlights: std::iter::once(2..4).collect(),
            start: 5,
            cut_before: true,
            cut_after: false,
        };
        let hit = Hit {
            article: article(),
            score: 1.5,
            title_highlights: vec![7..9, 9..11],
            snippets: vec![snippet],
            also: vec![reprint("20220105-a", "星辰日报", 1_641_372_000)],
        };
        let text = written(|out| write_hit(out, 3, &hit));
        let lines = [
            " 3. 云汐租赁�发行绿色债券",
            "    2022-01-05 16:43:43 · 海潮社 · SH609301 · 202201052201234567",
            "    …投向光伏。",
            "    1 more: 星辰日报; first 星辰日报 2022-01-05 16:40:00",
            "",
            "",
        ];
        assert_eq!(plain(&text), lines.join("\n"));
        for marked in ["绿色", "债券", "光伏"] {
            assert!(
                text.contains(&format!("{MATCH}{marked}{MATCH:#}")),
                "{text:?}"
            );
        }
    }

    #[test]
    fn an_article_is_shown_in_full() {
        let text = written(|out| write_article(out, &article()));
        let lines = [
            "云汐租赁�发行绿色债券",
            "2022-01-05 16:43:43 · 海潮社 · 202201052201234567",
            "",
            "> 云汐租赁今日公告。",
            "",
            "资金投向",
            "",
            "投向光伏。",
            "",
            "林一舟, 许望",
            "云汐租赁 SH609301, 云汐租赁",
            "海潮社新闻, 债券",
            "https://example.com/1.html",
            "news/2022.jsonl:7",
            "",
        ];
        assert_eq!(plain(&text), lines.join("\n"));
        assert!(text.contains(&format!("{TITLE}资金投向{TITLE:#}")));
        assert!(text.contains("\n投向光伏。\n"));
    }

    #[test]
    fn an_article_of_which_nothing_is_known_has_no_empty_facts() {
        let article = Article {
            id: "a".into(),
            ..Article::default()
        };
        assert_eq!(
            plain(&written(|out| write_article(out, &article))),
            "(untitled)\na\n"
        );
    }

    #[test]
    fn statistics_name_the_largest_sources() {
        let sources = (0..23).map(|n| {
            (
                if n == 1 {
                    String::new()
                } else {
                    format!("第{n}社")
                },
                2_000 - n,
            )
        });
        let statistics = Statistics {
            documents: 12_345,
            undated: 7,
            outliers: 0,
            published: Some((1_641_372_223, 1_653_000_000)),
            sources: sources.collect(),
            bytes: 3 << 20,
        };
        let text = written(|out| write_statistics(out, Path::new("news"), &statistics));
        let head = format!(
            "index     news, format {FORMAT_VERSION}\nsize      3.00 MiB\narticles  12,345\n\
             dates     2022-01-05 to 2022-05-20\nundated   7\nsources   23\n       2,000  第0社\n       1,999  (unknown)\n"
        );
        assert!(text.starts_with(&head), "{text}");
        assert!(
            text.ends_with("       1,981  第19社\n              and 3 more\n"),
            "{text}"
        );
    }

    #[test]
    fn an_uncommon_offset_is_named() {
        for (offset, precision, expected) in [
            (480, Precision::Second, "2022-01-05 16:43:43"),
            (0, Precision::Second, "2022-01-05 08:43:43+00:00"),
            (480, Precision::Day, "2022-01-05"),
        ] {
            assert_eq!(
                local_time(&Published {
                    seconds: 1_641_372_223,
                    offset,
                    precision
                }),
                expected
            );
        }
    }
}
