//! Random requests against a scan: on the sample; with `NEWSEARCH_LONG=1` and `NEWSEARCH_DATA`, the folder of
//! the data, 300 of them over the lines of the whole archive (`NEWSEARCH_INDEX` keeps its index,
//! `NEWSEARCH_REQUESTS` says how many). The seed is printed, and `NEWSEARCH_SEED` sets it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::PathBuf;

use newsearch::{
    Analyzer, Days, ExportFormat, ExportOptions, Facet, FacetField, FacetOptions, Index,
    IndexOptions, Key, Node, Published, Query, Request, SeriesOf, SeriesOptions, Sort,
    SuggestOptions, SuggestionKind, TimelineOptions, TrendKind, TrendOptions, Unit, UpdateOptions,
    fold,
};

use crate::archive::{DAY, sample};
use crate::scan::{Asked, Scan, Seen, distinct};

/// Words that frame a request count otherwise.
const FRAME: &str = include_str!("../../src/search/plan/data/frame.txt");
const CHINA: i64 = 8 * 3_600;

/// SplitMix64.
struct Random(u64);

/// A request, and what it asks for.
struct Case {
    request: Request,
    text: Asked,
    /// What its text asks for where nothing has all of it.
    relaxed: Option<Asked>,
    /// Days that its text asks for.
    since: Option<i64>,
    before: Option<i64>,
}

#[test]
fn what_random_requests_count_is_what_a_scan_counts() {
    let data = std::env::var_os("NEWSEARCH_DATA").map(PathBuf::from);
    let long = std::env::var_os("NEWSEARCH_LONG").is_some();
    let data = data.filter(|_| long);
    let (index, lines, cases) = match &data {
        Some(data) => {
            let cases = std::env::var("NEWSEARCH_REQUESTS");
            let cases = cases.map_or(300, |cases| cases.parse().unwrap());
            (whole(data), Some(data.join("corpus")), cases)
        }
        None => (sample(), None, 80),
    };
    let analyzer = index.analyzer();
    let scan = Scan::new(index.searcher(), analyzer, lines.as_deref());
    let random = &mut Random::seeded();
    let mut checked = [0; 6];
    for number in 0..cases {
        let case = random.case(&scan, analyzer);
        if lines.is_some() && number % 10 == 0 {
            println!("{number} requests");
        }
        let matching = case.matching(&scan, &case.request);
        check_totals(&scan, &case, &matching);
        checked[0] += usize::from(!matching.is_empty());
        checked[1] += check_facets(random, &scan, &case, &matching);
        checked[2] += check_timeline(random, &scan, &case, &matching);
        checked[3] += check_series(random, &scan, &case, &matching);
        // Each reads all words of the archive.
        if lines.is_none() || number % 4 == 0 {
            checked[4] += check_trends(&scan, &case, &matching);
        }
        checked[5] += check_suggestions(random, &scan, analyzer);
    }
    println!(
        "{cases} requests, of which {} match something; {} values of facets, {} buckets, {} rows of \
         series, {} trends, {} suggestions",
        checked[0], checked[1], checked[2], checked[3], checked[4], checked[5]
    );
    assert!(checked.into_iter().all(|count| count > 0), "{checked:?}");
}

fn whole(data: &std::path::Path) -> Index {
    let index = match std::env::var_os("NEWSEARCH_INDEX") {
        Some(path) => Index::open_or_create(PathBuf::from(path), IndexOptions::new()),
        None => Index::in_memory(IndexOptions::new()),
    };
    let index = index.unwrap();
    if index.searcher().documents() == 0 {
        let (paths, options) = ([data.join("corpus")], UpdateOptions::default());
        let report = index.update(&paths, &options, |_| {}).unwrap();
        assert_eq!(report.bad, 0);
    }
    index
}

