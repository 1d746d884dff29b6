//! What users of other engines complained about, searching Chinese: each complaint a test, with texts
//! of our own.

use newsearch::{Article, Index, IndexOptions, Note, Page, Paragraph, Query};

// Words that are found inside longer ones, and names that no dictionary has.

#[test]
fn a_word_is_found_inside_a_longer_one() {
    for (word, text) in [
        ("简单", "安装简单"),
        ("处理", "待处理"),
        ("工程", "在建工程"),
        ("农业", "汀洲农业发展银行"),
        ("银行", "汀洲农业发展银行"),
        ("测试", "测试工具箱"),
        ("工具箱", "测试工具箱"),
        ("工具", "测试工具箱"),
        ("财经", "临澜财经大学"),
        ("大学", "临澜财经大学"),
        ("华屿", "华屿证券"),
        ("证券", "华屿证券"),
    ] {
        for query in [word.to_owned(), quoted(word)] {
            check(&query, &[text], &["天气晴朗"]);
        }
    }
}

#[test]
fn a_word_in_the_middle_of_a_sentence_is_found() {
    let text = "这是本栏目的第一篇文章，谈谈产品被起诉之后，违法行为如何认定。";
    for word in ["第一篇", "文章", "产品", "起诉", "违法行为", "认定"] {
        for query in [word.to_owned(), quoted(word)] {
            check(&query, &[text], &["今天没有新闻"]);
        }
    }
}

#[test]
fn a_brand_is_found_where_it_is_cut_otherwise() {
    for query in ["珠江桥", "\"珠江桥\""] {
        check(query, &["珠江桥牌御品蚝油"], &["珠江上的船", "长江大桥"]);
    }
}

#[test]
fn a_name_that_no_dictionary_has_is_found_whole() {
    for query in ["程国岚", "\"程国岚\"", "程 国 岚"] {
        check(
            query,
            &["由程国岚主持", "程国岚"],
            &["程某和国岚", "国家岚图程序"],
        );
    }
}

#[test]
fn a_name_is_found_whole_though_its_half_is_a_word_elsewhere() {
    let index = index_of(&[
        "南大岚创科技中标",
        "南大的校园",
        "科技强国",
        "南方大客车科技",
    ]);
    let found = search_in(&index, &Query::parse("南大岚创科技"));
    assert_eq!(found, ["南大岚创科技中标"]);
    check("中汀科技", &["中汀科技中标"], &["中心科技", "科技与汀洲"]);
}

#[test]
fn a_name_is_not_found_across_other_words() {
    check("大视野", &["大视野公告停牌"], &["要扩大视野", "视野很大"]);
    check(
        "\"大视野\"",
        &["大视野公告停牌", "要扩大视野"],
        &["视野很大"],
    );
}

#[test]
fn a_short_word_does_not_match_by_its_characters() {
    check(
        "本田",
        &["本田发布新车"],
        &["本报讯", "日本的稻田", "基本完成"],
    );
    check("灯泡", &["灯泡涨价"], &["灯光", "泡沫"]);
}

#[test]
fn single_characters_are_found() {
    for (character, texts) in [
        ("灯", ["大灯", "车灯", "灯"]),
        ("花", ["花", "花木", "郁金香花"]),
    ] {
        for query in [character.to_owned(), quoted(character)] {
            check(&query, &texts, &["汽车", "树木"]);
        }
    }
}

// Long queries.

#[test]
fn a_question_finds_texts_that_say_it_otherwise() {
    let texts = ["告诉我如何写周报", "写周报：如何告诉我的老板", "周报怎么写"];
    let found = search(&texts, "告诉我如何写周报");
    assert_eq!(found.texts.first().copied(), Some("告诉我如何写周报"));
    assert!(found.texts.contains(&"写周报：如何告诉我的老板"));
}

#[test]
fn a_run_without_blanks_is_words_not_a_phrase() {
    let text = "云汐租赁发布年报：受费用上升影响，今年利润同比下降三成。";
    check(
        "云汐租赁今年的利润为什么下降",
        &[text],
        &["海岚新材募集资金"],
    );
    check("每個月都", &["我们每个月都公布"], &["每年公布一次"]);
}

