//! Counts beside the hits, each a link that takes it in or out.

use super::link::Place;
use super::names::name_of;
use super::pieces::{harmless, number};
use crate::search::{Days, Facet, FacetField, FacetOptions, FacetValue, Facets, Request};
use crate::server::app::View;
use crate::server::failure::Failure;

/// Values that are counted, and those that show at once.
const LISTED: usize = 24;
const SHOWN: usize = 7;

/// A facet of the page.
pub struct FacetView {
    /// What it is about.
    pub name: &'static str,
    /// Values that show at once: selected ones first.
    pub shown: Vec<Value>,
    /// Those that show when they are asked for.
    pub rest: Vec<Value>,
    /// How many values do not show at once.
    pub more: String,
    /// It was counted.
    pub is_counted: bool,
}

/// A value with its count.
pub struct Value {
    /// What it says.
    pub label: String,
    /// Its articles.
    pub count: String,
    /// More about the count.
    pub title: String,
    /// The address with it, or without it where it is on.
    pub address: String,
    /// The request asks for it.
    pub is_on: bool,
}

/// What the page counts by.
pub fn options() -> FacetOptions {
    FacetOptions {
        by: vec![
            FacetField::Source,
            FacetField::Code,
            FacetField::Tag,
            FacetField::Year,
        ],
        top: LISTED,
    }
}

/// The facets of the page; those with nothing to choose are left out.
pub fn views(view: &View, facets: &Facets, place: &Place) -> Result<Vec<FacetView>, Failure> {
    let mut views = Vec::new();
    for facet in &facets.facets {
        if facet.counted && facet.values.is_empty() {
            continue;
        }
        views.push(one(view, facet, place)?);
    }
    Ok(views)
}

fn one(view: &View, facet: &Facet, place: &Place) -> Result<FacetView, Failure> {
    let t = place.language.words();
    let mut values = Vec::new();
    for value in &facet.values {
        values.push(of_value(view, facet.field, value, place)?);
    }
    match facet.field {
        // In the order of time.
        FacetField::Year => {
            values.sort_by(|a, b| b.is_on.cmp(&a.is_on).then(b.label.cmp(&a.label)))
        }
        _ => values.sort_by_key(|value| !value.is_on),
    }
    let rest = values.split_off(values.len().min(SHOWN));
    let hidden = (facet.distinct as usize).max(values.len() + rest.len()) - values.len();
    Ok(FacetView {
        name: match facet.field {
            FacetField::Source => t.source,
            FacetField::Code => t.company,
            FacetField::Tag => t.tag,
            FacetField::Category => t.category,
            _ => t.year,
        },
        shown: values,
        rest,
        more: number(hidden as u64),
        is_counted: facet.counted,
    })
}

fn of_value(
    view: &View,
    field: FacetField,
    value: &FacetValue,
    place: &Place,
) -> Result<Value, Failure> {
    let t = place.language.words();
    let text = &value.value;
    let label = match field {
        FacetField::Code => name_of(view, text)?,
        _ if text.is_empty() => t.unknown.to_owned(),
        _ => text.clone(),
    };
    let title = match (field, value.mentions) {
        (FacetField::Code, Some(mentions)) => {
            format!(
                "{text} · {} {} · {} {}",
                t.about,
                number(value.articles),
                t.mentions,
                number(mentions)
            )
        }
        _ => format!(
            "{} {} · {} {}",
            number(value.articles),
            t.articles,
            number(value.stories),
            t.stories
        ),
    };
    Ok(Value {
        label: harmless(&label),
        count: number(value.articles),
        title: harmless(&title),
        address: place.with(|request| toggle(request, field, text, value.selected)),
        is_on: value.selected,
    })
}

/// Takes a value into the request, or out of it.
fn toggle(request: &mut Request, field: FacetField, value: &str, is_on: bool) {
    let list = match field {
        FacetField::Source => &mut request.source,
        FacetField::Tag => &mut request.tag,
        FacetField::Category => &mut request.category,
        FacetField::Code => &mut request.code,
        _ => {
            request.since = if is_on { None } else { Days::since(value).ok() };
            request.until = if is_on { None } else { Days::until(value).ok() };
            return;
        }
    };
    match is_on {
        true => list.retain(|one| !is_same(one, value)),
        false => list.push(value.to_owned()),
    }
}

/// Whether a filter is this value, as it is compared.
fn is_same(filter: &str, value: &str) -> bool {
    let folded = crate::analysis::fold;
    folded(filter) == folded(value) || value.ends_with(filter.trim())
}