impl Random {
    fn seeded() -> Random {
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64;
        let seed = std::env::var("NEWSEARCH_SEED").map_or(now, |seed| seed.parse().unwrap());
        println!("NEWSEARCH_SEED={seed}");
        Random(seed)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    fn one_in(&mut self, end: usize) -> bool {
        self.below(end) == 0
    }

    fn article<'a>(&mut self, scan: &'a Scan) -> &'a Seen {
        &scan.articles[self.below(scan.articles.len())]
    }

    /// A piece of a text that folds to itself and is no syntax.
    fn piece(&mut self, scan: &Scan, analyzer: &Analyzer, length: usize) -> String {
        loop {
            let article = self.article(scan);
            let lines = article.body.lines().chain([article.title.as_str()]);
            let lines: Vec<&str> = lines.collect();
            let text: Vec<char> = lines[self.below(lines.len())].chars().collect();
            if text.len() < length {
                continue;
            }
            let start = self.below(text.len() - length + 1);
            let piece = String::from_iter(&text[start..start + length]);
            let is_plain = |c: char| c.is_alphanumeric() || "，,。.%（）()、：:-+".contains(c);
            if piece.chars().all(is_plain) && analyzer.fold(&piece) == piece {
                return piece;
            }
        }
    }

    /// A word that asks for nothing but itself.
    fn word(&mut self, scan: &Scan, analyzer: &Analyzer) -> String {
        loop {
            let piece = self.piece(scan, analyzer, 12.min(4 + self.0 as usize % 9));
            let words = analyzer.tokens(&piece).into_iter().map(|token| token.text);
            let is_plain = |word: &String| {
                let (query, tokens) = (Query::parse(word), analyzer.tokens(word));
                word.chars().nth(1).is_some()
                    && word.chars().all(|c| ('一'..='龥').contains(&c))
                    && scan.number(word).is_some()
                    && !FRAME
                        .split(['\n', ' ', '+', '~'])
                        .any(|frame| frame == word)
                    && tokens.iter().filter(|token| !token.part).count() == 1
                    && matches!(query.root(), Some(Node::Words(text)) if text == word)
                    && scan.searcher.other_names(&query).unwrap().is_empty()
            };
            let words: Vec<String> = words.filter(is_plain).collect();
            if !words.is_empty() {
                return words[self.below(words.len())].clone();
            }
        }
    }

    fn day(&mut self, scan: &Scan) -> String {
        loop {
            if let Some(moment) = self.article(scan).moment {
                return date(moment);
            }
        }
    }

    fn code(&mut self, scan: &Scan) -> String {
        let all: Vec<&String> = scan.articles.iter().flat_map(|seen| &seen.about).collect();
        all[self.below(all.len())].clone()
    }

    /// An article that a filter is taken from: mostly one that the text finds.
    fn like<'a>(&mut self, scan: &'a Scan, found: &[usize]) -> &'a Seen {
        match found.is_empty() || self.one_in(4) {
            true => self.article(scan),
            false => &scan.articles[found[self.below(found.len())]],
        }
    }

    fn case(&mut self, scan: &Scan, analyzer: &Analyzer) -> Case {
        let mut case = self.text(scan, analyzer);
        let found = scan.matching(&case.text, None);
        let request = &mut case.request;
        let day = |random: &mut Random, length: usize| {
            let moment = random.like(scan, &found).moment;
            date(moment.unwrap_or(1_640_000_000))[..length].to_owned()
        };
        if self.one_in(4) {
            for _ in 0..=self.below(3) {
                request.source.push(self.like(scan, &found).source.clone());
            }
            request.source.retain(|name| !name.is_empty());
            if self.one_in(3) {
                request.source.push("无此媒体".into());
            }
        }
        if self.one_in(6) {
            let seen = self.like(scan, &found);
            let mut names = seen.tags.iter().chain(&seen.categories).cloned();
            request.tag.extend(names.next_back());
        }
        if self.one_in(6) {
            let seen = self.like(scan, &found);
            request.category.extend(seen.categories.first().cloned());
        }
        if self.one_in(8) {
            let codes = self.like(scan, &found).about.first().cloned();
            request.code.push(codes.unwrap_or_else(|| self.code(scan)));
        }
        if self.one_in(4) {
            let length = [4, 7, 10][self.below(3)];
            request.since = Some(Days::since(&day(self, length)).unwrap());
        }
        if self.one_in(5) {
            let length = [7, 10][self.below(2)];
            request.until = Some(Days::until(&day(self, length)).unwrap());
        }
        if self.one_in(4) {
            request.as_of = Some(Days::until(&day(self, 10)).unwrap());
        }
        if self.one_in(5) {
            request.sort = Sort::Date;
        }
        request.group = self.one_in(2);
        case
    }

    fn text(&mut self, scan: &Scan, analyzer: &Analyzer) -> Case {
        let case = |q: String, text: Asked| Case {
            request: Request::new(q),
            text,
            relaxed: None,
            since: None,
            before: None,
        };
        let length = 2 + self.below(5);
        let (one, other) = (
            self.piece(scan, analyzer, length),
            self.piece(scan, analyzer, 2),
        );
        let text = |text: &str| Asked::Text(text.to_owned());
        let not = |asked: Asked| Asked::Not(Box::new(asked));
        match self.below(17) {
            0 => case(String::new(), Asked::All(Vec::new())),
            1 | 2 => case(format!("\"{one}\""), text(&one)),
            3 => case(
                format!("\"{one}\" OR \"{other}\""),
                Asked::Any(vec![text(&one), text(&other)]),
            ),
            4 => case(
                format!("\"{other}\" AND \"{}\"", &self.piece(scan, analyzer, 2)),
                Asked::All(Vec::new()),
            )
            .reading_quotes(),
            5 => case(
                format!("\"{other}\" -\"{one}\""),
                Asked::All(vec![text(&other), not(text(&one))]),
            ),
            6 => case(format!("title:\"{other}\""), Asked::Title(other)),
            7 => case(format!("body:\"{one}\""), Asked::Body(one)),
            8 => {
                let (third, most) = (self.piece(scan, analyzer, 2), self.below(60));
                let q = format!("\"{other}\" NEAR/{most} \"{third}\"");
                case(q, Asked::Near(other, third, most))
            }
            9 | 10 => {
                let word = self.word(scan, analyzer);
                case(word.clone(), Asked::Word(word))
            }
            11 | 12 => {
                let words = [self.word(scan, analyzer), self.word(scan, analyzer)];
                let q = words.join(" ");
                let asked = words.map(Asked::Word).to_vec();
                let is_one = scan.searcher.other_names(&Query::parse(&q)).unwrap();
                assert!(is_one.is_empty(), "{q}");
                Case {
                    relaxed: Some(Asked::Any(asked.clone())),
                    ..case(q, Asked::All(asked))
                }
            }
            13 => {
                let word = self.word(scan, analyzer);
                let q = format!("{word} +\"{other}\"");
                case(q, Asked::All(vec![Asked::Word(word), text(&other)]))
            }
            14 => {
                let source = self.article(scan).source.clone();
                let (q, asked) = match source.is_empty() {
                    true => (format!("\"{other}\""), text(&other)),
                    false => (
                        format!("\"{other}\" source:\"{source}\""),
                        Asked::All(vec![text(&other), Asked::Source(source)]),
                    ),
                };
                case(q, asked)
            }
            15 => {
                let code = self.code(scan);
                let bare = code.trim_start_matches(|c: char| c.is_ascii_uppercase());
                let typed = match bare.len() == 6 && self.one_in(2) {
                    true => bare.to_owned(),
                    false => code.clone(),
                };
                case(format!("code:{typed}"), Asked::Code(keys(&typed)))
            }
            _ => {
                let (day, is_after) = (self.day(scan), self.one_in(2));
                let moment = midnight(&day);
                let asked = match is_after {
                    true => Asked::Since(moment),
                    false => Asked::Before(moment),
                };
                let field = if is_after { "after" } else { "before" };
                Case {
                    since: is_after.then_some(moment),
                    before: (!is_after).then_some(moment),
                    ..case(
                        format!("\"{other}\" {field}:{day}"),
                        Asked::All(vec![text(&other), asked]),
                    )
                }
            }
        }
    }
}