#[test]
fn a_full_title_finds_itself_first() {
    let titles = [
        "云汐租赁：拟发行10亿元绿色债券 用于风电项目",
        "云汐租赁拟发行债券",
        "风电项目用绿色债券",
        "10亿元 用于项目",
    ];
    for title in titles {
        for query in [title.to_owned(), quoted(title)] {
            assert_eq!(
                search(&titles, &query).texts.first(),
                Some(&title),
                "{query}"
            );
        }
    }
}

#[test]
fn a_text_is_found_by_each_of_its_words_and_by_all() {
    let texts = [
        "央行宣布下调存款准备金率0.5个百分点，释放长期资金约1万亿元",
        "股市收盘涨跌不一",
    ];
    let index = index_of(&texts);
    for text in texts {
        let words = index
            .analyzer()
            .tokens(text)
            .into_iter()
            .map(|token| token.text);
        for query in words.chain([text.to_owned()]) {
            let found = search_in(&index, &Query::words(&query));
            assert!(
                found.iter().any(|title| title == text),
                "{query}: {found:?}"
            );
        }
    }
}

#[test]
fn an_absent_word_is_named_and_the_rest_is_searched() {
    let texts = ["央行宣布降准", "央行开会"];
    let found = search(&texts, "央行 降准 鹓鶵");
    assert_eq!(found.texts, ["央行宣布降准"]);
    assert_eq!(found.texts, search(&texts, "央行 降准").texts);
    let missing = Note::Missing {
        words: vec!["鹓鶵".into()],
    };
    assert!(found.notes.contains(&missing), "{:?}", found.notes);
}

// Phrases.

#[test]
fn ten_companies_with_one_beginning() {
    let companies = [
        "招商云汐",
        "招商海岚基金管理有限公司",
        "招商屿光证券股份有限公司",
        "招商澎屿港口有限公司",
        "招商基金",
        "招商基金管理有限公司",
        "招商局晟岚集团",
        "招商望舒轮船有限公司",
        "招商汀洲公路",
        "招商霁川银行",
    ];
    let with = |needles: &[&str]| -> Vec<&str> {
        let has = |company: &&str| needles.iter().all(|needle| company.contains(needle));
        companies.into_iter().filter(has).collect()
    };
    let without: Vec<&str> = companies
        .into_iter()
        .filter(|name| !name.contains("公司"))
        .collect();
    for (query, expected) in [
        ("招商", companies.to_vec()),
        ("招商 公司", with(&["招商", "公司"])),
        ("招商 -公司", without.clone()),
        ("招商 -\"公司\"", without),
        ("\"招商基金\"", with(&["招商基金"])),
        ("\"招商基金\" \"公司\"", with(&["招商基金", "公司"])),
        ("+招商 +基金", with(&["招商", "基金"])),
    ] {
        let mut found = search(&companies, query).texts;
        found.sort_unstable();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(found, expected, "{query}");
    }
}

#[test]
fn a_phrase_may_cut_words() {
    check("\"小化妆\"", &["小化妆包"], &["化妆包小"]);
    check("\"包\"", &["小化妆包"], &["化妆"]);
    check("\"色金\"", &["绿色金融"], &["金色"]);
    check("\"金砖国家\"", &["金砖国家在厦门会晤"], &["国家金砖"]);
}

#[test]
fn a_phrase_keeps_its_little_words() {
    check(
        "\"发展的动力\"",
        &["发展的动力"],
        &["发展动力", "发展和动力"],
    );
    check("\"发展动力\"", &["发展动力"], &["发展的动力"]);
    check("的人", &["他是负责的人"], &["公司公告"]);
}

#[test]
fn phrases_terms_and_slop_go_together() {
    let near = "云汐金融租赁发行绿色中期债券";
    let far = "云汐集团与多家银行签约后表示将发展租赁，也发行绿色债券";
    check("\"云汐 租赁\"~4", &[near], &[far, "租赁云汐"]);
    check(
        "\"云汐 租赁\"~4 \"绿色 债券\"~2",
        &[near],
        &[far, "云汐租赁"],
    );
    check("\"云汐 租赁\"~30 \"绿色债券\"", &[far], &[near]);
    check("\"云汐 租赁\"~4 发行", &[near], &[far, "发行"]);
    check("租赁 NEAR/4 云汐", &[near], &[far]);
    check(
        "\"hello world\"",
        &["say hello world twice"],
        &["hello, world", "world hello"],
    );
}

