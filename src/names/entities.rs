//! A table of securities that the user brings: read, compiled, looked up.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::directory::OwnedBytes;

use crate::analysis::Folder;
use crate::corpus::Listing;

/// A table of securities and their names.
///
/// Tab-separated: code, market (`SH`, `SZ`, `BJ`, `HK`, `US`; may be empty where the code tells it),
/// names separated by `|`, the one in use first, and full name. Columns that follow are not read. A
/// first line that names its columns may put them in another order: `code` or `代码`, `market`,
/// `exchange`, `市场` or `交易所`, what begins with `name`, `short_name`, `名称` or `简称`, and
/// `full_name` or `全称`. Empty lines and lines that begin with `#` are passed over.
///
/// ```
/// use newsearch::{Entities, Index, IndexOptions};
///
/// # fn main() -> Result<(), newsearch::IndexError> {
/// let table = Entities::parse(
///     "601835\tSH\t华屿保险|华屿集团\t华屿保险集团股份有限公司\n\
///      no code\tSH\t华屿银行\t\n",
/// );
/// assert_eq!(table.len(), 1);
/// for bad in table.bad() {
///     println!("{bad}"); // line 2: …
/// }
/// # assert_eq!(table.bad().len(), 1);
/// let index = Index::in_memory(IndexOptions::new().entities(&table))?;
/// # let _ = index;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entities {
    /// Names by key, folded, in the order of the table.
    names: BTreeMap<String, Vec<String>>,
    bad: Vec<BadEntity>,
}

/// A line of a table of securities that cannot be read; it is left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct BadEntity {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong with it, in a few words.
    pub problem: String,
}

/// Longest name that is taken, in characters; no company is called so long.
const MAX_NAME: usize = 60;

/// More names of one security are left out.
const MAX_NAMES: usize = 32;

impl Entities {
    /// Reads a table. A bad line is left out and noted in [`bad`](Self::bad).
    pub fn parse(text: &str) -> Entities {
        let folder = Folder::new();
        let mut entities = Entities::default();
        let mut columns = Columns::default();
        let lines = text.trim_start_matches('\u{feff}').lines();
        let is_content = |line: &str| !line.trim().is_empty() && !line.starts_with('#');
        let lines = (1..).zip(lines).filter(|(_, line)| is_content(line));
        for (nth, (line, content)) in lines.enumerate() {
            let cells: Vec<&str> = content.split('\t').map(str::trim).collect();
            if nth == 0
                && let Some(header) = Columns::of_header(&cells)
            {
                columns = header;
                continue;
            }
            match columns.entity(&cells) {
                Ok((key, names)) => {
                    let known = entities.names.entry(key).or_default();
                    let names: Vec<String> = names.iter().map(|name| folder.fold(name)).collect();
                    let is_end = |form: &str| {
                        let longer = |name: &String| name.chars().count() > form.chars().count();
                        names
                            .iter()
                            .any(|name| longer(name) && is_plain(name) && name.ends_with(form))
                    };
                    for name in names.iter().flat_map(|name| forms(name)) {
                        if !is_end(&name) && !known.contains(&name) && known.len() < MAX_NAMES {
                            known.push(name);
                        }
                    }
                }
                Err(problem) => entities.bad.push(BadEntity { line, problem }),
            }
        }
        entities
    }

    /// The lines that were left out.
    pub fn bad(&self) -> &[BadEntity] {
        &self.bad
    }

    /// Number of securities.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The table as [`NameTable`] reads it. If several securities share a name,
    /// only those whose current (first-listed) name it is keep it.
    pub(crate) fn compile(&self) -> Vec<u8> {
        let mut bearers: BTreeMap<&str, BTreeSet<(bool, &str)>> = BTreeMap::new();
        for (key, names) in &self.names {
            for (nth, name) in names.iter().enumerate() {
                bearers.entry(name).or_default().insert((nth > 0, key));
            }
        }
        let mut lines: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, keys) in &bearers {
            let is_shared = keys.len() > 1;
            let own = keys
                .iter()
                .filter(|(is_other, _)| !(is_shared && *is_other));
            let own: Vec<&str> = own.map(|&(_, key)| key).collect();
            if !own.is_empty() {
                lines.insert(name, own);
            }
        }
        for (key, names) in &self.names {
            let is_own = |name: &&String| {
                let keys = lines.get(name.as_str());
                keys.is_some_and(|keys| keys.contains(&key.as_str()))
            };
            let own: Vec<&str> = names.iter().filter(is_own).map(String::as_str).collect();
            lines.insert(key, own);
        }
        let mut bytes = Vec::new();
        for (entry, others) in lines {
            bytes.extend_from_slice(entry.as_bytes());
            for other in others {
                bytes.push(b'\t');
                bytes.extend_from_slice(other.as_bytes());
            }
            bytes.push(b'\n');
        }
        bytes
    }
}