impl Case {
    /// All quotes of the text are asked for.
    fn reading_quotes(mut self) -> Case {
        let quotes = self.request.q.split('"').skip(1).step_by(2);
        self.text = Asked::All(quotes.map(|quote| Asked::Text(quote.into())).collect());
        self
    }

    /// The moment at which the archive ends.
    fn end(&self) -> Option<i64> {
        self.request
            .as_of
            .and_then(|days| days.last_day())
            .map(|day| midnight(&day) + DAY)
    }

    /// Since and until of the request, in seconds.
    fn span(&self) -> (Option<i64>, Option<i64>) {
        let Request { since, until, .. } = self.request;
        let since = since
            .and_then(|days| days.first_day())
            .map(|day| midnight(&day));
        let until = until
            .and_then(|days| days.last_day())
            .map(|day| midnight(&day) + DAY);
        (since, until)
    }

    /// What a request with this text and these filters matches.
    fn matching(&self, scan: &Scan, request: &Request) -> Vec<usize> {
        let any = |values: &[String], asked: fn(String) -> Asked| {
            let values = values.iter().map(|value| asked(fold(value))).collect();
            Asked::Any(values)
        };
        let mut filters = Vec::new();
        if !request.source.is_empty() {
            filters.push(any(&request.source, Asked::Source));
        }
        if !request.tag.is_empty() {
            filters.push(any(&request.tag, Asked::Tag));
        }
        if !request.category.is_empty() {
            filters.push(any(&request.category, Asked::Category));
        }
        if !request.code.is_empty() {
            filters.push(Asked::Code(
                request.code.iter().flat_map(|code| keys(code)).collect(),
            ));
        }
        let (since, until) = self.span();
        filters.extend(since.map(Asked::Since));
        filters.extend(until.map(Asked::Before));
        let filtered = |text: &Asked| {
            let mut all = filters.clone();
            all.push(text.clone());
            scan.matching(&Asked::All(all), self.end())
        };
        let found = filtered(&self.text);
        match &self.relaxed {
            Some(relaxed) if found.is_empty() => filtered(relaxed),
            _ => found,
        }
    }
}

