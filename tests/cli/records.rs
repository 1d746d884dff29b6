//! Archives of records as others write them: JSON Lines, JSON and tables, with keys of their own.

use encoding_rs::GB18030;
use serde_json::{Value, json};

use crate::desk::Desk;

/// What an article has of some fields, one after the other.
fn fields(desk: &Desk, query: &str, keys: &[&str]) -> Vec<Value> {
    let hits = desk.hits(query);
    assert_eq!(hits.len(), 1, "{query}: {hits:?}");
    let id = hits[0]["id"].as_str().expect("an id");
    let shown = desk.run_args(&["show", id, "--json"]).json_lines();
    keys.iter().map(|key| shown[0][key].clone()).collect()
}

#[test]
fn keys_of_other_crawls_are_known() {
    let desk = Desk::empty();
    desk.copy_case("1", "in");
    let run = desk.run("index in").succeeds();
    assert_eq!(run.stderr.lines().count(), 1, "{run:#?}");
    let found = fields(&desk, "\"三年供货合同\"", &["date", "url", "path", "line"]);
    let expected = json!([
        "2023-01-05T09:30:00+08:00",
        "https://example.com/a",
        "in/crawl.jsonl",
        1
    ]);
    assert_eq!(json!(found), expected);
}

#[test]
fn keys_in_chinese_and_nested_records_are_known() {
    let desk = Desk::empty();
    desk.copy_case("2", "in");
    let run = desk.run("index in").succeeds();
    assert_eq!(run.counted("new"), 2, "{run:#?}");
    let found = fields(&desk, "\"供货合同\"", &["title", "date", "source", "url"]);
    let expected = json!([
        "澜汐股份签约",
        "2023-01-05T09:30:00+08:00",
        "汀洲财经",
        "http://example.com/a"
    ]);
    assert_eq!(json!(found), expected);
    assert_eq!(
        json!(fields(&desk, "停牌一天", &["id", "date"])),
        json!(["e1", "2023-01-09"])
    );
}

#[test]
fn json_and_tables_are_read_as_lines_are() {
    let desk = Desk::empty();
    desk.copy_case("22", "in");
    let run = desk.run("index --strict in").succeeds();
    assert_eq!(run.counted("new"), 4, "{run:#?}");
    let found = fields(
        &desk,
        "\"降息正文\"",
        &["title", "date", "path", "line", "kind"],
    );
    assert_eq!(
        json!(found),
        json!(["汀洲降息", "2023-01-16", "in/n.csv", 3, "line"])
    );
    assert_eq!(desk.titles("签约"), ["凌川签约", "澜汐签约", "青垣签约"]);
    desk.run("index in/n.csv in/a.json")
        .succeeds()
        .tells("nothing changed");
}

