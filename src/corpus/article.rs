//! What an article promises.

use std::fmt;
use std::ops::Range;

use memchr::memchr_iter;
use serde::{Deserialize, Serialize};

/// One news article: clean text and what is known about it.
///
/// An empty string says "unknown" throughout; nothing is made up.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Article {
    /// The identity of the article; two copies with one id are one document.
    pub id: String,
    /// In which form the archive holds it.
    pub kind: Kind,
    /// The headline, plain text.
    pub title: String,
    /// The title was cut from the text: for display only, never searched as a title.
    pub title_derived: bool,
    /// When it was published.
    pub published: Option<Published>,
    /// When it was last changed, where the archive says so.
    pub updated: Option<Published>,
    /// The medium that published it, such as `财联社`.
    pub source: String,
    /// Who wrote it, each once.
    pub authors: Vec<String>,
    /// Its tags as the archive has them, such as `财联社新闻`, each once.
    pub tags: Vec<String>,
    /// Its categories as the archive has them, such as `cailianshe`, each once: opaque keys.
    pub categories: Vec<String>,
    /// Where it stood on the web.
    pub url: Option<String>,
    /// The editor's abstract; never a part of the body.
    pub digest: String,
    /// The author or editor line, when the text ends with one.
    pub byline: String,
    /// The body, without markup and boilerplate.
    pub body: Vec<Paragraph>,
    /// The securities it is about or mentions, each once, strongest first.
    pub stocks: Vec<Stock>,
    /// Its pictures.
    pub images: Vec<Image>,
    /// Its links to other pages.
    pub links: Vec<Link>,
    /// Where the archive holds it, each copy once, first that of the copy whose text it has. Empty for
    /// an article that was made in code.
    pub places: Vec<Place>,
}

impl Article {
    /// The text of the body: its paragraphs, with `\n` between them.
    pub fn body_text(&self) -> String {
        let paragraphs: Vec<&str> = self.body.iter().map(|p| p.text.as_str()).collect();
        paragraphs.join("\n")
    }
}

/// The paragraphs of a [text](Article::body_text), in bytes of it.
pub(crate) fn paragraphs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let ends = memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    let mut next = 0;
    ends.map(move |end| {
        let start = next;
        next = end + 1;
        start..end
    })
}

/// Where an archive holds a copy of an article.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Place {
    /// The file, below a path as it was given to the run that read it, with `/` between folders and
    /// without a `./` at its head; `-` for standard input.
    pub path: String,
    /// The line on which its record began when it was read, from 1; `None` where the whole file is
    /// the article.
    pub line: Option<u64>,
}

/// `path`, or `path:line`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        match self.line {
            Some(line) => write!(f, ":{line}"),
            None => Ok(()),
        }
    }
}

/// The form in which an archive holds an article.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A post of a medium (`tags: 财联社新闻`).
    #[default]
    Media,
    /// A post of the rolling news feed (`categories: emnews`).
    Flash,
    /// A record of a file that holds many: JSON Lines, JSON, CSV.
    Line,
    /// A page without front matter.
    Page,
}

/// A paragraph of a body: no line break inside, not empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Paragraph {
    /// Plain text.
    pub text: String,
    /// It is a sub-heading.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub heading: bool,
}

/// A moment of publication and how exactly it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Published {
    /// Seconds since 1970-01-01T00:00:00Z; for a day, its first second at `offset`.
    pub seconds: i64,
    /// Offset from UTC in minutes; +480 where the source gives none.
    pub offset: i16,
    /// How exactly the moment is known.
    pub precision: Precision,
}

/// How exactly a moment is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// To the second.
    Second,
    /// Only the day.
    Day,
}

/// A security an article names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Stock {
    /// Where it is listed; `None` where only the name is known.
    pub market: Option<Market>,
    /// The code as the market writes it (`601318`, `00700`, `BABA`, `BK0473`); may be empty.
    pub code: String,
    /// The name as the article has it; may be empty.
    pub name: String,
    /// How sure it is that the article is about it, 1 to 3: 1 a mere link, 2 the name stands in
    /// title or digest, 3 a chart of the editor or the name with its code in brackets.
    pub strength: u8,
}

/// Where a security is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub enum Market {
    /// Shanghai, indices included.
    Shanghai,
    /// Shenzhen, indices included.
    Shenzhen,
    /// Beijing.
    Beijing,
    /// Hong Kong.
    HongKong,
    /// The exchanges of the United States.
    UnitedStates,
    /// A board or concept of the publisher (`BK0473`).
    Board,
    /// Another market, by the publisher's number.
    Other(u16),
}

/// A picture of an article.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Image {
    /// Its address.
    pub url: String,
    /// Width and height in pixels, where the address tells them.
    pub size: Option<(u32, u32)>,
}

/// A link of an article to another page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Link {
    /// Its target.
    pub url: String,
    /// The linked text.
    pub text: String,
}
