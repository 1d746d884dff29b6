//! The spread of stories, similar ones, suggestions, trends.

use newsearch::{
    Article, Index, IndexOptions, Request, SimilarOptions, SuggestOptions, Suggestion,
    SuggestionKind, TrendKind, TrendOptions,
};

use crate::archive::{all, article, index_of, sample, stock};

const NEWS: &str = "云汐租赁公告，拟以不超过3.2亿元收购青岚物流51%股权，交易完成后青岚物流将纳入合并报表。\
    青岚物流在滨州新区经营四座冷库，去年营业收入2.7亿元，净利润1900万元。";

#[test]
fn a_story_has_who_told_it_and_when() {
    let shorter = &NEWS[..NEWS.find("净利润").unwrap()];
    let articles = [
        article("a", "2022-01-05 09:00:00", "海潮社", NEWS),
        article("b", "2022-01-05 09:12:00", "云汐财经", NEWS),
        article(
            "c",
            "2022-01-05 10:30:00",
            "星辰日报",
            &format!("{shorter}记者获悉。"),
        ),
        article(
            "d",
            "2022-01-05 10:00:00",
            "海潮社",
            "海潮银行发行绿色债券20亿元，期限三年。",
        ),
    ];
    let searcher = index_of(&articles, &[2]).searcher();
    let story = searcher.story("b").unwrap().unwrap();
    let ids: Vec<&str> = story.tellings.iter().map(|telling| &*telling.id).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    assert_eq!((story.articles, story.sources), (3, 3));
    assert_eq!(
        (story.second, story.fifth, story.tenth),
        (Some(12.0), None, None)
    );
    assert_eq!(story.tellings[1].kept, 1.0);
    let last = &story.tellings[2];
    assert!((0.6..0.95).contains(&last.kept), "{last:?}");
    assert_eq!(last.minutes, Some(90.0));
    assert_eq!(last.lacks, ["1900万元"]);
    assert!(last.adds.is_empty(), "{last:?}");
    let alone = searcher.story("d").unwrap().unwrap();
    assert_eq!((alone.articles, alone.second), (1, None));
    assert_eq!(searcher.story("nobody").unwrap(), None);
}

#[test]
fn what_is_similar_shares_rare_words_and_is_no_reprint() {
    let searcher = sample().searcher();
    let mut found = 0;
    for article in all(&searcher).iter().step_by(7) {
        let similar = searcher.similar(&article.id, &SimilarOptions { limit: 5 });
        let similar = similar.unwrap().unwrap();
        let story = searcher.story(&article.id).unwrap().unwrap();
        for hit in &similar.hits {
            assert!(!story.tellings.iter().any(|telling| telling.id == hit.id));
            assert!(
                !hit.shared.is_empty() && hit.score > 0.0 && hit.score <= 1.0,
                "{hit:?}"
            );
            assert!(hit.shared.iter().all(|term| similar.terms.contains(term)));
            found += 1;
        }
    }
    assert!(found > 20, "{found}");
    assert_eq!(
        searcher
            .similar("nobody", &SimilarOptions::default())
            .unwrap(),
        None
    );
}

/// The engine counts what was deleted until segments are merged.
#[test]
fn what_was_deleted_weighs_nothing() {
    let index = sample();
    let archive = all(&index.searcher());
    let ask = || {
        let searcher = index.searcher();
        let ids = archive.iter().step_by(9).map(|article| &article.id);
        let similar = ids.map(|id| searcher.similar(id, &SimilarOptions::default()).unwrap());
        let similar: Vec<_> = similar.map(|similar| similar.unwrap()).collect();
        let parts = similar.into_iter().map(|one| (one.terms, one.hits));
        parts.collect::<Vec<_>>()
    };
    let before = ask();
    // Few, so that nothing is merged for their sake.
    let replaced = &archive[..archive.len() / 9];
    let mut writer = index.writer().unwrap();
    for article in replaced {
        let title = format!("{}（更正）", article.title);
        writer
            .add(Article {
                title,
                ..article.clone()
            })
            .unwrap();
    }
    writer.commit().unwrap();
    for article in replaced {
        writer.add(article.clone()).unwrap();
    }
    writer.commit().unwrap();
    assert_eq!(ask(), before);
}

#[test]
fn nothing_similar_is_an_empty_answer() {
    let articles = [
        article("a", "2022-01-05", "海潮社", NEWS),
        article(
            "b",
            "2022-01-06",
            "海潮社",
            "央行宣布下调存款准备金率，释放长期资金。",
        ),
    ];
    let searcher = index_of(&articles, &[]).searcher();
    let similar = searcher
        .similar("a", &SimilarOptions::default())
        .unwrap()
        .unwrap();
    assert_eq!(similar.hits, []);
}

