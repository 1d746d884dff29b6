//! Names that an index knows: by a table, by its articles, by everybody; and that it forgets again.

use std::path::PathBuf;

use newsearch::{
    Article, Days, Entities, ExplainedName, Index, IndexError, IndexOptions, Kind, Market, Page,
    Paragraph, Precision, Published, Query, Searcher, Stock,
};

const TABLE: &str = "code\tmarket\tnames\tfull_name\n\
                     600999\tSH\t云帆科技|云帆实业\t云帆科技股份有限公司\n\
                     000999\tSZ\t蓝湖软件\t\n";

#[test]
fn a_code_finds_the_names_of_the_table_and_the_other_way_round() -> Result<(), IndexError> {
    let searcher = searcher(
        Some(TABLE),
        &[
            ("1", "云帆科技发布年报", "云帆科技营业收入增长。", 1),
            ("2", "云帆实业更名", "云帆实业拟更名。", 2),
            ("3", "代码", "代码600999的股票停牌。", 3),
            ("4", "蓝湖软件发布年报", "蓝湖软件营业收入增长。", 4),
        ],
    )?;
    for query in ["600999", "SH600999", "600999.SH", "1.600999", "sh600999"] {
        assert_eq!(found(&searcher, query)?, ["1", "2", "3"], "{query}");
    }
    for query in [
        "云帆科技",
        "云帆实业",
        "云帆科技股份有限公司",
        "yunfankeji",
        "yfkj",
    ] {
        let ids = found(&searcher, query)?;
        assert!(
            ids.contains(&"1".into()) && ids.contains(&"2".into()),
            "{query}: {ids:?}"
        );
        assert!(!ids.contains(&"4".into()), "{query}: {ids:?}");
    }
    for (query, expected) in [
        ("\"600999\"", vec!["3"]),
        ("\"云帆科技\"", vec!["1"]),
        ("+云帆实业", vec!["2"]),
        ("600999 -云帆实业", vec!["1", "3"]),
        ("title:600999", vec!["1", "2"]),
    ] {
        assert_eq!(found(&searcher, query)?, expected, "{query}");
    }
    Ok(())
}

#[test]
fn what_was_typed_goes_before_what_it_is_also_called() -> Result<(), IndexError> {
    let searcher = searcher(
        Some(TABLE),
        &[
            (
                "1",
                "云帆科技发布年报",
                "云帆科技营业收入增长，云帆科技派息。",
                1,
            ),
            ("2", "更名", "云帆实业拟更名。", 2),
        ],
    )?;
    let hits = searcher.search(&Query::parse("云帆实业"), &Page::first(2))?;
    let ids: Vec<String> = hits
        .map(|hit| hit.map(|hit| hit.article.id))
        .collect::<Result<_, _>>()?;
    assert_eq!(ids, ["2", "1"]);
    Ok(())
}

#[test]
fn a_name_across_the_words_of_a_text_is_none() -> Result<(), IndexError> {
    let table = "603999\tSH\t大视界\n";
    let searcher = searcher(
        Some(table),
        &[
            ("1", "大视界停牌", "大视界今日停牌。", 1),
            ("2", "放眼", "企业应扩大视界，放眼全球。", 2),
        ],
    )?;
    assert_eq!(found(&searcher, "603999")?, ["1"]);
    Ok(())
}

#[test]
fn names_of_the_archive_come_and_go_with_their_articles() -> Result<(), IndexError> {
    let index = Index::in_memory(IndexOptions::new())?;
    let mut writer = index.writer()?;
    let text = "云帆融资租赁有限公司(下称云帆租赁)开业。";
    writer.add(article("1", "开业", text, 1))?;
    writer.add(Article {
        stocks: vec![Stock {
            market: Some(Market::Shanghai),
            code: "600999".into(),
            name: "云帆科技".into(),
            strength: 3,
        }],
        ..article("2", "涨停", "云帆科技(600999)涨停。", 1)
    })?;
    writer.add(article("3", "年会", "云帆融资租赁、云帆科技出席年会。", 5))?;
    writer.commit()?;
    let known = |searcher: &Searcher| -> Result<Vec<String>, IndexError> {
        let short = names(searcher, "云帆租赁")?;
        let security = names(searcher, "600999")?;
        Ok(short.into_iter().chain(security).collect())
    };
    assert_eq!(known(&index.searcher())?, ["云帆融资租赁", "云帆科技"]);
    let earlier = index
        .searcher()
        .as_of(Days::until("1970-01-01").expect("a day"))?;
    assert!(
        known(&earlier)?.is_empty(),
        "no article had given the names yet"
    );
    writer.add(article("1", "开业", "云帆融资租赁开业。", 1))?;
    writer.delete("2");
    writer.commit()?;
    assert!(
        known(&index.searcher())?.is_empty(),
        "their articles are gone"
    );
    Ok(())
}

