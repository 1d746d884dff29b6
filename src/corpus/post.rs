//! A Jekyll post → article.

use std::path::Path;

use super::content::Content;
use super::draft::{self, Draft};
use super::front_matter::{self, FrontMatter};
use super::{Kind, Paragraph, Problem, Published, Reading, encoding, id, mention, page, text};

/// Reads a post file, with or without front matter.
///
/// # Errors
/// The file is empty, has neither title nor text, or is a note of the site.
pub(super) fn read(bytes: &[u8], path: &Path) -> Result<Reading, Problem> {
    let file = encoding::decode(bytes);
    if file.trim().is_empty() {
        return Err(Problem::Empty);
    }
    match front_matter::split(&file) {
        Some((header, body)) => article(front_matter::read(header), body, path),
        None => page::read(&file, path),
    }
}

fn article(header: FrontMatter, rest: &str, path: &Path) -> Result<Reading, Problem> {
    if header.categories == "sitenews" {
        return Err(Problem::SiteNews);
    }
    let is_flash = header.categories == "emnews" || header.tags == draft::FEED;
    let (rest, url) = cut_trailer(rest);
    let (digest, body) = split_digest(rest);
    let body = Content::of_post(without_none(body));
    let Texts {
        body,
        digest,
        source,
    } = Texts::new(digest, body, is_flash);

    let mut draft = Draft::new(body);
    let article = &mut draft.article;
    article.kind = if is_flash { Kind::Flash } else { Kind::Media };
    article.title = header.title;
    article.url = url.map(str::to_owned);
    article.digest = digest;
    article.tags = one(header.tags);
    article.categories = one(header.categories);
    if article.source.is_empty() {
        article.source = draft::source_of_tags(&article.tags).to_owned();
    }
    if article.source.is_empty() {
        article.source = source;
    }
    let serial = id::serial_of_file(path).or_else(|| id::serial(url?).map(str::to_owned));
    article.published = Published::parse(&header.date)
        .or_else(|| id::day_of_file(path))
        .or_else(|| id::day_of_info_code_of_file(path))
        .or_else(|| id::day_of_info_code(url?));
    draft.finish(serial)
}

fn one(name: String) -> Vec<String> {
    Vec::from_iter(Some(name).filter(|name| !name.is_empty()))
}

/// Cuts the last lines of a post, which stand under each text: the way back (`[返回…](…)`), and above
/// it the address (`<http://…>` or `<>`), which is given too.
pub(super) fn cut_trailer(post: &str) -> (&str, Option<&str>) {
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

/// The digest is what a post quotes (`> …`) at its head.
fn split_digest(post: &str) -> (&str, &str) {
    let post = post.trim_start();
    let mut end = 0;
    for line in post.split_inclusive('\n') {
        if !line.starts_with('>') {
            break;
        }
        end += line.len();
    }
    post.split_at(end)
}

/// A generator that had no text wrote `None`.
fn without_none(body: &str) -> &str {
    if body.trim() == "None" { "" } else { body }
}

/// Body and digest, told apart.
struct Texts {
    body: Content,
    digest: String,
    /// The source the digest names at its end.
    source: String,
}

impl Texts {
    fn new(digest: &str, mut body: Content, is_flash: bool) -> Self {
        let digest = digest
            .lines()
            .map(|line| without_none(line.trim_start_matches('>').trim()));
        let mut digest = Content::of_post(&digest.collect::<Vec<_>>().join("\n")).paragraphs;
        // A digest alone is the text.
        if body.paragraphs.is_empty() {
            std::mem::swap(&mut body.paragraphs, &mut digest);
        }
        let mut source = String::new();
        if is_flash {
            let last_of_digest = match digest.is_empty() {
                true if body.source.is_empty() => body.paragraphs.last_mut(),
                _ => digest.last_mut(),
            };
            source = last_of_digest.map(cut_source).unwrap_or_default();
        }
        let digest: Vec<_> = digest.into_iter().map(|paragraph| paragraph.text).collect();
        Texts {
            body,
            digest: digest.join(" "),
            source,
        }
    }
}

/// Cuts the source from the end of a digest: `…。（证券时报）`, `… (央视新闻)`.
fn cut_source(digest: &mut Paragraph) -> String {
    let line = &mut digest.text;
    let source = line
        .rfind(['（', '('])
        .filter(|&start| start > 0)
        .and_then(|start| {
            let source = text::inside_brackets(&line[start..])?.trim();
            let is_name = source.chars().any(char::is_alphabetic) && source.chars().count() <= 20;
            let is_source = is_name
                && !source.contains(['。', '，', '：', '；'])
                && !mention::is_listing(source);
            is_source.then(|| (start, source.to_owned()))
        });
    let Some((start, source)) = source else {
        return String::new();
    };
    line.truncate(line[..start].trim_end().len());
    source
}
