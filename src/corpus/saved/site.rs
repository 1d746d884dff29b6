//! The name of the site in the title of a page.

/// A title without the name of the site and of its parts: `汀洲港创新高_产经_汀洲网` →
/// `汀洲港创新高`.
pub(super) fn without(title: &str, site: &str) -> String {
    let mut title = title.trim();
    // A page without a title of its own: ` - 汀洲网`.
    let is_site_alone = ["- ", "– ", "— ", "| ", "｜", "_"]
        .iter()
        .any(|separator| title.starts_with(separator));
    if is_site_alone {
        return String::new();
    }
    while let Some((rest, separator, last)) = split_last(title) {
        let is_site =
            !site.is_empty() && (last == site || last.starts_with(site)) || is_named(last);
        let is_short = separator != "-" && last.chars().count() <= MAX_PART;
        let length = rest.chars().count();
        let is_left = length >= MIN_TITLE && (is_site || length >= last.chars().count())
            || length >= 2 && !site.is_empty() && last == site;
        if !(is_site || is_short) || !is_left {
            break;
        }
        title = rest;
    }
    title.to_owned()
}

/// Whether it is an address of the web.
pub(super) fn is_address(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

/// Whether an address is that of a site, and not of one of its pages: a theme may write it into all.
pub(super) fn is_front_page(url: &str) -> bool {
    let inside = url.split_once("://").map_or("", |(_, inside)| inside);
    let host = inside.strip_suffix('/').unwrap_or(inside);
    !host.is_empty() && !host.contains(['/', '?', '#'])
}

/// A part of a site has at most this many characters, a title at least that many.
const MAX_PART: usize = 10;
const MIN_TITLE: usize = 4;

/// What is before the last separator, the separator, and what is after it.
fn split_last(title: &str) -> Option<(&str, &str, &str)> {
    let at = SEPARATORS
        .iter()
        .filter_map(|separator| Some((title.rfind(separator)?, *separator)));
    let (start, separator) =
        at.max_by_key(|(start, separator)| (start + separator.len(), separator.len()))?;
    let rest = title[..start].trim_end_matches(|c: char| c.is_whitespace() || "-_|".contains(c));
    Some((rest, separator, title[start + separator.len()..].trim()))
}

const SEPARATORS: &[&str] = &[
    "--", " - ", " – ", " — ", " · ", "_", "|", "｜", "丨", "»", "-", "–",
];

/// Whether a name is that of a site by its end.
pub(super) fn is_named(name: &str) -> bool {
    const ENDS: &[&str] = &[
        "网",
        "网站",
        "频道",
        "博客",
        "日报",
        "晚报",
        "时报",
        "早报",
        "周刊",
        "股吧",
        "证券",
        "财经",
        "新闻",
        "客户端",
        "论坛",
        "专栏",
        "首页",
        "在线",
        "门户",
        "之家",
        "Blog",
        "blog",
        ".com",
        ".cn",
        ".net",
        "雪球",
        "知乎",
        "简书",
        "公众号",
    ];
    name.chars().count() <= 16 && ENDS.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_lose_the_name_of_the_site() {
        let cases = [
            ("青垣控股三季报--财经频道--汀洲网", "", "青垣控股三季报"),
            ("汀洲港吞吐量创新高_产经_汀洲网", "", "汀洲港吞吐量创新高"),
            (
                "汀洲港吞吐量创新高|港口|汀洲财经_汀洲网",
                "",
                "汀洲港吞吐量创新高",
            ),
            ("汀洲港吞吐量创新高 - 汀洲网", "", "汀洲港吞吐量创新高"),
            ("汀洲港吞吐量创新高-汀洲证券网", "", "汀洲港吞吐量创新高"),
            ("汀洲港吞吐量创新高 | 阿砚的博客", "", "汀洲港吞吐量创新高"),
            ("汀洲港吞吐量创新高 · 砚台", "砚台", "汀洲港吞吐量创新高"),
            (
                "周记 | Yan Tai's Notes on Money",
                "Yan Tai's Notes on Money",
                "周记",
            ),
            (
                "早报｜青垣控股签下两亿元供货合同",
                "",
                "早报｜青垣控股签下两亿元供货合同",
            ),
            ("凌川股份：A-B轮融资落地", "", "凌川股份：A-B轮融资落地"),
            ("汀洲港吞吐量创新高", "汀洲网", "汀洲港吞吐量创新高"),
            ("汀洲网", "汀洲网", "汀洲网"),
            (" - 汀洲投资", "", ""),
            ("| 阿砚的博客", "", ""),
            ("-3.5%：汀洲港回落", "", "-3.5%：汀洲港回落"),
        ];
        for (title, site, expected) in cases {
            assert_eq!(without(title, site), expected, "{title}");
        }
    }
}
