//! The command line as typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{ColorChoice, CommandFactory, Parser, Subcommand, ValueEnum};
use newsearch::{Days, SYNTAX};

use super::effort::Effort;
use super::eval::EvalArgs;
use super::export::ExportArgs;
use super::facets::FacetsArgs;
use super::location::{Location, Part};
use super::output::{steers, tell};
use super::past::Past;
use super::series::SeriesArgs;
use super::similar::SimilarArgs;
use super::size;
use super::story::StoryArgs;
use super::suggest::SuggestArgs;
use super::timeline::TimelineArgs;
use super::trends::TrendsArgs;
use super::words::WordsArgs;

/// Most hits that a query may show, and most that it may pass over.
const MAX_HITS: u64 = 1_000_000;

const EXAMPLES: &str = "\
Examples:
  newsearch index corpus/              index the posts of a folder; again, what is new and changed
  newsearch query \"绿色金融\"           the ten best articles
  newsearch query 降准 --since 2022    the same, published since 2022
  newsearch query 降准 --json          for programs: one JSON object a line
  newsearch show 202201052201234567    one article in full
  newsearch stats                      what the index holds
  newsearch serve                      a page to search with, at http://127.0.0.1:7878/

The index is the folder `index`, or $NEWSEARCH_INDEX, or --index DIR.
Exit codes: 0 found, 1 nothing found, 2 error.";

const QUERY_EXAMPLES: &str = "\
Examples:
  newsearch query 绿色金融
  newsearch query '\"绿色金融债券\" -股票' --since 2022-01 --sort date
  newsearch query 降准 --source 云汐财经 --limit 50 --json
  newsearch query --code 600519 --count";

const QUERY_HELP: &str = "\
{about}

{usage-heading} {usage}

{before-help}{all-args}{after-help}";

/// Full-text search for Chinese financial news
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES, disable_help_subcommand = true)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read posts, pages, JSON and tables into the index
    Index(IndexArgs),
    /// Search the index
    #[command(help_template = QUERY_HELP, before_long_help = query_help())]
    Query(QueryArgs),
    /// Print an article
    Show(ShowArgs),
    /// Say what the index holds
    Stats(StatsArgs),
    /// Say whether the index is as it was written
    Check(CheckArgs),
    /// Say how a query is understood, and why an article is found or not
    Explain(ExplainArgs),
    /// Answer over HTTP, with a page to search with
    #[cfg(feature = "server")]
    Serve(super::serve::ServeArgs),
    /// Count what a query matches by source, tag, category, security and time
    Facets(FacetsArgs),
    /// Show when what a query matches was published
    Timeline(TimelineArgs),
    /// List the words and names that stand out of what a query matches
    Trends(TrendsArgs),
    /// Propose words that the articles use and the dictionary lacks
    Words(WordsArgs),
    /// Count what is told of many securities or queries over time
    Series(SeriesArgs),
    /// Say who told a story, and when
    Story(StoryArgs),
    /// Find other stories on the matter of an article
    Similar(SimilarArgs),
    /// List what a text that is being typed may become
    Suggest(SuggestArgs),
    /// Write all that a query matches to a file
    Export(ExportArgs),
    /// Measure rankings and speed on queries with known answers
    Eval(EvalArgs),
}

/// What an index on a cluster is split into.
#[cfg(feature = "opensearch")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Period {
    Month,
    Year,
}

#[derive(Debug, clap::Args)]
pub struct IndexArgs {
    /// Files (.md .markdown .html .htm .txt; .jsonl .ndjson .json .csv .tsv, these also .gz and .zst),
    /// folders, or `-` for JSON Lines on standard input
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub location: Location,
    /// Spread a new index on a cluster over so many shards [default: 3]
    #[cfg(feature = "opensearch")]
    #[arg(long, value_name = "N", requires = "engine", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub shards: Option<u32>,
    /// Split a new index on a cluster by the dates of its articles: an index a month or a year, behind one alias
    #[cfg(feature = "opensearch")]
    #[arg(long, value_name = "PERIOD", requires = "engine")]
    pub split: Option<Period>,
    /// Show neither progress nor a summary; what cannot be read is still reported
    #[arg(long, short)]
    pub quiet: bool,
    /// Start over with an empty index
    #[arg(long)]
    pub rebuild: bool,
    /// Delete articles whose last file or line under PATH is gone
    #[arg(long)]
    pub prune: bool,
    /// Read only files that match this glob, as in .gitignore, whatever their kind; may be repeated
    #[arg(long, value_name = "GLOB")]
    pub include: Vec<String>,
    /// Pass over files and folders that match this glob; may be repeated
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Follow symbolic links
    #[arg(long)]
    pub follow: bool,
    /// Read every file, even one whose size and time say that it is unchanged
    #[arg(long)]
    pub checksum: bool,
    /// Exit with 2 when anything could not be read
    #[arg(long)]
    pub strict: bool,
    /// Go on: index what is written below PATH as it arrives, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
    /// Skip post files and JSON lines larger than this: bytes, or 512k, 8MiB, 1G [default: 8MiB]
    #[arg(long, value_name = "SIZE", value_parser = size::parse)]
    pub max_size: Option<u64>,
    /// Commit every so many seconds, or less often where grouping reprints takes long: a killed
    /// run loses what it did since
    #[arg(long, value_name = "SECONDS", default_value_t = 20.0, value_parser = seconds)]
    pub commit_every: f64,
    /// Words to add to the dictionary: `word [frequency [tag]]` a line; kept with the index until others
    /// are given: then the articles that hold one of the changed words are cut anew
    #[arg(long, value_name = "FILE")]
    pub dict: Option<PathBuf>,
    /// Securities by all their names: code, market, names with `|` between them, full name, parted by
    /// tabs; kept with the index until another is given
    #[arg(long, value_name = "FILE")]
    pub entities: Option<PathBuf>,
    /// Read a field of records (JSON, CSV) under a key: title=新闻标题, body=_source.content; may be
    /// repeated; kept with the index until others are given
    #[arg(long, value_name = "FIELD=KEY")]
    pub field: Vec<String>,
    /// Threads that build the index [default: one a processor, at most 8]
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=64))]
    pub threads: Option<usize>,
    /// Memory for building the index [default: 144MiB]
    #[arg(long, value_name = "SIZE", value_parser = size::parse)]
    pub memory: Option<u64>,
}

