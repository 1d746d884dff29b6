//! Searching with mouse and keys.

use serde_json::json;

use super::chromium::{Page, pause};
use super::site::Site;

const HITS: &str = "document.querySelectorAll('.hit').length";

#[test]
fn a_query_is_typed_and_answered_and_nothing_is_refused() {
    let Some(page) = Page::open() else { return };
    let site = Site::open();
    page.goto(&site.at("/"));
    assert_eq!(page.text("document.activeElement.id"), "q");
    page.insert("绿色金融");
    page.press("Enter", "\r");
    page.wait("location.search.includes('q=') && document.readyState === 'complete'");
    assert!(page.eval(HITS).as_u64() > Some(5));
    assert_eq!(page.text("document.querySelector('#q').value"), "绿色金融");
    assert!(
        page.eval("document.querySelectorAll('mark').length")
            .as_u64()
            > Some(5)
    );
    let complaints = page.complaints();
    assert!(complaints.is_empty(), "{complaints:?}");
}

#[test]
fn a_facet_is_taken_in_and_back_leads_back() {
    let Some(page) = Page::open() else { return };
    let site = Site::open();
    page.goto(&site.at("/?q=公司"));
    let before = page.text("document.querySelector('.sum b').textContent");
    page.click(".side li a");
    page.wait("location.search.includes('source=') && !!document.querySelector('.side li.on')");
    assert_ne!(
        page.text("document.querySelector('.sum b').textContent"),
        before
    );
    page.eval("history.back()");
    page.wait("!location.search.includes('source=') && !document.querySelector('.side li.on')");
    assert_eq!(
        page.text("document.querySelector('.sum b').textContent"),
        before
    );
}

#[test]
fn a_span_is_brushed_and_back_leads_back() {
    let Some(page) = Page::open() else { return };
    let site = Site::open();
    page.goto(&site.at("/?q=公司"));
    let bars = page.eval("document.querySelectorAll('svg[data-brush] g[data-first]').length");
    let bars = bars.as_f64().unwrap();
    let place = page.eval("(() => { const b = document.querySelector('svg[data-brush]').getBoundingClientRect(); return [b.x, b.y + b.height / 2, b.width]; })()");
    let (left, y, width) = (
        place[0].as_f64().unwrap(),
        place[1].as_f64().unwrap(),
        place[2].as_f64().unwrap(),
    );
    let middle = |bar: f64| left + (bar + 0.5) * width / bars;
    let day = |bar: usize, end: &str| {
        page.text(&format!(
            "document.querySelectorAll('svg[data-brush] g[data-first]')[{bar}].dataset.{end}"
        ))
    };
    let (since, until) = (day(2, "first"), day(4, "last"));
    page.mouse("mousePressed", middle(2.0), y);
    page.mouse("mouseMoved", middle(3.0), y);
    page.mouse("mouseMoved", middle(4.0), y);
    page.mouse("mouseReleased", middle(4.0), y);
    page.wait("location.search.includes('since=') && document.readyState === 'complete'");
    let asked = page.text("location.search");
    assert!(
        asked.contains(&format!("since={since}")) && asked.contains(&format!("until={until}")),
        "{asked}"
    );
    assert!(
        page.eval("!!document.querySelector('.chips')")
            .as_bool()
            .unwrap()
    );
    page.eval("history.back()");
    page.wait("!location.search.includes('since=')");
}

#[test]
fn a_suggestion_is_chosen_with_the_keys() {
    let Some(page) = Page::open() else { return };
    let site = Site::open();
    page.goto(&site.at("/"));
    page.insert("云汐");
    page.wait("!document.querySelector('#suggestions').hidden");
    assert_eq!(
        page.text("document.querySelector('#q').getAttribute('aria-expanded')"),
        "true"
    );
    page.press("ArrowDown", "");
    let chosen = page.text("document.querySelector('[aria-selected=true]').dataset.query");
    assert!(!chosen.is_empty());
    assert_eq!(
        page.text("document.querySelector('#q').getAttribute('aria-activedescendant')"),
        "suggestion-0"
    );
    page.press("Enter", "\r");
    page.wait("location.search.includes('q=') && document.readyState === 'complete'");
    assert_eq!(
        page.text("new URLSearchParams(location.search).get('q')"),
        chosen
    );
}

