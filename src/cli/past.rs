//! Which past a command looks at.

use newsearch::{Days, IndexError, Searcher};

/// The day whose evening it is, as typed.
#[derive(Debug, Clone, clap::Args)]
pub struct Past {
    /// As if it were the end of this day, month or year: what was published later does not exist,
    /// nor does what has no date
    #[arg(long = "as-of", value_name = "DATE", value_parser = Days::until)]
    pub as_of: Option<Days>,
}

impl Past {
    /// The searcher as it would have been then.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn of(&self, searcher: Searcher) -> Result<Searcher, IndexError> {
        match self.as_of {
            Some(days) => searcher.as_of(days),
            None => Ok(searcher),
        }
    }
}
