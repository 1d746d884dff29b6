//! The page of an article: its text with all that matched, and what belongs to it.

use askama::Template;
use jiff::Timestamp;
use jiff::tz::Offset;

use super::frame::Frame;
use super::hit::{Company, companies};
use super::link::Place;
use super::pieces::{Piece, harmless, moment, pieces};
use super::render::render;
use super::spread::{Spread, spread};
use crate::corpus::Article;
use crate::search::{SimilarHit, SimilarOptions, gb_t_7714};
use crate::server::api::marked;
use crate::server::app::View;
use crate::server::failure::{Failure, unless_on_cluster};

/// Similar stories that show.
const SIMILAR: usize = 6;
/// Companies that show.
const COMPANIES: usize = 30;

#[derive(Template)]
#[template(path = "article.html")]
struct ArticlePage {
    frame: Frame,
    id: String,
    plain_title: String,
    title: Vec<Piece>,
    date: String,
    source: String,
    source_address: String,
    byline: String,
    /// Its tags, each with the address of the articles that have it.
    tags: Vec<(String, String)>,
    digest: String,
    body: Vec<Text>,
    marks: usize,
    url: Option<String>,
    companies: Vec<Company>,
    spread: Option<Spread>,
    similar: Vec<Similar>,
    citation: String,
    back: String,
    has_query: bool,
}

struct Text {
    pieces: Vec<Piece>,
    is_heading: bool,
}

struct Similar {
    title: String,
    address: String,
    date: String,
    source: String,
    shared: String,
}

/// Writes the page.
pub fn write(view: &View, place: Place, id: &str) -> Result<String, Failure> {
    let found = marked(view, id, &place.request)?;
    let article = &found.article;
    let t = place.language.words();
    let searcher = view.searcher();
    let story = searcher.story(&article.id)?;
    let options = SimilarOptions { limit: SIMILAR };
    let similar = unless_on_cluster(searcher.similar(&article.id, &options))?.flatten();
    let similar = similar.map(|similar| similar.hits).unwrap_or_default();
    let date = article.published.map(|published| published.to_string());
    let body = article.body.iter().zip(&found.body);
    let body = body.map(|(paragraph, marks)| Text {
        pieces: pieces(&paragraph.text, marks),
        is_heading: paragraph.heading,
    });
    let title = match article.title.trim().is_empty() {
        true => pieces(t.untitled, &[]),
        false => pieces(&article.title, &found.title),
    };
    let tags = article.tags.iter().map(|tag| {
        let address = place.with(|request| {
            request.q.clear();
            request.tag = vec![tag.clone()];
        });
        (harmless(tag), address)
    });
    let page = ArticlePage {
        id: harmless(&article.id),
        plain_title: title.iter().map(|piece| piece.text.as_str()).collect(),
        title,
        date: moment(date.as_deref(), place.language),
        source: harmless(&article.source),
        source_address: place.with(|request| {
            request.q.clear();
            request.source = vec![article.source.clone()];
        }),
        byline: match article.byline.trim() {
            "" => harmless(&article.authors.join("、")),
            byline => harmless(byline),
        },
        tags: tags.collect(),
        digest: harmless(&article.digest),
        body: body.collect(),
        marks: found.title.len() + found.body.iter().map(Vec::len).sum::<usize>(),
        url: article.url.clone().filter(|url| is_web(url)),
        companies: companies(&article.stocks, COMPANIES),
        spread: story.and_then(|story| spread(&story, &place)),
        similar: similar.iter().map(|hit| of_similar(hit, &place)).collect(),
        citation: citation(article),
        back: place.results(&place.request),
        has_query: !place.is_empty(),
        frame: Frame::of(&place),
    };
    render(&page)
}

fn of_similar(hit: &SimilarHit, place: &Place) -> Similar {
    let shared: Vec<&str> = hit
        .shared
        .iter()
        .take(4)
        .map(|term| term.text.as_str())
        .collect();
    Similar {
        title: harmless(&hit.title),
        address: super::link::article(&hit.id),
        date: moment(hit.date.as_deref(), place.language),
        source: harmless(&hit.source),
        shared: harmless(&shared.join(" · ")),
    }
}

/// Only these are links: an address of an article may be anything.
fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// The article as GB/T 7714 cites it, accessed today.
fn citation(article: &Article) -> String {
    let today = Offset::constant(8).to_datetime(Timestamp::now()).date();
    let cited = Article {
        url: article.url.clone().filter(|url| is_web(url)),
        ..article.clone()
    };
    harmless(&gb_t_7714(&cited, Some(&today.to_string())))
}
