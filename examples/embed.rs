//! The search engine inside another program: an index in memory, articles made in code.
//!
//! `cargo run --example embed --no-default-features`

use newsearch::{Article, Index, IndexError, IndexOptions, Paragraph, Request};

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

    let answer = index.searcher().answer(&Request::new("\"绿色金融\""))?;
    println!("{} articles", answer.total);
    for hit in &answer.hits {
        println!("{}  {}", hit.id, hit.title);
        for snippet in &hit.snippets {
            let marks = snippet.marks.iter().map(|mark| mark.chars);
            println!(
                "   {}  marked: {:?}",
                snippet.text,
                marks.collect::<Vec<_>>()
            );
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