/// Nothing is written around the name.
fn is_plain(name: &str) -> bool {
    name.chars().all(crate::analysis::is_han)
}

/// The name as it is, and without what is written around it for the exchange's sake: `*st云帆`,
/// `云帆-u`, `云帆a`.
fn forms(name: &str) -> Vec<String> {
    let plain = name.trim_start_matches('*');
    let plain = plain.strip_prefix("st").unwrap_or(plain);
    let (plain, _) = plain.split_once("-").unwrap_or((plain, ""));
    let plain = plain.strip_suffix(['a', 'b', 'h']).unwrap_or(plain);
    let plain = plain.trim();
    let is_name = is_plain(plain) && plain.chars().nth(1).is_some();
    let mut forms = vec![name.to_owned()];
    if is_name && plain != name {
        forms.push(plain.to_owned());
    }
    forms
}

/// Which cell of a line says what.
struct Columns {
    code: usize,
    market: Option<usize>,
    names: Option<usize>,
    full_name: Option<usize>,
}

impl Default for Columns {
    fn default() -> Columns {
        Columns {
            code: 0,
            market: Some(1),
            names: Some(2),
            full_name: Some(3),
        }
    }
}

impl Columns {
    /// The columns of a first line that names them; `None` for one that holds a security.
    fn of_header(cells: &[&str]) -> Option<Columns> {
        let place = |names: &[&str]| {
            let is_named = |cell: &&str| {
                let cell = cell.to_lowercase();
                names.iter().any(|name| cell.starts_with(name))
            };
            cells.iter().position(is_named)
        };
        Some(Columns {
            code: place(&["code", "代码", "证券代码", "股票代码"])?,
            market: place(&["market", "exchange", "市场", "交易所"]),
            names: place(&["name", "short_name", "名称", "简称", "证券简称"]),
            full_name: place(&["full_name", "全称", "公司全称"]),
        })
    }

    /// The key and the names that a line gives.
    fn entity<'a>(&self, cells: &[&'a str]) -> Result<(String, Vec<&'a str>), String> {
        let cell = |place: Option<usize>| place.and_then(|place| cells.get(place)).copied();
        let code = cell(Some(self.code)).unwrap_or_default();
        let market = cell(self.market).unwrap_or_default();
        let key = key(code, market).ok_or_else(|| match market {
            "" => format!("`{code}` is no code of a security"),
            _ => format!("`{code}` is no code of a security of `{market}`"),
        })?;
        let short = cell(self.names).unwrap_or_default().split('|');
        let names = short.chain(cell(self.full_name)).map(str::trim);
        let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
        if names.is_empty() {
            return Err(format!("`{code}` has no name"));
        }
        match names.iter().find(|name| !is_name(name)) {
            Some(name) => Err(format!(
                "`{}` is no name",
                name.chars().take(20).collect::<String>()
            )),
            None => Ok((key, names)),
        }
    }
}

fn key(code: &str, market: &str) -> Option<String> {
    let listing = match market {
        "" => Listing::parse(code)?,
        _ => Listing::parse(&format!("{market}:{code}")).or_else(|| Listing::parse(code))?,
    };
    let key = listing.key()?;
    let is_of_market = key.starts_with(&market.to_ascii_uppercase());
    let has_market = key.starts_with(|c: char| c.is_ascii_alphabetic());
    (is_of_market && has_market).then_some(key)
}

/// A name holds a letter, and no sign that separates.
fn is_name(name: &str) -> bool {
    let is_short = name.chars().nth(MAX_NAME).is_none();
    let has_letters = name.chars().filter(|c| c.is_alphabetic()).nth(1).is_some();
    is_short && has_letters && !name.contains(char::is_control)
}

/// A compiled [`Entities`], looked up where it lies: lines in order, each a key or a name and, behind
/// tabs, what it stands for.
#[derive(Clone)]
pub(crate) struct NameTable {
    lines: OwnedBytes,
    /// Tells one table from another.
    identity: String,
}

impl NameTable {
    /// Takes what [`Entities::compile`] made, and what tells it from another table.
    pub fn new(lines: OwnedBytes, identity: String) -> NameTable {
        NameTable { lines, identity }
    }

    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// The keys that a folded name stands for, or the names of a key.
    pub fn others(&self, entry: &str) -> Vec<String> {
        let (mut low, mut high) = (0, self.lines.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let (start, line) = self.line_around(middle);
            let (found, others) = match line.iter().position(|&b| b == b'\t') {
                Some(tab) => (&line[..tab], &line[tab + 1..]),
                None => (line, &[][..]),
            };
            match found.cmp(entry.as_bytes()) {
                std::cmp::Ordering::Equal => return texts(others),
                std::cmp::Ordering::Less => low = start + line.len() + 1,
                std::cmp::Ordering::Greater => high = start,
            }
        }
        Vec::new()
    }

