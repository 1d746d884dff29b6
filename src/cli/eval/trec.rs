//! The files of an evaluation, as TREC has them: queries, judgements, runs.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use rustc_hash::{FxHashMap, FxHashSet};

/// What the last column of a run says about who made it.
const TAG: &str = "newsearch";

/// A query of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// What judgements and runs call it.
    pub id: String,
    /// What the user typed.
    pub text: String,
}

/// The judged documents of one query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// The id of the query.
    pub topic: String,
    /// How relevant each document is, by its id: 1 or more is relevant, the more the better.
    pub relevance: FxHashMap<String, i32>,
}

/// A document at its place in a ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The id of the document.
    pub id: String,
    /// Its score. Single precision, as in trec_eval: what is equal there is a tie here.
    pub score: f32,
}

/// The rankings of a run, the best document first, by the id of the query.
pub type Run = FxHashMap<String, Vec<Ranked>>;

/// Reads a file and what is in it.
///
/// # Errors
/// The file cannot be read, is not UTF-8, or a line of it is malformed: `path:line: reason`.
pub fn read<T>(path: &Path, parse: fn(&str) -> Result<T, BadLine>) -> anyhow::Result<T> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    let parsed = text(&bytes).and_then(parse);
    parsed.with_context(|| path.display().to_string())
}

/// Queries: `id TAB text` a line; the text may be empty.
///
/// # Errors
/// A line has no tab or no id, or there are two queries of one id.
pub fn topics(text: &str) -> Result<Vec<Topic>, BadLine> {
    let mut seen = FxHashSet::default();
    let mut topics = Vec::new();
    for (line, content) in lines(text) {
        let topic = content
            .split_once('\t')
            .map(|(id, text)| (id.trim(), text.trim()));
        let Some((id, text)) = topic.filter(|(id, _)| is_id(id)) else {
            return Err(BadLine::new(line, "expected `id TAB text`"));
        };
        if !seen.insert(id) {
            return Err(BadLine::new(line, format!("there is a query {id} already")));
        }
        topics.push(Topic {
            id: id.to_owned(),
            text: text.to_owned(),
        });
    }
    Ok(topics)
}

/// Judgements: `query 0 document relevance` a line, in order of the queries' first lines.
///
/// # Errors
/// A line has not four fields, its relevance is no whole number, or a document is judged twice.
pub fn judgements(text: &str) -> Result<Vec<Judged>, BadLine> {
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    let mut judgements: Vec<Judged> = Vec::new();
    for (line, content) in lines(text) {
        let [topic, _, document, relevance] = fields(line, content, "query 0 document relevance")?;
        let relevance = relevance
            .parse()
            .map_err(|_| BadLine::new(line, format!("`{relevance}` is no whole number")))?;
        let place = *places.entry(topic).or_insert_with(|| {
            judgements.push(Judged {
                topic: topic.to_owned(),
                ..Judged::default()
            });
            judgements.len() - 1
        });
        if judgements[place]
            .relevance
            .insert(document.to_owned(), relevance)
            .is_some()
        {
            return Err(BadLine::new(
                line,
                format!("{document} is judged twice for {topic}"),
            ));
        }
    }
    Ok(judgements)
}

/// A run: `query Q0 document rank score tag` a line. As in trec_eval the scores alone make the
/// ranking, the ranks count for nothing, and of two documents with one score the one whose id is
/// greater goes first.
///
/// # Errors
/// A line has not six fields, its score is no number, or a document is ranked twice.
pub fn run(text: &str) -> Result<Run, BadLine> {
    let mut seen = FxHashSet::default();
    let mut run = Run::default();
    for (line, content) in lines(text) {
        let [topic, _, id, _, score, _] =
            fields(line, content, "query Q0 document rank score tag")?;
        let number = score.parse().ok().filter(|score: &f32| !score.is_nan());
        let score = number.ok_or_else(|| BadLine::new(line, format!("`{score}` is no number")))?;
        if !seen.insert((topic, id)) {
            return Err(BadLine::new(
                line,
                format!("{id} is ranked twice for {topic}"),
            ));
        }
        run.entry(topic.to_owned()).or_default().push(Ranked {
            id: id.to_owned(),
            score,
        });
    }
    for ranking in run.values_mut() {
        ranking.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| b.id.cmp(&a.id)));
    }
    Ok(run)
}

/// Writes the ranking of one query, best first. A score that is not below the one before it is
/// written as the next smaller number, so that every reader sees this very ranking.
///
/// # Errors
/// `out` cannot be written to.
pub fn write_ranking(out: &mut impl Write, topic: &str, ranking: &[Ranked]) -> io::Result<()> {
    let mut above = f32::INFINITY;
    for (rank, Ranked { id, score }) in (1..).zip(ranking) {
        above = score.min(above.next_down());
        writeln!(out, "{topic} Q0 {id} {rank} {above} {TAG}")?;
    }
    Ok(())
}

/// A line that is not as it should be. `Display` is `line 7: reason`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    line: usize,
    reason: String,
}

impl BadLine {
    fn new(line: usize, reason: impl Into<String>) -> BadLine {
        BadLine {
            line,
            reason: reason.into(),
        }
    }
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl std::error::Error for BadLine {}

fn text(bytes: &[u8]) -> Result<&str, BadLine> {
    std::str::from_utf8(bytes).map_err(|error| {
        let line_feeds = bytes[..error.valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        BadLine::new(line_feeds + 1, "is not UTF-8")
    })
}

/// The lines that hold anything, with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    (1..)
        .zip(text.lines())
        .filter(|(_, content)| !content.trim().is_empty())
}

/// The fields of a line, which blanks and tabs part.
fn fields<'a, const N: usize>(
    line: usize,
    content: &'a str,
    form: &str,
) -> Result<[&'a str; N], BadLine> {
    let fields: Vec<&str> = content.split_ascii_whitespace().collect();
    let found = fields.len();
    fields
        .try_into()
        .map_err(|_| BadLine::new(line, format!("expected `{form}`, found {found} fields")))
}

