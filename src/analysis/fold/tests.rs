use super::*;
use crate::analysis::fold::chars::Sought;
use proptest::prelude::*;

#[test]
fn folds_characters() {
    let folder = Folder::new();
    for (text, folded) in [
        ("云汐银行宣布降准", "云汐银行宣布降准"),
        ("昇騰裏裡爲為臺颱", "升腾里里为为台台"),
        ("後乾幹麵發髮鐘鍾錶", "后干干面发发钟钟表"),
        ("經濟復甦瞭解憑藉啟啓", "经济复苏了解凭借启启"),
        ("衞粧枱羣線", "卫妆台群线"),
        ("\u{F914}\u{2F00}", "乐一"),
        // What simplified texts write every day stays, though a traditional text may mean another.
        ("显著覆盖画像么坏", "显著覆盖画像么坏"),
        ("ＡｂＣ１２３％", "abc123%"),
        ("（１．８ｍS／cm）：“双碳”……", "(1.8ms/cm):“双碳”......"),
        ("㎡㈱½①℃ﬁİ", "m2(株)1⁄21°cfii\u{307}"),
        ("①\n\u{0}🚀", "1\n\u{0}🚀"),
    ] {
        assert_eq!(folder.fold(text), folded, "{text:?}");
    }
}

#[test]
fn folds_blanks() {
    let folder = Folder::new();
    for (text, folded) in [
        ("", ""),
        (" \t\u{3000} ", ""),
        ("\u{3000}　云汐 ", "云汐"),
        ("云 汐", "云汐"),
        ("云\u{3000}汐\u{a0}银\t行", "云汐银行"),
        ("雲 濟 \u{F914} 〇 𠀀", "云济乐〇𠀀"),
        ("云  汐", "云  汐"),
        ("云 A 汐", "云 a 汐"),
        ("云 ，汐", "云 ,汐"),
        ("云\n汐 \n 港", "云\n汐 \n 港"),
        ("云 ㍿", "云株式会社"),
        ("云 \u{b4}", "云  \u{301}"),
        ("\u{b4}云", "\u{301}云"),
    ] {
        assert_eq!(folder.fold(text), folded, "{text:?}");
    }
}

#[test]
fn appends() {
    let mut out = String::from("云 ");
    Folder::new().fold_into(" 汐", &mut out);
    assert_eq!(out, "云 汐");
}

#[test]
fn finds_the_way_back() {
    let folder = Folder::new();
    for (text, part, original) in [
        ("昇兴股份", "升兴", "昇兴"),
        ("（昇興）", "升兴", "昇興"),
        ("（昇興）", "(", "（"),
        ("云 汐 港", "云汐", "云 汐"),
        ("云 汐 港", "汐", "汐"),
        ("双碳……目标", ".", "…"),
        ("双碳……目标", ".目", "…目"),
        ("占地５㎡", "m", "㎡"),
        ("占地５㎡", "5m2", "５㎡"),
        ("  ＡＢＣ  ", "abc", "ＡＢＣ"),
    ] {
        let folded = folder.map(text);
        let start = folded.text.find(part).expect(part);
        assert_eq!(
            &text[folded.original(start..start + part.len())],
            original,
            "{text:?}"
        );
    }
}

#[test]
fn empty_and_outlying_ranges_have_an_original() {
    let folder = Folder::new();
    assert_eq!(folder.map("").original(0..9), 0..0);
    let folded = folder.map(" ＡＢ ");
    assert_eq!(folded.original(0..0), 1..1);
    assert_eq!(folded.original(1..1), 4..4);
    assert_eq!(folded.original(2..2), 7..7);
    assert_eq!(folded.original(1..9), 4..7);
}

#[test]
fn every_character_keeps_the_laws() {
    let folder = Folder::new();
    for c in '\0'..=char::MAX {
        let folded = folder.fold(&format!("a{c}a"));
        let inner = &folded[1..folded.len() - 1];
        assert!(!inner.is_empty(), "{c:?} vanishes");
        assert_eq!(folder.fold(&folded), folded, "{c:?} folds further");
        // The rule for blanks looks at one character: none may bring a blank that could be
        // dropped, or that a part of a text would lose at its end.
        let blanks = if is_blank(c) { " " } else { "" };
        assert!(
            inner.ends_with(' ') != blanks.is_empty(),
            "{c:?} ends in a blank"
        );
        assert!(
            !inner.contains(' ') || !inner.contains(is_han),
            "{c:?} mixes blanks and Han"
        );
    }
}