/// What a code may mean.
fn keys(code: &str) -> Vec<String> {
    let is_number = code.bytes().all(|byte| byte.is_ascii_digit());
    match code.len() {
        6 if is_number => ["SH", "SZ", "BJ", ""]
            .map(|market| format!("{market}{code}"))
            .into(),
        ..6 if is_number => vec![format!("HK{code:0>5}"), code.to_owned()],
        _ => vec![code.to_owned()],
    }
}

/// The first second of a day at +08:00.
fn midnight(day: &str) -> i64 {
    Published::parse(day).expect(day).seconds
}

/// The day of a moment at +08:00.
fn date(moment: i64) -> String {
    let start = Published {
        seconds: (moment + CHINA).div_euclid(DAY) * DAY,
        offset: 0,
        precision: newsearch::Precision::Day,
    };
    start.to_string()
}

fn check_totals(scan: &Scan, case: &Case, matching: &[usize]) {
    let request = Request {
        stories: true,
        snippets: 0,
        ..case.request.clone()
    };
    let is_all = request.query().root().is_none();
    let total = matching.len() as u64;
    if !is_all {
        let answer = scan.searcher.answer(&request).unwrap();
        assert_eq!(answer.total, total, "{request}");
        if let Some(stories) = answer.stories {
            assert_eq!(stories, scan.stories(matching), "{request}");
        }
    }
    let mut lines = Lines::default();
    let options = ExportOptions {
        format: ExportFormat::Jsonl,
        limit: Some(20_000),
        ..ExportOptions::default()
    };
    let exported = scan
        .searcher
        .export(&request, &options, &mut lines)
        .unwrap();
    let written = total.min(20_000);
    assert_eq!(
        (exported.total, exported.articles),
        (total, written),
        "{request}"
    );
    assert_eq!(lines.0, written + 1, "{request}");
}

