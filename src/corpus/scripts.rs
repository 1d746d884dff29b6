//! Scripts that a crawler took for text: what is shown nowhere is no text of a record either.

use std::borrow::Cow;

/// Without the runs of lines that are a script of the page: `window.x.push({…});`, `var e =
/// window.event;`, a function and what it does.
///
/// A text may show a program, too; so only what speaks of the page goes (`window.`, `document.`).
pub(super) fn without_scripts(text: &str) -> Cow<'_, str> {
    if !text.contains("window.") && !text.contains("document.") {
        return Cow::Borrowed(text);
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while at < lines.len() {
        let length = length_of_script(&lines[at..]);
        let script = &lines[at..at + length];
        if speaks_of_page(script) {
            at += length;
        } else {
            kept.push_str(lines[at]);
            at += 1;
        }
    }
    Cow::Owned(kept)
}

/// How many lines of a script a text begins with: to where the last bracket that it opens is closed,
/// and what goes on in the same way; 0 where there is none.
fn length_of_script(lines: &[&str]) -> usize {
    let mut open = 0;
    let mut length = 0;
    for line in lines.iter().take(MAX_LINES) {
        let line = line.trim();
        let goes_on = open > 0 && !is_sentence(line);
        if !(goes_on || begins(line)) {
            break;
        }
        open = (open + brackets(line)).max(0);
        length += 1;
    }
    length
}

/// A script has at most so many lines.
const MAX_LINES: usize = 200;

fn speaks_of_page(script: &[&str]) -> bool {
    script
        .iter()
        .any(|line| line.contains("window.") || line.contains("document."))
}

/// Whether a statement begins a line and goes to its end.
fn begins(line: &str) -> bool {
    let words = [
        "window.",
        "document.",
        "var ",
        "let ",
        "const ",
        "function ",
        "(function",
        "!function",
        "$(",
        "jQuery(",
        "if (",
        "if(",
    ];
    let is_begun = words.iter().any(|word| line.starts_with(word));
    let code = line
        .rsplit_once(" //")
        .map_or(line, |(code, _)| code.trim_end());
    is_begun && code.ends_with([';', '{', '(', ',', ')', '}']) && !is_sentence(code)
}

/// How many more brackets a line opens than it closes.
fn brackets(line: &str) -> i32 {
    line.bytes()
        .map(|byte| match byte {
            b'{' | b'(' => 1,
            b'}' | b')' => -1,
            _ => 0,
        })
        .sum()
}

/// A Chinese sentence ends no script.
fn is_sentence(line: &str) -> bool {
    line.contains(['。', '，'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_of_the_page_go() {
        for (text, expected) in [
            (
                "（原标题：汀洲港）\nwindow.__S__.push({code: '600001', type: 'SH'});\n汀洲港收涨。",
                "（原标题：汀洲港）\n汀洲港收涨。",
            ),
            (
                "澜汐收涨。\nvar box = document.getElementById('v');\nvar y = box.clientWidth*(9/16); //高度\n\
                 var player = new Player('v', {\n\"auto\": true,\n\"poster\": '封面.png'\n});\n成交放大。",
                "澜汐收涨。\n成交放大。",
            ),
            (
                "首页\nfunction go(event) {\nvar e = window.event || event;\nif(e.x){\ne.x();\n}\n\
                 // 说明 id=14\nif (s == '主体') {\nurl = '//a.example/?s=' + s;\n}\nwindow.open(url);\n}\n完",
                "首页\n完",
            ),
            (
                "(function () {\nif (!window.__is &&\n!window.__b) {\nload();\n}\n})();\n砚湖转债下修。",
                "砚湖转债下修。",
            ),
            ("window.dataLayer = window.dataLayer || [];\n", ""),
        ] {
            assert_eq!(without_scripts(text), expected, "{text}");
        }
    }

    #[test]
    fn what_a_text_shows_stays() {
        for text in [
            "用 window.open 打开公告。\n再看年报。",
            "如何取时间：\nvar now = new Date();\nconsole.log(now);\n如上。",
            "function f(x) {\nreturn x * 2;\n}\n见 document.title 的说明。",
            "window.open，即打开，\n是一种写法。",
            "汀洲港收涨。",
        ] {
            assert_eq!(without_scripts(text), text);
        }
    }
}
