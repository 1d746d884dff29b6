use newsearch::*;
use std::time::Instant;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    if a[1] == "index" {
        let t = Instant::now();
        let index = Index::open_or_create(&a[2], IndexOptions::new()).unwrap();
        let paths: Vec<_> = a[3..].iter().map(Into::into).collect();
        let mut n = 0;
        let report = index
            .update(&paths, &UpdateOptions::default(), |p| {
                if let Progress::Bad(e) = p {
                    n += 1;
                    if n < 10 {
                        eprintln!("{e}")
                    }
                }
            })
            .unwrap();
        println!("{report:?} {:?}", t.elapsed());
        println!(
            "{:?}",
            index
                .searcher()
                .statistics()
                .map(|s| (s.documents, s.undated, s.bytes, s.published))
        );
    } else {
        let t = Instant::now();
        let index = Index::open(&a[2]).unwrap();
        println!("open {:?}", t.elapsed());
        for q in &a[3..] {
            let s = index.searcher();
            let query = Query::parse(q);
            let _ = s.search(&query, &Page::first(10)).unwrap();
            let t = Instant::now();
            let hits = s.search(&query, &Page::first(10)).unwrap();
            println!("== {q} {} {:?} {:?}", hits.total, hits.notes, t.elapsed());
            for h in hits.take(4) {
                let h = h.unwrap();
                println!(
                    "  {:.2} {} {} {:?}",
                    h.score,
                    h.article.title,
                    h.article.source,
                    h.snippets.first().map(|s| &s.text)
                );
            }
        }
    }
}