/// Counts lines.
#[derive(Default)]
struct Lines(u64);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.iter().filter(|&&byte| byte == b'\n').count() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn check_facets(random: &mut Random, scan: &Scan, case: &Case, matching: &[usize]) -> usize {
    let request = &case.request;
    let options = FacetOptions {
        by: FacetField::ALL.to_vec(),
        top: [1, 3, 10, 100_000][random.below(4)],
    };
    let facets = scan.searcher.facets(request, &options).unwrap();
    assert_eq!(facets.articles, matching.len() as u64, "{request}");
    assert_eq!(facets.stories, scan.stories(matching), "{request}");
    let mut checked = 0;
    for facet in &facets.facets {
        let mut unfiltered = request.clone();
        let selected = match facet.field {
            FacetField::Source => std::mem::take(&mut unfiltered.source),
            FacetField::Tag => std::mem::take(&mut unfiltered.tag),
            FacetField::Category => std::mem::take(&mut unfiltered.category),
            FacetField::Code => std::mem::take(&mut unfiltered.code),
            _ => Vec::new(),
        };
        let counted = match selected.is_empty() {
            true => matching.to_vec(),
            false => case.matching(scan, &unfiltered),
        };
        let what = format!("{request} {:?} {}", facet.field, options.top);
        check_facet(scan, facet, &counted, &selected, options.top, &what);
        checked += facet.values.len();
    }
    checked
}

fn check_facet(
    scan: &Scan,
    facet: &Facet,
    counted: &[usize],
    selected: &[String],
    top: usize,
    what: &str,
) {
    let mut expected: BTreeMap<String, (u64, Vec<u32>, u64)> = BTreeMap::new();
    let mut missing = 0;
    for &place in counted {
        let seen = &scan.articles[place];
        let values = values(seen, facet.field);
        for value in &values {
            let counts = expected.entry(value.clone()).or_default();
            counts.0 += 1;
            counts.1.push(seen.story);
        }
        let mut has_none = values.is_empty();
        if facet.field == FacetField::Code {
            has_none &= seen.mentions.is_empty();
            for code in &seen.mentions {
                expected.entry(code.clone()).or_default().2 += 1;
            }
        }
        missing += u64::from(has_none);
    }
    assert!(facet.counted, "{what}");
    assert_eq!(facet.missing, missing, "{what}");
    assert_eq!(facet.distinct, expected.len() as u64, "{what}");
    let is_code = facet.field == FacetField::Code;
    let meant = |typed: &String| match is_code {
        true => keys(typed),
        false => vec![fold(typed)],
    };
    let meant: Vec<Vec<String>> = selected.iter().map(meant).collect();
    let mut listed = 0;
    for (rank, value) in facet.values.iter().enumerate() {
        let name = match facet.field {
            FacetField::Code | FacetField::Weekday => value.value.clone(),
            _ => fold(&value.value),
        };
        let (articles, stories, mentions) = expected.get(&name).cloned().unwrap_or_default();
        let found = (value.articles, value.stories);
        assert_eq!(found, (articles, distinct(stories)), "{what} {name}");
        assert_eq!(value.mentions, is_code.then_some(mentions), "{what} {name}");
        let is_selected = meant.iter().any(|names| names.contains(&name));
        assert_eq!(value.selected, is_selected, "{what} {name}");
        assert!(rank < top || value.selected, "{what} {name}");
        assert!(articles + mentions > 0 || value.selected, "{what} {name}");
        listed += articles;
    }
    for names in &meant {
        let is_there = |name: &String| facet.values.iter().any(|v| fold(&v.value) == fold(name));
        assert!(names.iter().any(is_there), "{what} {names:?}");
    }
    let all: u64 = expected.values().map(|counts| counts.0).sum();
    assert_eq!(facet.other, all - listed, "{what}");
    let mut most: Vec<u64> = expected.values().map(|counts| counts.0).collect();
    most.sort_unstable_by(|a, b| b.cmp(a));
    let first = facet.values.iter().take(top.min(most.len()));
    let first: Vec<u64> = first.map(|value| value.articles).collect();
    assert_eq!(first, most[..top.min(most.len())], "{what}");
}

