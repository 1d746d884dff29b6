//! The threads that parse what was read.

use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Mutex};

use super::items::{Batch, Item, Parsed};
use crate::analysis::Folder;
use crate::corpus::Parsed as Of;
use crate::corpus::{Format, Mapping, ReadError, Record};
use crate::index::disk::guard::shielded;
use crate::index::record::bounds::{self, Cut};
use crate::index::record::copy::first_eight;

/// Parses batches until there are no more.
pub(super) fn parse_batches(
    batches: &Mutex<Receiver<(Batch, SyncSender<Batch>)>>,
    mapping: &Mapping,
    folder: &Folder,
) {
    loop {
        let next = batches.lock().map(|batches| batches.recv());
        let Ok(Ok((items, result))) = next else {
            return;
        };
        let mut parsed = Batch::with_capacity(items.len());
        for item in items {
            parse(item, mapping, folder, &mut parsed);
        }
        // Nobody waits for the result when the writing thread has given up.
        let _ = result.send(parsed);
    }
}

/// Parses a record; one that holds others gives these.
fn parse(item: Item, mapping: &Mapping, folder: &Folder, parsed: &mut Batch) {
    let Item::Record(source, record) = item else {
        parsed.push(item);
        return;
    };
    let hash = first_eight(&record.hash());
    let content = match source.format {
        Format::Post => hash,
        // Read by another mapping, a record is another.
        _ => hash ^ mapping.identity(),
    };
    let same_post = source.format == Format::Post
        && source
            .before
            .is_some_and(|before| before.content == content);
    let mut cuts = Vec::new();
    let article = match same_post {
        true => None,
        false => match article_of(&record, mapping, folder, &mut cuts) {
            Ok(Of::Article(reading)) => Some(Ok(reading)),
            Ok(Of::Records(records)) => {
                for inner in records {
                    parse(
                        Item::Record(Arc::clone(&source), inner),
                        mapping,
                        folder,
                        parsed,
                    );
                }
                return;
            }
            Err(error) => Some(Err(error)),
        },
    };
    let line = record.line();
    let is_unread = source.format.holds_many() && matches!(article, Some(Err(_)));
    let of_record = Parsed {
        content,
        article,
        unread: is_unread.then_some(record),
        cuts,
        line,
    };
    parsed.push(Item::Parsed(source, of_record));
}

/// The article of a record, as an index takes it, or the records that it holds.
fn article_of(
    record: &Record,
    mapping: &Mapping,
    folder: &Folder,
    cuts: &mut Vec<Cut>,
) -> Result<Of, ReadError> {
    let read = shielded(|| record.parse(mapping)).map_err(|problem| record.error(problem))?;
    let mut reading = match read? {
        Of::Article(reading) => reading,
        records => return Ok(records),
    };
    let article = &mut reading.article;
    let kept = bounds::check_growth(article, folder).and_then(|()| bounds::keep(article));
    *cuts = kept.map_err(|problem| record.error(problem))?;
    Ok(Of::Article(reading))
}
