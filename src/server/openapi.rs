//! The document of the interface: made from the routes themselves, and served with them.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::routing::get;
use rustc_hash::FxHashSet;
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder};
use utoipa::openapi::{OpenApi as Document, RefOr, Response, Schema};

use super::app::App;
use super::asked::MAX_LIMIT;
use super::{api, reply};
use crate::search::{ExportFormat, Order};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "newsearch",
        description = "Full-text search for Chinese financial news: articles, their marks, and what can be counted of them. All routes only read.",
        license(name = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "search", description = "Queries and what they find"),
        (name = "counts", description = "All that matches, counted"),
        (name = "articles", description = "Single articles"),
        (name = "service", description = "For those who watch the service")
    ),
    components(schemas(ExportFormat, Order))
)]
struct Head;

/// The document of all routes, as JSON.
pub fn document() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let text = whole().to_pretty_json().unwrap_or_default();
        let lines = text.lines().map(|line| {
            let is_prose = line.trim_start().starts_with("\"description\":");
            match is_prose {
                true => for_programs(line) + "\n",
                false => format!("{line}\n"),
            }
        });
        lines.collect()
    });
    &TEXT
}

fn whole() -> Document {
    let mut document = Head::openapi();
    document.merge(api::router().into_openapi());
    document.info.contact = None;
    for (path, item) in &mut document.paths.paths {
        complete(path, item);
    }
    document
}

/// What the parts of a route, put together, do not say by themselves.
fn complete(path: &str, item: &mut PathItem) {
    let Some(get) = &mut item.get else { return };
    let is_export = path == "/api/export";
    let parameters = get.parameters.get_or_insert_default();
    // What a route has of its own comes before what it shares with a search.
    let mut seen = FxHashSet::default();
    parameters.retain(|parameter| match parameter {
        RefOr::T(parameter) => seen.insert(parameter.name.clone()),
        RefOr::Ref(_) => true,
    });
    for parameter in parameters.iter_mut() {
        if let RefOr::T(parameter) = parameter
            && parameter.name == "limit"
            && !is_export
        {
            bound_limit(parameter);
        }
    }
    let is_cached = path.starts_with("/api/") && !is_export || path == "/feed.atom";
    if let Some(post) = &mut item.post {
        give_fields(post, get);
    }
    if is_cached {
        let unchanged = Response::new("What `If-None-Match` names is what would be sent.");
        let responses = &mut get.responses.responses;
        responses.insert("304".to_owned(), RefOr::T(unchanged));
    }
}

/// The library has no such bound, but an answer has.
fn bound_limit(parameter: &mut Parameter) {
    if let Some(RefOr::T(Schema::Object(number))) = &mut parameter.schema {
        number.maximum = Some(MAX_LIMIT.into());
    }
    let said = format!("Hits to show, 0 to {MAX_LIMIT}; take the next page for more.");
    let is_of_search = |text: &str| text.contains("1,000,000");
    if parameter.description.as_deref().is_some_and(is_of_search) {
        parameter.description = Some(said);
    }
}

/// The body of a POST: an object with the parameters of the GET.
fn give_fields(post: &mut Operation, get: &Operation) {
    let mut body = ObjectBuilder::new();
    for parameter in get.parameters.iter().flatten() {
        if let RefOr::T(parameter) = parameter
            && matches!(parameter.parameter_in, ParameterIn::Query)
            && let Some(schema) = &parameter.schema
        {
            let schema = described(schema.clone(), parameter.description.clone());
            body = body.property(&parameter.name, schema);
        }
    }
    let nothing_else = AdditionalProperties::FreeForm(false);
    let body = body.additional_properties(Some(nothing_else)).build();
    let Some(RefOr::T(sent)) = &mut post.request_body else {
        return;
    };
    for content in sent.content.values_mut() {
        if let RefOr::T(content) = content {
            content.schema = Some(RefOr::T(Schema::Object(body.clone())));
        }
    }
}

fn described(schema: RefOr<Schema>, description: Option<String>) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.description = description;
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.description = description;
            RefOr::T(Schema::Array(array))
        }
        other => other,
    }
}

/// What leads to a link that means nothing outside the library.
const LEADS: [&str; 5] = ["; see ", ": see ", "; made by ", ": see\\n", "; made by\\n"];

/// Prose of the library as those read it who have only its interface: without examples in Rust, and
/// without links into its documentation.
fn for_programs(line: &str) -> String {
    let mut text = line.to_owned();
    while let Some((start, end)) = text.find("```").and_then(|start| {
        let end = text[start + 3..].find("```")?;
        Some((start, start + 3 + end + 3))
    }) {
        let start = text[..start].trim_end_matches("\\n").len();
        text.replace_range(start..end, "");
    }
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some((before, name, after)) = next_link(rest) {
        match LEADS.iter().find_map(|lead| before.strip_suffix(lead)) {
            Some(before) => plain.push_str(before),
            None => {
                plain.push_str(before);
                plain.push_str(name);
            }
        }
        rest = after;
    }
    plain + rest
}

/// The next link into the library: what is before it, its name, and what comes after.
fn next_link(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(open) = text[from..].find('[').map(|open| from + open) {
        let close = open + text[open..].find(']')?;
        let (name, after) = (&text[open + 1..close], &text[close + 1..]);
        if let Some(target) = after.strip_prefix("(crate::") {
            let end = target.find(')')?;
            return Some((&text[..open], name, &target[end + 1..]));
        }
        if name.starts_with('`') && name.ends_with('`') && !after.starts_with('(') {
            return Some((&text[..open], name, after));
        }
        from = close + 1;
    }
    None
}

/// The route that serves it.
pub fn router() -> Router<Arc<App>> {
    Router::new().route(
        "/openapi.json",
        get(async || reply::of_kind(reply::JSON, document())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_examples_of_the_library_are_no_matter_of_programs() {
        for (prose, plain) in [
            ("in the [language](crate::SYNTAX).", "in the language."),
            ("of these days; made by [`Days::since`].", "of these days."),
            (
                "the end: see [`as_of`](crate::as_of); made by\\n[`Days`].",
                "the end.",
            ),
            (
                "A [`Request`] of [1] or `[a]`.",
                "A `Request` of [1] or `[a]`.",
            ),
            ("All.\\n\\n```\\nuse a;\\n```\\n\\nMore.", "All.\\n\\nMore."),
            ("[open", "[open"),
            ("```open", "```open"),
        ] {
            assert_eq!(for_programs(prose), plain);
        }
    }
}