#[test]
fn a_security_is_suggested_however_it_is_typed() {
    let with = |id: &str, code: &str, name: &str| {
        let mut article = article(id, "2022-01-05", "海潮社", &format!("{name}公告"));
        article.title = format!("{name}发布年度公告");
        article.tags = vec!["海潮社新闻".into()];
        article.stocks.push(stock(code, name, 3));
        article
    };
    let titled = |id: &str, title: &str| {
        let mut article = article(id, "2022-01-06", "", &format!("{title}，另行通知。"));
        article.title = title.to_owned();
        article
    };
    let articles = [
        with("1", "609301", "重庆云汐"),
        with("2", "609301", "重庆云汐"),
        with("3", "609302", "*ST云汐银行"),
        with("4", "609303", "TCL海潮"),
        titled("5", "年度业绩说明会召开"),
        titled("6", "年度业绩说明会改期"),
    ];
    let searcher = index_of(&articles, &[2]).searcher();
    let suggest = |typed: &str| searcher.suggest(typed, &SuggestOptions::default()).unwrap();
    let first = |typed: &str| -> (String, SuggestionKind, String, u64) {
        let Suggestion {
            text,
            kind,
            query,
            stories,
            ..
        } = suggest(typed)
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("nothing is suggested for {typed}"));
        (text, kind, query, stories)
    };
    let text = |name: &str| name.to_owned();
    let yunxi = text("code:SH609301");
    let told = searcher.facets(
        &Request::parse("code=SH609301").unwrap(),
        &Default::default(),
    );
    let told = told.unwrap().stories;
    for (typed, kind) in [
        ("6093", SuggestionKind::Code),
        ("sh609301", SuggestionKind::Code),
        ("重庆", SuggestionKind::Name),
        ("cqyx", SuggestionKind::Initials),
        ("zqyx", SuggestionKind::Initials),
        ("ZhongQing", SuggestionKind::Pinyin),
        ("chongqingyun", SuggestionKind::Pinyin),
    ] {
        assert_eq!(
            first(typed),
            (text("重庆云汐"), kind, yunxi.clone(), told),
            "{typed}"
        );
    }
    for (typed, kind) in [
        ("*st", SuggestionKind::Name),
        ("styxyh", SuggestionKind::Initials),
        ("styx", SuggestionKind::Initials),
    ] {
        assert_eq!(
            first(typed),
            (text("*ST云汐银行"), kind, text("code:SH609302"), 1),
            "{typed}"
        );
    }
    assert_eq!(first("tclhc").0, "TCL海潮");
    let kinds: Vec<SuggestionKind> = suggest("海潮").iter().map(|found| found.kind).collect();
    assert_eq!(kinds, [SuggestionKind::Tag, SuggestionKind::Source]);
    let phrase = first("年度业绩说");
    assert!(phrase.0.starts_with("年度业绩说"), "{phrase:?}");
    assert_eq!(
        (phrase.1, phrase.2),
        (SuggestionKind::Phrase, format!("\"{}\"", phrase.0))
    );
    assert_eq!(suggest("无此"), []);
    assert_eq!(suggest(" "), []);
    let capped = searcher
        .suggest("6093", &SuggestOptions { limit: 2 })
        .unwrap();
    assert_eq!(capped.len(), 2);
}

#[test]
fn what_was_replaced_does_not_count_for_suggestions() {
    let with = |id: &str, code: &str, name: &str, text: &str| {
        let mut article = article(id, "2022-01-05", "海潮社", text);
        article.stocks.push(stock(code, name, 3));
        article
    };
    let articles = [
        with("1", "609301", "重庆云汐", "云汐公告一"),
        with("2", "609302", "青岚云汐", "青岚公告一"),
        with("3", "609302", "青岚云汐", "青岚公告二"),
        // The first article rewritten, each time beside another, with which what was written stays.
        with("1", "609301", "重庆云汐", "云汐公告二"),
        article("4", "2022-01-06", "海潮社", "港口消息"),
        with("1", "609301", "重庆云汐", "云汐公告三"),
        article("5", "2022-01-07", "海潮社", "电站消息"),
    ];
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    // One thread, so that each commit is one segment.
    let mut writer = index.writer_with(1, 32 << 20).unwrap();
    for commit in [&articles[..3], &articles[3..5], &articles[5..]] {
        for article in commit {
            writer.add(article.clone()).unwrap();
        }
        writer.commit().unwrap();
    }
    let searcher = index.searcher();
    let found = searcher
        .suggest("6093", &SuggestOptions::default())
        .unwrap();
    let found: Vec<&str> = found.iter().map(|found| &*found.text).collect();
    assert_eq!(found, ["青岚云汐", "重庆云汐"]);
}

