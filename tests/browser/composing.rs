//! Chinese is composed letter by letter: what is not yet chosen is not yet typed.

use super::chromium::{Page, pause};
use super::site::Site;

/// Longer than what is typed waits, shorter than what is composed does.
const SHORTLY: u64 = 400;

fn page_and_site() -> Option<(Page, Site)> {
    let page = Page::open()?;
    let site = Site::open();
    page.goto(&site.at("/"));
    page.wait("document.querySelector('#q').getAttribute('role') === 'combobox'");
    page.requests("");
    Some((page, site))
}

fn compose(page: &Page, stages: &[&str]) {
    for stage in stages {
        page.press_while_composing("Process");
        page.compose(stage);
    }
}

#[test]
fn nothing_is_asked_while_composing_and_once_after() {
    let Some((page, _site)) = page_and_site() else {
        return;
    };
    compose(&page, &["y", "yu", "yun", "yun x", "yun xi"]);
    pause(SHORTLY);
    assert_eq!(page.requests("/api/suggest"), Vec::<String>::new());
    page.insert("云汐");
    page.wait("!document.querySelector('#suggestions').hidden");
    pause(SHORTLY);
    let asked = page.requests("/api/suggest");
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(asked[0].contains("%E4%BA%91%E6%B1%90"), "{asked:?}");
    assert_eq!(page.text("document.querySelector('#q').value"), "云汐");
}

#[test]
fn the_enter_that_chooses_a_word_sends_nothing() {
    let Some((page, _site)) = page_and_site() else {
        return;
    };
    compose(&page, &["y", "yu", "yun"]);
    page.press_while_composing("Enter");
    page.insert("云");
    pause(SHORTLY);
    assert_eq!(page.text("location.search"), "");
    assert_eq!(page.text("document.querySelector('#q').value"), "云");
    page.press("Enter", "\r");
    page.wait("location.search.includes('q=')");
}

#[test]
fn escape_ends_the_composition_and_not_the_search() {
    let Some((page, _site)) = page_and_site() else {
        return;
    };
    page.insert("债券");
    compose(&page, &["y", "yu"]);
    page.press_while_composing("Escape");
    page.compose("");
    pause(SHORTLY);
    assert_eq!(page.text("document.activeElement.id"), "q");
    assert_eq!(page.text("document.querySelector('#q').value"), "债券");
}

#[test]
fn deleting_letters_of_a_composition_asks_nothing() {
    let Some((page, _site)) = page_and_site() else {
        return;
    };
    compose(&page, &["yun", "yu", "y"]);
    pause(SHORTLY);
    assert_eq!(page.requests("/api/suggest"), Vec::<String>::new());
    page.compose("");
    pause(SHORTLY);
    assert_eq!(page.text("document.querySelector('#q').value"), "");
    assert_eq!(page.requests("/api/suggest"), Vec::<String>::new());
}

#[test]
fn clearing_the_box_closes_what_was_suggested() {
    let Some((page, _site)) = page_and_site() else {
        return;
    };
    compose(&page, &["y", "yun xi"]);
    page.insert("云汐");
    page.wait("!document.querySelector('#suggestions').hidden");
    page.eval("document.querySelector('#q').select()");
    page.press("Backspace", "");
    page.wait("document.querySelector('#suggestions').hidden");
    assert_eq!(page.text("document.querySelector('#q').value"), "");
    assert_eq!(
        page.text("document.querySelector('#q').getAttribute('aria-expanded')"),
        "false"
    );
}

#[test]
fn keys_of_a_composition_walk_no_hits_and_choose_no_suggestion() {
    let Some((page, site)) = page_and_site() else {
        return;
    };
    page.goto(&site.at("/?q=公司"));
    page.press("/", "/");
    compose(&page, &["j", "jk"]);
    for key in ["ArrowDown", "ArrowUp", "Enter", "Tab"] {
        page.press_while_composing(key);
    }
    pause(SHORTLY);
    assert_eq!(page.text("document.activeElement.id"), "q");
    assert_eq!(
        page.eval("document.querySelectorAll('[aria-selected=true]').length"),
        0
    );
    assert_eq!(
        page.text("new URLSearchParams(location.search).get('q')"),
        "公司"
    );
}
