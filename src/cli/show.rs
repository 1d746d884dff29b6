//! `newsearch show`: one article in full.

use std::io::Write;

use newsearch::{Article, IndexError, Searcher};

use super::args::ShowArgs;
use super::outcome::Outcome;
use super::output::{self, json, tell, text};

/// Prints the article with the given id.
pub fn run(args: &ShowArgs) -> anyhow::Result<Outcome> {
    let Some(article) = find(&args.location.searcher()?, &args.id)? else {
        tell(format_args!("no article has the id {}", args.id));
        return Ok(Outcome::NothingFound);
    };
    if args.json {
        let mut out = output::plain();
        json::write_article(&mut out, &article)?;
        out.flush()?;
    } else {
        let mut out = output::styled(args.color);
        text::write_article(&mut out, &article)?;
        out.flush()?;
    }
    Ok(Outcome::Found)
}

/// The article with this id; an id of the publisher may be written with its `NW` or without.
fn find(searcher: &Searcher, id: &str) -> Result<Option<Article>, IndexError> {
    match (searcher.article(id)?, without_prefix(id)) {
        (None, Some(id)) => searcher.article(id),
        (found, _) => Ok(found),
    }
}

/// `NW202201052201234567` → `202201052201234567`.
fn without_prefix(id: &str) -> Option<&str> {
    let digits = id.strip_prefix("NW").or_else(|| id.strip_prefix("nw"))?;
    let is_id = digits.len() == 18 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_prefix_of_an_18_digit_id_is_dropped() {
        for (id, expected) in [
            ("NW202201052201234567", Some("202201052201234567")),
            ("nw202201052201234567", Some("202201052201234567")),
            ("202201052201234567", None),
            ("NW20220105220123456", None),
            ("NW20220105220123456x", None),
            ("NWA", None),
        ] {
            assert_eq!(without_prefix(id), expected, "{id}");
        }
    }
}