fn values(seen: &Seen, field: FacetField) -> Vec<String> {
    let of_day = |length: usize| {
        let date = seen.moment.map(date);
        date.map(|date| date[..length].to_owned())
            .into_iter()
            .collect()
    };
    match field {
        FacetField::Source if seen.source.is_empty() => Vec::new(),
        FacetField::Source => vec![seen.source.clone()],
        FacetField::Tag => seen.tags.iter().cloned().collect(),
        FacetField::Category => seen.categories.iter().cloned().collect(),
        FacetField::Code => seen.about.iter().cloned().collect(),
        FacetField::Year => of_day(4),
        FacetField::Month => of_day(7),
        FacetField::Weekday => {
            let number = seen.moment.map(|moment| (moment + CHINA).div_euclid(DAY));
            let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
            let name = number.map(|number| names[number.rem_euclid(7) as usize].to_owned());
            name.into_iter().collect()
        }
    }
}

fn check_timeline(random: &mut Random, scan: &Scan, case: &Case, matching: &[usize]) -> usize {
    let request = &case.request;
    let by = Unit::ALL[random.below(6)];
    let timeline = scan
        .searcher
        .timeline(request, &TimelineOptions { by: Some(by) });
    let Ok(timeline) = timeline else {
        assert_eq!(by, Unit::Hour, "{request}: {timeline:?}");
        return 0;
    };
    let everything = scan.matching(&Asked::All(Vec::new()), case.end());
    let what = format!("{request} {by:?}");
    assert_eq!(timeline.articles, matching.len() as u64, "{what}");
    assert_eq!(timeline.stories, scan.stories(matching), "{what}");
    let moments = || {
        everything
            .iter()
            .filter_map(|&place| scan.articles[place].moment)
    };
    let (since, until) = case.span();
    let cuts = [
        since.max(case.since),
        [until, case.before, case.end()].into_iter().flatten().min(),
        moments().min(),
        moments().max().map(|moment| moment + 1),
    ];
    let starts: Vec<i64> = timeline
        .buckets
        .iter()
        .map(|bucket| second(&bucket.start))
        .collect();
    let last = timeline.buckets.last();
    let last = last.map_or(i64::MIN, |bucket| second(&bucket.end));
    let by_bucket = |places: &[usize]| {
        let mut counted: BTreeMap<i64, (u64, Vec<u32>)> = BTreeMap::new();
        for &place in places {
            let seen = &scan.articles[place];
            let Some(moment) = seen.moment.filter(|&moment| moment < last) else {
                continue;
            };
            let bucket = starts.partition_point(|&start| start <= moment);
            if let Some(&start) = starts.get(bucket.wrapping_sub(1)) {
                let counts = counted.entry(start).or_default();
                counts.0 += 1;
                counts.1.push(seen.story);
            }
        }
        counted
    };
    let (found, all) = (by_bucket(matching), by_bucket(&everything));
    let mut sum = 0;
    for (bucket, start) in timeline.buckets.iter().zip(&starts) {
        assert!(begins(by, *start, &bucket.start), "{what} {bucket:?}");
        let end = second(&bucket.end);
        let (articles, stories) = found.get(start).cloned().unwrap_or_default();
        let stories = distinct(stories);
        assert_eq!(
            (bucket.articles, bucket.stories),
            (articles, stories),
            "{what} {bucket:?}"
        );
        let all = all
            .get(start)
            .map_or(1, |(_, stories)| distinct(stories.clone()).max(1));
        assert!(
            (bucket.share - stories as f64 / all as f64).abs() < 1e-9,
            "{what} {bucket:?}"
        );
        let is_cut = cuts.iter().flatten().any(|cut| *start < *cut && *cut < end);
        assert_eq!(bucket.partial, is_cut, "{what} {bucket:?}");
        sum += articles;
    }
    assert_eq!(sum + timeline.undated, matching.len() as u64, "{what}");
    let undated = matching
        .iter()
        .filter(|&&place| scan.articles[place].moment.is_none());
    assert_eq!(timeline.undated, undated.count() as u64, "{what}");
    for pair in timeline.buckets.windows(2) {
        assert_eq!(pair[0].end, pair[1].start, "{what}");
    }
    timeline.buckets.len()
}