#[derive(Debug, clap::Args)]
pub struct QueryArgs {
    /// What to search for; several words are joined with blanks
    #[arg(value_name = "TEXT", required_unless_present_any = ["source", "author", "tag", "category", "code", "path", "since", "until"])]
    pub text: Vec<String>,
    #[command(flatten)]
    pub location: Location,
    #[command(flatten)]
    pub part: Part,
    /// Show at most so many articles, up to 1,000,000
    #[arg(long, short = 'n', value_name = "N", default_value_t = 10, value_parser = RangedU64ValueParser::<usize>::new().range(1..=MAX_HITS))]
    pub limit: usize,
    /// Pass over the first N articles, up to 1,000,000
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = RangedU64ValueParser::<usize>::new().range(..=MAX_HITS))]
    pub offset: usize,
    /// Show every article, not each story once with the others that tell it in the same words
    #[arg(long)]
    pub all: bool,
    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
    /// Print only how many articles there are
    #[arg(long)]
    pub count: bool,
    /// The order of the articles
    #[arg(long, value_enum, default_value_t)]
    pub sort: Order,
    /// Only articles published by S; may be repeated for any of several
    #[arg(long, value_name = "S")]
    pub source: Vec<String>,
    /// Only articles written by A; may be repeated for any of several
    #[arg(long, value_name = "A")]
    pub author: Vec<String>,
    /// Only articles with this tag; may be repeated for any of several
    #[arg(long, value_name = "T")]
    pub tag: Vec<String>,
    /// Only articles in this category; may be repeated
    #[arg(long, value_name = "C")]
    pub category: Vec<String>,
    /// Only articles about this security: 601318, SH601318, 700.HK, INTC.O; may be repeated
    #[arg(long, value_name = "C")]
    pub code: Vec<String>,
    /// Only articles below these folders, or in this file: 2024/07, posts.jsonl; may be repeated
    #[arg(long, value_name = "PATH")]
    pub path: Vec<String>,
    /// Only articles of this day, month or year, or later: 2022-01-05, 2022-01, 2022, 上周, 近7天
    #[arg(long, value_name = "DATE", value_parser = Days::since)]
    pub since: Option<Days>,
    /// Only articles of this day, month or year, or earlier
    #[arg(long, value_name = "DATE", value_parser = Days::until)]
    pub until: Option<Days>,
    #[command(flatten)]
    pub past: Past,
    /// Do not prefer newer articles; quotes and dates in the query have this effect, too
    #[arg(long)]
    pub no_recency: bool,
    /// Show at most so many passages of an article, up to 5
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = RangedU64ValueParser::<usize>::new().range(..=5))]
    pub snippets: usize,
    #[command(flatten)]
    pub effort: Effort,
    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    pub color: ColorChoice,
}

/// The order of articles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Order {
    /// The best first
    #[default]
    Relevance,
    /// The newest first, of those that have all unquoted words if any has
    Date,
}

#[derive(Debug, clap::Args)]
pub struct ShowArgs {
    /// The id of the article, as `newsearch query` shows it
    pub id: String,
    #[command(flatten)]
    pub location: Location,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    pub color: ColorChoice,
}

#[derive(Debug, clap::Args)]
pub struct StatsArgs {
    #[command(flatten)]
    pub location: Location,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub location: Location,
}

#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// The query
    #[arg(value_name = "TEXT", required = true)]
    pub text: Vec<String>,
    #[command(flatten)]
    pub location: Location,
    #[command(flatten)]
    pub past: Past,
    #[command(flatten)]
    pub effort: Effort,
    /// Explain how the article with this id fares
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// Print only how the text is folded before it is compared
    #[arg(long)]
    pub fold: bool,
}

