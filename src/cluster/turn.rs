//! The right to write an index of a cluster, which one process has at a time.

use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::asked::Asked;
use crate::index::{Elsewhere, IndexError};

/// How often a writer says that it is there, and how long it may be silent before another takes its
/// place, in seconds.
const BEAT: u64 = 10;
const SILENCE: u64 = 120;

/// The document that says who writes.
const WRITER: &str = "writer";

/// The right to write, as long as it is kept.
pub(super) struct Turn {
    holder: String,
    /// The state of the document as this writer left it.
    number: u64,
    term: u64,
    said: Instant,
}

impl Turn {
    /// Takes it; fails where another has it.
    pub fn take(asked: &Asked) -> Result<Turn, IndexError> {
        let holder = format!("process {} ({})", process::id(), Turn::unique());
        let path = format!("/{}/_doc/{WRITER}", asked.names.state);
        let found = asked.client.ask("GET", &path, None)?;
        let mut condition = "op_type=create".to_owned();
        if found.is_found() && found.body["found"] == true {
            let source = &found.body["_source"];
            let beat = source["beat"].as_u64().unwrap_or(0);
            if beat + SILENCE > now() {
                return Err(locked(asked, source));
            }
            condition = format!(
                "if_seq_no={}&if_primary_term={}",
                found.body["_seq_no"], found.body["_primary_term"]
            );
        }
        let mut turn = Turn {
            holder,
            number: 0,
            term: 0,
            said: Instant::now(),
        };
        turn.say(asked, &condition)?;
        Ok(turn)
    }

    /// Says that this writer is there, now and then.
    pub fn keep(&mut self, asked: &Asked) -> Result<(), IndexError> {
        if self.said.elapsed().as_secs() < BEAT {
            return Ok(());
        }
        let condition = format!("if_seq_no={}&if_primary_term={}", self.number, self.term);
        self.say(asked, &condition)
    }

    fn say(&mut self, asked: &Asked, condition: &str) -> Result<(), IndexError> {
        let path = format!("/{}/_doc/{WRITER}?{condition}", asked.names.state);
        let document = json!({ "kind": WRITER, "holder": self.holder, "beat": now() });
        let mut reply = asked.client.ask("PUT", &path, Some(&document))?;
        if reply.status == 409 {
            let path = format!("/{}/_doc/{WRITER}", asked.names.state);
            let found = asked.client.ask("GET", &path, None)?;
            if found.body["_source"]["holder"] != self.holder.as_str() {
                return Err(locked(asked, &found.body["_source"]));
            }
            // It was said already, and the answer did not come through.
            reply = found;
        }
        let number = |name: &str| reply.body[name].as_u64();
        match (number("_seq_no"), number("_primary_term")) {
            (Some(number), Some(term)) => {
                (self.number, self.term, self.said) = (number, term, Instant::now());
                Ok(())
            }
            _ => Err(asked.missing().into()),
        }
    }

    /// Lets others write. Where that fails they wait until this writer was silent for long.
    pub fn give_back(&mut self, asked: &Asked) {
        let path = format!(
            "/{}/_doc/{WRITER}?if_seq_no={}&if_primary_term={}",
            asked.names.state, self.number, self.term
        );
        let _: Result<_, Elsewhere> = asked.client.ask("DELETE", &path, None);
    }

    /// A text that no other process, and no other moment, has.
    pub fn unique() -> String {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let mut hash = blake3::Hasher::new();
        hash.update(&since.map_or(0, |since| since.as_nanos()).to_le_bytes());
        hash.update(&process::id().to_le_bytes());
        hash.update(&COUNT.fetch_add(1, Ordering::Relaxed).to_le_bytes());
        hash.finalize().to_hex()[..16].to_owned()
    }
}

/// Seconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

fn locked(asked: &Asked, writer: &Value) -> IndexError {
    let holder = writer["holder"].as_str().unwrap_or("another process");
    IndexError::Locked {
        path: PathBuf::from(asked.place()),
        holder: format!("{holder}; one that was killed loses its turn after {SILENCE} s"),
    }
}
