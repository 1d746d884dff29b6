//! What comes after the text of a post: its address and the way back.

/// Cuts the last lines of a post, which stand under each text: the way back (`[返回…](…)`), and above
/// it the address (`<http://…>` or `<>`), which is given too.
pub(super) fn cut(post: &str) -> (&str, Option<&str>) {
    let mut post = post.trim_end();
    while let Some(rest) = cut_last_line(post, |line| line.starts_with("[返回")) {
        post = rest;
    }
    let line = last_line(post);
    if let Some(rest) = cut_last_line(post, is_address) {
        let url = line.trim_matches(['<', '>']);
        return (rest, Some(url).filter(|url| !url.is_empty()));
    }
    // The file was cut within the address.
    let is_cut = |line: &str| line.starts_with("<http") && !line.contains(['>', ' ']);
    (cut_last_line(post, is_cut).unwrap_or(post), None)
}

fn is_address(line: &str) -> bool {
    let inside = line
        .strip_prefix('<')
        .and_then(|line| line.strip_suffix('>'));
    let is_url = |url: &str| url.contains("//") && !url.contains(['<', '>', ' ']);
    inside.is_some_and(|url| url.is_empty() || is_url(url))
}

fn cut_last_line(text: &str, is_cut: impl Fn(&str) -> bool) -> Option<&str> {
    let start = text.rfind('\n').map_or(0, |end| end + 1);
    is_cut(last_line(text)).then(|| text[..start].trim_end())
}

fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or_default().trim()
}