/// A moment that a bucket or a row names.
fn second(text: &str) -> i64 {
    Published::parse(text).expect(text).seconds
}

/// Whether such a bucket begins at a moment.
fn begins(by: Unit, start: i64, text: &str) -> bool {
    let day = (start + CHINA).div_euclid(DAY);
    let is_midnight = (start + CHINA).rem_euclid(DAY) == 0;
    is_midnight
        && match by {
            Unit::Hour | Unit::Day => true,
            Unit::Week => day.rem_euclid(7) == 4,
            Unit::Month => &text[8..10] == "01",
            Unit::Quarter => ["01-01", "04-01", "07-01", "10-01"].contains(&&text[5..10]),
            Unit::Year => &text[5..10] == "01-01",
        }
        || by == Unit::Hour && start.rem_euclid(3_600) == 0
}

/// What a scan counts of a row.
#[derive(Default)]
struct Row {
    about: u64,
    mentions: u64,
    stories: Vec<u32>,
    sources: BTreeSet<String>,
    moments: BTreeSet<i64>,
}

fn check_series(random: &mut Random, scan: &Scan, case: &Case, matching: &[usize]) -> usize {
    let by = [Unit::Day, Unit::Week, Unit::Month][random.below(3)];
    let close = [1_440, 900, 1][random.below(3)];
    let days = matching
        .iter()
        .filter_map(|&place| scan.articles[place].moment);
    let days: BTreeSet<String> = days.map(date).collect();
    let calendar: Vec<String> = match random.one_in(2) {
        true => days.into_iter().step_by(3).collect(),
        false => Vec::new(),
    };
    let mut codes: Vec<String> = Vec::new();
    if random.one_in(2) {
        codes.extend((0..40).map(|_| random.code(scan)));
    }
    let options = SeriesOptions {
        of: SeriesOf::Codes(codes.clone()),
        by,
        close: close as u16,
        calendar: calendar.clone(),
    };
    let series = scan.searcher.series(&case.request, &options).unwrap();
    let trading: Vec<i64> = calendar.iter().map(|day| midnight(day)).collect();
    let mut expected: BTreeMap<(String, String), Row> = BTreeMap::new();
    let (mut undated, mut beyond) = (0, 0);
    for &place in matching {
        let seen = &scan.articles[place];
        let Some(moment) = seen.moment else {
            undated += 1;
            continue;
        };
        let mut day = midnight(&date(moment + (1_440 - close) * 60));
        if !trading.is_empty() {
            match trading.iter().find(|&&trading| trading >= day) {
                Some(&next) => day = next,
                None => {
                    beyond += 1;
                    continue;
                }
            }
        }
        let bucket = match by {
            Unit::Day => date(day),
            // 1970 began on a Thursday.
            Unit::Week => date(day - ((day + CHINA).div_euclid(DAY) + 3).rem_euclid(7) * DAY),
            _ => format!("{}-01", &date(day)[..7]),
        };
        for (keys, is_about) in [(&seen.about, true), (&seen.mentions, false)] {
            for key in keys
                .iter()
                .filter(|key| codes.is_empty() || codes.contains(key))
            {
                let row = expected.entry((key.clone(), bucket.clone())).or_default();
                row.about += u64::from(is_about);
                row.mentions += u64::from(!is_about);
                row.stories.push(seen.story);
                row.sources
                    .extend(Some(seen.source.clone()).filter(|name| !name.is_empty()));
                row.moments.insert(moment);
            }
        }
    }
    let what = format!("{} {options:?}", case.request);
    assert_eq!((series.undated, series.beyond), (undated, beyond), "{what}");
    assert_eq!(series.rows.len(), expected.len(), "{what}");
    for row in &series.rows {
        let key = (row.key.clone(), row.bucket.clone());
        let counts = expected.remove(&key).expect(&what);
        assert_eq!(
            row.articles,
            counts.about + counts.mentions,
            "{what} {row:?}"
        );
        let kinds = (row.about, row.mentions);
        assert_eq!(
            kinds,
            (Some(counts.about), Some(counts.mentions)),
            "{what} {row:?}"
        );
        assert_eq!(row.stories, distinct(counts.stories), "{what} {row:?}");
        assert_eq!(row.sources, counts.sources.len() as u64, "{what} {row:?}");
        let ends = (Some(second(&row.first)), Some(second(&row.last)));
        let expected = (
            counts.moments.first().copied(),
            counts.moments.last().copied(),
        );
        assert_eq!(ends, expected, "{what} {row:?}");
    }
    series.rows.len()
}

