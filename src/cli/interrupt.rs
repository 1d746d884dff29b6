//! Signals: what ends a run says what was committed, and a file that may not grow is an error.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use newsearch::Report;

/// Watches for signals that end an update, from when it is made until it is dropped.
pub struct Interrupt {
    state: Arc<Mutex<State>>,
    #[cfg(unix)]
    signals: signal_hook::iterator::Handle,
}

/// What a signal would end.
enum State {
    /// An update that has committed nothing yet.
    Begun,
    /// An update that has committed so much.
    Committed(Report),
    /// Nothing: all that was found is committed.
    Idle,
}

/// What comes after an update, as a server, ends in its own way.
#[cfg(unix)]
impl Drop for Interrupt {
    fn drop(&mut self) {
        self.signals.close();
    }
}

impl Interrupt {
    /// What is committed stays; of an index that is built anew nothing is, before it is whole.
    pub fn watch(is_rebuild: bool) -> io::Result<Interrupt> {
        let state = Arc::new(Mutex::new(State::Begun));
        #[cfg(unix)]
        let signals = watch(Arc::clone(&state), is_rebuild)?;
        #[cfg(not(unix))]
        let _ = is_rebuild;
        Ok(Interrupt {
            state,
            #[cfg(unix)]
            signals,
        })
    }

    /// Notes what was committed so far.
    pub fn note(&self, report: &Report) {
        self.set(State::Committed(report.clone()));
    }

    /// Notes that an update begins.
    pub fn begin(&self) {
        self.set(State::Begun);
    }

    /// Notes that all that was found is committed, and nothing runs.
    pub fn rest(&self) {
        self.set(State::Idle);
    }

    fn set(&self, state: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

#[cfg(unix)]
fn watch(state: Arc<Mutex<State>>, is_rebuild: bool) -> io::Result<signal_hook::iterator::Handle> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    use super::output::tell;

    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let handle = signals.handle();
    std::thread::spawn(move || {
        let Some(signal) = signals.forever().next() else {
            return;
        };
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let name = if signal == SIGINT {
            "interrupted"
        } else {
            "terminated"
        };
        match &*state {
            State::Idle => {
                tell(format_args!("{name}: all that was found is committed"));
                std::process::exit(0);
            }
            _ if is_rebuild => tell(format_args!("{name}: the index is as it was before")),
            State::Begun => tell(format_args!(
                "{name}: nothing was committed; the index is as it was before"
            )),
            State::Committed(report) => tell(format_args!(
                "{name}: committed so far: {}; the next run does the rest",
                Committed(report)
            )),
        }
        // As a shell says it of a process that the signal has ended.
        std::process::exit(128 + signal);
    });
    Ok(handle)
}

/// What became of the articles that are committed.
#[cfg(unix)]
struct Committed<'a>(&'a Report);

#[cfg(unix)]
impl std::fmt::Display for Committed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Report { added, recut, .. } = self.0;
        let counts = [
            (recut.articles, "cut anew"),
            (added.new, "new"),
            (added.merged, "merged"),
            (added.replaced, "replaced"),
            (added.unchanged, "unchanged"),
            (added.deleted, "deleted"),
        ];
        let met = counts.iter().filter(|(count, _)| *count > 0);
        let texts: Vec<String> = met
            .map(|(count, what)| format!("{} {what}", indicatif::HumanCount(*count)))
            .collect();
        match texts.is_empty() {
            true => f.write_str("no article"),
            false => f.write_str(&texts.join(", ")),
        }
    }
}

/// Where files may not grow beyond a limit, writing one that would is to fail: as it is, a signal ends
/// the process without a word.
#[cfg(unix)]
pub fn survive_file_limit() -> io::Result<()> {
    // A handler is enough: it need do nothing.
    let seen = Arc::default();
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, seen).map(|_| ())
}

/// Elsewhere there is no such signal.
#[cfg(not(unix))]
pub fn survive_file_limit() -> io::Result<()> {
    Ok(())
}
