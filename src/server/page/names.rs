//! What securities are called.

use crate::corpus::Stock;
use crate::search::Request;
use crate::server::app::View;
use crate::server::failure::Failure;

/// Articles that are looked through for a name.
const LOOKED_AT: usize = 3;

/// The name that articles give to the security with this key; the key where they give none. What was
/// found is kept with the generation.
pub fn name_of(view: &View, key: &str) -> Result<String, Failure> {
    if let Some(name) = view.generation.name_of(key) {
        return Ok(name);
    }
    let request = Request {
        code: vec![key.to_owned()],
        limit: LOOKED_AT,
        snippets: 0,
        ..Request::default()
    };
    let answer = view.searcher().answer(&view.within_time(&request))?;
    let mut stocks = answer.hits.iter().flat_map(|hit| &hit.stocks);
    let is_it = |stock: &&Stock| !stock.name.is_empty() && stock.key().as_deref() == Some(key);
    let name = stocks
        .find(is_it)
        .map_or_else(|| key.to_owned(), |stock| stock.name.clone());
    view.generation.set_name(key, &name);
    Ok(name)
}