/// Records of seven crawls; what is read of each is its title, text, date, source, author, tags,
/// address and codes.
#[test]
fn records_of_many_shapes_are_read() {
    let body = "澜汐股份周二公告，拟回购不超过两亿元。";
    for (record, expected) in [
        (
            json!({"docid": "k1", "headline": "澜汐回购", "article": body, "ctime": "2023-01-05 09:30:00", "media_name": "汀洲财经", "keywords": "回购,公告", "weburl": "https://example.com/1", "intro": "短讯"}),
            json!([
                "澜汐回购",
                body,
                "2023-01-05T09:30:00+08:00",
                "汀洲财经",
                [],
                ["回购", "公告"],
                "https://example.com/1",
                []
            ]),
        ),
        (
            json!({"title": {"rendered": "澜汐<em>回购</em>"}, "content": {"rendered": format!("<p>{body}</p>")}, "date": "2023-01-05T09:30:00", "link": "https://example.com/2", "author": {"id": 7, "name": "林一舟"}}),
            json!([
                "澜汐回购",
                body,
                "2023-01-05T09:30:00+08:00",
                "",
                ["林一舟"],
                [],
                "https://example.com/2",
                []
            ]),
        ),
        (
            json!({"source": {"id": null, "name": "汀洲财经"}, "author": "林一舟、许望", "title": "澜汐回购", "description": "短讯", "publishedAt": "2023-01-05T01:30:00Z", "content": body, "urlToImage": "https://example.com/a.jpg"}),
            json!([
                "澜汐回购",
                body,
                "2023-01-05T01:30:00+00:00",
                "汀洲财经",
                ["林一舟", "许望"],
                [],
                null,
                []
            ]),
        ),
        (
            json!({"title": "澜汐回购", "maintext": body, "date_publish": "2023-01-05 09:30:00", "source_domain": "news.example.com", "authors": ["林一舟", "许望"], "language": "zh"}),
            json!([
                "澜汐回购",
                body,
                "2023-01-05T09:30:00+08:00",
                "news.example.com",
                ["林一舟", "许望"],
                [],
                null,
                []
            ]),
        ),
        (
            json!({"ts_code": "609301.SH", "股票简称": "澜汐股份", "公告标题": "澜汐回购", "公告内容": body, "公告日期": "2023/1/5"}),
            json!([
                "澜汐回购",
                body,
                "2023-01-05",
                "",
                [],
                [],
                null,
                ["SH609301"]
            ]),
        ),
        (
            json!({"日期": "2023-01-05", "时间": "09:30", "标题": "澜汐回购", "段落": [{"行号": 1, "内容": "澜汐股份周二公告，"}, {"行号": 2, "内容": "拟回购不超过两亿元。"}]}),
            json!([
                "澜汐回购",
                "澜汐股份周二公告，拟回购不超过两亿元。",
                "2023-01-05T09:30:00+08:00",
                "",
                [],
                [],
                null,
                []
            ]),
        ),
        (
            json!({"_id": {"$oid": "63b6"}, "data": {"attributes": {"Title": "澜汐回购", "Body": body, "PublishTime": {"$date": "2023-01-05T01:30:00Z"}, "Source": "https://example.com/3"}}}),
            json!([
                "澜汐回购",
                body,
                "2023-01-05T01:30:00+00:00",
                "",
                [],
                [],
                "https://example.com/3",
                []
            ]),
        ),
    ] {
        let desk = Desk::empty();
        desk.write("a.jsonl", format!("{record}\n"));
        let run = desk.run("index a.jsonl").succeeds();
        let hit = &desk.run("query --path a.jsonl --json").json_lines()[0];
        let id = hit["id"].as_str().expect("an id");
        let shown = &desk.run_args(&["show", id, "--json"]).json_lines()[0];
        let paragraphs = shown["body"].as_array().expect("a body");
        let texts: Vec<&str> = paragraphs
            .iter()
            .filter_map(|p| p["text"].as_str())
            .collect();
        let mut found = vec![shown["title"].clone(), json!(texts.join("\n"))];
        for key in ["date", "source", "authors", "tags", "url", "codes"] {
            found.push(shown[key].clone());
        }
        assert_eq!(json!(found), expected, "{record} {run:#?}");
    }
}

#[test]
fn lists_below_objects_are_records_each() {
    let desk = Desk::empty();
    let item = |n: u32| json!({"title": format!("澜汐第{n}条"), "content": format!("澜汐第{n}条的正文。")});
    let page = json!({"code": 0, "msg": "成功", "data": {"total": 2, "columns": [{"name": "标题", "text": "列名"}], "items": [item(1), item(2)]}});
    desk.write(
        "page.json",
        serde_json::to_string_pretty(&page).expect("JSON"),
    );
    desk.write(
        "pages.jsonl",
        format!(
            "{}\n{}\n",
            json!({"data": [item(3)]}),
            json!({"hits": {"hits": [{"_id": "e", "_source": item(4)}]}})
        ),
    );
    desk.write(
        "feed.json",
        json!({"version": "1.1", "title": "澜汐月报", "items": [item(5)]}).to_string(),
    );
    desk.write(
        "lines.json",
        format!("{}\n{}\n{{broken\n{}\n", item(6), item(7), item(8)),
    );
    desk.write("one.json", format!("\n{}\n", item(9)));
    let run = desk
        .run("index page.json pages.jsonl feed.json lines.json one.json")
        .succeeds();
    assert_eq!(run.counted("new"), 9, "{run:#?}");
    let run = run.tells("skipped lines.json:3: is not a JSON object");
    assert_eq!(run.counted("could"), 1, "{run:#?}");
    assert_eq!(
        json!(fields(&desk, "\"第2条的正文\"", &["path", "line"])),
        json!(["page.json", 15])
    );
    assert_eq!(
        json!(fields(&desk, "\"第4条的正文\"", &["id", "path", "line"])),
        json!(["e", "pages.jsonl", 2])
    );
    assert_eq!(
        json!(fields(&desk, "\"第9条的正文\"", &["line"])),
        json!([2])
    );
}

