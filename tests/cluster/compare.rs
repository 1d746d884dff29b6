//! Asking a folder and a cluster the same.

use newsearch::{
    Answer, Days, ExportOptions, FacetField, FacetOptions, Order, Query, Request, Searcher,
    SeriesOf, SeriesOptions, Sort, Statistics, SuggestOptions, TimelineOptions, Unit,
};

pub fn request(q: &str, sort: Sort) -> Request {
    Request {
        q: q.into(),
        sort,
        limit: 10,
        stories: true,
        ..Request::default()
    }
}

/// How often both were asked, and how often they differed in the first ten, but not in the first.
#[derive(Debug, Default)]
pub struct Compared {
    pub asked: usize,
    pub differing: usize,
}

/// Asks both all queries: by score and by date, grouped or not, now and as of an earlier day. Totals, notes
/// and the first hit are equal.
pub fn compare<'q>(
    here: &Searcher,
    there: &Searcher,
    queries: impl IntoIterator<Item = &'q str>,
) -> Compared {
    let mut compared = Compared::default();
    let past = Days::until("2022-06").expect("a month");
    for query in queries {
        for (sort, group, as_of) in [
            (Sort::Relevance, true, None),
            (Sort::Relevance, false, None),
            (Sort::Date, true, None),
            (Sort::Relevance, true, Some(past)),
        ] {
            let request = Request {
                group,
                as_of,
                ..request(query, sort)
            };
            let of_folder = shown(here.answer(&request).expect("an answer of the folder"));
            let of_cluster = shown(there.answer(&request).expect("an answer of the cluster"));
            compared.asked += 1;
            compared.differing += usize::from(of_folder != of_cluster);
            let but_for_others = |mut answer: Answer| {
                answer.hits.truncate(1);
                answer
            };
            assert_eq!(
                but_for_others(of_folder),
                but_for_others(of_cluster),
                "{query} {sort:?} {group} {as_of:?}"
            );
        }
    }
    println!("{compared:?}");
    compared
}

/// An answer but for what tells one index from another.
fn shown(mut answer: Answer) -> Answer {
    answer.generation.clear();
    answer.took_ms = 0.0;
    answer
}

/// Counts and exports of every kind are equal.
pub fn compare_counts<'q>(
    here: &Searcher,
    there: &Searcher,
    queries: impl IntoIterator<Item = &'q str>,
) {
    let past = Days::until("2022-06").expect("a month");
    for query in queries {
        for (as_of, source) in [(None, ""), (Some(past), ""), (None, "海潮新闻社")] {
            let request = Request {
                as_of,
                source: match source {
                    "" => Vec::new(),
                    source => vec![source.into()],
                },
                ..request(query, Sort::Relevance)
            };
            facets_are_equal(here, there, &request);
            timelines_are_equal(here, there, &request);
            series_are_equal(here, there, &request);
            exports_are_equal(here, there, &request);
        }
        explanations_are_equal(here, there, query);
    }
    for as_of in [None, Some(past)] {
        let of = |searcher: &Searcher| {
            let searcher = match as_of {
                Some(days) => searcher.as_of(days).expect("a searcher"),
                None => searcher.clone(),
            };
            let statistics = searcher.statistics().expect("statistics");
            Statistics {
                bytes: 0,
                ..statistics
            }
        };
        assert_eq!(of(here), of(there));
    }
}

/// Suggestions for what is being typed are equal.
pub fn compare_suggestions(here: &Searcher, there: &Searcher) {
    let mut found = 0;
    for typed in [
        "绿", "云", "云汐", "债", "0", "6", "07606", "y", "yx", "lv", "海潮", "宏观", "茅", "",
    ] {
        for limit in [3, 30] {
            let of = |searcher: &Searcher| {
                let options = SuggestOptions { limit };
                searcher.suggest(typed, &options).expect("suggestions")
            };
            assert_eq!(of(here), of(there), "{typed}");
            found += of(here).len();
        }
    }
    assert!(found > 50, "{found}");
}

fn facets_are_equal(here: &Searcher, there: &Searcher, request: &Request) {
    for top in [2, 100] {
        let options = FacetOptions {
            by: FacetField::ALL.to_vec(),
            top,
        };
        let of = |searcher: &Searcher| {
            let mut facets = searcher.facets(request, &options).expect("facets");
            facets.generation.clear();
            facets
        };
        assert_eq!(of(here), of(there), "{request}");
    }
}

fn timelines_are_equal(here: &Searcher, there: &Searcher, request: &Request) {
    for by in [None, Some(Unit::Hour), Some(Unit::Day), Some(Unit::Quarter)] {
        let of = |searcher: &Searcher| {
            let timeline = searcher.timeline(request, &TimelineOptions { by });
            let mut timeline = timeline.expect("a timeline");
            timeline.generation.clear();
            timeline
        };
        assert_eq!(of(here), of(there), "{request} {by:?}");
    }
}

fn series_are_equal(here: &Searcher, there: &Searcher, request: &Request) {
    let queries = ["债券", "source:海潮新闻社 利率", "\"光伏\" OR 租赁"];
    let queries = queries.map(|query| (query.to_owned(), self::request(query, Sort::Date)));
    for of in [
        SeriesOf::Codes(Vec::new()),
        SeriesOf::Codes(vec!["07606".into(), "SH600000".into()]),
        SeriesOf::Queries(queries.to_vec()),
    ] {
        let options = SeriesOptions {
            of,
            close: 15 * 60,
            ..SeriesOptions::default()
        };
        let of = |searcher: &Searcher| {
            let series = searcher.series(request, &options).expect("a series");
            (series.undated, series.beyond, series.notes, series.rows)
        };
        assert_eq!(of(here), of(there), "{request}");
    }
}

fn exports_are_equal(here: &Searcher, there: &Searcher, request: &Request) {
    for order in [Order::Date, Order::Oldest, Order::Relevance] {
        let options = ExportOptions {
            order,
            ..ExportOptions::default()
        };
        let of = |searcher: &Searcher| {
            let mut lines = Vec::new();
            let exported = searcher.export(request, &options, &mut lines);
            let exported = exported.expect("an export");
            let lines = String::from_utf8(lines).expect("text");
            (exported.total, exported.articles, exported.notes, lines)
        };
        assert_eq!(of(here), of(there), "{request} {order:?}");
    }
}

fn explanations_are_equal(here: &Searcher, there: &Searcher, query: &str) {
    let query = Query::parse(query);
    for id in [None, Some("202206142413499388"), Some("none")] {
        let of = |searcher: &Searcher| searcher.explain(&query, id).expect("an explanation");
        assert_eq!(of(here), of(there), "{query} {id:?}");
    }
}
