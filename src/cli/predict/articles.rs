//! Articles: read, classified in parallel, printed in order.

use std::collections::HashSet;

use rustc_hash::FxBuildHasher;
use xxhash_rust::xxh3::xxh3_64;

use super::rendered::{Output, Piece};
use super::{Args, Format, Tally, output, table, text};
use crate::error::{Error, Place, Result};
use crate::predict::classifier::{Classifier, Workspace};
use crate::predict::{html, json, stream};
use crate::read::{self, Notes, Options, Raw, Source};
use crate::text::reader::FieldNames;

/// A rendered article: what is printed, and how many actors it has.
struct Rendered {
    id: String,
    place: Place,
    result: Piece,
    actors: usize,
}

/// How many ids are remembered, at some 20 bytes each.
const MOST_IDS: usize = 1 << 24;

/// Hashes of the ids that were seen.
#[derive(Default)]
struct Ids(HashSet<u64, FxBuildHasher>);

impl Ids {
    /// Notes an id.
    ///
    /// # Errors
    /// One that was there before. Of more than [`MOST_IDS`] the first are known.
    fn note(&mut self, rendered: &Rendered) -> Result<()> {
        let hash = xxh3_64(rendered.id.as_bytes());
        if self.0.len() < MOST_IDS && self.0.insert(hash) || !self.0.contains(&hash) {
            return Ok(());
        }
        let what = format!("the id {:?} was there before", rendered.id);
        let help = "name another field (--id-field, or --id-field \"\" for FILE:LINE), or pass over it with --skip-bad";
        Err(Error::input(rendered.place.clone(), what, help))
    }
}

/// Classifies all articles of the sources.
///
/// # Errors
/// Input that cannot be read and is not skipped; a failed write. A file that was asked for is then left as it was.
pub fn run(
    args: &Args,
    options: &Options,
    classifier: &Classifier,
    sources: Vec<Source>,
    notes: &Notes,
) -> Result<Tally> {
    let labels = &classifier.model().labels;
    let plain = matches!(args.format, Format::Jsonl | Format::Parquet);
    let mut out = Output::new(args.out.as_deref(), plain, args.format, table::columns(labels))?;
    if args.format == Format::Html {
        out.write(Piece::Bytes(html::begin("Stances", labels).into_bytes()))?;
    }
    let raw = sources.into_iter().flat_map(|source| read::raw_articles(source, options, notes));
    let (mut tally, mut ids, names) = (Tally::default(), Ids::default(), &options.names);
    let work = |raw: Result<Raw>, workspace: &mut Workspace| render(args, names, classifier, raw?, workspace);
    let size = |raw: &Result<Raw>| raw.as_ref().map_or(0, Raw::size);
    stream::ordered(raw, size, work, |rendered| match rendered.and_then(|r| ids.note(&r).map(|()| r)) {
        Ok(rendered) => {
            tally.units += 1;
            tally.answers += rendered.actors;
            out.write(rendered.result)
        }
        Err(error) => {
            out.flush()?;
            tally.skipped.or_stop(error, args.skip_bad)
        }
    })?;
    if args.format == Format::Html {
        out.write(Piece::Bytes(html::end().into_bytes()))?;
    }
    out.finish()?;
    Ok(tally)
}

fn render(
    args: &Args,
    names: &FieldNames,
    classifier: &Classifier,
    raw: Raw,
    workspace: &mut Workspace,
) -> Result<Rendered> {
    let place = raw.place().clone();
    let article = raw.article(names)?;
    let report = classifier.article(&article, workspace);
    let labels = &classifier.model().labels;
    let min = args.min_confidence;
    let result = match args.format {
        Format::Text => text::article(&article, &report, labels, min).into(),
        Format::Csv => table::csv(table::rows(&article, &report, labels, min)).into(),
        Format::Parquet => Piece::Rows(table::rows(&article, &report, labels, min)),
        Format::Html => html::article(&article, &report, labels, min).into(),
        Format::Jsonl => {
            let mut line = Vec::with_capacity(2 * article.text.len());
            // Writing to memory cannot fail.
            let _ = serde_json::to_writer(&mut line, &json::article(&article, &report, labels, min));
            output::escape_delete(&mut line);
            line.push(b'\n');
            Piece::Bytes(line)
        }
    };
    Ok(Rendered { id: article.id, place, result, actors: report.actors.len() })
}