/// One digit begins thousands of codes, and what begins with it is kept for the next request: the best is the
/// last of them by its code, and a commit makes another one the best.
#[test]
fn what_a_single_digit_begins_is_ranked_whole_and_anew_after_a_commit() {
    let about = |number: usize, code: u32| {
        let mut article = article(&number.to_string(), "2022-01-05", "海潮社", "公告");
        article.stocks.push(stock(&code.to_string(), "云汐科技", 3));
        article
    };
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    let mut writer = index.writer_with(1, 32 << 20).unwrap();
    for number in 0..5_000 {
        writer.add(about(number, 600_000 + number as u32)).unwrap();
    }
    for number in 5_000..5_002 {
        writer.add(about(number, 604_999)).unwrap();
    }
    writer.commit().unwrap();
    let best = |searcher: &newsearch::Searcher| {
        let found = searcher.suggest("6", &SuggestOptions::default()).unwrap();
        (found.len(), found[0].query.clone(), found[0].stories)
    };
    let before = index.searcher();
    let expected = (10, "code:SH604999".to_owned(), 3);
    assert_eq!(best(&before), expected);
    assert_eq!(best(&before), expected);
    for number in 5_002..5_005 {
        writer.add(about(number, 604_998)).unwrap();
    }
    writer.commit().unwrap();
    assert_eq!(best(&before), expected);
    let after = (10, "code:SH604998".to_owned(), 4);
    assert_eq!(best(&index.searcher()), after);
    // As of a day before all of them there is nothing to suggest.
    let day = newsearch::Days::until("2021").unwrap();
    let past = index.searcher().as_of(day).unwrap();
    assert_eq!(past.suggest("6", &SuggestOptions::default()).unwrap(), []);
}

#[test]
fn every_suggestion_of_the_sample_finds_something() {
    let searcher = sample().searcher();
    for typed in ["6", "0", "云", "y", "yx", "海", "债券", "银"] {
        for suggestion in searcher
            .suggest(typed, &SuggestOptions { limit: 50 })
            .unwrap()
        {
            let found = searcher
                .count(&newsearch::Query::parse(&suggestion.query))
                .unwrap();
            assert!(
                found >= suggestion.stories && suggestion.stories > 0,
                "{typed} {suggestion:?}"
            );
        }
    }
}

#[test]
fn what_stands_out_is_on_top() {
    let mut articles = Vec::new();
    let usual = [
        "海潮银行发行绿色债券，期限三年，募集资金用于风电项目。",
        "青禾股份预计全年业绩大增，种子业务贡献过半。",
        "滨州新区冷库投产，青岚物流称年吞吐量将翻倍。",
    ];
    for number in 0..60 {
        let day = format!("2022-01-{:02} 10:{number:02}:00", 1 + number % 20);
        let text = format!(
            "{}编号{number}甲{}",
            usual[number % 3],
            "乙".repeat(number % 5)
        );
        articles.push(article(
            &format!("u{number}"),
            &day,
            ["海潮社", "云汐财经"][number % 2],
            &text,
        ));
    }
    for (number, text) in [
        "台风登陆滨海，港口停运，保险公司启动应急预案",
        "受台风影响，多家上市企业工厂停工检修",
        "台风过境后农产品价格波动，期货品种午后拉升",
        "气象台继续发布台风预警，航班大面积取消",
    ]
    .iter()
    .enumerate()
    {
        let date = format!("2022-01-25 1{number}:00:00");
        articles.push(article(
            &format!("t{number}"),
            &date,
            ["海潮社", "云汐财经"][number % 2],
            text,
        ));
    }
    let searcher = index_of(&articles, &[30]).searcher();
    let request = Request::parse("since=2022-01-25&until=2022-01-25").unwrap();
    let trends = searcher.trends(&request, &TrendOptions::default()).unwrap();
    let first = &trends.trends[0];
    assert_eq!((first.text.as_str(), first.kind), ("台风", TrendKind::Word));
    assert_eq!((first.articles, first.stories, first.sources), (4, 4, 2));
    assert_eq!(first.expected, 0.0);
    let shown = searcher
        .count(&newsearch::Query::parse(&first.query))
        .unwrap();
    assert_eq!(shown, 4, "{}", first.query);
    assert!(
        trends
            .trends
            .iter()
            .all(|trend| trend.stories >= 3 && trend.sources >= 2)
    );
}