    /// All names, folded, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let lines = self.lines[..].split(|&b| b == b'\n');
        let names = lines.filter_map(|line| line.split(|&b| b == b'\t').next());
        let names = names.filter_map(|name| std::str::from_utf8(name).ok());
        names.filter(|name| !name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.is_empty())
    }

    /// The line that the byte at `at` belongs to, and where it starts.
    fn line_around(&self, at: usize) -> (usize, &[u8]) {
        let lines = &self.lines[..];
        let start = memchr::memrchr(b'\n', &lines[..at]).map_or(0, |end| end + 1);
        let end = memchr::memchr(b'\n', &lines[at..]).map_or(lines.len(), |end| at + end);
        (start, &lines[start..end])
    }
}

fn texts(others: &[u8]) -> Vec<String> {
    let others = others
        .split(|&b| b == b'\t')
        .filter(|other| !other.is_empty());
    others
        .map(|other| String::from_utf8_lossy(other).into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> NameTable {
        let entities = Entities::parse(text);
        assert_eq!(entities.bad(), [], "{text}");
        NameTable::new(OwnedBytes::new(entities.compile()), String::new())
    }

    #[test]
    fn keys_give_names_and_names_keys() {
        let table = table(
            "code\texchange\tshort_names(newest first,|)\tfull_name\tsources\n\
             600999\tSH\t云帆科技|雲帆實業\t云帆科技股份有限公司\t甲\n\
             000999\t\t*ST蓝湖\t\t乙\n\
             01999\tHK\t云帆科技\t\t\n\
             688999\tSH\t望岚-UW\n\
             000998\t\t大视野|*ST视野\t\n",
        );
        for (entry, expected) in [
            ("SH600999", "云帆科技 云帆实业 云帆科技股份有限公司"),
            ("云帆科技", "HK01999 SH600999"),
            ("云帆实业", "SH600999"),
            ("SZ000999", "*st蓝湖 蓝湖"),
            ("蓝湖", "SZ000999"),
            ("望岚", "SH688999"),
            // The exchange left out the beginning: so it is called nowhere else.
            ("SZ000998", "大视野 *st视野"),
            ("视野", ""),
            ("HK01999", "云帆科技"),
            ("云帆", ""),
            ("云帆科技公司", ""),
            ("", ""),
            ("\u{10ffff}", ""),
        ] {
            assert_eq!(table.others(entry).join(" "), expected, "{entry}");
        }
        assert_eq!(table.names().count(), 9);
    }

    #[test]
    fn columns_may_stand_in_any_order_and_need_no_names() {
        for text in [
            "600999\tSH\t云帆科技\t云帆科技股份有限公司\n",
            "\u{feff}# 表\n\n600999\t\t云帆科技|云帆科技股份有限公司\n",
            "名称\t代码\t市场\t全称\n云帆科技\t600999\tSH\t云帆科技股份有限公司\n",
            "full_name\tcode\tname\r\n云帆科技股份有限公司\tsh600999\t云帆科技\r\n",
            "600999.SH\tsh\t云帆科技\t云帆科技股份有限公司\n",
        ] {
            let names = table(text).others("SH600999").join(" ");
            assert_eq!(names, "云帆科技 云帆科技股份有限公司", "{text}");
        }
    }

    #[test]
    fn another_s_name_misleads_nobody() {
        let table = table(
            "600999\tSH\t云帆科技\t云帆科技股份有限公司\n\
             600998\tSH\t蓝湖软件|云帆科技\t云帆科技股份有限公司\n",
        );
        assert_eq!(table.others("SH600998"), ["蓝湖软件"]);
        assert_eq!(table.others("云帆科技"), ["SH600999"]);
        assert!(
            table.others("云帆科技股份有限公司").is_empty(),
            "whose it is cannot be told"
        );
    }

    #[test]
    fn bad_lines_are_named_and_left_out() {
        let entities = Entities::parse(
            "600999\tSH\t云帆科技\n云帆\tSH\t云帆科技\n600998\tSH\t\n600997\tXX\t蓝湖\n6009\tSZ\t蓝湖\n600996\tSH\t1\n600995\n",
        );
        let told: Vec<String> = entities.bad().iter().map(BadEntity::to_string).collect();
        assert_eq!(
            told,
            [
                "line 2: `云帆` is no code of a security of `SH`",
                "line 3: `600998` has no name",
                "line 4: `600997` is no code of a security of `XX`",
                "line 5: `6009` is no code of a security of `SZ`",
                "line 6: `1` is no name",
                "line 7: `600995` has no name",
            ]
        );
        assert_eq!(entities.len(), 1);
    }
}