#[test]
fn what_is_no_article_is_reported() {
    let desk = Desk::empty();
    for (name, content, told) in [
        ("a.json", "[1, 2]", "a.json:1: is not a JSON object"),
        (
            "b.json",
            "[{\"title\":\"澜汐\"}, {\"title\": \"断",
            "b.json:1: is no JSON, and nothing after it was read",
        ),
        (
            "c.json",
            "{\"name\":\"x\"}",
            "c.json:1: has neither a title nor text",
        ),
        (
            "d.csv",
            "title,body\n澜汐,一,二\n",
            "d.csv:2: has 3 fields, and the table 2 columns",
        ),
        ("e.json", "澜汐", "e.json:1: is not a JSON object"),
    ] {
        desk.write(name, content);
        desk.run(&format!("index {name}")).succeeds().tells(told);
        desk.run(&format!("index --strict {name}"))
            .ends_with(2)
            .tells(told);
    }
    assert_eq!(desk.titles("澜汐"), ["澜汐"]);
}

#[test]
fn tables_of_any_encoding_and_delimiter_are_read() {
    let table = "日期,标题,正文,来源\n2023-01-15,澜汐签约,\"澜汐股份签约，\n金额\"\"两亿\"\"元。\",汀洲财经\n";
    let utf16: Vec<u8> = format!("\u{FEFF}{}", table.replace(',', "\t"))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (name, bytes) in [
        ("a.csv", table.as_bytes().to_vec()),
        ("b.csv", format!("\u{FEFF}{table}").into_bytes()),
        ("c.csv", GB18030.encode(table).0.into_owned()),
        ("d.tsv", table.replace(',', "\t").into_bytes()),
        (
            "e.csv",
            table.replace(',', ";").replace('\n', "\r\n").into_bytes(),
        ),
        ("f.tsv", utf16),
        (
            "g.csv.zst",
            zstd::encode_all(table.as_bytes(), 3).expect("compresses"),
        ),
    ] {
        let desk = Desk::empty();
        desk.write(name, bytes);
        let run = desk.run_args(&["index", "--strict", name]).succeeds();
        let found = fields(&desk, "\"金额\"", &["title", "source", "date", "line"]);
        assert_eq!(
            json!(found),
            json!(["澜汐签约", "汀洲财经", "2023-01-15", 2]),
            "{name} {run:#?}"
        );
        assert_eq!(
            desk.titles("--path a").len(),
            usize::from(name.starts_with('a'))
        );
    }
    let desk = Desk::empty();
    let list = "[{\"标题\":\"澜汐\\\\签约\",\"正文\":\"一\"}]".replace(
        '一',
        &"澜汐股份周二公告，拟回购不超过两亿元。乗乗".repeat(5_000),
    );
    desk.write("a.json", GB18030.encode(&list).0);
    desk.run("index --strict a.json").succeeds();
    assert_eq!(desk.titles("签约"), ["澜汐\\签约"]);
}

