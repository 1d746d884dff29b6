//! An index that gets other words is the one that is made with them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet};

use crate::analysis::{Analyzer, UserWords, compile_counting};
use crate::corpus::{Article, Market, Paragraph, Published, Stock};
use crate::index::disk::folder::DICTIONARY;
use crate::index::disk::manifest::Manifest;
use crate::index::record::stored::FullText;
use crate::index::record::texts::TextReader;
use crate::index::write::report::Recut;
use crate::index::{Index, IndexOptions};

fn options(words: &str) -> IndexOptions {
    IndexOptions::new().dictionary(words).unwrap()
}

fn index(dir: &Path, words: &str, articles: &[Article]) -> Index {
    let index = Index::create(dir, options(words)).unwrap();
    let mut writer = index.writer_with(1, 0).unwrap();
    for half in articles.chunks(articles.len().div_ceil(2).max(1)) {
        half.iter()
            .for_each(|article| writer.add(article.clone()).unwrap());
        writer.commit().unwrap();
    }
    writer.close().unwrap();
    index
}

/// Where every article is.
fn places(index: &Index) -> BTreeMap<String, (String, u32)> {
    let view = index.shared.view();
    let mut places = BTreeMap::new();
    for segment in view.engine.segment_readers() {
        let mut texts = TextReader::of(view.texts.of(segment).unwrap());
        for doc in segment.doc_ids_alive() {
            let text = FullText::parse(texts.stored(doc).unwrap()).unwrap();
            let place = (segment.segment_id().uuid_string(), doc);
            assert_eq!(places.insert(text.article.id, place), None);
        }
    }
    places
}

type Terms = BTreeMap<(String, Vec<u8>), BTreeSet<(String, u32)>>;

/// All terms of an index, with the articles that have them, and how often; and how long their fields are.
fn terms(index: &Index) -> (Terms, BTreeMap<(String, String), u32>) {
    let engine = index.shared.view().engine;
    let ids: BTreeMap<_, _> = places(index).into_iter().map(|(id, at)| (at, id)).collect();
    let (mut terms, mut lengths) = (Terms::new(), BTreeMap::new());
    for segment in engine.segment_readers() {
        let name = segment.segment_id().uuid_string();
        let id = |doc| ids.get(&(name.clone(), doc)).cloned();
        for (field, entry) in segment
            .schema()
            .fields()
            .filter(|(_, entry)| entry.is_indexed())
        {
            let index = segment.inverted_index(field).unwrap();
            let mut stream = index.terms().stream().unwrap();
            while stream.advance() {
                let with =
                    index.read_postings_from_terminfo(stream.value(), IndexRecordOption::WithFreqs);
                let mut with = with.unwrap();
                let mut articles = BTreeSet::new();
                while with.doc() != tantivy::TERMINATED {
                    articles.extend(id(with.doc()).map(|id| (id, with.term_freq())));
                    with.advance();
                }
                if !articles.is_empty() {
                    let key = (entry.name().to_owned(), stream.key().to_vec());
                    terms.entry(key).or_default().extend(articles);
                }
            }
            if let Ok(norms) = segment.get_fieldnorms_reader(field) {
                for doc in segment.doc_ids_alive() {
                    let key = (entry.name().to_owned(), id(doc).unwrap());
                    lengths.insert(key, norms.fieldnorm(doc));
                }
            }
        }
    }
    (terms, lengths)
}

/// The groups of reprints, each by its ids.
fn groups(index: &Index) -> BTreeSet<BTreeSet<String>> {
    let view = index.shared.view();
    let table = view.reprints.unwrap();
    let mut groups = BTreeSet::new();
    for (ord, segment) in (0..).zip(view.engine.segment_readers()) {
        for doc in segment.doc_ids_alive() {
            let address = DocAddress::new(ord, doc);
            let key = segment
                .fast_fields()
                .u64("key")
                .unwrap()
                .first(address.doc_id);
            let group = key.and_then(|key| table.group_of(key));
            groups.extend(group.map(|group| table.members(group).map(|one| one.id).collect()));
        }
    }
    groups
}

fn assert_alike(one: &Index, other: &Index) {
    let ((terms, lengths), (expected, expected_lengths)) = (self::terms(one), self::terms(other));
    for (term, articles) in &expected {
        let (field, text) = (&term.0, String::from_utf8_lossy(&term.1));
        assert_eq!(terms.get(term), Some(articles), "{field} {text}");
    }
    assert_eq!(terms.len(), expected.len());
    assert_eq!(lengths, expected_lengths);
    assert_eq!(groups(one), groups(other));
    assert_eq!(one.analyzer().identity(), other.analyzer().identity());
}

fn numbered(number: usize, body: &str) -> Article {
    Article {
        id: number.to_string(),
        title: format!("第{number}号公告"),
        published: Published::day(2024, 1, 5),
        body: vec![Paragraph {
            text: body.into(),
            heading: false,
        }],
        ..Article::default()
    }
}

