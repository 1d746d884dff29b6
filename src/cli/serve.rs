//! `newsearch serve`: the search over HTTP, and a page.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use newsearch::server::{self, Options, ServeError, Serving};
use tracing_subscriber::filter::LevelFilter;

use super::effort;
use super::location::Location;
use super::outcome::Outcome;
use super::output::tell;

/// The fewest characters of a token: fewer can be guessed.
const MIN_TOKEN: usize = 16;

#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub location: Location,
    /// Address and port to answer at
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878")]
    pub listen: SocketAddr,
    /// Index what is new and changed below PATH, now and as it is written; may be repeated
    #[arg(long, value_name = "PATH")]
    pub watch: Vec<PathBuf>,
    /// A file with the token that every request must carry: `Authorization: Bearer TOKEN`, or the
    /// password in a browser
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Let anybody who reaches the address search, without a token
    #[arg(long)]
    pub open: bool,
    /// A name by which the server may be called, beside localhost and addresses in numbers; may be
    /// repeated
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,
    /// An origin whose scripts may read the answers, such as https://desk.example; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    pub allow_origin: Vec<String>,
    /// Stop a search after this time: 500ms, 2s, 1.5m
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = effort::duration)]
    pub timeout: Duration,
    /// Requests that may wait for their turn; those beyond are refused with 503
    #[arg(long, value_name = "N", default_value_t = Options::default().queue)]
    pub queue: usize,
    /// Write what was asked to the log
    #[arg(long)]
    pub log_queries: bool,
    /// Write only warnings to the log
    #[arg(long, short)]
    pub quiet: bool,
}

/// Serves until it is told to end.
pub fn run(args: &ServeArgs) -> anyhow::Result<Outcome> {
    let token = token(args)?;
    check_address(args)?;
    let options = Options {
        timeout: args.timeout,
        queue: args.queue,
        hosts: args.host.clone(),
        allow_origins: args.allow_origin.clone(),
        token,
        log_queries: args.log_queries,
        ..Options::default()
    };
    let level = match args.quiet {
        true => LevelFilter::WARN,
        false => LevelFilter::INFO,
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
    let serving = Serving {
        index: args.location.source(&args.watch)?,
        listen: args.listen,
        watch: args.watch.clone(),
        options,
    };
    let served = server::serve(serving, |address| {
        tell(format_args!("newsearch answers at http://{address}/"));
    });
    match served {
        Err(error @ ServeError::Listen { .. }) => {
            anyhow::bail!("{error}: choose another address with --listen")
        }
        served => served?,
    }
    Ok(Outcome::Found)
}

/// The token, where there is one.
fn token(args: &ServeArgs) -> anyhow::Result<Option<String>> {
    let Some(path) = &args.token_file else {
        return Ok(None);
    };
    let token = read_token(path)?;
    if token.len() < MIN_TOKEN {
        anyhow::bail!(
            "{}: a token has {MIN_TOKEN} characters or more: make one with `openssl rand -hex 24`",
            path.display()
        );
    }
    Ok(Some(token))
}

fn read_token(path: &Path) -> anyhow::Result<String> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.trim().to_owned())
}

/// Whoever listens beyond this machine says who may ask.
fn check_address(args: &ServeArgs) -> anyhow::Result<()> {
    let is_guarded = args.listen.ip().is_loopback() || args.token_file.is_some() || args.open;
    if is_guarded {
        return Ok(());
    }
    anyhow::bail!(
        "{} can be reached from other machines: give `--token-file FILE` so that they need a token, or `--open` if anybody may search",
        args.listen
    )
}
