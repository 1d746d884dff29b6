//! Where the sentences of a text end.

use std::ops::Range;

/// The sentences of a paragraph, without the blanks around them, in bytes of `body`.
pub fn sentences_in(body: &str, paragraph: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut next = paragraph.start;
    std::iter::from_fn(move || {
        let rest = body[next..paragraph.end].trim_start();
        if rest.is_empty() {
            return None;
        }
        let start = paragraph.end - rest.len();
        let length = sentence_length(rest);
        next = start + length;
        Some(start..start + rest[..length].trim_end().len())
    })
}

/// The bytes of the first sentence of `text`, its closing quotes and brackets included.
fn sentence_length(text: &str) -> usize {
    let mut rest = text;
    loop {
        // Han from U+4000 to U+9FFF, which most of a text is.
        let mut han = rest.as_bytes();
        while let Some(([0xE4..=0xE9, ..], behind)) = han.split_first_chunk::<3>() {
            han = behind;
        }
        let mut chars = rest[rest.len() - han.len()..].chars();
        let Some(c) = chars.next() else {
            return text.len();
        };
        rest = chars.as_str();
        if ends_sentence(c) || c == '.' && rest.starts_with(char::is_whitespace) {
            let rest = rest.trim_start_matches(|c| ends_sentence(c) || closes(c));
            return text.len() - rest.len();
        }
    }
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | '…' | '｡' | '!' | '?' | ';')
}

fn closes(c: char) -> bool {
    matches!(c, '”' | '’' | '」' | '』' | '）' | '】' | '》' | ')' | ']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_sentences() {
        for (paragraph, sentences) in [
            ("", ""),
            ("　 ", ""),
            ("云汐发债", "云汐发债"),
            (
                "云汐发债。海港停牌！港口呢？",
                "云汐发债。/海港停牌！/港口呢？",
            ),
            (
                "云汐发债；海港停牌……港口增资。",
                "云汐发债；/海港停牌……/港口增资。",
            ),
            (
                "他说：“利好！”云汐涨停（首次。）海港",
                "他说：“利好！”/云汐涨停（首次。）/海港",
            ),
            ("营收5.7亿元.同比增长", "营收5.7亿元.同比增长"),
            (
                "Rates fell 0.5%. Stocks rose!",
                "Rates fell 0.5%./Stocks rose!",
            ),
            (" 云汐发债。 　海港停牌。 ", "云汐发债。/海港停牌。"),
            ("。。。云汐", "。。。/云汐"),
        ] {
            let found = sentences_in(paragraph, 0..paragraph.len());
            let found: Vec<&str> = found.map(|range| &paragraph[range]).collect();
            assert_eq!(found.join("/"), sentences, "{paragraph}");
        }
    }

    #[test]
    fn stays_in_its_paragraph() {
        let text = "云汐。\n海港。港口。";
        let found: Vec<_> = sentences_in(text, 10..text.len()).collect();
        assert_eq!(found, [10..19, 19..28]);
    }
}
