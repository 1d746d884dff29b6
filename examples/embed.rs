//! The search engine inside another program: an index in memory, articles made in code.
//!
//! `cargo run --example embed --no-default-features`

use newsearch::{Article, Index, IndexError, IndexOptions, Page, Paragraph, Query};

fn main() -> Result<(), IndexError> {
    let index = Index::in_memory(IndexOptions::new())?;

    let mut writer = index.writer()?;
    writer.add(article(
        "1",
        "云汐租赁发行绿色金融债券",
        "募集资金投向光伏项目。",
    ))?;
    writer.add(article(
        "2",
        "海潮银行下调存款利率",
        "该行绿色金融业务不受影响。",
    ))?;
    writer.commit()?;

    for hit in index
        .searcher()
        .search(&Query::parse("\"绿色金融\""), &Page::first(10))?
    {
        let hit = hit?;
        println!("{}  {}", hit.article.id, hit.article.title);
        for snippet in hit.snippets {
            println!("   {}  marked: {:?}", snippet.text, snippet.highlights);
        }
    }
    Ok(())
}

fn article(id: &str, title: &str, text: &str) -> Article {
    let body = vec![Paragraph {
        text: text.into(),
        heading: false,
    }];
    Article {
        id: id.into(),
        title: title.into(),
        body,
        ..Article::default()
    }
}