#[test]
fn quotation_marks_and_operators_in_a_query_are_no_error() {
    for query in [
        "云汐说\"好",
        "云汐 \"",
        "云汐 AND",
        "(云汐",
        "云汐)",
        "云汐 AND OR NOT",
        "云汐 -",
        "云汐 \\",
    ] {
        let found = search(&["云汐说“好”", "天气"], query);
        assert_eq!(found.texts.first().copied(), Some("云汐说“好”"), "{query}");
    }
}

// Letters, digits and signs.

#[test]
fn a_version_is_not_found_by_its_fragments() {
    check(
        "3.6.3",
        &["升级到3.6.3版"],
        &["3.6和3", "第3章第6节第3条", "3.6.4"],
    );
    check("WES-5.4.5", &["WES-5.4.5发布"], &["WES发布5个", "5.4.5"]);
    check("ISU-CNS24093", &["型号ISU-CNS24093"], &["ISU和CNS"]);
}

#[test]
fn a_block_is_found_whole_and_in_parts() {
    for query in ["PD1728_A_1", "PD1728", "pd1728", "\"PD1728\"", "\"D1728_\""] {
        check(
            query,
            &["型号为PD1728_A_1的手机"],
            &["型号为PD1729_A_1的手机"],
        );
    }
    for query in ["HFO-1234yf", "1234yf", "hfo1234yf", "hfo"] {
        check(query, &["冷媒HFO-1234yf供货"], &["冷媒供货"]);
    }
    for query in ["600948.SH", "600948", "\"60094\"", "\"948.SH\""] {
        check(query, &["岭醇酒业(600948.SH)公告"], &["600849.SH"]);
    }
}

#[test]
fn signs_belong_to_words() {
    check("C#", &["用C#编写"], &["用C编写", "C++"]);
    check("C++", &["用C++编写"], &["用C编写", "C#"]);
    check("\"C#\"", &["用C#编写"], &["用C编写"]);
    check("A+", &["完成A+轮融资"], &["完成A轮融资", "A股"]);
    check("\"融资+融物\"", &["融资+融物模式"], &["融资融物模式"]);
    check("\"融资融物\"", &["融资融物模式"], &["融资+融物模式"]);
    check("5.7%", &["增长5.7%"], &["增长7.5%", "5人和7人"]);
    check("\"4.54万亿\"", &["规模4.54万亿元"], &["规模54万亿元"]);
    check("5G", &["5G基站"], &["15G内存", "5个"]);
}

// Variants.

#[test]
fn traditional_and_simplified_are_one() {
    for (one, other) in [
        ("國際論壇", "国际论坛"),
        ("檔案", "档案"),
        ("潮訊控股", "潮讯控股"),
        ("ＥＴＦ", "etf"),
        ("昇瀾", "升澜"),
    ] {
        for (query, text) in [(one, other), (other, one)] {
            check(query, &[text], &["天气"]);
            check(&quoted(query), &[text], &["天气"]);
        }
    }
}

#[test]
fn pinyin_does_not_match_in_texts() {
    check("zhongguo", &[], &["中国"]);
    check("zg", &[], &["中国"]);
}

// Highlights.

#[test]
fn what_matched_is_marked_and_nothing_else() {
    for (query, text, expected) in [
        ("大卫", "大卫到了扫", "[大卫]到了扫"),
        ("\"大卫到\"", "大卫到了扫", "[大卫到]了扫"),
        ("虚拟机", "虚拟机 a : a : a", "[虚拟机] a : a : a"),
        ("虚拟机 a", "虚拟机 a : b : a", "[虚拟机] [a] : b : [a]"),
        ("國際", "國際論壇与国际會議", "[國際]論壇与[国际]會議"),
        ("论坛", "國 際 論 壇", "國 際 [論 壇]"),
        ("黑暗", "黎明前的黑暗", "黎明前的[黑暗]"),
        ("程国岚", "程某、国岚、程国岚", "程某、国岚、[程国岚]"),
        ("\"色金\"", "绿色金融", "绿[色金]融"),
        ("灯", "大灯与路灯", "大[灯]与路[灯]"),
        ("5g", "15G与5G", "15G与[5G]"),
        ("hfo-1234yf", "用ＨＦＯ-1234yf", "用[ＨＦＯ-1234yf]"),
        ("宁澜*", "宁澜时代", "[宁澜]时代"),
        (
            "租赁 NEAR/2 云汐",
            "云汐租赁，租赁行业",
            "[云汐][租赁]，租赁行业",
        ),
        ("云汐 -股票", "云汐债券", "[云汐]债券"),
        ("title:云汐", "云汐债券", "[云汐]债券"),
    ] {
        assert_eq!(marked(query, text), expected, "{query}");
    }
}

