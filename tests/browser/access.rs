//! axe-core finds nothing that keeps people out: five pages, light and dark.

use serde_json::json;

use super::chromium::Page;
use super::site::Site;

/// The script of axe-core; `None`, with a word about it, where it is not there.
fn axe() -> Option<String> {
    let named = std::env::var("AXE").ok();
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/axe.min.js").to_owned();
    for path in named.into_iter().chain([kept]) {
        if let Ok(script) = std::fs::read_to_string(path) {
            return Some(script);
        }
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "no axe-core: `npm install axe-core`, and name its axe.min.js in AXE"
    );
    eprintln!("skipped: no axe-core; `npm install axe-core`, and name its axe.min.js in AXE");
    None
}

#[test]
fn nothing_keeps_people_out() {
    let Some(axe) = axe() else { return };
    let Some(page) = Page::open() else { return };
    let site = Site::open();
    let mut violations = Vec::new();
    for scheme in ["light", "dark"] {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        page.call("Emulation.setEmulatedMedia", features);
        for path in [
            "/",
            "/?q=绿色金融",
            "/?q=公司&view=kwic&source=云汐财经",
            "/?q=\"无此内容甲乙丙\"",
            "/article/202206142413499388?q=绿色金融",
            "/company/HK07606",
            "/help",
        ] {
            page.goto(&site.at(path));
            page.eval(&axe);
            let found = page.eval("axe.run().then(found => found.violations.map(one => [one.id, one.help, one.nodes.slice(0, 3).map(node => node.html + ' ' + node.failureSummary)]))");
            let found = found.as_array().unwrap().iter();
            violations.extend(found.map(|violation| format!("{scheme} {path}: {violation}")));
        }
    }
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
