//! What to do about an error of the library, in terms of this program.

use std::path::Path;

use newsearch::{IndexError, Problem};

/// What to do about an error, if there is anything.
pub fn remedy(error: &anyhow::Error) -> Option<String> {
    let cause = error.chain().find_map(|cause| cause.downcast_ref())?;
    Some(match cause {
        IndexError::Missing(place) if is_cluster(place) => {
            "run `newsearch index PATH --engine opensearch` with this --url and --name".into()
        }
        IndexError::NotAnIndex(place) if is_cluster(place) => {
            "choose another name, with --name".into()
        }
        IndexError::Version { path, .. } | IndexError::Analyzer(path) if is_cluster(path) => {
            "run `newsearch index --rebuild PATH` with this --engine, --url and --name".into()
        }
        IndexError::Missing(dir) => {
            format!("run `newsearch index PATH --index {}`", dir.display())
        }
        IndexError::NotAnIndex(_) => "choose another folder".into(),
        IndexError::Version { .. } | IndexError::Analyzer(_) => {
            "run `newsearch index --rebuild PATH`".into()
        }
        IndexError::Elsewhere(error) if error.to_string().contains("missing shards") => {
            "query, facets and timeline answer for the others with `--partial`".into()
        }
        IndexError::Elsewhere(error) if forbids_expressions(&error.to_string()) => {
            "let the cluster run expressions (script.allowed_types): the ranking is made of them"
                .into()
        }
        IndexError::Words(_) => "add `--rebuild` to build it anew".into(),
        IndexError::LostWords(_) => "give them again, with `--dict FILE`".into(),
        IndexError::LostEntities(_) => "give it again, with `--entities FILE`".into(),
        IndexError::Locked { .. } => "wait for it to end".into(),
        IndexError::Exchanged(_) => "see what is there, and run it again".into(),
        IndexError::Damaged { .. } => {
            "run `newsearch check` for more, `newsearch index --rebuild PATH` to mend it".into()
        }
        IndexError::Dictionary(_) => "give fewer words".into(),
        IndexError::OutOfTime { .. } => "ask for less, or allow it more time (--timeout)".into(),
        IndexError::TooBroad => "give fewer, or longer ones".into(),
        IndexError::Internal(_) => "please report it".into(),
        _ => return None,
    })
}

/// What to do about a record that was skipped, if there is anything.
pub fn remedy_of_record(problem: &Problem) -> Option<String> {
    match problem {
        Problem::NoKey { key } => {
            let key = key.replace(char::is_control, " ");
            Some(format!("--field body={key} reads it"))
        }
        _ => None,
    }
}

/// Whether a cluster says that it runs no scripts, or none of this kind.
fn forbids_expressions(said: &str) -> bool {
    said.contains("script_lang not supported") || said.contains("cannot execute [")
}

/// Whether an index is on a cluster.
fn is_cluster(place: &Path) -> bool {
    place.to_string_lossy().contains("://")
}