#[test]
fn odd_texts_are_indexed_like_any_other() {
    for text in [
        "黎明前的黑暗",
        "cube5 2",
        "李海林",
        "a\u{300}é",
        "𠮷野家",
        "🈶️货",
        "～～",
        "ﷺ",
    ] {
        check(&quoted(text), &[text], &["别的"]);
    }
}

#[test]
fn marks_in_later_paragraphs_stand_where_they_should() {
    let body = "第一段没有。\n第二段说云汐。\n第三段又说云汐租赁。";
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    let mut writer = index.writer_with(1, 16 << 20).unwrap();
    writer.add(article("公告", body)).unwrap();
    writer.commit().unwrap();
    let searcher = index.searcher();
    let hits = searcher
        .search(&Query::parse("\"云汐\""), &Page::first(1))
        .unwrap();
    let mut marks = 0;
    for snippet in hits.flat_map(|hit| hit.unwrap().snippets) {
        for range in snippet.highlights {
            assert_eq!(characters(&snippet.text, range), "云汐");
            marks += 1;
        }
    }
    assert_eq!(marks, 2);
}

// A little language for the tests above. A text is the title of an article.

/// What a search found, best first.
struct Found<'t> {
    texts: Vec<&'t str>,
    notes: Vec<Note>,
}

/// The query finds all of `found`, in any order, and none of `others`.
fn check(query: &str, found: &[&str], others: &[&str]) {
    let texts = [found, others].concat();
    let mut result = search(&texts, query).texts;
    result.sort_unstable();
    let mut expected = found.to_vec();
    expected.sort_unstable();
    assert_eq!(result, expected, "{query}");
}

fn search<'t>(texts: &[&'t str], query: &str) -> Found<'t> {
    let index = index_of(texts);
    let searcher = index.searcher();
    let hits = searcher
        .search(&Query::parse(query), &Page::first(100))
        .unwrap();
    let notes = hits.notes.clone();
    let places = hits.map(|hit| hit.unwrap().article.id.parse::<usize>().unwrap());
    Found {
        texts: places.map(|place| texts[place]).collect(),
        notes,
    }
}

fn search_in(index: &Index, query: &Query) -> Vec<String> {
    let searcher = index.searcher();
    let hits = searcher.search(query, &Page::first(100)).unwrap();
    hits.map(|hit| hit.unwrap().article.title).collect()
}

/// The text with what the query marks in it in brackets.
fn marked(query: &str, text: &str) -> String {
    let index = index_of(&[text]);
    let searcher = index.searcher();
    let mut hits = searcher
        .search(&Query::parse(query), &Page::first(1))
        .unwrap();
    let hit = hits
        .next()
        .unwrap_or_else(|| panic!("{query} does not find {text}"))
        .unwrap();
    let mut marked = String::new();
    let mut end = 0;
    for range in hit.title_highlights {
        marked += &characters(text, end..range.start);
        marked += &format!("[{}]", characters(text, range.clone()));
        end = range.end;
    }
    marked + &characters(text, end..text.chars().count())
}

fn characters(text: &str, range: std::ops::Range<usize>) -> String {
    text.chars().skip(range.start).take(range.len()).collect()
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn index_of(texts: &[&str]) -> Index {
    let index = Index::in_memory(IndexOptions::new()).unwrap();
    let mut writer = index.writer_with(1, 16 << 20).unwrap();
    for (place, text) in texts.iter().enumerate() {
        let article = Article {
            id: place.to_string(),
            ..article(text, "")
        };
        writer.add(article).unwrap();
    }
    writer.commit().unwrap();
    index
}

fn article(title: &str, body: &str) -> Article {
    let paragraph = |text: &str| Paragraph {
        text: text.to_owned(),
        heading: false,
    };
    Article {
        id: "0".to_owned(),
        title: title.to_owned(),
        body: body.lines().map(paragraph).collect(),
        ..Article::default()
    }
}
