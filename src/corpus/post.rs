//! A post with a header → article.

use std::path::Path;

use super::content::Content;
use super::draft::{self, Draft};
use super::front_matter::FrontMatter;
use super::info::{self, Info};
use super::{Kind, Paragraph, Problem, Reading, body, date, id, mention, text, title, trailer};

/// Reads a post of which the header has been read.
///
/// # Errors
/// It has neither title nor text, is a draft, or a note of the site.
pub(super) fn read(header: FrontMatter, rest: &str, path: &Path) -> Result<Reading, Problem> {
    if header.categories == ["sitenews"] {
        return Err(Problem::SiteNews);
    }
    if header.is_draft {
        return Err(Problem::Draft);
    }
    let is_flash = header.categories == ["emnews"] || header.tags == [draft::FEED];
    let outlet = match header.tags.as_slice() {
        [tag] if header.names_outlet => draft::source_of_tag(tag),
        _ => "",
    };
    let (rest, url) = trailer::cut(rest);
    // A flash quotes its digest at its head; elsewhere a quote is part of the text.
    let (digest, rest) = if is_flash {
        split_digest(rest)
    } else {
        ("", rest)
    };
    let mut body = body::of_post(without_none(rest));
    let title = match header.title.is_empty() {
        true => title::of_content(&mut body, path).unwrap_or_default(),
        false => header.title,
    };
    // A site that names its outlets has no such line.
    let info = match is_flash || !outlet.is_empty() {
        true => Info::default(),
        false => Info::of_text(&body.paragraphs),
    };
    let is_undated = header.date.is_empty() && info.published.is_none() && !is_flash;
    let stated = is_undated.then(|| info::stated_at_ends(&body.paragraphs));
    body.cut_end();
    let texts = Texts::new(digest, body, is_flash);

    let mut draft = Draft::new(texts.body);
    draft.article.kind = if is_flash { Kind::Flash } else { Kind::Media };
    draft.article.title = title;
    draft.article.digest = if texts.digest.is_empty() {
        without_marks(header.digest)
    } else {
        texts.digest
    };
    draft.article.source = first_of([
        &header.source,
        &draft.article.source,
        outlet,
        &texts.source,
        &info.source,
    ]);
    draft.article.authors = if header.authors.is_empty() {
        info.authors
    } else {
        header.authors
    };
    draft.article.published = draft
        .date(&header.date)
        .or_else(|| date::path::day(path))
        .or_else(|| id::day_of_info_code_of_file(path))
        .or_else(|| id::day_of_info_code(url?))
        .or(info.published)
        .or(stated.flatten())
        .or_else(|| date::path::day_of_outer_folder(path));
    draft.article.updated = draft.date(&header.updated);
    draft.article.tags = header.tags;
    draft.article.categories = header.categories;
    draft.article.url = url.map(str::to_owned).or(header.url);
    let serial = id::serial_of_file(path).or_else(|| id::serial(url?).map(str::to_owned));
    draft.finish(serial)
}

fn first_of(names: [&str; 5]) -> String {
    let first = names.into_iter().find(|name| !name.is_empty());
    first.unwrap_or_default().to_owned()
}

/// Of a digest in a header that is Markdown the text: `报错 `timeout` 等` → `报错 timeout 等`.
fn without_marks(digest: String) -> String {
    if !digest.contains(['*', '`', '[', '_', '~', '=']) {
        return digest;
    }
    let paragraphs = body::of_post(&digest).paragraphs;
    let texts: Vec<_> = paragraphs
        .into_iter()
        .map(|paragraph| paragraph.text)
        .collect();
    if texts.is_empty() {
        digest
    } else {
        texts.join(" ")
    }
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
        let mut digest = digest_of(&digest.collect::<Vec<_>>().join("\n"));
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

fn digest_of(text: &str) -> Vec<Paragraph> {
    let mut content = body::of_post(text);
    content.cut_end();
    content.paragraphs
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
