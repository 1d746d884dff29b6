//! How a server answers.

use std::thread;
use std::time::Duration;

/// How a server answers.
#[derive(Debug, Clone)]
pub struct Options {
    /// The longest that one search may take; a request may ask for less.
    pub timeout: Duration,
    /// The time that the body of a request may take to arrive.
    pub patience: Duration,
    /// Searches at once.
    pub searches: usize,
    /// Requests that wait for their turn; those beyond are refused.
    pub queue: usize,
    /// Names by which the server may be called, beside `localhost` and any address in numbers.
    pub hosts: Vec<String>,
    /// Origins whose scripts may read the answers, such as `https://desk.example`.
    pub allow_origins: Vec<String>,
    /// What every request must carry, where there is one.
    pub token: Option<String>,
    /// Write queries to the log.
    pub log_queries: bool,
}

/// Requests that wait, at most, unless the machine has many cores.
const QUEUE: usize = 64;

impl Default for Options {
    fn default() -> Options {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Options {
            timeout: Duration::from_secs(10),
            patience: Duration::from_secs(10),
            searches: cores,
            queue: QUEUE.max(16 * cores),
            hosts: Vec::new(),
            allow_origins: Vec::new(),
            token: None,
            log_queries: false,
        }
    }
}
