//! What was made of a query, in plain sentences.

use super::language::Language;
use super::link::{Look, Place};
use super::pieces::{harmless, number};
use crate::search::{ExplainedName, Note, Sort};

/// A sentence under the search box, and where it leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sentence {
    /// What to say.
    pub text: String,
    /// What to do about it: labels and addresses.
    pub links: Vec<(String, String)>,
}

/// The sentences of the notes of a query.
pub fn sentences(notes: &[Note], place: &Place) -> Vec<Sentence> {
    notes.iter().map(|note| sentence(note, place)).collect()
}

fn sentence(note: &Note, place: &Place) -> Sentence {
    let asking = |query: &str| place.with(|request| query.clone_into(&mut request.q));
    let is_chinese = place.language == Language::Chinese;
    let links = match note {
        Note::Nothing { parts } => {
            let parts = parts.iter();
            let link = |(part, count): &(String, u64)| {
                (
                    format!("{} ({})", harmless(part), number(*count)),
                    asking(part),
                )
            };
            parts.map(link).collect()
        }
        Note::Weaker { query, count } => {
            let label = format!("{} ({})", harmless(query), number(*count));
            vec![(label, asking(query))]
        }
        Note::SeveralSecurities { securities, .. } => {
            let securities = securities.iter();
            let link = |(key, name): &(String, String)| {
                let address = place.with(|request| {
                    request.q.clear();
                    request.code = vec![key.clone()];
                });
                (harmless(&format!("{name} {key}")), address)
            };
            securities.map(link).collect()
        }
        Note::Spelled { names, .. } => {
            let names = names.iter().take(4);
            names.map(|name| (harmless(name), asking(name))).collect()
        }
        Note::Relaxed => {
            let label = if is_chinese {
                "逐字查找"
            } else {
                "search it word for word"
            };
            vec![(label.to_owned(), asking(&quoted(&place.request.q)))]
        }
        Note::Preferred { .. } => {
            let label = if is_chinese {
                "按时间排列"
            } else {
                "order by date"
            };
            vec![(label.to_owned(), place.looking(Look::Passages, Sort::Date))]
        }
        _ => Vec::new(),
    };
    let text = match is_chinese {
        true => chinese(note),
        false => english(note),
    };
    Sentence {
        text: harmless(&text),
        links,
    }
}

/// A text between quotation marks.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace(['"', '“', '”'], " ").trim())
}

fn english(note: &Note) -> String {
    match note {
        Note::Nothing { .. } => "No article has all of it. Its parts alone:".to_owned(),
        Note::Weaker { .. } => "A weaker query finds some:".to_owned(),
        Note::SeveralSecurities { code, .. } => {
            format!("{code} is the code of several securities:")
        }
        Note::Spelled { letters, .. } => format!("{letters} was read as"),
        other => {
            let text = other.to_string();
            let mut chars = text.chars();
            let first = chars.next().map(|c| c.to_uppercase().to_string());
            format!("{}{}.", first.unwrap_or_default(), chars.as_str())
        }
    }
}

fn chinese(note: &Note) -> String {
    match note {
        Note::Empty => "没有要查的内容。".to_owned(),
        Note::TooLong => "查询超过 4,096 个字，后面的没有用上。".to_owned(),
        Note::TooManyClauses { at } => format!("条件太多，从第 {at} 个字起没有用上。"),
        Note::TooDeep { at } => format!("第 {at} 个字的括号套得太深，按文字查找。"),
        Note::OpenQuote { at } => format!("第 {at} 个字的引号没有结束，一直查到末尾。"),
        Note::EmptyQuote { at } => format!("第 {at} 个字的引号是空的，没有用上。"),
        Note::OpenBracket { at } => format!("第 {at} 个字的括号没有结束，在末尾补上了。"),
        Note::StrayBracket { at } => format!("第 {at} 个字的括号没有开头，按文字查找。"),
        Note::EmptyBrackets { at } => format!("第 {at} 个字的括号是空的，没有用上。"),
        Note::NoOperand { operator, at } => {
            format!("第 {at} 个字的 {operator} 少了一边，没有用上。")
        }
        Note::OnlyOperators => "查询里只有运算符，按文字查找。".to_owned(),
        Note::NearOperand { at } => format!("第 {at} 个字的 NEAR 只能在词语之间，按 AND 查找。"),
        Note::NumberTooLarge { at, limit } => format!("第 {at} 个字的数太大，按 {limit} 查找。"),
        Note::ShortPrefix { at } => format!("第 {at} 个字的 * 前面太短，按文字查找。"),
        Note::NoValue { field, at } => format!("第 {at} 个字的 {field}: 没有写值，按文字查找。"),
        Note::UnknownField { field, nearest, at } => {
            let nearest = nearest.map(|nearest| format!("；可写 {nearest}:"));
            let nearest = nearest.unwrap_or_default();
            format!("第 {at} 个字的 {field}: 不是字段，按文字查找{nearest}。")
        }
        Note::NotAValue { field, at } => {
            format!("第 {at} 个字的 {field}: 只能跟词语，按文字查找。")
        }
        Note::NotADate { field, at } => {
            format!("第 {at} 个字的 {field}: 后面不是日期，按文字查找。")
        }
        Note::Preferred { text, days } => {
            let days = days.to_string();
            let days = days.trim_start_matches("date:");
            format!("{days} 的报道排得靠前；只要那时的，请写 date:{text}。")
        }
        Note::Relaxed => "没有一篇含有全部词语，下面是含有一部分的。".to_owned(),
        Note::Spelled { letters, .. } => format!("{letters} 读作"),
        Note::ManyWords { prefix, limit } => {
            format!("{prefix}* 开头的词太多，只查前 {limit} 个；请多写几个字。")
        }
        Note::SeveralSecurities { code, .. } => format!("{code} 是几家的代码："),
        Note::Missing { words } => format!("没有一篇含有：{}。", words.join("、")),
        Note::Nothing { .. } => "没有一篇含有全部条件。单独来看：".to_owned(),
        Note::Weaker { .. } => "放宽一些可以找到：".to_owned(),
        Note::Partial { failed, shards } => {
            format!("集群的 {shards} 个分片中有 {failed} 个没有回答，这只是答案的一部分。")
        }
        Note::More { count } => format!("另有 {count} 条说明。"),
    }
}

/// What else the words of a query are called, where that was searched for as well.
pub fn of_names(names: &[ExplainedName], place: &Place) -> Option<Sentence> {
    let t = place.language.words();
    let mut others: Vec<&str> = Vec::new();
    for name in names {
        let is_new = !others.contains(&&*name.other) && name.other != name.word;
        if is_new && others.len() < 6 {
            others.push(&name.other);
        }
    }
    if others.is_empty() {
        return None;
    }
    let text = match place.language {
        Language::Chinese => format!("{}“{}”{}。", t.also_as, others.join("”“"), t.also_as_end),
        Language::English => format!("{} {}.", t.also_as, others.join(", ")),
    };
    let only = place.with(|request| request.q = quoted(&request.q));
    Some(Sentence {
        text: harmless(&text),
        links: vec![(t.only_typed.to_owned(), only)],
    })
}