fn check_trends(scan: &Scan, case: &Case, matching: &[usize]) -> usize {
    let trends = scan
        .searcher
        .trends(&case.request, &TrendOptions::default())
        .unwrap();
    let what = &case.request;
    let is_inside: BTreeSet<usize> = matching.iter().copied().collect();
    let mut outside = scan.matching(&Asked::All(Vec::new()), case.end());
    outside.retain(|place| !is_inside.contains(place));
    assert_eq!(trends.articles, matching.len() as u64, "{what}");
    assert_eq!(trends.stories, scan.stories(matching), "{what}");
    assert_eq!(trends.against, scan.stories(&outside), "{what}");
    for trend in &trends.trends {
        let query = Query::parse(&trend.query);
        let code = query.root().and_then(code_of);
        let has = |place: &usize| {
            let seen = &scan.articles[*place];
            match trend.kind {
                TrendKind::Word => seen.counts(scan.number(&trend.text).expect("a word")),
                TrendKind::Name => seen.about.contains(code.as_ref().expect("a code")),
            }
        };
        let found: Vec<usize> = matching.iter().copied().filter(has).collect();
        let media = found
            .iter()
            .map(|&place| scan.articles[place].source.as_str());
        let media: BTreeSet<&str> = media.filter(|name| !name.is_empty()).collect();
        let counts = (trend.articles, trend.stories, trend.sources);
        let expected = (found.len() as u64, scan.stories(&found), media.len() as u64);
        assert_eq!(counts, expected, "{what} {trend:?}");
        let others: Vec<usize> = outside.iter().copied().filter(has).collect();
        let share = scan.stories(&others) as f64 / trends.against as f64;
        let difference = trend.expected - share * trends.stories as f64;
        assert!(difference.abs() < 1e-6, "{what} {trend:?}");
    }
    trends.trends.len()
}

/// The security that the last filter of a query names.
fn code_of(node: &Node) -> Option<String> {
    match node {
        Node::Is(Key::Code, code) => Some(code.clone()),
        Node::All(nodes) | Node::And(nodes) => nodes.iter().rev().find_map(code_of),
        _ => None,
    }
}

fn check_suggestions(random: &mut Random, scan: &Scan, analyzer: &Analyzer) -> usize {
    let seen = random.article(scan);
    let text = match random.below(5) {
        0 => random.code(scan),
        1 => seen.source.clone(),
        2 => seen.tags.first().cloned().unwrap_or_default(),
        3 => seen.title.clone(),
        _ => random.piece(scan, analyzer, 2),
    };
    let count = 1 + random.below(6);
    let typed: String = text.chars().take(count).collect();
    let options = SuggestOptions { limit: 20 };
    let suggestions = scan.searcher.suggest(&typed, &options).unwrap();
    for suggestion in &suggestions {
        let query = Query::parse(&suggestion.query);
        let code = query.root().and_then(code_of);
        let name = fold(&suggestion.text);
        let has = |seen: &Seen| match suggestion.kind {
            SuggestionKind::Tag => seen.tags.contains(&name),
            SuggestionKind::Source => seen.source == name,
            SuggestionKind::Phrase => seen.phrases.contains(&name),
            _ => seen.about.contains(code.as_ref().expect("a code")),
        };
        let places = 0..scan.articles.len();
        let found: Vec<usize> = places.filter(|&place| has(&scan.articles[place])).collect();
        assert_eq!(
            suggestion.stories,
            scan.stories(&found),
            "{typed}: {suggestion:?}"
        );
    }
    suggestions.len()
}