#[test]
fn every_character_that_gives_han_is_known() {
    let folder = Folder::new();
    for c in '\0'..=char::MAX {
        let text = c.to_string();
        for han in folder.fold(&text).chars().filter(|&c| is_han(c)) {
            let is_known = han == c || variants(han).any(|variant| variant == c);
            assert!(
                is_known || may_hold_compatibility_han(&text),
                "{c:?} gives {han}"
            );
        }
    }
    for text in ["", "云", "绿色金融，《云汐》。“港口”5㎡", "ABC", "ｱｲ", "🚀"]
    {
        assert!(!may_hold_compatibility_han(text), "{text}");
    }
}

#[test]
fn the_lexicon_is_folded_and_well_formed() {
    let folder = Folder::new();
    let mut words = std::collections::BTreeSet::new();
    let lines = include_str!("../data/finance.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut columns = line.split(' ');
        let word = columns.next().unwrap_or_default();
        assert_eq!(folder.fold(word), word, "{line}");
        assert!(word.contains(is_han) && word.chars().count() > 1, "{line}");
        assert!(
            columns
                .next()
                .is_none_or(|frequency| frequency.parse::<u64>().is_ok()),
            "{line}"
        );
        assert!(words.insert(word), "{line} stands twice");
    }
    assert!(words.contains("绿色金融") && words.contains("a股"));
}

/// Texts in which the rules meet: Han, blanks of all kinds, expansions, anything.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[云汐港昇興裏臺5%]",
        4 => "[ \u{3000}\t\u{a0}]",
        2 => "[a-cＡ-Ｃ，（）。…\n]",
        1 => "[㎡㈱㍿½\u{b4}\u{a8}ﷺİ\u{F914}\u{2F00}〇𠀀🚀]",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// A text and a range of it, on character boundaries.
fn text_and_part() -> impl Strategy<Value = (String, Range<usize>)> {
    (
        text(),
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
    )
        .prop_map(|(text, a, b)| {
            let ends: Vec<usize> = text
                .char_indices()
                .map(|(at, _)| at)
                .chain([text.len()])
                .collect();
            let (a, b) = (*a.get(&ends), *b.get(&ends));
            (text, a.min(b)..a.max(b))
        })
}

proptest! {
    #[test]
    fn the_fold_of_a_part_is_a_part_of_the_fold((text, part) in text_and_part()) {
        let folder = Folder::new();
        let (whole, part) = (folder.fold(&text), folder.fold(&text[part]));
        prop_assert!(whole.contains(&part), "{whole:?} lacks {part:?}");
    }

    #[test]
    fn folding_twice_changes_nothing(text in text()) {
        let folder = Folder::new();
        let folded = folder.fold(&text);
        prop_assert_eq!(folder.fold(&folded), folded);
    }

    #[test]
    fn folding_gives_the_characters_one_by_one(text in text()) {
        let folder = Folder::new();
        let folded: String = folder.chars(&text).map(|c| c.folded).collect();
        prop_assert!(!folder.is_folded(&text) || folded == text);
        prop_assert_eq!(folder.fold(&text), folded);
    }

    #[test]
    fn seeking_leads_to_the_same_characters(text in text(), wanted in "[云汐升里abc1(.\u{301}]{0,4}") {
        let folder = Folder::new();
        let mut sought = Sought::default();
        wanted.chars().for_each(|c| sought.insert(c));
        let passed = folder.chars(&text).enumerate();
        let mut passed = passed.filter(|(_, c)| wanted.contains(c.folded));
        let mut chars = folder.chars(&text);
        while chars.seek(&sought) {
            let (index, previous) = (chars.index(), chars.previous());
            let c = chars.next().unwrap();
            if wanted.contains(c.folded) {
                let before = folder.chars(&text).take(index).last().map(|c| c.folded);
                prop_assert_eq!(previous, before);
                prop_assert_eq!(passed.next(), Some((index, c)));
            }
        }
        prop_assert_eq!(passed.next(), None);
    }

    #[test]
    fn each_character_gives_the_same_wherever_it_stands(text in text()) {
        let folder = Folder::new();
        let mut each = String::new();
        folder.each(&text, |c| each.push(c));
        prop_assert_eq!(each.replace(' ', ""), folder.fold(&text).replace(' ', ""));
    }

    #[test]
    fn the_way_back_leads_to_what_was_folded((text, _) in text_and_part(), a: prop::sample::Index, b: prop::sample::Index) {
        let folder = Folder::new();
        let folded = folder.map(&text);
        prop_assert_eq!(&folded.text, &folder.fold(&text));
        let ends: Vec<usize> =
            folded.text.char_indices().map(|(at, _)| at).chain([folded.text.len()]).collect();
        let (a, b) = (*a.get(&ends), *b.get(&ends));
        let part = a.min(b)..a.max(b);
        let original = folded.original(part.clone());
        // As a text of its own, the original loses the blanks at its ends.
        let part = folded.text[part].trim_matches(' ');
        prop_assert!(folder.fold(&text[original]).contains(part));
    }
}
