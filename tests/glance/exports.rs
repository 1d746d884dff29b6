//! Exports in every format.

use newsearch::{Article, ExportFormat, ExportOptions, Order, Request};

use crate::archive::{article, index_of, sample, stock};

fn exported(articles: &[Article], format: ExportFormat) -> String {
    let options = ExportOptions {
        format,
        order: Order::Oldest,
        ..ExportOptions::default()
    };
    let mut out = Vec::new();
    let searcher = index_of(articles, &[]).searcher();
    searcher
        .export(&Request::default(), &options, &mut out)
        .unwrap();
    String::from_utf8(out).unwrap()
}

fn articles() -> Vec<Article> {
    let mut first = article(
        "000001",
        "2022-01-05 09:30:00",
        "海潮社",
        "云汐租赁公告，\"增资\"3亿元。",
    );
    first.title = "=HYPERLINK(\"https://a.example\")".into();
    first.url = Some("https://a.example/1".into());
    first.stocks.push(stock("609301", "云汐租赁", 3));
    let second = article("b", "", "", "海潮银行公告。");
    vec![first, second]
}

#[test]
fn the_last_line_says_how_many_there_are() {
    let lines = exported(&articles(), ExportFormat::Jsonl);
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[2], r#"{"end":true,"count":2}"#);
    let first: serde_json::Value = serde_json::from_str(lines[0]).unwrap();
    assert_eq!(first["id"], "000001");
    assert_eq!(first["date"], "2022-01-05T09:30:00+08:00");
    assert_eq!(first["codes"][0], "SH609301");
    assert_eq!(first["body"], "云汐租赁公告，\"增资\"3亿元。");
}

#[test]
fn a_title_that_is_a_formula_is_harmless_and_zeros_stay() {
    let table = exported(&articles(), ExportFormat::Csv);
    let mut rows = table.split("\r\n");
    assert_eq!(
        rows.next(),
        Some("id,date,source,tag,category,title,codes,names,url,body")
    );
    let row = rows.next().unwrap();
    assert_eq!(
        row,
        "000001,2022-01-05T09:30:00+08:00,海潮社,,,\"'=HYPERLINK(\"\"https://a.example\"\")\",\
         SH609301,云汐租赁,https://a.example/1,\"云汐租赁公告，\"\"增资\"\"3亿元。\""
    );
    let options = ExportOptions {
        format: ExportFormat::Csv,
        bom: true,
        ..ExportOptions::default()
    };
    let mut out = Vec::new();
    let searcher = index_of(&articles(), &[]).searcher();
    searcher
        .export(&Request::default(), &options, &mut out)
        .unwrap();
    assert!(out.starts_with("\u{feff}id,".as_bytes()));
}

#[test]
fn references_of_all_kinds() {
    let bib = exported(&articles(), ExportFormat::Bib);
    assert!(bib.contains("@misc{news:000001,"), "{bib}");
    assert!(bib.contains("  url = {https://a.example/1},"), "{bib}");
    assert!(bib.ends_with("% 2 articles\n"), "{bib}");
    let csl: serde_json::Value =
        serde_json::from_str(&exported(&articles(), ExportFormat::Csl)).unwrap();
    assert_eq!(
        csl[0]["issued"]["date-parts"],
        serde_json::json!([[2022, 1, 5]])
    );
    assert_eq!(csl.as_array().unwrap().len(), 2);
}

#[test]
fn a_dossier_is_in_the_order_of_time_with_references() {
    let index = sample();
    let options = ExportOptions {
        format: ExportFormat::Md,
        ..ExportOptions::default()
    };
    let mut out = Vec::new();
    let request = Request::new("绿色金融");
    let exported = index
        .searcher()
        .export(&request, &options, &mut out)
        .unwrap();
    let dossier = String::from_utf8(out).unwrap();
    assert!(exported.articles > 1);
    assert!(dossier.starts_with("# 绿色金融\n"), "{dossier}");
    let days: Vec<&str> = dossier
        .lines()
        .filter_map(|line| line.strip_prefix("- 20"))
        .map(|line| &line[..8])
        .collect();
    assert!(days.is_sorted() && !days.is_empty(), "{days:?}");
    let references = dossier.lines().filter(|line| line.contains("\\[N")).count() as u64;
    assert_eq!(references, exported.articles, "{dossier}");
    assert_eq!(
        dossier.matches("blake3 `").count() as u64,
        exported.articles
    );
}

#[test]
fn a_limit_takes_the_first_of_the_order() {
    let searcher = sample().searcher();
    let ids = |order: Order| -> Vec<String> {
        let articles = searcher.articles(&Request::new("公司"), order).unwrap();
        articles.map(|article| article.unwrap().id).collect()
    };
    let [newest, oldest, best] = [Order::Date, Order::Oldest, Order::Relevance].map(ids);
    let mut sorted = [newest.clone(), oldest.clone(), best.clone()];
    sorted.iter_mut().for_each(|ids| ids.sort());
    assert!(sorted[0] == sorted[1] && sorted[1] == sorted[2]);
    assert_ne!(newest, oldest);
    let request = Request {
        limit: 1_000_000,
        group: false,
        ..Request::new("公司")
    };
    let hits = searcher.answer(&request).unwrap().hits;
    assert_eq!(best, hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>());
    let options = ExportOptions {
        limit: Some(3),
        ..ExportOptions::default()
    };
    let mut out = Vec::new();
    let exported = searcher
        .export(&Request::new("公司"), &options, &mut out)
        .unwrap();
    assert_eq!(
        (exported.articles, exported.total),
        (3, newest.len() as u64)
    );
    let lines = String::from_utf8(out).unwrap();
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(first["id"], newest[0].as_str());
}

/// LibreOffice reads the sheet, where there is one.
#[cfg(feature = "xlsx")]
#[test]
fn a_sheet_opens_with_codes_and_dates_right() {
    use std::process::Command;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("news.xlsx");
    let options = ExportOptions {
        format: ExportFormat::Xlsx,
        order: Order::Oldest,
        ..ExportOptions::default()
    };
    let mut out = Vec::new();
    let searcher = index_of(&articles(), &[]).searcher();
    searcher
        .export(&Request::default(), &options, &mut out)
        .unwrap();
    assert!(out.starts_with(b"PK"));
    std::fs::write(&file, &out).unwrap();
    let convert = Command::new("soffice")
        .args([
            "--headless",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76",
            "--outdir",
        ])
        .arg(folder.path())
        .arg(&file)
        .env("HOME", folder.path())
        .output();
    if convert.is_err() && std::env::var("CI").as_deref() != Ok("true") {
        eprintln!("skipped: no soffice (LibreOffice) is installed, so the sheet was not opened");
        return;
    }
    let output = convert.expect("soffice, LibreOffice without its windows, is installed");
    assert!(output.status.success(), "{output:?}");
    let table = std::fs::read_to_string(folder.path().join("news.csv")).unwrap();
    let row = table.lines().nth(1).unwrap();
    assert!(
        row.starts_with("000001,2022-01-05 09:30:00,海潮社,"),
        "{table}"
    );
    assert!(
        row.contains("=HYPERLINK(") && row.contains("SH609301"),
        "{table}"
    );
}