#[test]
fn only_articles_that_hold_a_changed_word_are_written_again() {
    let dir = tempfile::tempdir().unwrap();
    let texts = |number: usize| match number {
        7 => "云汐科技上涨。",
        8 => "雲 汐科技上涨。",
        9 => "在ＱＱ群里。",
        _ => "青岚股份宣布回购，云汐上涨，科技股下跌。",
    };
    let articles: Vec<_> = (0..100)
        .map(|number| numbered(number, texts(number)))
        .collect();
    let path = dir.path().join("recut");
    let before = places(&index(&path, "QQ群\n青岚股份 9\n", &articles));

    let words = "青岚股份 9 nt\n云汐科技\n";
    let recut = Index::open_or_create(&path, options(words)).unwrap();
    assert_eq!(
        recut.recut(),
        Recut {
            words: 2,
            articles: 3
        }
    );
    let after = places(&recut);
    for (id, place) in &before {
        let is_changed = ["7", "8", "9"].contains(&id.as_str());
        assert_eq!(after.get(id) != Some(place), is_changed, "{id}");
    }
    assert_alike(&recut, &index(&dir.path().join("anew"), words, &articles));
    let check = Index::check(&path).unwrap();
    assert_eq!((check.articles, check.faults), (100, vec![]));
    assert!(
        !path.join("newsearch.dictionary").exists(),
        "the old one is left"
    );

    // What no article holds changes how queries are cut.
    let words = "青岚股份 9 nt\n云汐科技\n此词无处可寻\n";
    let more = Index::open_or_create(&path, options(words)).unwrap();
    assert_eq!((more.recut().words, more.recut().articles), (1, 0));
    assert_eq!(places(&more), after);
    assert_ne!(more.searcher().generation(), recut.searcher().generation());

    // What changes no word changes no article, and yet it is what the user gave.
    drop((recut, more));
    let shorter = "青岚股份 9 nt\n云汐科技\n";
    drop(Index::open_or_create(&path, options(shorter)).unwrap());
    let again = Index::open_or_create(&path, options("云汐科技\n青岚股份 9\n")).unwrap();
    assert_eq!(again.recut(), Recut::default());
    assert_eq!(places(&again), after);
    let none = Index::open_or_create(&path, IndexOptions::new()).unwrap();
    assert_eq!(none.recut(), Recut::default());
    assert_eq!(none.analyzer().tokens("云汐科技")[0].text, "云汐科技");
    let none = Index::open_or_create(&path, options("")).unwrap();
    assert_eq!(none.recut().articles, 99, "all but the one with the group");
    assert_alike(&none, &index(&dir.path().join("plain"), "", &articles));
}

/// As an earlier program made them, which counted the words of the user.
#[test]
fn a_dictionary_with_another_sum_cuts_every_article_anew() {
    let dir = tempfile::tempdir().unwrap();
    let articles: Vec<_> = (0..20)
        .map(|number| numbered(number, "云汐上涨。"))
        .collect();
    let path = dir.path().join("recut");
    drop(index(&path, "海岚新材 1000000\n", &articles));
    let words = UserWords::parse("海岚新材 1000000\n").unwrap();
    let analyzer = Analyzer::new(compile_counting(&words), &words).unwrap();
    fs::write(path.join(DICTIONARY), compile_counting(&words)).unwrap();
    let mut manifest = Manifest::read(&path).unwrap().unwrap();
    manifest.analyzer = analyzer.identity();
    manifest.write(&path).unwrap();
    let recut = Index::open_or_create(&path, options("云汐科技\n")).unwrap();
    assert_eq!(recut.recut().articles, 20);
    assert_alike(
        &recut,
        &index(&dir.path().join("anew"), "云汐科技\n", &articles),
    );
}

fn text() -> impl Strategy<Value = String> {
    "[云汐科技港口绿色金融债券智慧壮大中国人民银行雲ａA股㐀。\n ]{0,24}"
}

/// Paragraphs as they are read from files.
fn paragraphs(texts: Vec<String>) -> Vec<Paragraph> {
    let lines = texts.iter().flat_map(|text| text.split('\n'));
    let texts = lines.map(str::trim).filter(|text| !text.is_empty());
    let paragraph = |text: &str| Paragraph {
        text: text.into(),
        heading: false,
    };
    texts.map(paragraph).collect()
}

fn article() -> impl Strategy<Value = Article> {
    let stock = (0..4_u8, text()).prop_map(|(strength, name)| Stock {
        code: "609301".into(),
        market: Some(Market::Shanghai),
        name: name.chars().take(4).filter(|c| *c != '\n').collect(),
        strength,
    });
    (
        text(),
        text(),
        prop::collection::vec(text(), 0..4),
        prop::collection::vec(stock, 0..3),
        any::<bool>(),
    )
        .prop_map(|(title, digest, body, stocks, title_derived)| Article {
            title,
            title_derived,
            digest,
            body: paragraphs(body),
            stocks,
            published: Published::day(2024, 1, 5),
            ..Article::default()
        })
}

fn words() -> impl Strategy<Value = String> {
    let word = "[云汐科技港口绿色金融债券智慧壮大中国人民银行雲aA股㐀]{1,4}";
    let frequency = prop_oneof![
        Just(String::new()),
        (0..2_000_u64).prop_map(|frequency| frequency.to_string()),
        (0..80_000_000_u64).prop_map(|frequency| frequency.to_string()),
    ];
    let line = (word, frequency).prop_map(|(word, frequency)| format!("{word} {frequency}\n"));
    prop::collection::vec(line, 0..8).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    #[test]
    fn an_index_with_other_words_is_the_one_that_is_made_with_them(
        before in words(),
        after in words(),
        articles in prop::collection::vec(article(), 1..120),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let number = |(number, article): (usize, Article)| Article { id: number.to_string(), ..article };
        let articles: Vec<_> = articles.into_iter().enumerate().map(number).collect();
        let path = dir.path().join("recut");
        drop(index(&path, &before, &articles));
        let recut = Index::open_or_create(&path, options(&after)).unwrap();
        assert_alike(&recut, &index(&dir.path().join("anew"), &after, &articles));
        prop_assert_eq!(Index::check(&path).unwrap().faults, vec![]);
    }
}
