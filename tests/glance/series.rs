//! Series: against a scan, at a point in time, by trading day.

use std::collections::BTreeMap;

use newsearch::{Article, Days, Request, SeriesOf, SeriesOptions, Stock};

use crate::archive::{about, all, article, day, index_of, sample, stock, stories};

#[test]
fn series_are_what_a_scan_counts() {
    let searcher = sample().searcher();
    let articles = all(&searcher);
    let (about, stories) = (about(&searcher, &articles), stories(&searcher, &articles));
    let series = searcher
        .series(&Request::default(), &SeriesOptions::default())
        .unwrap();
    let mut expected: BTreeMap<(String, i64), Vec<(&Article, bool)>> = BTreeMap::new();
    for article in &articles {
        let Some(day) = day(article) else { continue };
        let keys = article.stocks.iter().filter_map(Stock::key);
        let keys: std::collections::BTreeSet<String> = keys.collect();
        for key in keys {
            let is_about = about.contains(&(article.id.clone(), key.clone()));
            expected
                .entry((key, day))
                .or_default()
                .push((article, is_about));
        }
    }
    assert!(expected.len() > 50, "{}", expected.len());
    assert_eq!(series.rows.len(), expected.len());
    for (row, ((key, _), seen)) in series.rows.iter().zip(expected) {
        assert_eq!(row.key, key);
        assert_eq!(row.articles, seen.len() as u64, "{row:?}");
        let about = seen.iter().filter(|(_, is_about)| *is_about).count() as u64;
        assert_eq!(
            (row.about, row.mentions),
            (Some(about), Some(row.articles - about)),
            "{row:?}"
        );
        let mut told: Vec<&String> = seen
            .iter()
            .map(|(article, _)| &stories[&article.id])
            .collect();
        told.sort();
        told.dedup();
        assert_eq!(row.stories, told.len() as u64, "{row:?}");
        let mut media: Vec<&str> = seen.iter().map(|(article, _)| &*article.source).collect();
        media.retain(|name| !name.is_empty());
        media.sort_unstable();
        media.dedup();
        assert_eq!(row.sources, media.len() as u64, "{row:?}");
        assert!(
            row.first <= row.last
                && row.first.starts_with(&row.bucket)
                && row.last.starts_with(&row.bucket)
        );
    }
}

/// A backtest sees what was known then, and nothing else.
#[test]
fn a_series_of_a_past_day_is_that_of_an_index_made_then() {
    let whole = sample().searcher();
    for day in ["2021-12-31", "2022-01-31", "2022-06-30"] {
        let days = Days::until(day).unwrap();
        let end = days.bounds(0).1.unwrap();
        let mut known = all(&whole);
        known.retain(|article| {
            article
                .published
                .is_some_and(|published| published.seconds < end)
        });
        assert!(!known.is_empty());
        let then = index_of(&known, &[]).searcher();
        let options = SeriesOptions::default();
        let as_of = Request {
            as_of: Some(days),
            ..Request::default()
        };
        let now = whole.series(&as_of, &options).unwrap();
        let then = then.series(&Request::default(), &options).unwrap();
        assert!(!now.rows.is_empty());
        assert_eq!(now.rows, then.rows, "{day}");
    }
}

#[test]
fn a_day_ends_at_the_close_and_a_holiday_counts_for_the_next_trading_day() {
    let told = |id: &str, date: &str| {
        let mut article = article(id, date, "海潮社", "云汐租赁公告");
        article.stocks.push(stock("609301", "云汐租赁", 3));
        article
    };
    let articles = [
        told("before", "2022-01-28 14:59:59"),
        told("at", "2022-01-28 15:00:00"),
        told("holiday", "2022-02-03 10:00:00"),
        told("open", "2022-02-07 09:00:00"),
        told("last", "2022-02-08 16:00:00"),
        told("undated", ""),
    ];
    let searcher = index_of(&articles, &[3]).searcher();
    let mut options = SeriesOptions {
        of: SeriesOf::Codes(vec!["609301".into(), "SH609301".into()]),
        close: 15 * 60,
        ..SeriesOptions::default()
    };
    let counted = |options: &SeriesOptions| {
        let series = searcher.series(&Request::default(), options).unwrap();
        let rows = series
            .rows
            .iter()
            .map(|row| (row.bucket.clone(), row.articles));
        (rows.collect::<Vec<_>>(), series.undated, series.beyond)
    };
    let expected = |rows: &[(&str, u64)]| -> Vec<(String, u64)> {
        rows.iter()
            .map(|(day, count)| ((*day).to_owned(), *count))
            .collect()
    };
    let rows = expected(&[
        ("2022-01-28", 1),
        ("2022-01-29", 1),
        ("2022-02-03", 1),
        ("2022-02-07", 1),
        ("2022-02-09", 1),
    ]);
    assert_eq!(counted(&options), (rows, 1, 0));
    options.calendar = ["2022-01-28", "2022-02-08", "2022-02-07"]
        .map(str::to_owned)
        .into();
    let rows = expected(&[("2022-01-28", 1), ("2022-02-07", 3)]);
    assert_eq!(counted(&options), (rows, 1, 1));
}

#[test]
fn saved_queries_are_counted_by_name() {
    let searcher = sample().searcher();
    let options = SeriesOptions {
        of: SeriesOf::Queries(vec![
            ("债".into(), Request::new("债券")),
            ("无".into(), Request::new("\"无此内容甲乙丙\"")),
        ]),
        by: newsearch::Unit::Month,
        ..SeriesOptions::default()
    };
    let request = Request::parse("since=2021").unwrap();
    let series = searcher.series(&request, &options).unwrap();
    let sum: u64 = series.rows.iter().map(|row| row.articles).sum();
    let expected = searcher
        .answer(&Request::parse("q=债券&since=2021").unwrap())
        .unwrap();
    assert_eq!(sum, expected.total);
    assert!(
        series
            .rows
            .iter()
            .all(|row| row.key == "债" && row.about.is_none())
    );
}