#[test]
fn a_table_without_names_has_numbers() {
    let desk = Desk::empty();
    let long = "澜汐股份周二公告，拟回购不超过两亿元。".repeat(20);
    desk.write("a.csv", format!("澜汐签约,{long}\n汀洲分红,{long}\n"));
    desk.run("index a.csv")
        .succeeds()
        .tells("a.csv:1: has neither a title nor text under a key that is known, though `2` holds long text (2 rows like `澜汐签约, ")
        .tells("`; the first row of the table names no column that is known): --field body=2 reads it");
    let run = desk
        .run("index --strict --field title=1 --field body=2 a.csv")
        .succeeds();
    assert_eq!(run.counted("new"), 2, "{run:#?}");
    assert_eq!(desk.titles("回购 --all"), ["汀洲分红", "澜汐签约"]);
}

#[test]
fn rows_of_a_table_without_names_are_told_once() {
    let desk = Desk::empty();
    let row = |n: u32| format!("46,{n},249\n");
    desk.write("a.csv", (0..300).map(row).collect::<String>());
    // The names of a table are known: each row of it is told.
    desk.write("b.csv", "标题,正文\n,\n,x,y\n澜汐签约,\n,\u{3000}\n");
    let run = desk.run("index a.csv b.csv").succeeds();
    let told: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(
        told[..3],
        [
            "skipped a.csv:2: has neither a title nor text (299 rows like `46, 1, 249`; the first row of the table names no column that is known)",
            "skipped b.csv:3: has 3 fields, and the table 2 columns: a text with a comma in it needs quotes",
            "skipped b.csv:5: has neither a title nor text",
        ],
        "{run:#?}"
    );
    assert_eq!(run.counted("could not be read"), 301, "{run:#?}");
    desk.run("index --strict a.csv b.csv").ends_with(2);
}

#[test]
fn numbers_that_begin_anew_are_no_ids() {
    let desk = Desk::empty();
    let row =
        |id: u32, n: u32| format!("{id},澜汐第{n}则,澜汐股份公告之{n}。,http://a.example/{n}\n");
    let pages = [row(1, 1), row(2, 2), row(1, 3), row(2, 4)].concat();
    desk.write("a.csv", format!("id,title,content,link\n{pages}"));
    desk.write(
        "b.csv",
        format!("id,title,content,link\n{}{}", row(1, 5), row(2, 2)),
    );
    let run = desk.run("index --strict a.csv b.csv").succeeds();
    assert_eq!(
        (run.counted("new"), run.counted("merged")),
        (4, 2),
        "{run:#?}"
    );
    // The first ones are, and those of another file: it is said that they may be none.
    desk.run("show 1").succeeds();
    let run = run.tells("b.csv:2: the id `1` is that of another title too, and one article is kept of both: --field id= tells them apart");
    assert!(!run.stderr.contains("a.csv:"), "{run:#?}");
    let record =
        |id: u32, n: u32| json!({"id": id, "title": format!("汀洲第{n}则"), "content": "文"});
    let lines: Vec<String> = (1..=4).map(|n| record(n % 2, n).to_string()).collect();
    desk.write("c.jsonl", lines.join("\n"));
    desk.run("index c.jsonl").succeeds().tells(
        "c.jsonl:3: the id `1` is that of another title too, and one article is kept of both: --field id= tells them apart (2 records)",
    );
    let run = desk
        .run("index --strict --field id= c.jsonl --index other")
        .succeeds();
    assert_eq!(run.counted("new"), 4, "{run:#?}");
    // A count from 0 is one of rows from its first on, in each table.
    for (name, n) in [("d.csv", 11), ("e.csv", 21)] {
        let rows = [row(0, n), row(1, n + 1), row(2, n + 2)].concat();
        desk.write(name, format!("id,title,content,link\n{rows}"));
    }
    let run = desk
        .run("index --strict d.csv e.csv --index fourth")
        .succeeds();
    assert_eq!(run.counted("new"), 6, "{run:#?}");
    // An id that is asked for is one.
    let run = desk
        .run("index --field id=id a.csv --index third")
        .succeeds();
    assert_eq!(
        (run.counted("new"), run.counted("merged")),
        (2, 2),
        "{run:#?}"
    );
}