impl Args {
    /// Reads the arguments of this process; wrong ones, and `--help`, end it.
    pub fn of_command_line() -> Args {
        let steer = |arg: OsString| arg.to_string_lossy().contains(steers);
        Args::try_parse_from(shield_exclusions(std::env::args_os())).unwrap_or_else(|error| {
            // clap repeats what was typed, in colour.
            if std::env::args_os().any(steer) {
                error.to_string().lines().for_each(tell);
                std::process::exit(error.exit_code());
            }
            error.exit()
        })
    }
}

/// Seconds, up to a day.
fn seconds(typed: &str) -> Result<f64, String> {
    let seconds: f64 = typed.parse().map_err(|_| "not a number".to_string())?;
    match (0.0..=86_400.0).contains(&seconds) {
        true => Ok(seconds),
        false => Err("not from 0 to 86400".to_string()),
    }
}

fn query_help() -> String {
    format!("{SYNTAX}\n{QUERY_EXAMPLES}")
}

/// The commands whose words are a query.
const ASKING: [&str; 6] = ["query", "explain", "facets", "timeline", "trends", "export"];

/// Puts a blank before the words of a query that exclude something and can be no option, such as
/// `-股票` and `-"股票"`: clap would refuse them, and a query does not care for blanks. What follows an
/// option that takes a value is its value.
fn shield_exclusions(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let command = Args::command();
    let mut asking = None;
    let mut is_value = false;
    let mut shielded = Vec::new();
    for (place, arg) in args.enumerate() {
        let text = arg.to_str().unwrap_or_default();
        if place == 1 && ASKING.contains(&text) {
            asking = command.find_subcommand(text);
        }
        let is_word = asking.is_some() && !is_value && is_exclusion(text);
        is_value = asking.is_some_and(|asking| wants_value(asking, text));
        shielded.push(match is_word {
            true => format!(" {text}").into(),
            false => arg,
        });
    }
    shielded
}

/// Whether an argument is an option of a command whose value is the next one.
fn wants_value(command: &clap::Command, arg: &str) -> bool {
    let mut options = command.get_opts();
    let is_it = |option: &clap::Arg| match arg.strip_prefix("--") {
        Some(long) => option.get_long() == Some(long),
        None => {
            let short = arg.strip_prefix('-').and_then(|short| short.parse().ok());
            short.is_some() && option.get_short() == short
        }
    };
    options.any(|option| option.get_action().takes_values() && is_it(option))
}

fn is_exclusion(text: &str) -> bool {
    let excluded = text.strip_prefix('-').and_then(|rest| rest.chars().next());
    excluded.is_some_and(|first| first != '-' && !first.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(args: &[&str]) -> Result<QueryArgs, clap::Error> {
        let args = ["newsearch", "query"]
            .iter()
            .chain(args)
            .map(OsString::from);
        match Args::try_parse_from(shield_exclusions(args))?.command {
            Command::Query(args) => Ok(args),
            other => panic!("not a query: {other:?}"),
        }
    }

    #[test]
    fn the_arguments_are_well_formed() {
        Args::command().debug_assert();
    }

    #[test]
    fn an_excluded_word_is_no_option() {
        for (typed, text) in [
            (vec!["降准", "-股票", "--json"], "降准 -股票"),
            (vec!["降准", "--json", "-\"股票\""], "降准 -\"股票\""),
            (vec!["--json", "-（股票）", "降准"], "-（股票） 降准"),
            (vec!["--json", "降准", "-5%"], "降准 -5%"),
            (vec!["--json", "--", "降准", "-股票"], "降准 -股票"),
            (vec!["--json", "--", "-stock", "降准"], "-stock 降准"),
        ] {
            let args = query(&typed).expect("a query");
            let words: Vec<&str> = args.text.iter().map(|word| word.trim()).collect();
            assert_eq!(words.join(" "), text, "{typed:?}");
            assert!(args.json, "{typed:?}");
        }
    }

    #[test]
    fn only_the_words_of_a_query_are_shielded() {
        for args in [
            ["newsearch", "index", "-目录", "x"],
            ["newsearch", "query", "--limit", "-1"],
            ["newsearch", "query", "-n", "-1"],
            ["newsearch", "explain", "--id", "-1"],
        ] {
            let args = args.map(OsString::from);
            assert_eq!(shield_exclusions(args.clone().into_iter()), args);
        }
        for command in ASKING {
            let args = ["newsearch", command, "降准", "-股票"].map(OsString::from);
            let shielded = shield_exclusions(args.into_iter());
            assert_eq!(shielded[3], " -股票");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for typed in [
            vec![],
            vec!["降准", "--limit", "0"],
            vec!["降准", "--limit", "1000001"],
            vec!["降准", "--offset", "1000001"],
            vec!["降准", "--snippets", "6"],
            vec!["降准", "--since", "改天"],
            vec!["降准", "--as-of", "2022-13"],
            vec!["降准", "--sort", "length"],
            vec!["降准", "--timeout", "soon"],
            vec!["降准", "-x"],
        ] {
            assert!(query(&typed).is_err(), "{typed:?}");
        }
    }
}
