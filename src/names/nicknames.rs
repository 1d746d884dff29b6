//! Short forms and nicknames that every reader of the financial press knows.
//!
//! `data/nicknames.tsv` has them, with where each comes from. It is small, and read at the first query.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

/// The table; folded, so that nothing need be done to it.
const TABLE: &str = include_str!("data/nicknames.tsv");

/// What a word may stand for in the press.
pub(crate) struct Nicknames {
    by_name: FxHashMap<&'static str, Vec<Meaning>>,
}

/// Another name of the same, or what a name implies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub name: &'static str,
    /// Both are names of one thing; otherwise the one implies the other, but not the other way round.
    pub is_equal: bool,
}

/// A line of the table.
struct Row {
    entry: &'static str,
    others: Vec<&'static str>,
    is_equal: bool,
}

impl Nicknames {
    /// The table, read once.
    pub fn get() -> &'static Nicknames {
        static READ: OnceLock<Nicknames> = OnceLock::new();
        READ.get_or_init(|| Nicknames::read(TABLE))
    }

    fn read(table: &'static str) -> Nicknames {
        let mut by_name: FxHashMap<&'static str, Vec<Meaning>> = FxHashMap::default();
        for row in table.lines().filter_map(row) {
            let is_equal = row.is_equal;
            let mut all = vec![row.entry];
            all.extend(&row.others);
            let entries = if is_equal { &all[..] } else { &all[..1] };
            for &entry in entries {
                let others = all.iter().filter(|&&other| other != entry);
                let meanings = others.map(|&name| Meaning { name, is_equal });
                by_name.entry(entry).or_default().extend(meanings);
            }
        }
        Nicknames { by_name }
    }

    /// What a folded word may stand for.
    pub fn of(&self, word: &str) -> &[Meaning] {
        self.by_name.get(word).map_or(&[], Vec::as_slice)
    }

    /// All words that stand for something.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.by_name.keys().copied()
    }
}

/// `entry, others|…, kind, provenance, direction`; `None` for what is a comment.
fn row(line: &'static str) -> Option<Row> {
    let mut cells = line.split('\t');
    let entry = cells.next().filter(|entry| !entry.starts_with('#'))?;
    let others = cells.next()?.split('|').collect();
    let is_equal = cells.nth(2)? == "=";
    Some(Row {
        entry,
        others,
        is_equal,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn rows() -> impl Iterator<Item = Vec<&'static str>> {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split('\t').collect())
    }

    #[test]
    fn both_directions_are_read() {
        let names = Nicknames::read(
            "甲行\t甲洲银行|甲洲银行总行\t公司\t简称\t=\n甲王\t甲洲时代\t公司\t绰号\t>\n",
        );
        let told = |word| -> Vec<(&str, bool)> {
            names
                .of(word)
                .iter()
                .map(|m| (m.name, m.is_equal))
                .collect()
        };
        assert_eq!(told("甲行"), [("甲洲银行", true), ("甲洲银行总行", true)]);
        assert_eq!(told("甲洲银行"), [("甲行", true), ("甲洲银行总行", true)]);
        assert_eq!(told("甲王"), [("甲洲时代", false)]);
        assert_eq!(told("甲洲时代"), []);
    }

    #[test]
    fn every_line_is_well_formed() {
        for row in rows() {
            let [entry, others, kind, provenance, direction] = row[..] else {
                panic!("not five cells: {row:?}");
            };
            for name in others.split('|').chain([entry]) {
                assert_eq!(crate::analysis::fold(name), name, "folded");
                assert!(name.chars().nth(1).is_some(), "{row:?}");
                assert!(
                    name.chars()
                        .all(|c| c.is_alphanumeric() || "+-&·.".contains(c)),
                    "{row:?}"
                );
            }
            let kinds = [
                "公司", "机构", "政策", "市场", "商品", "宏观", "行业", "地区",
            ];
            assert!(kinds.contains(&kind), "{row:?}");
            assert!(
                ["官方简称", "媒体惯用", "俗称", "译名"].contains(&provenance),
                "{row:?}"
            );
            assert!(["=", ">"].contains(&direction), "{row:?}");
        }
        assert!(rows().count() >= 300);
    }

    #[test]
    fn a_name_has_one_line_and_no_meaning_twice() {
        let mut lines: BTreeMap<&str, u32> = BTreeMap::new();
        for row in rows() {
            *lines.entry(row[0]).or_default() += 1;
            if row[4] == "=" {
                row[1]
                    .split('|')
                    .for_each(|name| *lines.entry(name).or_default() += 1);
            }
        }
        let twice: Vec<_> = lines.iter().filter(|(_, count)| **count > 1).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn what_is_implied_implies_nothing_back() {
        let names = Nicknames::get();
        for (entry, meanings) in &names.by_name {
            let others: BTreeSet<&str> = meanings.iter().map(|meaning| meaning.name).collect();
            assert_eq!(others.len(), meanings.len(), "{entry}");
            for meaning in meanings.iter().filter(|meaning| !meaning.is_equal) {
                let back = names
                    .of(meaning.name)
                    .iter()
                    .any(|back| back.name == *entry);
                assert!(
                    !back,
                    "{entry} and {} imply each other: they are equal",
                    meaning.name
                );
            }
        }
    }
}
