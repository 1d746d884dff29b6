//! A template to HTML.

use askama::Template;

use crate::server::failure::{Code, Failure};

/// What a template makes.
pub fn render(template: &impl Template) -> Result<String, Failure> {
    let written = template.render();
    written.map_err(|error| Failure::new(Code::Internal, error.to_string()))
}