/// Whether a run can name a query or a document so.
fn is_id(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_an_id_a_tab_and_a_text() {
        let topic = |id: &str, text: &str| Topic {
            id: id.into(),
            text: text.into(),
        };
        let text = "\u{feff}q1\t云汐科技 降价\r\n\nq2\t-股票\t\"债券\" \n";
        let expected = [topic("q1", "云汐科技 降价"), topic("q2", "-股票\t\"债券\"")];
        assert_eq!(topics(text).as_deref(), Ok(&expected[..]));
    }

    #[test]
    fn judgements_keep_the_order_of_the_queries() {
        let judged = judgements("q2 0 a 1\nq1\t0\tb  0\nq2 0 c -2\n").expect("well-formed");
        let flat = |judged: &Judged| {
            let mut documents: Vec<_> = judged
                .relevance
                .iter()
                .map(|(id, relevance)| format!("{id}={relevance}"))
                .collect();
            documents.sort();
            format!("{}: {}", judged.topic, documents.join(" "))
        };
        assert_eq!(
            judged.iter().map(flat).collect::<Vec<_>>(),
            ["q2: a=1 c=-2", "q1: b=0"]
        );
    }

    #[test]
    fn scores_order_a_run_and_ids_break_ties_from_the_greater() {
        let run = run(
            "q Q0 low 1 1e-3 x\nq Q0 a 2 7.5 x\nq Q0 b 3 7.5 x\nq Q0 c 4 7.50000001 x\np Q0 a 1 -1 x\n",
        );
        let run = run.expect("well-formed");
        let ids = |topic: &str| {
            run[topic]
                .iter()
                .map(|ranked| ranked.id.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(ids("q"), ["c", "b", "a", "low"]);
        assert_eq!(ids("p"), ["a"]);
    }

    #[test]
    fn what_is_malformed_is_named_with_its_line() {
        let topics = |text| topics(text).map(|_| ());
        let judgements = |text| judgements(text).map(|_| ());
        let run = |text| run(text).map(|_| ());
        for (result, expected) in [
            (topics("q1\tx\nq2 x\n"), "line 2: expected `id TAB text`"),
            (topics("\tx\n"), "line 1: expected `id TAB text`"),
            (topics("q 1\tx\n"), "line 1: expected `id TAB text`"),
            (
                topics("q1\tx\n\nq1\ty\n"),
                "line 3: there is a query q1 already",
            ),
            (
                judgements("q1 0 a\n"),
                "line 1: expected `query 0 document relevance`, found 3 fields",
            ),
            (
                judgements("q1 0 a 0.5\n"),
                "line 1: `0.5` is no whole number",
            ),
            (
                judgements("q1 0 a 1\nq2 0 a 1\nq1 0 a 0\n"),
                "line 3: a is judged twice for q1",
            ),
            (
                run("q1 Q0 a 1 2.5\n"),
                "line 1: expected `query Q0 document rank score tag`, found 5 fields",
            ),
            (run("q1 Q0 a 1 high x\n"), "line 1: `high` is no number"),
            (run("q1 Q0 a 1 NaN x\n"), "line 1: `NaN` is no number"),
            (
                run("q1 Q0 a 1 2 x\nq1 Q0 a 2 1 x\n"),
                "line 2: a is ranked twice for q1",
            ),
            (
                text(b"q1\tx\nq2\t\xff\n").map(|_| ()),
                "line 2: is not UTF-8",
            ),
        ] {
            assert_eq!(
                result.map_err(|bad| bad.to_string()),
                Err(expected.to_string())
            );
        }
    }

    #[test]
    fn a_written_ranking_reads_as_the_same_ranking() -> anyhow::Result<()> {
        let ids = ["a", "b", "c", "d", "e"];
        for scores in [
            [9.5, 7.25, 3.0, 2.0, 0.1],
            [7.5, 7.5, 7.5, 7.499_999_5, 1.0],
            [0.0, 0.0, 0.0, 0.0, 0.0],
            [16_777_216.0, 16_777_216.0, 16_777_215.0, 1.0, 1.0],
        ] {
            let ranking: Vec<_> = ids
                .iter()
                .zip(scores)
                .map(|(id, score)| Ranked {
                    id: id.to_string(),
                    score,
                })
                .collect();
            let mut out = Vec::new();
            write_ranking(&mut out, "q", &ranking)?;
            let read = run(text(&out)?)?.remove("q").unwrap_or_default();
            assert_eq!(
                read.iter()
                    .map(|ranked| ranked.id.as_str())
                    .collect::<Vec<_>>(),
                ids,
                "{scores:?}"
            );
            assert!(
                read.is_sorted_by(|above, below| above.score > below.score),
                "{scores:?}"
            );
        }
        Ok(())
    }

    #[test]
    fn a_run_has_six_columns() -> io::Result<()> {
        let ranking = [
            Ranked {
                id: "a".into(),
                score: 2.5,
            },
            Ranked {
                id: "b".into(),
                score: 2.5,
            },
        ];
        let mut out = Vec::new();
        write_ranking(&mut out, "q1", &ranking)?;
        assert_eq!(
            String::from_utf8_lossy(&out),
            "q1 Q0 a 1 2.5 newsearch\nq1 Q0 b 2 2.4999998 newsearch\n"
        );
        Ok(())
    }
}
