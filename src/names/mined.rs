//! The names that an article gives: of securities with their codes, and by definition.

use std::collections::BTreeSet;

use crate::analysis::{Folder, is_han};
use crate::corpus::{Article, Kind, opening_brackets};

/// Stands between a name and whose it is in the terms of the index.
pub(crate) const SEPARATOR: char = '\u{1f}';

/// More names of one article are those of a list.
const MAX_NAMES: usize = 100;

/// The names that an article gives, each with whose it is: a security's key, or a longer name.
/// Folded, each once, in order; a function of the article alone.
///
/// A security's name is taken where the article gives the code with it (`云帆科技(600999)`, a chart,
/// a list); a link is not enough. A definition (`云帆融资租赁有限公司(下称“云帆租赁”)`) is taken where what
/// stands before it is a security of the article, or an organisation that the short name abbreviates.
pub(crate) fn mined(article: &Article, folder: &Folder) -> BTreeSet<(String, String)> {
    let mut names = BTreeSet::new();
    let least = if article.kind == Kind::Line { 2 } else { 3 };
    let sure = article
        .stocks
        .iter()
        .filter(|stock| stock.strength >= least);
    for (name, key) in sure.filter_map(|stock| Some((&stock.name, stock.key()?))) {
        let name = folder.fold(name);
        if is_name(&name) {
            names.insert((name, key));
        }
    }
    let texts = [&article.title, &article.digest].into_iter();
    for text in texts.chain(article.body.iter().map(|paragraph| &paragraph.text)) {
        for definition in definitions(text) {
            let short = folder.fold(definition.short);
            if !is_name(&short) {
                continue;
            }
            let named = folder.fold(definition.named);
            let security = article.stocks.iter().find_map(|stock| {
                let name = folder.fold(&stock.name);
                let is_it = is_name(&name) && named.ends_with(&name);
                is_it.then_some((name, stock.key()?))
            });
            match security {
                Some((name, key)) => {
                    names.insert((name, key.clone()));
                    names.insert((short, key));
                }
                None => {
                    names.extend(organisation(&named, &short).map(|full| (short.clone(), full)))
                }
            }
        }
    }
    while names.len() > MAX_NAMES {
        names.pop_last();
    }
    names
}

/// A short name that a text defines in brackets, and the text that it stands for ends with.
struct Definition<'a> {
    named: &'a str,
    short: &'a str,
}

/// What introduces a short name; the longer ones first.
const DEFINERS: [&str; 5] = ["以下简称", "以下称", "下称", "简称", "下简称"];

/// Longest text that is looked at before a bracket, and within it, in characters.
const MAX_NAMED: usize = 40;
const MAX_BRACKET: usize = 60;

fn definitions(text: &str) -> impl Iterator<Item = Definition<'_>> {
    opening_brackets(text).filter_map(|(start, bracket)| {
        let inside = &text[start + bracket.len()..];
        let mut ends = inside.char_indices().take(MAX_BRACKET);
        let end = ends.find_map(|(at, c)| matches!(c, ')' | '）').then_some(at))?;
        let short = defined(&inside[..end])?;
        let named = name_at_end(&text[..start]);
        (!named.is_empty()).then_some(Definition { named, short })
    })
}

/// `下称“云帆租赁”` → `云帆租赁`; behind a code too: `600999.SH，下称云帆`.
fn defined(inside: &str) -> Option<&str> {
    let mut parts = inside.rsplit([',', '，', ';', '；', ' ']);
    let short = parts.find_map(|part| {
        let part = part.trim();
        DEFINERS
            .iter()
            .find_map(|definer| part.strip_prefix(definer))
    });
    let short = short?.trim_start_matches(['为', ':', '：', ' ']);
    let short = short.split(['或', '、']).next()?;
    Some(short.trim_matches(['“', '”', '"', '「', '」', '‘', '’', ' ']))
}

/// The letters, digits and brackets before the end, without a bracket that holds no part of a name.
fn name_at_end(text: &str) -> &str {
    let mut text = text.trim_end_matches(['”', '"', '」', '’', ' ']);
    if text.ends_with([')', '）'])
        && let Some(open) = text.rfind(['(', '（'])
        && text[open..].contains(|c: char| c.is_ascii_digit())
    {
        text = &text[..open];
    }
    let mut start = text.len();
    for (at, c) in text.char_indices().rev().take(MAX_NAMED) {
        if !(c.is_alphanumeric() || matches!(c, '(' | ')' | '（' | '）' | '·' | '&' | '-' | '*'))
        {
            break;
        }
        start = at;
    }
    &text[start..]
}

/// How organisations are called that have a name and a short form of it.
const ORGANISATIONS: [&str; 22] = [
    "公司",
    "集团",
    "银行",
    "委员会",
    "法院",
    "检察院",
    "研究院",
    "研究所",
    "大学",
    "学院",
    "医院",
    "中心",
    "协会",
    "学会",
    "商会",
    "交易所",
    "管理局",
    "基金",
    "基金会",
    "联盟",
    "(有限合伙)",
    "工作室",
];

/// What a company is besides its name.
const FORMS: [&str; 6] = [
    "集团股份有限公司",
    "股份有限公司",
    "集团有限公司",
    "有限责任公司",
    "有限公司",
    "(集团)",
];