#[test]
fn escape_closes_suggestions_then_leaves_the_box_and_keeps_the_text() {
    let Some(page) = Page::open() else { return };
    let site = Site::open();
    page.goto(&site.at("/"));
    page.insert("云汐");
    page.wait("!document.querySelector('#suggestions').hidden");
    page.press("Escape", "");
    assert!(
        page.eval("document.querySelector('#suggestions').hidden")
            .as_bool()
            .unwrap()
    );
    assert_eq!(page.text("document.activeElement.id"), "q");
    page.press("Escape", "");
    assert_eq!(page.text("document.activeElement.id"), "");
    assert_eq!(page.text("document.querySelector('#q').value"), "云汐");
}

#[test]
fn hits_are_walked_with_the_keys_which_are_silent_in_a_field() {
    let Some(page) = Page::open() else { return };
    let site = Site::open();
    page.goto(&site.at("/?q=绿色金融"));
    let focused = "[...document.querySelectorAll('[data-hit]')].indexOf(document.activeElement)";
    page.press("j", "j");
    page.press("j", "j");
    assert_eq!(page.eval(focused), 1);
    page.press("k", "k");
    assert_eq!(page.eval(focused), 0);
    page.press("ArrowDown", "");
    assert_eq!(page.eval(focused), 1);
    page.press("/", "/");
    assert_eq!(page.text("document.activeElement.id"), "q");
    page.press("j", "j");
    assert_eq!(page.text("document.activeElement.id"), "q");
    page.press("Escape", "");
    page.press("Escape", "");
    page.press("k", "k");
    page.press("Enter", "\r");
    page.wait("location.pathname.startsWith('/article/')");
}

#[test]
fn the_matches_of_an_article_are_walked() {
    let Some(page) = Page::open() else { return };
    let site = Site::open();
    page.goto(&site.at("/?q=\"绿色金融\""));
    page.click(".hit h3 a");
    page.wait("location.pathname.startsWith('/article/') && document.readyState === 'complete'");
    let marks = page
        .eval("document.querySelectorAll('.text article mark').length")
        .as_u64()
        .unwrap();
    assert!(marks > 1);
    assert!(
        page.text("document.querySelector('.marks').textContent")
            .contains(&marks.to_string())
    );
    let now = "[...document.querySelectorAll('.text article mark')].findIndex(mark => mark.classList.contains('now'))";
    page.press("n", "n");
    assert_eq!(page.eval(now), 0);
    page.press("n", "n");
    assert_eq!(page.eval(now), 1);
    page.press("N", "N");
    page.press("N", "N");
    assert_eq!(page.eval(now), marks - 1);
    page.click("[data-walk='1']");
    assert_eq!(page.eval(now), 0);
}

#[test]
fn an_export_is_a_file() {
    let Some(page) = Page::open() else { return };
    let site = Site::open();
    let folder = tempfile::tempdir().unwrap();
    let into = json!({"behavior": "allow", "downloadPath": folder.path()});
    page.call("Browser.setDownloadBehavior", into);
    page.goto(&site.at("/?q=绿色金融"));
    page.click("a[href*='format=jsonl']");
    let file = folder.path().join("newsearch.jsonl");
    // It is there before it is whole.
    let mut text = String::new();
    for _ in 0..500 {
        text = std::fs::read_to_string(&file).unwrap_or_default();
        if text.contains("\"end\":true") {
            break;
        }
        pause(20);
    }
    let total = page.text("document.querySelector('.sum b').textContent");
    assert_eq!((text.lines().count() - 1).to_string(), total);
    assert!(text.lines().last().unwrap().contains("\"end\":true"));
}

#[test]
fn the_page_works_without_a_script() {
    let Some(page) = Page::open() else { return };
    let site = Site::open();
    page.call(
        "Emulation.setScriptExecutionDisabled",
        json!({"value": true}),
    );
    page.goto(&site.at("/"));
    page.click("#q");
    page.insert("绿色金融");
    page.press("Enter", "\r");
    page.wait("location.search.includes('q=') && document.readyState === 'complete'");
    assert!(page.eval(HITS).as_u64() > Some(5));
    page.click(".side li a");
    page.wait("location.search.includes('source=')");
    page.click(".under summary");
    assert!(
        page.eval("document.querySelector('.under').open")
            .as_bool()
            .unwrap()
    );
    page.click(".hit h3 a");
    page.wait("location.pathname.startsWith('/article/')");
    assert!(
        page.eval("document.querySelectorAll('mark').length")
            .as_u64()
            > Some(0)
    );
}
