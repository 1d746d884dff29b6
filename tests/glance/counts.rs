//! Facets and timelines against a scan.

use std::collections::{BTreeMap, BTreeSet};

use newsearch::{
    Article, FacetField, FacetOptions, GlanceError, Request, Searcher, TimelineOptions, Unit, fold,
};

use crate::archive::{
    DAY, about, all, article, articles, day, index_of, requests, sample, stock, stories,
};

/// What a scan counts of a value: articles, and their stories.
type Counted = BTreeMap<String, (u64, BTreeSet<String>)>;

struct Scan {
    searcher: Searcher,
    stories: BTreeMap<String, String>,
    about: BTreeSet<(String, String)>,
}

impl Scan {
    fn new(searcher: Searcher) -> Scan {
        let all = all(&searcher);
        Scan {
            stories: stories(&searcher, &all),
            about: about(&searcher, &all),
            searcher,
        }
    }

    fn count(&self, articles: &[Article], values: impl Fn(&Article) -> Vec<String>) -> Counted {
        let mut counted = Counted::new();
        for article in articles {
            let values: BTreeSet<String> = values(article).into_iter().collect();
            for value in values {
                let (count, told) = counted.entry(value).or_default();
                *count += 1;
                told.insert(self.stories[&article.id].clone());
            }
        }
        counted
    }

    fn values(&self, article: &Article, field: FacetField) -> Vec<String> {
        let text = |text: &str| match text {
            "" => Vec::new(),
            text => vec![fold(text)],
        };
        let of_day = |name: &dyn Fn(&str, i64) -> String| {
            let date = article.published.map(|_| date(day(article).unwrap()));
            let number = day(article);
            date.zip(number)
                .map(|(date, number)| name(&date, number))
                .into_iter()
                .collect()
        };
        match field {
            FacetField::Source => text(&article.source),
            FacetField::Tag => article.tags.iter().map(|tag| fold(tag)).collect(),
            FacetField::Category => article.categories.iter().map(|name| fold(name)).collect(),
            FacetField::Code => {
                let keys = article.stocks.iter().filter_map(newsearch::Stock::key);
                keys.filter(|key| self.about.contains(&(article.id.clone(), key.clone())))
                    .collect()
            }
            FacetField::Year => of_day(&|date, _| date[..4].to_owned()),
            FacetField::Month => of_day(&|date, _| date[..7].to_owned()),
            FacetField::Weekday => of_day(&|_, number| {
                let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
                names[number.rem_euclid(7) as usize].to_owned()
            }),
        }
    }
}

/// The day with this number.
fn date(number: i64) -> String {
    let start = newsearch::Published {
        seconds: number * DAY,
        offset: 0,
        precision: newsearch::Precision::Day,
    };
    start.to_string()
}

fn without_filter(request: &Request, field: FacetField) -> Request {
    let mut request = request.clone();
    match field {
        FacetField::Source => request.source.clear(),
        FacetField::Tag => request.tag.clear(),
        FacetField::Category => request.category.clear(),
        FacetField::Code => request.code.clear(),
        _ => {}
    }
    request
}

