//! The program: a subcommand is run, and its outcome told as an exit code.

mod cli;

use std::process::ExitCode;

use cli::args::{Args, Command};
use cli::outcome::{self, Outcome};
use cli::output::tell;

fn main() -> ExitCode {
    match run(Args::of_command_line()) {
        Ok(outcome) => outcome.into(),
        Err(error) if outcome::is_closed_pipe(&error) => Outcome::Found.into(),
        Err(error) => {
            tell(format_args!("error: {error:#}"));
            Outcome::Failed.into()
        }
    }
}

fn run(args: Args) -> anyhow::Result<Outcome> {
    match args.command {
        Command::Index(args) => cli::index::run(&args),
        Command::Query(args) => cli::query::run(&args),
        Command::Show(args) => cli::show::run(&args),
        Command::Stats(args) => cli::stats::run(&args),
        Command::Explain(args) => cli::explain::run(&args),
        Command::Eval(args) => cli::eval::run(&args),
    }
}
