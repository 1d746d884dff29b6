//! The program: a subcommand is run, and its outcome becomes an exit code.
#![forbid(unsafe_code)]

mod cli;

use std::panic::{self, PanicHookInfo};
use std::process::ExitCode;
use std::sync::Mutex;

use cli::args::{Args, Command};
use cli::interrupt;
use cli::outcome::{self, Outcome};
use cli::output::tell;
use cli::remedy::remedy;
use mimalloc::MiMalloc;

/// Gives back what is free. The allocator of the GNU C library keeps most of what the threads of the
/// engine have ever had: the process that indexes a million articles was twice as large with it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let args = Args::of_command_line();
    // Without it the end would be the same, only without a word.
    let _ = interrupt::survive_file_limit();
    panic::set_hook(Box::new(note_panic));
    match panic::catch_unwind(|| run(args)).unwrap_or_else(|_| Err(first_panic())) {
        Ok(outcome) => outcome.into(),
        Err(error) if outcome::is_closed_pipe(&error) => Outcome::Found.into(),
        Err(error) => {
            match remedy(&error) {
                Some(remedy) => tell(format_args!("error: {error:#}: {remedy}")),
                None => tell(format_args!("error: {error:#}")),
            }
            Outcome::Failed.into()
        }
    }
}

/// The first panic, which others may follow from: reported where nothing caught it that knew better.
static PANIC: Mutex<String> = Mutex::new(String::new());

fn note_panic(panic: &PanicHookInfo) {
    if let Ok(mut first) = PANIC.lock()
        && first.is_empty()
    {
        *first = panic.to_string();
    }
}

fn first_panic() -> anyhow::Error {
    let panic = PANIC.lock().map(|panic| panic.clone()).unwrap_or_default();
    anyhow::anyhow!("this is a fault of the program, please report it: {panic}")
}

fn run(args: Args) -> anyhow::Result<Outcome> {
    match args.command {
        Command::Index(args) => cli::index::run(&args),
        Command::Query(args) => cli::query::run(&args),
        Command::Show(args) => cli::show::run(&args),
        Command::Stats(args) => cli::stats::run(&args),
        Command::Check(args) => cli::check::run(&args),
        Command::Explain(args) => cli::explain::run(&args),
        #[cfg(feature = "server")]
        Command::Serve(args) => cli::serve::run(&args),
        Command::Facets(args) => cli::facets::run(&args),
        Command::Timeline(args) => cli::timeline::run(&args),
        Command::Trends(args) => cli::trends::run(&args),
        Command::Words(args) => cli::words::run(&args),
        Command::Series(args) => cli::series::run(&args),
        Command::Story(args) => cli::story::run(&args),
        Command::Similar(args) => cli::similar::run(&args),
        Command::Suggest(args) => cli::suggest::run(&args),
        Command::Export(args) => cli::export::run(&args),
        Command::Eval(args) => cli::eval::run(&args),
    }
}