#[test]
fn facets_are_what_a_scan_counts() {
    let scan = Scan::new(sample().searcher());
    let options = FacetOptions {
        by: FacetField::ALL.to_vec(),
        top: 100_000,
    };
    let mut values = 0;
    for request in requests() {
        let facets = scan.searcher.facets(&request, &options).unwrap();
        let matching = articles(&scan.searcher, &request);
        assert_eq!(facets.articles, matching.len() as u64, "{request}");
        let told: BTreeSet<&String> = matching.iter().map(|a| &scan.stories[&a.id]).collect();
        assert_eq!(facets.stories, told.len() as u64, "{request}");
        for facet in &facets.facets {
            let field = facet.field;
            let unfiltered = articles(&scan.searcher, &without_filter(&request, field));
            let expected = scan.count(&unfiltered, |article| scan.values(article, field));
            let expected: BTreeMap<String, (u64, u64)> = expected
                .into_iter()
                .map(|(value, (count, told))| (value, (count, told.len() as u64)))
                .collect();
            let is_text = matches!(
                field,
                FacetField::Source | FacetField::Tag | FacetField::Category
            );
            let found: BTreeMap<String, (u64, u64)> = facet
                .values
                .iter()
                .filter(|value| value.articles > 0)
                .map(|value| {
                    let name = if is_text {
                        fold(&value.value)
                    } else {
                        value.value.clone()
                    };
                    (name, (value.articles, value.stories))
                })
                .collect();
            assert_eq!(found, expected, "{request} {field:?}");
            assert!(facet.counted);
            assert_eq!(facet.other, 0);
            values += found.len();
            if field != FacetField::Code {
                let none = unfiltered
                    .iter()
                    .filter(|article| scan.values(article, field).is_empty());
                assert_eq!(facet.missing, none.count() as u64, "{request} {field:?}");
                assert_eq!(facet.distinct, expected.len() as u64, "{request} {field:?}");
            }
        }
    }
    assert!(values > 200, "{values}");
}

#[test]
fn a_security_that_is_only_mentioned_is_told_apart() {
    let scan = Scan::new(sample().searcher());
    let options = FacetOptions {
        by: vec![FacetField::Code],
        top: 100_000,
    };
    let facets = scan.searcher.facets(&Request::default(), &options).unwrap();
    let mut expected: BTreeMap<String, u64> = BTreeMap::new();
    for article in all(&scan.searcher) {
        let keys: BTreeSet<String> = article
            .stocks
            .iter()
            .filter_map(newsearch::Stock::key)
            .collect();
        for key in keys {
            if !scan.about.contains(&(article.id.clone(), key.clone())) {
                *expected.entry(key).or_default() += 1;
            }
        }
    }
    let values = &facets.facets[0].values;
    let found = values.iter().filter(|value| value.mentions > Some(0));
    let found: BTreeMap<String, u64> = found
        .map(|value| (value.value.clone(), value.mentions.unwrap()))
        .collect();
    assert_eq!(found, expected);
}

/// One whose market the archive does not tell, such as a fund, has its number for a key.
#[test]
fn every_security_that_is_listed_can_be_asked_for() {
    let mut fund = stock("011668", "云汐稳健混合", 3);
    fund.market = None;
    let mut other = stock("2207", "海潮光电", 3);
    other.market = None;
    let mut one = article("a", "2022-01-05 09:00:00", "海潮社", "云汐稳健混合公告");
    one.stocks = vec![fund, stock("609301", "云汐租赁", 3)];
    let mut two = article("b", "2022-01-06 09:00:00", "海潮社", "海潮光电公告");
    let mut share = stock("ABC.A", "青岚控股", 3);
    share.market = Some(newsearch::Market::UnitedStates);
    two.stocks = vec![other, share];
    let options = FacetOptions {
        by: vec![FacetField::Code],
        top: 100_000,
    };
    for (index, least) in [(index_of(&[one, two], &[]), 4), (sample(), 20)] {
        let searcher = index.searcher();
        let facets = searcher.facets(&Request::default(), &options).unwrap();
        let values = facets.facets[0].values.iter();
        let mut count = 0;
        for value in values.filter(|value| value.articles > 0) {
            let request = Request {
                code: vec![value.value.clone()],
                ..Request::default()
            };
            let found = searcher.facets(&request, &options).unwrap();
            assert_eq!(found.articles, value.articles, "{value:?}");
            let selected = found.facets[0].values.iter().filter(|value| value.selected);
            let selected: Vec<&str> = selected.map(|value| &*value.value).collect();
            assert_eq!(selected, [&*value.value]);
            count += 1;
        }
        assert!(count >= least, "{count}");
    }
}