#[test]
fn keys_can_be_named_and_stay_with_the_index() {
    let desk = Desk::empty();
    let body = "澜汐股份周二签下三年供货合同，金额两亿元，分三年执行完毕。";
    let record = |n: u32| json!({"标": format!("澜汐第{n}条"), "_source": {"neirong": format!("第{n}条：{body}")}, "beizhu": body});
    desk.write("a.jsonl", format!("{}\n{}\n", record(1), record(2)));
    let run = desk.run("index a.jsonl --field title=标").succeeds();
    let told = [
        "a.jsonl:1: no body was read, though `_source.neirong` holds long text: --field body=_source.neirong reads it (2 records)",
        "a.jsonl:1: no body was read, though `beizhu` holds long text: --field body=beizhu reads it (2 records)",
    ];
    assert_eq!(
        run.stderr.lines().take(2).collect::<Vec<_>>(),
        told,
        "{run:#?}"
    );
    assert_eq!(
        (desk.titles("澜汐").len(), desk.titles("\"供货合同\"").len()),
        (2, 0)
    );

    // Another mapping reads the file again, and leaves nothing of the reading before.
    let run = desk
        .run("index a.jsonl --field title=标 --field body=_source.neirong")
        .succeeds();
    let told = "a.jsonl:1: the long text of `beizhu` was not read (2 records)";
    assert_eq!(run.stderr.lines().next(), Some(told), "{run:#?}");
    assert_eq!(
        (desk.titles("澜汐").len(), desk.titles("\"供货合同\"").len()),
        (2, 2)
    );
    desk.run("check").succeeds();

    // It stays: with the next run, and when the index is started over.
    desk.write("b.jsonl", format!("{}\n", record(3)));
    desk.run("index a.jsonl b.jsonl").succeeds();
    assert_eq!(desk.titles("\"供货合同\"").len(), 3);
    desk.run("index --rebuild b.jsonl").succeeds();
    assert_eq!(desk.titles("\"供货合同\"").len(), 1);
    for bad in ["headline=x", "title", "=x"] {
        let run = desk
            .run_args(&["index", "a.jsonl", "--field", bad])
            .ends_with(2);
        assert!(
            run.stderr.contains(&format!("`{bad}` is not FIELD=KEY")),
            "{run:#?}"
        );
    }
}

#[test]
fn keys_in_lists_can_be_named() {
    let desk = Desk::empty();
    let page = json!({"data": {"list": [{"biaoti": "澜汐甲", "wen": "甲文。"}, {"biaoti": "澜汐乙", "wen": "乙文。"}]}});
    desk.write("a.json", page.to_string());
    desk.run("index a.json --field title=data.list[].biaoti --field body=data.list[].wen")
        .succeeds();
    assert_eq!(desk.titles("澜汐"), ["澜汐乙", "澜汐甲"]);
    assert_eq!(desk.titles("\"乙文\""), ["澜汐乙"]);
}

#[test]
fn a_cut_surrogate_costs_one_character() {
    let desk = Desk::empty();
    desk.write(
        "a.jsonl",
        "{\"id\":\"a\",\"title\":\"澜汐\\ud83d\",\"body\":\"涨停\\ude80了\\ud83d\\ude80。\"}\n",
    );
    desk.run("index --strict a.jsonl").succeeds();
    assert_eq!(desk.titles("\"涨停\""), ["澜汐\u{FFFD}"]);
    desk.run("show a").prints("涨停\u{FFFD}了🚀。");
}

#[test]
fn drafts_are_left_out_and_counted() {
    let desk = Desk::empty();
    let records = [
        json!({"title": "澜汐甲", "draft": true}),
        json!({"title": "澜汐乙", "published": false}),
        json!({"title": "澜汐丙", "status": "草稿"}),
        json!({"title": "澜汐丁", "draft": false, "published": true, "status": "publish"}),
        json!({"title": "澜汐戊", "published": "2024-01-03"}),
    ];
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    desk.write("a.jsonl", lines.join("\n"));
    let run = desk
        .run("index --strict a.jsonl")
        .succeeds()
        .tells("3 drafts left out");
    assert!(!run.stderr.contains("date"), "{run:#?}");
    assert_eq!(desk.titles("澜汐"), ["澜汐丁", "澜汐戊"]);
}