#[test]
fn letters_are_read_as_the_names_that_most_articles_give() -> Result<(), IndexError> {
    let index = Index::in_memory(IndexOptions::new())?;
    let mut writer = index.writer()?;
    for (id, name) in [("1", "云帆"), ("2", "芸凡"), ("3", "芸凡")] {
        let text = format!("{name}融资租赁有限公司(下称{name}租赁)开业。");
        writer.add(article(id, "开业", &text, 1))?;
    }
    writer.commit()?;
    let spelled = || names(&index.searcher(), "yunfanzulin");
    assert_eq!(spelled()?, ["芸凡租赁", "云帆租赁"]);
    for (id, left) in [
        ("2", vec!["云帆租赁", "芸凡租赁"]),
        ("3", vec!["云帆租赁", "云帆融资租赁"]),
        ("1", vec![]),
    ] {
        writer.delete(id);
        writer.commit()?;
        assert_eq!(spelled()?, left, "without {id}");
    }
    Ok(())
}

#[test]
fn a_table_stays_with_the_index_until_another_is_given() -> Result<(), IndexError> {
    let dir = tempfile::tempdir().expect("a folder");
    let table = |text| IndexOptions::new().entities(&Entities::parse(text));
    let name = |index: Index| names(&index.searcher(), "600999");
    assert_eq!(
        name(Index::create(&dir, table(TABLE))?)?,
        ["云帆科技", "云帆实业"]
    );
    assert_eq!(name(Index::open(&dir)?)?.len(), 2);
    assert_eq!(
        name(Index::open_or_create(&dir, IndexOptions::new())?)?.len(),
        2
    );
    assert_eq!(name(Index::rebuild(&dir, IndexOptions::new())?)?.len(), 2);
    let other = table("600999\tSH\t云帆集团\n");
    assert_eq!(name(Index::open_or_create(&dir, other)?)?, ["云帆集团"]);
    assert_eq!(name(Index::open(&dir)?)?, ["云帆集团"]);
    assert!(name(Index::rebuild(&dir, table(""))?)?.is_empty());
    Ok(())
}

#[test]
fn a_damaged_table_is_named_and_not_taken_over() -> Result<(), IndexError> {
    let dir = tempfile::tempdir().expect("a folder");
    let table = || IndexOptions::new().entities(&Entities::parse(TABLE));
    drop(Index::create(&dir, table())?);
    let files = std::fs::read_dir(&dir)
        .expect("the index")
        .map(|file| file.expect("a file").path());
    let is_table = |path: &PathBuf| path.to_string_lossy().contains("newsearch.entities.");
    let path = files.into_iter().find(is_table).expect("the table");
    let mut bytes = std::fs::read(&path).expect("the table");
    bytes[5] ^= 0x10;
    std::fs::write(&path, bytes).expect("a file");
    assert!(matches!(Index::open(&dir), Err(IndexError::Damaged { .. })));
    assert_eq!(Index::check(&dir)?.faults.len(), 1);
    let kept = Index::rebuild(&dir, IndexOptions::new());
    assert!(matches!(kept, Err(IndexError::LostEntities(_))));
    assert!(Index::rebuild(&dir, table()).is_ok());
    Ok(())
}

/// The other names that a query is searched by, without codes.
fn names(searcher: &Searcher, query: &str) -> Result<Vec<String>, IndexError> {
    let explanation = searcher.explain(&Query::parse(query), None)?;
    let is_name = |name: &ExplainedName| !name.other.is_ascii();
    let names = explanation.names.into_iter().filter(is_name);
    Ok(names.map(|name| name.other).collect())
}

fn found(searcher: &Searcher, query: &str) -> Result<Vec<String>, IndexError> {
    let mut ids = searcher.ids(&Query::parse(query))?;
    ids.sort_unstable();
    Ok(ids)
}

/// Articles by id, title, text and day after the first of 1970.
fn searcher(
    table: Option<&str>,
    articles: &[(&str, &str, &str, i64)],
) -> Result<Searcher, IndexError> {
    let mut options = IndexOptions::new();
    if let Some(table) = table {
        options = options.entities(&Entities::parse(table));
    }
    let index = Index::in_memory(options)?;
    let mut writer = index.writer()?;
    for &(id, title, text, day) in articles {
        writer.add(article(id, title, text, day))?;
    }
    writer.commit()?;
    Ok(index.searcher())
}

fn article(id: &str, title: &str, text: &str, day: i64) -> Article {
    Article {
        id: id.into(),
        kind: Kind::Media,
        title: title.into(),
        body: vec![Paragraph {
            text: text.into(),
            heading: false,
        }],
        published: Some(Published {
            seconds: day * 86_400,
            offset: 480,
            precision: Precision::Day,
        }),
        ..Article::default()
    }
}