#[test]
fn a_cut_list_says_what_it_leaves_out() {
    let searcher = sample().searcher();
    let counted = |top| {
        let options = FacetOptions {
            by: vec![FacetField::Source],
            top,
        };
        let request = Request::parse("q=公司&source=无此媒体").unwrap();
        searcher
            .facets(&request, &options)
            .unwrap()
            .facets
            .remove(0)
    };
    let (whole, cut) = (counted(100_000), counted(2));
    assert!(whole.distinct > 3);
    assert_eq!(cut.distinct, whole.distinct);
    assert_eq!(cut.values[..2], whole.values[..2]);
    let beyond: u64 = whole.values[2..].iter().map(|value| value.articles).sum();
    assert_eq!(cut.other, beyond);
    let selected: Vec<_> = cut.values.iter().filter(|value| value.selected).collect();
    assert_eq!(selected.len(), 1);
    assert_eq!(
        (selected[0].value.as_str(), selected[0].articles),
        ("无此媒体", 0)
    );
}

#[test]
fn timelines_are_what_a_scan_counts() {
    let scan = Scan::new(sample().searcher());
    for request in requests() {
        let matching = articles(&scan.searcher, &request);
        let past = match request.as_of {
            Some(days) => scan.searcher.as_of(days).unwrap(),
            None => scan.searcher.clone(),
        };
        let archive = all(&past);
        let dated = matching
            .iter()
            .filter(|article| article.published.is_some())
            .count() as u64;
        for by in [Unit::Day, Unit::Month, Unit::Year] {
            let options = TimelineOptions { by: Some(by) };
            let timeline = scan.searcher.timeline(&request, &options).unwrap();
            let name = |article: &Article| {
                let date = day(article).map(date)?;
                let length = match by {
                    Unit::Year => 4,
                    Unit::Month => 7,
                    _ => 10,
                };
                Some(date[..length].to_owned())
            };
            let found = scan.count(&matching, |article| name(article).into_iter().collect());
            let everything = scan.count(&archive, |article| name(article).into_iter().collect());
            let mut sum = 0;
            for bucket in &timeline.buckets {
                let label = timeline.label(bucket);
                let (articles, told) = found.get(&label).cloned().unwrap_or_default();
                assert_eq!(
                    (bucket.articles, bucket.stories),
                    (articles, told.len() as u64),
                    "{request} {label}"
                );
                let all = everything.get(&label).map_or(0, |(_, told)| told.len());
                let share = if all == 0 {
                    0.0
                } else {
                    told.len() as f64 / all as f64
                };
                assert!((bucket.share - share).abs() < 1e-9, "{request} {label}");
                sum += articles;
            }
            assert_eq!(sum, dated, "{request} {by:?}");
            assert_eq!(timeline.undated, matching.len() as u64 - dated);
            for pair in timeline.buckets.windows(2) {
                assert_eq!(pair[0].end, pair[1].start);
            }
        }
    }
}

#[test]
fn a_timeline_covers_the_span_that_was_asked_for() {
    let searcher = sample().searcher();
    let options = TimelineOptions {
        by: Some(Unit::Month),
    };
    let request = Request::parse("q=无此内容甲乙丙&since=2030-01-15&until=2030-04").unwrap();
    let timeline = searcher.timeline(&request, &options).unwrap();
    let labels: Vec<(String, bool)> = timeline
        .buckets
        .iter()
        .map(|bucket| (timeline.label(bucket), bucket.partial))
        .collect();
    let expected = [
        ("2030-01", true),
        ("2030-02", false),
        ("2030-03", false),
        ("2030-04", false),
    ];
    assert_eq!(labels, expected.map(|(label, cut)| (label.to_owned(), cut)));
}

#[test]
fn what_is_out_of_bounds_is_named() {
    let searcher = sample().searcher();
    let none = FacetOptions {
        top: 0,
        ..FacetOptions::default()
    };
    let error = searcher.facets(&Request::new("公司"), &none).unwrap_err();
    assert!(
        matches!(
            error,
            GlanceError::Argument {
                argument: "top",
                ..
            }
        ),
        "{error}"
    );
    let hours = TimelineOptions {
        by: Some(Unit::Hour),
    };
    let request = Request::parse("q=公司&since=1000&until=3000").unwrap();
    let error = searcher.timeline(&request, &hours).unwrap_err();
    assert!(
        matches!(error, GlanceError::Argument { argument: "by", .. }),
        "{error}"
    );
}