/// The organisation at the end of `named` that `short` abbreviates: its characters stand in it in the
/// same order, and it begins with the same one, since what stands before cannot be told from the text
/// around it. Without the form of the company where the short name has nothing of it.
fn organisation(named: &str, short: &str) -> Option<String> {
    let is_organisation = ORGANISATIONS.iter().any(|end| named.ends_with(end));
    if !is_organisation || ORGANISATIONS.contains(&short) {
        return None;
    }
    let first = short.chars().next()?;
    let mut starts = named.char_indices().rev().filter(|&(_, c)| c == first);
    let full = starts.find_map(|(at, _)| abbreviates(short, &named[at..]).then(|| &named[at..]))?;
    let core = FORMS
        .iter()
        .fold(full, |core, form| core.strip_suffix(form).unwrap_or(core));
    let full = if abbreviates(short, core) { core } else { full };
    (full.chars().count() > short.chars().count()).then(|| full.to_owned())
}

/// Whether the characters of `short` stand in `full` in the same order.
fn abbreviates(short: &str, full: &str) -> bool {
    let mut rest = full.chars();
    short.chars().all(|c| rest.any(|other| other == c))
}

/// What a text calls everybody.
const GENERIC: [&str; 14] = [
    "公司",
    "本公司",
    "该公司",
    "上市公司",
    "股份",
    "集团",
    "银行",
    "港股",
    "美股",
    "股票",
    "基金",
    "证券",
    "公告",
    "标的公司",
];

/// Whether a folded text can be a name: 2 to 20 letters and digits, at least two of them letters.
fn is_name(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '*' | '-' | '·' | '&' | '.' | '\'');
    (2..=20).contains(&name.chars().count())
        && letters >= 2
        && name.chars().all(fits)
        && (name.chars().any(is_han) || letters >= 3)
        && !GENERIC.contains(&name)
        && !FORMS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Market, Paragraph, Stock};

    fn article(text: &str, stocks: &[(&str, &str, u8)]) -> Article {
        let stock = |&(code, name, strength): &(&str, &str, u8)| Stock {
            market: Some(Market::Shanghai),
            code: code.to_owned(),
            name: name.to_owned(),
            strength,
        };
        Article {
            body: vec![Paragraph {
                text: text.to_owned(),
                heading: false,
            }],
            stocks: stocks.iter().map(stock).collect(),
            ..Article::default()
        }
    }

    fn told(article: &Article) -> String {
        let names = mined(article, &Folder::new());
        let pairs: Vec<String> = names
            .iter()
            .map(|(name, of)| format!("{name}={of}"))
            .collect();
        pairs.join(" ")
    }

    #[test]
    fn short_names_are_taken_from_definitions() {
        for (text, expected) in [
            (
                "云帆融资租赁有限公司(下称云帆租赁)开业",
                "云帆租赁=云帆融资租赁",
            ),
            (
                "日前，杭州望岚品牌管理有限公司（以下简称“望岚”）称",
                "望岚=望岚品牌管理",
            ),
            (
                "临江市第一中级人民法院（以下简称：临江一中院）开庭",
                "临江一中院=临江市第一中级人民法院",
            ),
            ("青垣银行股份有限公司(下称青行)", "青行=青垣银行"),
            (
                "子公司蓝湖矿业有限公司（以下简称“蓝湖公司”）",
                "蓝湖公司=蓝湖矿业有限公司",
            ),
            (
                "晟岚（深圳）实业有限公司（下称“晟岚实业”）",
                "晟岚实业=晟岚(深圳)实业",
            ),
            ("《临江市工业管理办法》（下称《办法》）", ""),
            ("蓝湖矿业有限公司（下称“公司”）", ""),
            ("蓝湖矿业有限公司（下称“望岚”）", ""),
            ("融资计划产品（以下简称“云帆”）", ""),
            ("蓝湖矿业有限公司（临江）", ""),
            ("（下称云帆）", ""),
            ("蓝湖矿业有限公司（下称", ""),
        ] {
            assert_eq!(told(&article(text, &[])), expected, "{text}");
        }
    }

    #[test]
    fn a_security_is_named_where_its_code_stands_with_it() {
        for (text, strength, expected) in [
            ("云帆科技(600999)涨停", 3, "云帆科技=SH600999"),
            ("云帆科技涨停", 2, ""),
            ("云帆科技(下称“帆王”)", 1, "云帆科技=SH600999 帆王=SH600999"),
            (
                "云帆科技(600999.SH，下称帆王)",
                3,
                "云帆科技=SH600999 帆王=SH600999",
            ),
            (
                "云帆科技(600999.SH)(下称帆王)",
                3,
                "云帆科技=SH600999 帆王=SH600999",
            ),
        ] {
            let article = article(text, &[("600999", "云帆科技", strength)]);
            assert_eq!(told(&article), expected, "{text}");
        }
        for generic in ["公司", "股份有限公司", "有限公司"] {
            let text = format!("{generic}(600999)");
            assert_eq!(told(&article(&text, &[("600999", generic, 3)])), "");
        }
    }
}
